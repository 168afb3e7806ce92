from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import PrepaidCommon

SEARCHABLE_FIGURES = ("prepaid_balance", "prepaid_debt", "service_balance", "prepaid_over_limit")
FIGURES = (*SEARCHABLE_FIGURES, "prepaid_reserved", "prepaid_available")


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestAccess(PrepaidCommon):
    """Each role: what it can do, and what it cannot reach, by remote call as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._create_user("employee", "base.group_user")
        cls.billing = cls._create_user("billing", "account.group_account_invoice")
        cls.accountant = cls._create_user("bookkeeper", "account.group_account_user")
        cls.auditor = cls._create_user("auditor", "account.group_account_readonly")
        cls.other = cls._create_user("other", "prepaid_services.group_specialist")

    def _as(self, user, record):
        return record.with_user(user).with_company(self.company)

    def _denied(self, call, *args, **kwargs):
        """Check that a call is refused for want of rights, and wrote nothing."""
        before = self._count()
        with self.assertRaises(AccessError):
            call(*args, **kwargs)
        self.assertEqual(self._count(), before)

    # -- money ---------------------------------------------------------------------------

    def test_who_takes_and_gives_back_money(self):
        for user in (self.desk, self.manager, self.billing, self.accountant):
            client = self._as(user, self.client)
            client.prepaid_top_up(10.0, self.cash.id)
            self._assert_ledger(advances=10.0)
            client.prepaid_pay_out(10.0, self.cash.id)
            self._assert_ledger(advances=0.0)
        for user in (self.specialist, self.employee, self.auditor):
            client = self._as(user, self.client)
            self._denied(client.prepaid_top_up, 10.0, self.cash.id)
            self._denied(client.prepaid_pay_out, 10.0, self.cash.id)

    def test_who_writes_off(self):
        self._top_up(100.0)
        for user in (self.specialist, self.employee, self.auditor, self.desk, self.billing):
            self._denied(self._as(user, self.client).prepaid_write_off, 10.0)
        for user in (self.manager, self.accountant):
            self._as(user, self.client).prepaid_write_off(10.0)
        self._assert_ledger(advances=80.0)

    def test_who_sees_balances(self):
        self._top_up(100.0)
        for user in (self.desk, self.manager, self.billing, self.accountant, self.auditor):
            self.assertEqual(self._as(user, self.client).prepaid_balance, 100.0)
            self._as(user, self.env["prepaid.client.movement"]).search([]).read(["amount"])
        for user in (self.specialist, self.employee):
            client = self._as(user, self.client)
            for name in FIGURES:
                self._denied(client.read, [name])
            for name in SEARCHABLE_FIGURES:
                self._denied(client.search, [(name, "!=", False)])
            for name in SEARCHABLE_FIGURES[:3]:
                self._denied(client.search, [], order=name)
            for model in ("prepaid.client.movement", "prepaid.daily.sale"):
                self._denied(self._as(user, self.env[model]).search, [])
            self._denied(self._as(user, self.env["prepaid.money"]).create, {})

    def test_a_row_of_the_history_opens_what_one_may_see(self):
        self._top_up(500.0)
        self._book("2026-01-10").action_done()
        self.env.flush_all()
        desk, books = (self._opened_from_history(user) for user in (self.desk, self.accountant))
        self.assertEqual(desk["visit"], "prepaid.booking")
        self.assertEqual(desk["top_up"], "ir.actions.report", "the receipt")
        self.assertEqual(desk["application"], "res.partner")
        self.assertEqual(books["top_up"], "account.payment")
        self.assertEqual(books["application"], "account.move")

    def _opened_from_history(self, user):
        """Return what a click on a row of each kind opens: a model, or a report."""
        history = self._as(user, self.env["prepaid.client.movement"])
        rows = history.search([("partner_id", "=", self.client.id)])
        actions = {row.kind: row.action_open_document() for row in rows}
        return {kind: action.get("res_model", action["type"]) for kind, action in actions.items()}

    def test_desk_cannot_reach_the_books(self):
        payment = self._top_up(500.0)
        booking = self._book("2026-01-10")
        booking.action_done()
        invoice = booking.sudo().invoice_id
        for user in (self.specialist, self.desk, self.manager):
            for record in (payment, invoice, invoice.line_ids):
                record = self._as(user, record)
                self._denied(record.read, ["display_name"])
                self._denied(record.search, [])
                self._denied(record.write, {"ref": "x", "memo": "x"})
                self._denied(record.unlink)
            self._denied(self._as(user, invoice).button_draft)
            self._denied(self._as(user, payment).action_cancel)

    def test_ledger_is_not_public(self):
        """The ledger runs as superuser: nothing of it can be called from outside."""
        ledger, base = type(self.env["prepaid.ledger"]), type(self.env["base"])
        self.assertFalse([name for name in set(dir(ledger)) - set(dir(base)) if name[0] != "_"])

    # -- bookings ------------------------------------------------------------------------

    def test_specialist_sees_own_bookings_only(self):
        own, others = self._book("2026-01-10"), self._book("2026-01-11", user_id=self.other.id)
        Booking = self._as(self.specialist, self.env["prepaid.booking"])
        self.assertEqual(Booking.search([("id", "in", (own + others).ids)]), own)
        others = self._as(self.specialist, others)
        for call in (
            lambda: others.read(["price"]),
            lambda: others.write({"note": "x"}),
            others.action_confirm,
            others.action_no_show,
            others.action_cancel,
            others.action_done,
            others.action_open_done,
            others.action_undo_done,
        ):
            self._denied(call)
        others.sudo().action_cancel()
        self._denied(others.action_reopen)
        # The dialogs are no way around
        for model in ("prepaid.collect", "prepaid.cancel"):
            self._denied(
                lambda m=model: self._as(self.specialist, self.env[m])
                .create({"booking_ids": [fields.Command.set(others.ids)]})
                .read()
            )

    def test_specialist_books_only_for_oneself(self):
        vals = {"partner_id": self.client.id, "service_id": self.service.id}
        Booking = self._as(self.specialist, self.env["prepaid.booking"])
        start = "2026-01-10 10:00:00"
        self.assertTrue(Booking.create({**vals, "start": start}).event_id)
        self._denied(Booking.create, {**vals, "start": start, "user_id": self.other.id})
        self._denied(self._book("2026-01-12").with_user(self.specialist).unlink)

    def test_employees_see_no_bookings(self):
        booking = self._as(self.employee, self._book("2026-01-10"))
        for call in (booking.read, booking.action_done, booking.action_cancel):
            self._denied(call)

    def test_auditor_reads(self):
        booking = self._as(self.auditor, self._book("2026-01-10"))
        self.assertEqual(booking.price, 120.0)
        for call in (booking.action_done, booking.action_cancel, booking.unlink):
            self._denied(call)

    def test_accountant_finishes_and_undoes(self):
        self._top_up(500.0)
        booking = self._as(self.accountant, self._book("2026-01-10"))
        booking.action_done()
        booking.action_undo_done()
        self._assert_ledger(advances=500.0, earned=0.0)

    def test_guarded_fields(self):
        """State, invoice and what the visit costs follow from actions, not from writing."""
        poor = self._create_client("Poor")
        self._top_up(500.0)
        booking = self._book("2026-01-10", client=poor)
        other = self._book("2026-01-11")
        other.action_done()
        invoice = other.sudo().invoice_id
        for vals in (
            {"state": "done"},
            {"invoice_id": invoice.id},
            {"override_reason": "x"},
            {"payer_id": self.client.id},
            {"amount_total": 0.0},
        ):
            for user in (self.specialist, self.desk, self.manager):
                self._refused("button", self._as(user, booking).write, vals)
        created = self._book(
            "2026-01-12", client=poor, state="done", payer_id=self.client.id, amount_total=0.0
        )
        self.assertEqual(created.payer_id, poor)
        self.assertEqual(created.amount_total, 120.0)
        self._refused("missing", created.action_done)

    # -- companies -----------------------------------------------------------------------

    def test_user_of_another_company(self):
        """Sees nothing and does nothing here, though the client is shared."""
        company = self.setup_other_company(name="Other Salon")["company"]
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user,prepaid_services.group_manager",
            company_id=company.id,
            company_ids=[fields.Command.set(company.ids)],
        )
        self._top_up(500.0)
        booking = self._book("2026-01-10").with_env(self.env(user=stranger))
        booking = booking.with_context(allowed_company_ids=company.ids)
        self.assertFalse(booking.search([("id", "=", booking.id)]))
        for call in (
            booking.read,
            booking.action_confirm,
            booking.action_done,
            booking.action_cancel,
            booking.action_undo_done,
            lambda: booking.write({"note": "x"}),
            lambda: booking.with_context(allowed_company_ids=self.company.ids).search([]),
            lambda: self._as(stranger, self.client).prepaid_top_up(10.0, self.cash.id),
        ):
            self._denied(call)
        client = self.client.with_user(stranger).with_company(company)
        self.assertEqual(client.prepaid_balance, 0.0)
        self._refused("journal", client.prepaid_top_up, 10.0, self.cash.id)
        movements = client.env["prepaid.client.movement"]
        self.assertFalse(movements.search([("company_id", "=", self.company.id)]))
        self.assertFalse(
            client.env["prepaid.daily.sale"].search([("company_id", "=", self.company.id)])
        )
        with self.assertRaises(UserError):
            client.env["prepaid.booking"].create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.client.id,
                    "service_id": self.service.id,
                    "start": "2026-01-10 10:00:00",
                }
            )

    def test_views_show_fields_to_those_who_may_read_them(self):
        """Odoo warns of elements that are shown to more people than the fields they depend on."""
        ours = self.env["ir.model.data"].search(
            [("module", "=like", "prepaid_services%"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(ours.mapped("res_id")).filtered("model")
        with self.assertNoLogs("odoo.addons.base.models.ir_ui_view", "WARNING"):
            views._check_xml()
