from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .reminder_common import ReminderCommon

SEND = "odoo.addons.prepaid_services.models.reminder.prepaid_reminder_send"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestReminderFaults(ReminderCommon):
    """Nothing is sent twice, nobody sees or does too much."""

    # -- robust --------------------------------------------------------------------------

    def test_killed_half_way(self):
        clients = [self._create_client(f"C{n}", email=f"c{n}@example.com") for n in range(3)]
        lines = [self._debt("2026-03-01", 10.0, client) for client in clients]
        with patch(f"{SEND}.BATCH", 1):
            self._run(left=0)
            self.assertFalse(self._mails(), "planned, not sent")
            self._run(left=1)
        self.assertEqual(len(self._mails()), 3)
        cls = type(self.reminders)
        more = self._debt("2026-03-01", 10.0)
        with (
            patch.object(cls, "_log_sent", side_effect=MemoryError),
            self.assertRaises(MemoryError),
            self.env.cr.savepoint(),
        ):
            self._run()
        self._run()
        self.assertEqual(self._told(more), [("friendly", "queued")])
        self.assertEqual(len(self._mails()), 4)
        self.assertEqual({state for line in lines for _n, state in self._told(line)}, {"queued"})

    def test_broken_text_stops_nothing_else(self):
        olga = self._create_client("Olga", email="olga@example.com")
        bad, good = self._debt("2026-03-01"), self._debt("2026-03-01", 5.0, olga)
        template = self.steps["friendly"].mail_template_id
        template.body_html = "<p t-out=\"1 / len(object.partner_id.phone or '')\"/>"
        with mute_logger(SEND, "odoo.addons.mail.models.mail_render_mixin"):
            self._run()
        self.assertEqual(self._told(bad), [("friendly", "queued")])
        self.assertEqual(self._told(good), [("friendly", "failed")])
        template.body_html = "<p>Repaired</p>"
        self._as_desk(self._of(good)).action_retry()
        self._run()
        self.assertEqual(self._told(good), [("friendly", "queued")])

    def test_number_of_queries(self):
        """Planning takes the same number of queries for one client and for a hundred."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.reminders._plan(self.company)
            return self.env.cr.sql_log_count - before

        queries()  # what is read once and kept: references, groups, the company's tree
        self._debt("2026-03-01")
        one = queries()
        for number in range(20):
            self._debt("2026-03-01", 5.0, self._create_client(f"C{number}"))
        # One more: who asks is read again when a new client has emptied Odoo's caches
        self.assertLessEqual(queries(), one + 1)
        self.assertEqual(self.reminders.search_count([("state", "=", "planned")]), 21)

    # -- who -----------------------------------------------------------------------------

    def test_rights(self):
        line = self._debt("2026-03-01")
        self._run()
        reminder = self._of(line)
        for user in (self.specialist, self._create_user("employee", "base.group_user")):
            with self.assertRaises(AccessError):
                reminder.with_user(user).read(["state"])
            for call in (
                lambda user=user: self.client.with_user(user).prepaid_promise("2026-03-30"),
                lambda user=user: self.client.with_user(user).prepaid_dispute("x"),
                lambda user=user: self.client.with_user(user).prepaid_instalments([]),
            ):
                with self.assertRaises(AccessError):
                    call()
        desk = self._as_desk(reminder)
        desk.read(["state", "amount_text", "items_html", "document"])
        for call in (lambda: desk.write({"state": "done"}), desk.unlink):
            with self.assertRaises(AccessError):
                call()
        with self.assertRaises(AccessError):
            self._as_desk(self.steps["friendly"]).write({"days": 1})
        self.steps["friendly"].with_user(self.manager).days = 8

    def test_other_company(self):
        line = self._debt("2026-03-01")
        self._run()
        other = self.setup_other_company()["company"]
        stranger = self._create_user("stranger", "prepaid_services.group_front_desk")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        found = self.env["prepaid.reminder"].with_user(stranger).with_company(other).search([])
        self.assertFalse(found)
        self.assertEqual(len(self._of(line)), 1)

    def test_bad_input(self):
        client = self._as_desk(self.client)
        line = self._debt("2026-03-01")
        stranger = self._debt("2026-03-01", 5.0, self._create_client("Olga"))
        for words, call, args in (
            ("still to come", client.prepaid_promise, ("2026-03-01",)),
            ("must be a date", client.prepaid_promise, ("tomorrow",)),
            ("why", client.prepaid_dispute, ("",)),
            ("not all invoices", client.prepaid_dispute, ("x", [stranger.move_id.id])),
            ("list of ids", client.prepaid_dispute, ("x", ["a"])),
            ("greater than zero", client.prepaid_instalments, ([["2026-04-01", 0]],)),
        ):
            self._refused(words, call, *args)
        self.assertFalse(line.move_id.prepaid_dispute_reason)

    def test_cron(self):
        """The cron itself commits, and works."""
        self._debt("2026-03-01")
        with self.enter_registry_test_mode():
            self.env.ref("prepaid_services.ir_cron_reminders").method_direct_trigger()
        self.assertEqual(len(self._mails()), 1)
