from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestWrongRecords(CaseDriver):
    """Calls on records that are not there, on none, or on several: refused in words."""

    def test_records(self):
        template = self._template(100.0, 4)
        self._sell(template)
        booking = self._book("2026-01-15")
        calls = (
            (self.client, "prepaid_top_up", (10.0, self.cash.id)),
            (self.client, "prepaid_pay_out", (10.0, self.cash.id)),
            (template, "sell", (self.client.id,)),
            (self.package, "use_session", ()),
            (self.package, "undo_use", (1,)),
            (self.package, "extend", ("2027-01-01",)),
            (self.package, "add_sessions", (1, 5.0)),
            (self.package, "freeze", ()),
            (self.package, "unfreeze", ()),
            (self.package, "transfer", (self.client.id,)),
            (self.package, "add_member", (self.client.id,)),
            (self.package, "remove_member", (self.client.id,)),
            (self.package, "refund_preview", ()),
            (self.package, "refund", ()),
            (self.package, "request_refund", ()),
            (booking, "action_done", ()),
            (booking, "action_confirm", ()),
            (booking, "action_no_show", ()),
            (booking, "action_cancel", ()),
            (booking, "action_reopen", ()),
            (booking, "action_undo_done", ()),
        )
        for record, method, arguments in calls:
            record = self._as_desk(record)
            missing = [(10**9,), (-1,)]
            if record._name != "prepaid.booking":
                missing += [(), (record.id, 10**9)]
            for ids in missing:
                with self.subTest(method=method, ids=ids):
                    self._refused(".", getattr(record.browse(ids), method), *arguments)
