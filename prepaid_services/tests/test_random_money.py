"""Whatever Accounting does past our screens, nobody spends more, or less, than the card shows."""

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .histories import HISTORIES
from .ledger_common import LedgerCommon
from .online_common import OnlineCommon

AMOUNTS = st.integers(min_value=1, max_value=40_000).map(lambda cents: cents / 100)
#: Desk and Accounting; what is often done stands more than once
KINDS = (
    *("top_up", "top_up", "visit", "visit", "pay_out", "undo", "sell", "give_back"),
    *("bank_in", "bank_out", "bank_out", "entry_out", "form_out", "payment", "payment"),
    *("invoice", "overpay", "whole_note", "part_note", "reverse_and_create"),
    *("unmatch_advance", "unmatch_receivable", "match_receivable"),
    *("draft_payment", "post_payment", "cancel_payment", "draft_note", "move_due_date"),
    *("online", "provider_refund", "move_contact", "merge", "archive", "reverse_entry"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), AMOUNTS, st.integers(0, 30)), min_size=4, max_size=10
)


POLICIES = ("on_invoice", "advance_entry", "advance_invoice")


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestRandomMoney(LedgerCommon, OnlineCommon):
    @HISTORIES
    @given(policy=st.sampled_from(POLICIES), steps=STEPS)
    @example(
        policy="on_invoice",
        steps=[
            ("payment", 200.0, 0),
            ("visit", 120.0, 0),
            ("bank_out", 100.0, 0),
            ("unmatch_advance", 1.0, 0),
            ("part_note", 50.0, 0),
            ("draft_payment", 1.0, 0),
            ("top_up", 70.0, 0),
        ],
    )
    def test_one_figure(self, policy, steps):
        self._live(policy, steps)

    def _live(self, policy, steps):
        with self.env.cr.savepoint() as savepoint:
            self.tax = self._vat_policy(policy)
            self.firm = self._create_client("Firm", is_company=True)
            self.child = self._create_client("Olga", parent_id=self.firm.id)
            self._approve_credit(limit=10_000.0)
            self.seen = {}
            for step, amount, number in steps:
                self.number = number
                getattr(self, f"_step_{step}")(amount)
                if "match" in step:
                    self.seen = {}
                for payer in (self.client | self.child | self.firm).commercial_partner_id:
                    self._assert_one_figure(payer)
                self._assert_packages()
            savepoint.rollback()
        self.env.invalidate_all()

    # -- what always holds ---------------------------------------------------------------

    def _assert_one_figure(self, payer):
        """The card is the ledger, and exactly what it shows can be paid back, or spent."""
        card, same = self._card(payer), self.company.currency_id.compare_amounts
        self.assertGreaterEqual(card.prepaid_balance, 0.0)
        self.assertEqual(same(card.prepaid_balance - card.prepaid_debt, card.service_balance), 0)
        self.assertEqual(same(card.service_balance, self._in_ledger(payer)), 0, payer.name)
        figures = card.prepaid_balance, card.prepaid_debt
        if self.seen.get(payer, (0.0, 0.0)) == figures:
            return  # to try it takes a second
        self.seen[payer] = figures
        for step in ("spends_no_more", ("gets_it_back", "spends_it")[self.number % 2]):
            with self.env.cr.savepoint() as savepoint:
                getattr(self, f"_{step}")(self._card(payer), card.prepaid_balance)
                savepoint.rollback()
            self.env.invalidate_all()

    def _spends_no_more(self, card, balance):
        with self.assertRaises(UserError):
            card.prepaid_pay_out(balance + 0.01, self.cash.id)

    def _gets_it_back(self, card, balance):
        if not balance:
            return
        card.prepaid_pay_out(balance, self.cash.id)
        self.assertEqual(self._card(card).prepaid_balance, 0.0)

    def _spends_it(self, card, balance):
        """A visit of this price is paid; a cent more is not, and would be on credit."""
        if not balance:
            return
        booking = self._book("2026-01-15", hour=8, client=card, price=balance)
        if booking.payment_status == "package":
            return
        self.assertEqual(booking.payment_status, "covered")
        debt = self._card(card).prepaid_debt
        booking.action_done()
        self.assertEqual(booking.payment_status, "paid")
        after = self._card(card)
        self.assertEqual((after.prepaid_balance, after.prepaid_debt), (0.0, debt))

    def _in_ledger(self, payer):
        """Return what the ledger says of a payer; VAT of advance invoices is the client's, too."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "in", (self.advance | self.receivable).ids),
                ("parent_state", "=", "posted"),
                ("partner_id.commercial_partner_id", "=", payer.id),
            ]
        )
        for account, items in lines.grouped("account_id").items():
            residual, balance = (sum(items.mapped(f)) for f in ("amount_residual", "balance"))
            self.assertAlmostEqual(residual, balance, 2, account.name)
        return -sum(lines.mapped("balance")) - sum(lines.mapped("prepaid_vat"))

    def _assert_packages(self):
        """What is deferred is the sum of the packages; nothing of a closed one is."""
        packages = self.env["prepaid.subscription"].search([("company_id", "=", self.company.id)])
        for package in packages:
            if package.state in ("refunded", "cancelled", "expired", "used_up"):
                self.assertEqual(package.amount_deferred, 0.0, package.state)
        deferred = sum(packages.mapped("amount_deferred"))
        self.assertAlmostEqual(deferred, -self._ledger(self.deferred), 2)

    # -- the desk ------------------------------------------------------------------------

    def _who(self):
        return (self.client, self.client, self.child)[self.number % 3]

    def _one(self, records):
        """Return one of some records, or none."""
        return records[self.number % len(records)] if records else records

    def _try(self, call, *args, **kwargs):
        """Do what may be refused."""
        try:
            with self.env.cr.savepoint():
                return call(*args, **kwargs)
        except UserError:
            return None

    def _step_top_up(self, amount):
        self._try(self._top_up, amount, "2026-01-14", client=self._who())

    def _step_visit(self, amount):
        booking = self._book(f"2026-01-{10 + self.number % 5}", client=self._who(), price=amount)
        if not self._try(booking.action_done):
            booking.action_cancel("Not paid")  # else the next visit has to wait

    def _step_pay_out(self, amount):
        self._try(self._card(self._who()).prepaid_pay_out, amount, self.cash.id)

    def _step_undo(self, _amount):
        done = self._as_desk(self.env["prepaid.booking"]).search([("state", "=", "done")])
        self._one(done).action_undo_done()

    def _step_sell(self, amount):
        template = self._template(max(amount, 1.0), 5)
        self._try(template.sell, self._who().id)

    def _step_give_back(self, _amount):
        packages = self._as_desk(self.env["prepaid.subscription"]).search(
            [("state", "=", "active"), ("company_id", "=", self.company.id)]
        )
        if packages:
            to_balance = self.number % 2 == 0
            self._try(self._one(packages).refund, method="pro_rata", to_balance=to_balance)

    # -- Accounting ----------------------------------------------------------------------

    def _step_bank_in(self, amount):
        self._bank_line(amount, "2026-01-12", self._who())

    def _step_bank_out(self, amount):
        self._bank_line(-amount, "2026-01-12", self._who())

    def _step_entry_out(self, amount):
        self._entry(-amount, "2026-01-12", self._who())

    def _step_form_out(self, amount):
        self._payment_form(-amount, "2026-01-12", self._who())

    def _step_payment(self, amount):
        self._payment(amount, "2026-01-12", self._who())

    def _step_invoice(self, amount):
        self._invoice(amount, "2026-01-11", self._who())

    def _step_overpay(self, amount):
        invoice = self._one(self._invoices().filtered("amount_residual"))
        if invoice:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create(
                {"journal_id": self.cash.id, "amount": invoice.amount_residual + amount}
            )._create_payments()

    def _reverse(self, invoice, modify=False, price=None):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": "2026-01-15"})
        action = wizard.reverse_moves(is_modify=modify)
        document = self.env["account.move"].browse(action["res_id"])
        if price:
            document.invoice_line_ids.filtered(lambda r: r.quantity > 0)[:1].price_unit = price
        if document.state == "draft":
            document.action_post()

    def _step_whole_note(self, _amount):
        if invoice := self._one(self._invoices()):
            self._try(self._reverse, invoice)

    def _step_part_note(self, amount):
        if invoice := self._one(self._invoices()):
            price = min(amount, invoice.amount_total)
            if price > 0:
                self._try(self._reverse, invoice, price=price)

    def _step_reverse_and_create(self, _amount):
        if invoice := self._one(self._invoices()):
            self._try(self._reverse, invoice, modify=True)

    def _step_unmatch_advance(self, _amount):
        lines = self._advance_lines().filtered(lambda r: r.matched_debit_ids | r.matched_credit_ids)
        if lines:
            self._one(lines).remove_move_reconcile()

    def _open_receivables(self):
        return self.env["account.move.line"].search(
            [("account_id", "=", self.receivable.id), ("parent_state", "=", "posted")]
        )

    def _step_unmatch_receivable(self, _amount):
        lines = self._open_receivables()
        lines = lines.filtered(lambda r: r.matched_debit_ids | r.matched_credit_ids)
        if lines:
            self._one(lines).remove_move_reconcile()

    def _step_match_receivable(self, _amount):
        lines = self._open_receivables().filtered(
            lambda r: not r.reconciled and r.partner_id == self.client
        )
        residuals = lines.mapped("amount_residual")
        if residuals and min(residuals) < 0 < max(residuals):
            lines.reconcile()

    def _payments(self, *states):
        return self.env["account.payment"].search(
            [("company_id", "=", self.company.id), ("state", "in", states)], order="id"
        )

    def _step_draft_payment(self, _amount):
        payments = self._payments("in_process", "paid").filtered(lambda p: p.move_id)
        if payments:
            self._try(self._one(payments).action_draft)

    def _step_post_payment(self, _amount):
        if drafts := self._payments("draft"):
            self._try(self._one(drafts).action_post)

    def _step_cancel_payment(self, _amount):
        payments = self._payments("in_process", "paid").filtered(lambda p: p.move_id)
        if payments:
            self._try(self._one(payments).action_cancel)

    def _step_draft_note(self, _amount):
        notes = self.env["account.move"].search(
            [
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        if notes:
            note = self._one(notes)
            self._try(note.button_draft)
            if note.state == "draft":
                self._try(note.button_cancel)

    def _step_move_due_date(self, _amount):
        invoice = self._one(self._invoices())
        if invoice:
            self._try(invoice.write, {"invoice_date_due": f"2026-0{1 + self.number % 3}-16"})

    def _step_reverse_entry(self, _amount):
        """Reverse a payment's entry, as after a charge-back."""
        moves = self._payments("in_process", "paid").move_id
        moves = moves.filtered(lambda m: m.state == "posted" and not m.reversal_move_ids)
        if moves:
            self._try(self._one(moves)._reverse_moves, cancel=True)

    def _step_online(self, amount):
        transaction = self._create_transaction(amount, ("balance", "debt")[self.number % 2])
        self._answer(transaction)
        transaction._post_process()

    def _step_provider_refund(self, _amount):
        paid = self._transactions(state="done").filtered(lambda t: t.operation != "refund")
        if paid:
            refund = self._try(self._one(paid)._refund)
            if refund:
                refund._post_process()

    def _step_move_contact(self, _amount):
        self._try(self.child.write, {"parent_id": (self.firm.id, False)[self.number % 2]})

    def _step_merge(self, _amount):
        double = self._create_client("Anna", email=self.client.email)
        self._payment(10.0, "2026-01-12", double)
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.client.id, double.id], self.client)
        self.env.invalidate_all()

    def _step_archive(self, _amount):
        self._try(self.child.write, {"active": self.number % 2 == 0})

    def _invoices(self):
        return self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
                ("prepaid_kind", "=", False),
                ("state", "=", "posted"),
            ],
            order="id",
        )
