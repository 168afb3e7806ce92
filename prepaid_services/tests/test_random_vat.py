"""Any sequence of what desks and accountants do keeps VAT in step with the advances."""

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .histories import HISTORIES
from .vat import VatCommon

AMOUNTS = st.integers(min_value=1, max_value=40_000).map(lambda cents: cents / 100)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "top_up",
                "deposit",
                "visit",
                "visit",
                "fee",
                "pay_out",
                "undo",
                "unreconcile",
                "cancel_payment",
                "write_off",
                "night",
            ]
        ),
        AMOUNTS,
    ),
    min_size=3,
    max_size=8,
)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestRandomVat(VatCommon):
    @HISTORIES
    @given(steps=STEPS)
    def test_entries(self, steps):
        self._live("advance_entry", steps)

    @HISTORIES
    @given(steps=STEPS)
    @example(steps=[("top_up", 39.97), ("write_off", 0.01), ("visit", 0.01), ("pay_out", 0.03)])
    @example(steps=[("top_up", 39.97), ("top_up", 0.01), ("write_off", 0.01)])
    def test_invoices(self, steps):
        self._live("advance_invoice", steps)

    def _live(self, policy, steps):
        with self.env.cr.savepoint() as savepoint:
            self.tax = self._vat_policy(policy, 19)
            self._approve_credit(limit=10_000.0)
            for step, amount in steps:
                getattr(self, f"_step_{step}")(amount)
                self._assert_in_step(steps)
            self._use_up(steps)
            savepoint.rollback()
        self.env.invalidate_all()

    # -- what always holds -----------------------------------------------------------------

    def _assert_in_step(self, steps):
        """Open VAT is the share of what is open of each advance, on every day, never negative."""
        self.env.flush_all()
        rows = self.env["prepaid.vat.movement"].search(
            [("company_id", "=", self.company.id)], order="date, id"
        )
        currency, running = self.company.currency_id, {}
        for row in rows:
            key = row.advance_id
            running[key] = currency.round(running.get(key, 0.0) + row.open)
        for advance, still_open in running.items():
            self.assertGreaterEqual(still_open, 0.0, steps)
            self.assertEqual(still_open, self._expected_open(advance), steps)
        for day in set(rows.mapped("date")):
            till = sum(rows.filtered(lambda row, day=day: row.date <= day).mapped("open"))
            self.assertGreaterEqual(currency.round(till), 0.0, steps)
        if self.transit:
            ledger = self._ledger(self.transit)
            self.assertEqual(currency.round(sum(rows.mapped("open"))), ledger, steps)
        gross = -self._ledger(self.advance, partner=self.client)
        if not self.transit:
            gross += sum(rows.mapped("open"))
        self.client.invalidate_recordset()
        card = self._as_desk(self.client).prepaid_balance
        self.assertEqual(currency.compare_amounts(card, gross), 0, steps)

    def _expected_open(self, advance):
        """Return the VAT in what is open of an advance, computed from its matching alone."""
        currency = self.company.currency_id
        credit = advance._prepaid_advance_lines().filtered(lambda line: line.balance < 0)
        if not credit or advance.state != "posted":
            return 0.0
        if credit.prepaid_vat:
            vat, received = -credit.prepaid_vat, -credit.balance - credit.prepaid_vat
            used_vat = sum(credit.matched_debit_ids.debit_move_id.mapped("prepaid_vat"))
            self.assertLessEqual(
                abs(used_vat - vat * (1 + credit.amount_residual / -credit.balance)), 0.0101
            )
            del received
            return currency.round(vat - used_vat)
        accruals = self.env["prepaid.ledger"]._vat_items(credit)
        accruals = accruals.filtered(lambda item: not item.prepaid_vat_use_id)
        vat = sum(accruals.mapped("balance"))
        received = vat + sum(self.env["prepaid.ledger"]._vat_base(item) for item in accruals)
        if not received:
            return 0.0
        used = received + credit.amount_residual
        return currency.round(vat - currency.round(vat * used / received))

    def _use_up(self, steps):
        """When nothing is left of the money, nothing is left of its VAT."""
        self._run_crons()
        self.client.invalidate_recordset()
        left = self._as_desk(self.client).prepaid_balance
        if left > 0:
            self._as_desk(self.client).prepaid_pay_out(left, self.cash.id, "2026-01-15")
        self._assert_in_step(steps)
        self.assertEqual(self._report()[3:], [0.0, 0.0], steps)
        self.assertEqual(self._ledger(self.advance), 0.0, steps)

    # -- steps -----------------------------------------------------------------------------

    def _step_top_up(self, amount):
        self._top_up(amount, "2026-01-12")

    def _step_deposit(self, amount):
        self._deposit(amount, "2026-01-13")

    def _step_visit(self, amount):
        self._book("2026-01-14", price=amount).action_done()

    def _step_fee(self, amount):
        self._fee(amount, "2026-01-14", self.tax if int(amount * 100) % 2 else None)

    def _step_pay_out(self, amount):
        try:
            with self.env.cr.savepoint():
                self._as_desk(self.client).prepaid_pay_out(amount, self.cash.id)
        except UserError:
            self.env.invalidate_all()

    def _step_undo(self, _amount):
        done = self._as_desk(self.env["prepaid.booking"]).search(
            [("partner_id", "=", self.client.id), ("state", "=", "done")], limit=1
        )
        if done:
            done.action_undo_done()

    def _step_unreconcile(self, _amount):
        invoices = self.env["account.move"].search(
            [
                ("partner_id", "=", self.client.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("prepaid_kind", "=", False),
            ]
        )
        receivables = invoices[:1].line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        receivables.remove_move_reconcile()

    def _step_cancel_payment(self, _amount):
        payments = self.env["account.payment"].search(
            [
                ("partner_id", "=", self.client.id),
                ("payment_type", "=", "inbound"),
                ("state", "!=", "canceled"),
            ]
        )
        # Money that was paid back or written off cannot be taken back from the bank as well
        gone = self.env["account.payment"].search(
            [("partner_id", "=", self.client.id), ("payment_type", "=", "outbound")]
        )
        kinds = self.env["account.move"].search_count([("prepaid_kind", "=", "write_off")])
        if not gone and not kinds:
            payments[:1].action_cancel()

    def _step_write_off(self, amount):
        client = self.client.with_user(self.manager).with_company(self.company)
        try:
            with self.env.cr.savepoint():
                client.prepaid_write_off(amount, "2026-01-15")
        except UserError:
            self.env.invalidate_all()

    def _step_night(self, _amount):
        self._run_crons()
