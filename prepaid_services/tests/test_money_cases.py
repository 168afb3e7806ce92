from odoo import fields
from odoo.tests import freeze_time, tagged

from .cases import HandMadeCase

Command = fields.Command


@tagged("post_install", "-at_install")
class TestMoneyCases(HandMadeCase):
    """Payment terms, currencies, chargebacks, undone visits: by hand from the rules."""

    def _come(self, day, price, hour=10, **kwargs):
        booking = self._book(day, price=float(price), hour=hour)
        booking.action_done(**kwargs)
        self.visits = [*getattr(self, "visits", []), booking]

    def _terms(self, *parts, **vals):
        terms = self.env["account.payment.term"].create(
            {
                "name": "Terms",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": p, "nb_days": d})
                    for p, d in parts
                ],
                **vals,
            }
        )
        self.client.with_company(self.company).property_payment_term_id = terms
        return terms

    def _early_discount(self, computation):
        self._terms(
            (100.0, 30),
            early_discount=True,
            discount_percentage=2.0,
            discount_days=10,
            early_pay_discount_computation=computation,
        )

    def test_client_with_instalments(self):
        """Odd thirds: the balance pays the first instalments first."""
        self._begin()
        self._terms((33.33, 0), (33.33, 30), (33.34, 60))
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 70.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 100.01)
        self._step("2026-01-20", lambda: self.visits[0].action_undo_done())
        self._row("2026-01-10", cash=70, receivable="30.01", earned="100.01")
        self._row("2026-01-20", cash=70, advances=70)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_early_payment_discount(self):
        """2 % for payment within ten days: the balance pays the whole price, as agreed."""
        self._begin()
        self._early_discount("included")
        self._step("2026-01-05", self._top_up, 200.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 100.0)
        self._row("2026-01-10", cash=200, advances=100, earned=100)
        self._play(self.case)
        self.assertEqual(self.visits[0].payment_status, "paid")

    def test_early_payment_discount_mixed(self):
        """Tax reduced from the start (Belgium): 100.00 + 20.58 of 98.00 at 21 %."""
        self._begin()
        self._early_discount("mixed")
        self.service.taxes_id = self._tax(21, False)
        self._step("2026-01-05", self._top_up, 200.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 100.0)
        self._row("2026-01-10", cash=200, advances="79.42", earned=100, tax="20.58")
        self._play(self.case)
        self.assertEqual(self.visits[0].payment_status, "paid")

    def test_early_payment_discount_mixed_package(self):
        self._begin()
        self._early_discount("mixed")
        self._plan(100.0, 4, "2026-01-05", self._tax(21, False))
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-07", lambda: self.package.refund(to_balance=True))
        self._row("2026-01-05", cash="120.58", deferred=100, tax="20.58")
        self._row("2026-01-06", cash="120.58", deferred=75, earned=25, tax="20.58")
        self._row("2026-01-07", cash="120.58", earned=25, tax="5.14", advances="90.44")
        self._play(self.case)

    def test_undone_after_later_movements(self):
        """A visit is undone after the rest of the balance was paid out and debts were paid."""
        self._begin()
        self.company.prepaid_debts_first = True
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 100.0, "2026-01-05")
        self._step("2026-01-06", self._come, "2026-01-06", 60.0)
        self._step("2026-01-07", self._come, "2026-01-07", 90.0)
        pay_out = self._as_desk(self.client).prepaid_pay_out
        self._step("2026-01-08", self._top_up, 80.0, "2026-01-08")
        self._step("2026-01-09", pay_out, 30.0, self.bank.id, "2026-01-09")
        self._step("2026-02-01", lambda: self.visits[0].action_undo_done())
        self._step("2026-02-02", lambda: self.visits[1].action_undo_done())
        self._row("2026-01-06", cash=100, advances=40, earned=60)
        self._row("2026-01-07", cash=100, receivable=50, earned=150)
        self._row("2026-01-08", cash=180, advances=30, earned=150)
        self._row("2026-01-09", cash=150, earned=150)
        self._row("2026-02-01", cash=150, advances=60, earned=90)
        self._row("2026-02-02", cash=150, advances=150)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_undone_frees_money_for_an_older_debt(self):
        """What returns to the balance is an advance; the next visit uses it."""
        self._begin()
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 60.0, "2026-01-05")
        self._step("2026-01-06", self._come, "2026-01-06", 60.0)
        self._step("2026-01-07", self._come, "2026-01-07", 45.0)
        self._step("2026-01-08", lambda: self.visits[0].action_undo_done())
        self._step("2026-01-09", self._come, "2026-01-09", 50.0)
        self._row("2026-01-07", cash=60, receivable=45, earned=105)
        self._row("2026-01-08", cash=60, receivable=45, advances=60, earned=45)
        self._row("2026-01-09", cash=60, receivable=45, advances=10, earned=95)
        self._play(self.case)

    def test_chargeback_of_two_top_ups_used_for_three_visits(self):
        self._begin()
        self._approve_credit()
        payments = []
        self._step("2026-01-05", lambda: payments.append(self._top_up(100.0, "2026-01-05")))
        self._step("2026-01-06", lambda: payments.append(self._top_up(50.0, "2026-01-06")))
        for day in (7, 8, 9):
            self._step(f"2026-01-0{day}", self._come, f"2026-01-0{day}", 45.0)

        def charge_back():
            move = payments[0].sudo().move_id.with_user(self.env.user)
            move._reverse_moves([{"date": fields.Date.to_date("2026-02-10")}], cancel=True)

        self._step("2026-02-10", charge_back)
        self._row("2026-01-09", cash=150, advances=15, earned=135)
        # 100.00 had paid 45 + 45 + 10
        # The third one was paid from both: its whole payment is taken back
        self._row("2026-02-10", cash=50, advances=50, receivable=135, earned=135)
        self._play(self.case)
        self._assert_balance_is_ledger()

    # -- days ------------------------------------------------------------------------------

    def test_midnight_west_of_utc(self):
        """Three in the morning UTC is the evening before in Los Angeles."""
        self._begin()
        self.company.partner_id.tz = "America/Los_Angeles"
        with freeze_time("2026-02-01 03:00:00"):
            self._top_up(100.0)
            booking = self._book("2026-02-01", hour=2, price=60.0)
            booking.action_done()
        self._assert_ledger("2026-01-31", advances=40.0, earned=60.0)
        self._assert_ledger("2026-01-30", advances=0.0, earned=0.0)

    def test_midnight_east_of_utc(self):
        self._begin()
        self.company.partner_id.tz = "Asia/Tokyo"
        with freeze_time("2026-01-31 20:00:00"):
            self._top_up(100.0)
            self._sell(self._template(40.0, 2))
            self.package.use_session()
            booking = self._book("2026-01-31", hour=16, price=60.0)
            booking.action_done()
        self._assert_ledger("2026-01-31", advances=0.0, earned=0.0)
        self._assert_ledger("2026-02-01", advances=60.0, earned=40.0, deferred=0.0)

    def test_visit_of_a_locked_month_paid_by_an_advance(self):
        """Done afterwards: invoice and application on the first open day."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        self._step("2026-01-05", self._top_up, 120.0, "2026-01-05")
        booking = []
        self._step("2026-01-06", lambda: booking.append(self._book("2026-01-20")))

        def lock():
            self.company.tax_lock_date = "2026-01-31"
            self.company.fiscalyear_lock_date = "2026-02-15"

        self._step("2026-02-20", lock)
        self._step("2026-02-20", lambda: booking[0].action_done())
        self._row("2026-02-15", cash=120, advances=120)
        self._row("2026-02-16", cash=120, earned=100, tax=20)
        self._play(self.case)

    def test_free_of_charge(self):
        """A discount of 100 % and a service for nothing: no entries, the visit is free."""
        self._begin()
        before = self.env["account.move"].search_count([])
        with freeze_time("2026-01-05 12:00:00"):
            booking = self._book("2026-01-05", price=0.0)
            booking.action_done()
            self.assertEqual(booking.payment_status, "free")
            booking.action_undo_done()
            booking.action_done()
        self.assertEqual(self.env["account.move"].search_count([]), before)

    # -- credited in part --------------------------------------------------------------------

    def _credit_part(self, price):
        """Post an accountant's credit note for a part of the last visit."""
        invoice = self.visits[-1].sudo().invoice_id.with_user(self.env.user)
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        note.invoice_line_ids.price_unit = price
        note.action_post()
        return note

    def test_undone_after_a_credit_note_in_part(self):
        """120.00 with 20 %, 24.00 credited: undoing it credits the other 96.00."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        self._step("2026-01-05", self._top_up, 200.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 120.0)
        self._step("2026-01-15", self._credit_part, 24.0)
        self._step("2026-02-01", lambda: self.visits[0].action_undo_done())
        self._row("2026-01-10", cash=200, advances=80, earned=100, tax=20)
        self._row("2026-01-15", cash=200, advances=104, earned=80, tax=16)
        self._row("2026-02-01", cash=200, advances=200)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_undone_after_a_credit_note_of_a_debt(self):
        """On credit, a part credited, a part paid: nothing stays open."""
        self._begin()
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 30.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 120.0)
        self._step("2026-01-15", self._credit_part, 50.0)
        self._step("2026-02-01", lambda: self.visits[0].action_undo_done())
        self._row("2026-01-10", cash=30, receivable=90, earned=120)
        self._row("2026-01-15", cash=30, receivable=40, earned=70)
        self._row("2026-02-01", cash=30, advances=30)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_undone_after_all_was_credited(self):
        """The credit note was made by hand and stands beside the paid invoice."""
        self._begin()
        self._step("2026-01-05", self._top_up, 200.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 120.0)
        self._step("2026-01-15", self._credit_part, 120.0)
        self._step("2026-02-01", lambda: self.visits[0].action_undo_done())
        self._row("2026-01-15", cash=200, advances=200)
        self._row("2026-02-01", cash=200, advances=200)
        self._play(self.case)
        self._assert_balance_is_ledger()

    def test_written_off_with_both_kinds_of_tax(self):
        """121.00 with 21 % in it and 5 % on top; 63.00 of 126.00 paid, the rest lost."""
        self._begin()
        self.service.taxes_id = self._tax(21, True) + self._tax(5, False)
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 63.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 121.0)

        def write_off():
            request = self._as_desk(self.env["prepaid.write.off"]).create(
                {"partner_id": self.client.id, "reason": "Gone", "method": "credit_note"}
            )
            request.with_user(self.manager).action_approve()

        self._step("2026-03-10", write_off)
        self._row("2026-01-10", cash=63, receivable=63, earned=100, tax=26)
        self._row("2026-03-10", cash=63, earned=100, tax=13, bad_debt=50)
        self._play(self.case)

    def test_undone_after_a_write_off_with_tax(self):
        """120.00, 48.00 paid, 72.00 lost (12.00 tax back): undone, nobody lost anything."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        self._approve_credit()
        self._step("2026-01-05", self._top_up, 48.0, "2026-01-05")
        self._step("2026-01-10", self._come, "2026-01-10", 120.0)

        def write_off():
            request = self._as_desk(self.env["prepaid.write.off"]).create(
                {"partner_id": self.client.id, "reason": "Gone", "method": "credit_note"}
            )
            request.with_user(self.manager).action_approve()

        self._step("2026-03-10", write_off)
        self._step("2026-03-20", lambda: self.visits[0].action_undo_done())
        self._row("2026-01-10", cash=48, receivable=72, earned=100, tax=20)
        self._row("2026-03-10", cash=48, earned=100, tax=8, bad_debt=60)
        self._row("2026-03-20", cash=48, advances=48)
        self._play(self.case)
        self._assert_balance_is_ledger()
