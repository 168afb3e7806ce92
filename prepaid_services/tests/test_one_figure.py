"""What a screen shows as usable is what every button may spend; what is below zero is a debt."""

from odoo.tests import freeze_time, tagged

from .ledger_common import LedgerCommon
from .online_common import OnlineCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestMoneyThatLeft(LedgerCommon):
    """Accounting takes money from a balance and does not say which."""

    def _left(self, way):
        """Let 40 of 100 leave the balance past the desk's screens."""
        self._top_up(100.0, "2026-01-05")
        getattr(self, f"_{way}")(-40.0, "2026-01-08")

    def test_nobody_spends_what_has_left(self):
        for way in ("bank_line", "entry", "payment_form"):
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                self._left(way)
                self._assert_usable(60.0)
                self._refused("missing", self._card().prepaid_pay_out, 60.01, self.cash.id)
                booking = self._book("2026-01-14", price=100.0)
                self.assertEqual((booking.payment_status, booking.amount_due), ("short", 40.0))
                self._refused("40.00 is missing", booking.action_done)
                self._refused(
                    "smaller", self.client.with_user(self.manager).prepaid_write_off, 60.01
                )
                self._card().prepaid_pay_out(60.0, self.cash.id)
                self._assert_usable(0.0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_matching_taken_apart_changes_nothing(self):
        self._left("bank_line")
        self._advance_lines().remove_move_reconcile()
        self._assert_usable(60.0)
        self._refused("40.00 is missing", self._book("2026-01-14", price=100.0).action_done)
        self._book("2026-01-14", hour=12, price=60.0).action_done()
        self._assert_usable(0.0)
        self._assert_ledger(advances=0.0, receivable=0.0)

    def test_automatic_completion_leaves_the_rest_as_a_debt(self):
        self.company.write({"prepaid_auto_done": True, "prepaid_auto_done_hours": 1})
        self._left("bank_line")
        self._advance_lines().remove_move_reconcile()
        booking = self._book("2026-01-14", price=100.0)
        with self._night():
            self.env["prepaid.booking"]._cron_auto_done()
        self.assertEqual((booking.payment_status, booking.amount_due), ("partial", 40.0))
        self._assert_ledger(advances=0.0, receivable=40.0)

    def test_outstanding_credits_offer_what_may_be_spent(self):
        self._left("bank_line")
        self._advance_lines().remove_move_reconcile()
        invoice = self._invoice(100.0, "2026-01-14")
        [row] = invoice.invoice_outstanding_credits_debits_widget["content"]
        self.assertEqual(row["amount"], 60.0)
        invoice.js_assign_outstanding_line(row["id"])
        self.assertEqual(invoice.amount_residual, 40.0)
        self._assert_usable(0.0, debt=40.0)

    def test_package_from_the_balance(self):
        self._left("bank_line")
        self._advance_lines().remove_move_reconcile()
        sale = self._template(100.0, 5).sell(self.client.id)
        self.assertEqual(sale["amount_due"], 40.0)
        self._assert_usable(0.0, debt=40.0)

    def test_below_zero_is_a_debt(self):
        self._top_up(30.0, "2026-01-05")
        self._book("2026-01-06", price=30.0).action_done()
        self._bank_line(-30.0, "2026-01-08")
        self._assert_usable(0.0, debt=30.0)
        self.assertTrue(self._card().prepaid_over_limit)
        self.assertEqual(self._card().prepaid_credit_figures()["overdue"], 30.0)
        found = self.env["res.partner"].search(
            [("id", "=", self.client.id), ("prepaid_debt", "=", 30), ("prepaid_balance", "=", 0)]
        )
        self.assertEqual(found, self.client)
        ageing = self.env["prepaid.receivable.report"].with_company(self.company)
        [row] = ageing.ageing("2026-01-15")["rows"]
        self.assertEqual((row["1-30"], row["advance"], row["net"]), (30.0, 0.0, 30.0))
        check = ageing.ledger_check("2026-01-15")
        self.assertEqual((check["difference"], check["advance_difference"]), (0.0, 0.0))
        self.assertEqual((check["receivable"], check["advance"]), (0.0, -30.0))

    def test_new_money_pays_it_and_is_spent_once(self):
        self.company.prepaid_debts_first = False
        self._top_up(30.0, "2026-01-05")
        self._book("2026-01-06", price=30.0).action_done()
        self._bank_line(-30.0, "2026-01-08")
        self._top_up(50.0, "2026-01-14")
        self._assert_usable(20.0)
        self._refused("missing", self._card().prepaid_pay_out, 20.01, self.cash.id)
        self._refused("10.00 is missing", self._book("2026-01-14", price=30.0).action_done)

    def test_debts_are_not_covered_by_money_that_left(self):
        self.company.prepaid_debts_first = False
        self._top_up(100.0, "2026-01-05")
        self._invoice(80.0, "2026-01-06")
        self._bank_line(-40.0, "2026-01-08")
        self._advance_lines().remove_move_reconcile()
        figures = self._card().prepaid_credit_figures()
        self.assertEqual((figures["debt"], figures["advance"]), (80.0, 60.0))
        self.assertEqual(figures["overdue"], 20.0)

    def test_two_entries_take_more_than_is_there(self):
        self._top_up(50.0, "2026-01-05")
        self._bank_line(-40.0, "2026-01-08")
        self._bank_line(-40.0, "2026-01-09")
        self._assert_usable(0.0, debt=30.0)
        self._top_up(10.0, "2026-01-10")
        self._assert_usable(0.0, debt=20.0)

    def test_charge_back_after_a_pay_out(self):
        """What was paid out is taken from other money, as card and ageing say."""
        payment = self._top_up(100.0, "2026-01-05")
        self._card().prepaid_pay_out(100.0, self.cash.id)
        self._top_up(60.0, "2026-01-12")
        payment.action_draft()
        self._assert_usable(0.0, debt=40.0)
        ageing = self.env["prepaid.receivable.report"].with_company(self.company)
        [row] = ageing.ageing("2026-01-15")["rows"]
        self.assertEqual((row["receivable"], row["advance"]), (40.0, 0.0))

    def test_foreign_money_is_a_purse_of_its_own(self):
        journal = self._euro_journal()
        self._top_up(40.0, "2026-01-05", journal=journal)
        self._bank_line(-20.0, "2026-01-08")
        self._assert_usable(80.0, debt=20.0)
        self._refused("missing", self._card().prepaid_pay_out, 40.01, journal.id)
        self._card().prepaid_pay_out(40.0, journal.id)
        self._assert_usable(0.0, debt=20.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestMoneyGivenBackOnline(LedgerCommon, OnlineCommon):
    """A provider gives back what was used: the client owes it, and pays it once."""

    def _pay(self, amount, purpose="balance"):
        transaction = self._create_transaction(amount, purpose)
        self._answer(transaction)
        transaction._post_process()
        return transaction

    def test_refund_of_what_was_used(self):
        self.company.prepaid_portal_top_up = True
        transaction = self._pay(30.0)
        self._book("2026-01-15", price=30.0).action_done()
        transaction._refund(30)._post_process()
        self._assert_usable(0.0, debt=30.0)
        self.assertFalse(self._card()._prepaid_payable("debt", 30.0))
        self._pay(30.0, "debt")
        self._assert_usable(0.0)
        self._refused("missing", self._card().prepaid_pay_out, 0.01, self.cash.id)

    def test_refund_takes_its_own_payment_first(self):
        self._top_up(10.0, "2026-01-05")
        transaction = self._pay(30.0)
        transaction._refund(30)._post_process()
        line = transaction.payment_id.move_id._prepaid_advance_lines()
        self.assertTrue(line.reconciled)
        self._assert_usable(10.0)

    def test_a_payment_on_the_receivable_is_a_deposit(self):
        """An invoice of Accounting does not take the deposit away; the bank does."""
        self._rule()
        payment = self._payment(100.0, "2026-01-05")
        booking = self._book("2026-02-10", price=120.0, confirm=False)
        booking.action_request_payment()
        self.assertEqual((booking.state, booking.deposit_held), ("confirmed", 50.0))
        self._invoice(80.0, "2026-01-14")
        self.assertEqual(booking.deposit_held, 50.0)
        self._refused("deposit of coming", self._card().prepaid_pay_out, 50.01, self.cash.id)
        payment.action_cancel()
        self.assertEqual(booking.deposit_held, 0.0)
        self._assert_usable(0.0, debt=80.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestMoneyOnTheReceivable(LedgerCommon):
    """What Accounting left on the receivable is the client's money as well."""

    def test_it_pays_a_visit(self):
        self._payment(200.0, "2026-01-05")
        self._assert_usable(200.0)
        booking = self._book("2026-01-10", price=120.0)
        self.assertEqual(booking.payment_status, "covered")
        booking.action_done()
        self.assertEqual(booking.payment_status, "paid")
        application = booking.sudo().invoice_id._prepaid_applications()
        self.assertEqual(application.date.isoformat(), "2026-01-10")
        self._assert_usable(80.0)
        self._assert_ledger(advances=80.0, receivable=0.0)

    def test_it_buys_a_package(self):
        self._payment(200.0, "2026-01-05")
        sale = self._template(150.0, 5).sell(self.client.id)
        self.assertEqual(sale["amount_due"], 0.0)
        self._assert_usable(50.0)

    def test_it_pays_the_first_instalment(self):
        self._payment(60.0, "2026-01-05")
        sale = self._template(100.0, 5).sell(self.client.id, payment_term_id=self._half_later().id)
        self.assertEqual(sale["amount_due"], 50.0)
        self._assert_ledger(advances=10.0, receivable=50.0)

    def test_it_is_paid_back(self):
        self._payment(200.0, "2026-01-05")
        self._refused("missing", self._card().prepaid_pay_out, 200.01, self.cash.id)
        self._card().prepaid_pay_out(200.0, self.cash.id)
        self._assert_usable(0.0)
        self._assert_ledger(advances=0.0, receivable=0.0)

    def test_it_is_written_off(self):
        self._payment(70.0, "2026-01-05")
        self.client.with_user(self.manager).prepaid_write_off()
        self._assert_ledger(advances=0.0, receivable=0.0, other_income=70.0)

    def test_only_what_is_beyond_the_debts(self):
        """An old debt comes first: the client has 50, not 200."""
        self._approve_credit()
        self._invoice(150.0, "2026-01-03")
        self._payment(200.0, "2026-01-05")
        self._assert_usable(50.0)
        self._refused("missing", self._card().prepaid_pay_out, 50.01, self.cash.id)
        self._book("2026-01-10", price=50.0).action_done()
        self._assert_usable(0.0)

    def test_payment_cancelled_after_it_was_spent(self):
        payment = self._payment(200.0, "2026-01-05")
        booking = self._book("2026-01-10", price=120.0)
        booking.action_done()
        payment.action_draft()
        self.assertEqual(booking.payment_status, "owing")
        self._assert_usable(0.0, debt=120.0)
        self._assert_ledger(advances=0.0, receivable=120.0)
        payment.action_post()
        self._assert_usable(80.0)

    def test_matched_by_hand_after_it_was_moved(self):
        """The accountant takes the matching apart and uses the payment for an invoice."""
        payment = self._payment(200.0, "2026-01-05")
        self._card().prepaid_pay_out(20.0, self.cash.id)
        line = payment.move_id.line_ids.filtered(lambda r: r.account_id == self.receivable)
        line.remove_move_reconcile()
        self._assert_usable(180.0)
        self._assert_ledger(advances=-20.0, receivable=-200.0)
        self._refused("missing", self._card().prepaid_pay_out, 180.01, self.cash.id)
        self._card().prepaid_pay_out(180.0, self.cash.id)
        self._assert_usable(0.0)
        self._assert_ledger(advances=0.0, receivable=0.0)

    def test_in_its_own_currency(self):
        journal = self._euro_journal()
        self._payment(40.0, "2026-01-05", journal=journal)
        self._assert_usable(80.0)
        self._refused("80.00 is missing", self._book("2026-01-10", price=80.0).action_done)
        self._refused("missing", self._card().prepaid_pay_out, 40.01, journal.id)
        self._card().prepaid_pay_out(40.0, journal.id)
        self._assert_usable(0.0)
        self._assert_ledger(advances=0.0, receivable=0.0)

    def test_in_a_branch(self):
        """Money on the receivable of the parent pays a visit in the branch."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.cr.precommit.run()  # Core prepares a branch when it is committed
        self.desk.sudo().company_ids += branch
        self.service.with_company(branch).property_account_income_id = self.income
        self.service.taxes_id = False
        self._payment(100.0, "2026-01-05")
        desk = self.client.with_user(self.desk).with_company(branch)
        self.assertEqual(desk.prepaid_balance, 100.0)
        vals = self._book("2026-01-14", price=70.0, confirm=False).copy_data()
        bookings = self.env["prepaid.booking"].with_user(self.desk).with_company(branch)
        booking = bookings.create([{**vals[0], "company_id": branch.id}])
        booking.action_done()
        self.assertEqual((booking.company_id, booking.payment_status), (branch, "paid"))
        self._assert_usable(30.0)
        self._assert_ledger(advances=30.0, receivable=0.0)

    def test_advance_entry_taxes_what_stays(self):
        self._vat_policy("advance_entry")
        self._payment(240.0, "2026-01-05")
        self._book("2026-01-10", price=120.0).action_done()
        with self._night():
            self.env["account.move"]._cron_prepaid_vat()
        self.assertEqual(self._ledger(self.transit), 20.0)
        self._assert_usable(120.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestCreditNotesOfOdoo(LedgerCommon):
    """Odoo's own buttons on the invoice of a visit."""

    def _visit(self, price=120.0):
        """Return the invoice of a visit that the balance has paid."""
        self._top_up(300.0, "2026-01-05")
        booking = self._book("2026-01-10", price=price)
        booking.action_done()
        return self.env["account.move"].browse(booking.sudo().invoice_id.id)

    def _reverse(self, invoice, price=None):
        """Reverse an invoice with the wizard of accountants and confirm the credit note."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": "2026-01-15"})
        note = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        if price:
            note.invoice_line_ids.price_unit = price
        if note.state == "draft":
            note.action_post()
        return note

    def test_credit_note_returns_the_money(self):
        for policy in ("on_invoice", "advance_entry", "advance_invoice"):
            with self.subTest(policy), self.env.cr.savepoint() as savepoint:
                tax = self._vat_policy(policy)
                invoice = self._visit()
                self._assert_usable(180.0)
                note = self._reverse(invoice)
                self._assert_usable(300.0)
                self._assert_ledger(receivable=0.0)
                self.assertEqual(note.amount_residual, 0.0)
                self._card().prepaid_pay_out(300.0, self.cash.id)
                self._assert_usable(0.0)
                vat = tax.invoice_repartition_line_ids.account_id | self.transit
                self.assertEqual(self._ledger(vat), 0.0)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_undone_after_a_credit_note_for_a_part(self):
        self._top_up(300.0, "2026-01-05")
        booking = self._book("2026-01-10", price=120.0)
        booking.action_done()
        self._reverse(booking.sudo().invoice_id.with_env(self.env), price=50.0)
        booking.action_undo_done()
        self._assert_usable(300.0)
        self._assert_ledger(advances=300.0, receivable=0.0, earned=0.0)

    def test_undone_after_a_credit_note(self):
        self._top_up(300.0, "2026-01-05")
        booking = self._book("2026-01-10", price=120.0)
        booking.action_done()
        self._reverse(booking.sudo().invoice_id.with_env(self.env))
        self.assertEqual(booking.payment_status, "not_invoiced")
        booking.action_undo_done()
        self._assert_usable(300.0)
        self._assert_ledger(advances=300.0, receivable=0.0, earned=0.0)

    def test_credit_note_for_a_part(self):
        note = self._reverse(self._visit(), price=50.0)
        self._assert_usable(230.0)
        self._assert_ledger(advances=230.0, receivable=0.0)
        note.button_draft()
        self._assert_usable(180.0)
        self._assert_ledger(advances=180.0, receivable=0.0)
        note.action_post()
        self._assert_ledger(advances=230.0, receivable=0.0)

    def test_credit_note_of_an_invoice_paid_in_cash(self):
        self._approve_credit()
        booking = self._book("2026-01-10", price=120.0)
        booking.action_done()
        invoice = self.env["account.move"].browse(booking.sudo().invoice_id.id)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": self.cash.id})._create_payments()
        self._reverse(invoice)
        self._assert_usable(120.0)
        self._book("2026-01-12", price=120.0).action_done()
        self._assert_usable(0.0)
        self._assert_ledger(advances=0.0, receivable=0.0)

    def test_money_that_came_back_is_used_from_that_day(self):
        """A visit of the 11th is paid on the 15th: till then the money paid another one."""
        invoice = self._visit(300.0)
        self._reverse(invoice)
        booking = self._book("2026-01-11", price=300.0)
        booking.action_done()
        application = booking.sudo().invoice_id._prepaid_applications()
        self.assertEqual(application.date.isoformat(), "2026-01-15")
        for day in ("2026-01-10", "2026-01-11", "2026-01-14", "2026-01-15"):
            self.assertLessEqual(self._ledger(self.advance, day), 0.0)

    def test_money_of_an_undone_visit_is_used_from_that_day(self):
        self._top_up(300.0, "2026-01-05")
        first = self._book("2026-01-10", price=200.0)
        first.action_done()
        first.action_undo_done()
        second, third = (self._book("2026-01-11", hour=h, price=100.0) for h in (12, 14))
        (second + third).action_done()
        days = (second + third).sudo().invoice_id._prepaid_applications().mapped("date")
        # 100 of the 300 was never away
        self.assertEqual([str(day) for day in sorted(days)], ["2026-01-11", "2026-01-15"])


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestNewMoney(LedgerCommon):
    """*New money pays old debt first*: what is due."""

    def test_instalments_of_next_month_are_no_old_debt(self):
        self._template(100.0, 5).sell(self.client.id, payment_term_id=self._half_later().id)
        self._assert_usable(0.0, debt=100.0)
        self._top_up(70.0, "2026-01-15")
        self._assert_ledger(advances=20.0, receivable=50.0)
        self._assert_usable(20.0, debt=50.0)
        self._card().prepaid_pay_out(20.0, self.cash.id)

    def test_terms_of_the_client_count(self):
        self.client.property_payment_term_id = self.env.ref(
            "account.account_payment_term_30days"
        )
        self._approve_credit()
        self._book("2026-01-14", price=50.0).action_done()
        self._top_up(50.0, "2026-01-15")
        self._assert_ledger(advances=50.0, receivable=50.0)
        with freeze_time("2026-02-20 12:00:00"):
            self._top_up(10.0, "2026-02-20")
        self._assert_ledger(advances=50.0, receivable=40.0)

    def test_a_due_date_that_was_moved(self):
        invoice = self._invoice(50.0, "2026-01-03")
        invoice.invoice_date_due = "2026-03-01"
        self._top_up(30.0, "2026-01-15")
        self._assert_ledger(advances=30.0, receivable=50.0)

    def test_a_contact_spends_and_owes_as_the_company(self):
        firm = self._create_client("Firm", is_company=True)
        contact = self._create_client("Olga", parent_id=firm.id)
        self._payment(100.0, "2026-01-05", client=contact)
        self.assertEqual(self._card(firm).prepaid_balance, 100.0)
        contact.active = False
        self._card(firm).prepaid_pay_out(100.0, self.cash.id)
        self.assertEqual(self._card(firm).prepaid_balance, 0.0)
