from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon

NAN, INFINITE = float("nan"), float("inf")


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestBadInput(PrepaidCommon):
    """Wrong arguments: a sentence that says what is wrong, and nothing half-written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(name="Other Salon")["company"]
        cls.euro = cls.setup_other_currency("EUR")

    def _card(self):
        return self._as_desk(self.client)

    # -- amounts -------------------------------------------------------------------------

    def test_amounts(self):
        for amount, words in (
            (0, "greater than zero"),
            (0.0, "greater than zero"),
            (-5.0, "greater than zero"),
            (0.004, "greater than zero|precise"),
            (10.001, "precise"),
            (10**12, "too large"),
            (10**400, "too large"),
            (1e300, "too large"),
            (NAN, "number"),
            (INFINITE, "number"),
            ("10", "number"),
            (True, "number"),
            (None, "number"),
            (False, "number"),
            ([10], "number"),
        ):
            with self.subTest(amount=str(amount)[:20]):
                self._refused(words, self._card().prepaid_top_up, amount, self.cash.id)
                self._refused(words, self._card().prepaid_pay_out, amount, self.cash.id)
        self.assertTrue(self._card().prepaid_top_up(0.01, self.cash.id))

    def test_amounts_collected_at_the_visit(self):
        booking = self._book("2026-01-10")
        for amount, words in (
            (0, "greater than zero"),
            (-5.0, "greater than zero"),
            (10.001, "precise"),
            (NAN, "number"),
            ("10", "number"),
            (True, "number"),
            (500.0, "missing"),
        ):
            with self.subTest(amount=amount):
                self._refused(words, booking.action_done, self.cash.id, amount)
        self._refused("journal", booking.action_done, False, 50.0)
        self.assertEqual(booking.state, "confirmed")

    def test_pay_out_more_than_the_balance(self):
        self._top_up(100.0)
        self._refused("missing", self._card().prepaid_pay_out, 100.01, self.cash.id)
        self._assert_ledger(advances=100.0)

    def test_prices(self):
        for price in (-1.0, NAN, INFINITE, 1e15):
            with self.subTest(price=price):
                self._refused("income", self._book, "2026-01-10", price=price)
                booking = self._book("2026-01-10", hour=11)
                self._refused("income", booking.write, {"price": price})
                self._refused("income", booking.event_id.write, {"prepaid_price": price})

    def test_credit_limits(self):
        card = self.client.with_user(self.manager).with_company(self.company)
        for limit in (-1.0, NAN, INFINITE):
            with self.subTest(limit=limit):
                self._refused("limit", card.write, {"service_credit_limit": limit})

    # -- journals, dates, references -----------------------------------------------------

    def test_journals(self):
        archived = self.cash.copy({"active": False})
        other = self.env["account.journal"].search(
            [("company_id", "=", self.other_company.id), ("type", "=", "bank")], limit=1
        )
        general = self.company.prepaid_journal_id
        sale = self.company_data["default_journal_sale"]
        journals = (False, None, 0, -1, 10**9, "cash", True, [self.cash.id], 1.5)
        for journal in (*journals, archived.id, other.id, general.id, sale.id):
            with self.subTest(journal=journal):
                self._refused("journal", self._card().prepaid_top_up, 10.0, journal)
                self._refused("journal", self._card().prepaid_pay_out, 10.0, journal)
        booking = self._book("2026-01-10")
        for journal in (-1, "cash", True, archived.id, other.id, general.id):
            with self.subTest(journal=journal):
                self._refused("journal", booking.action_done, journal)
        self.assertEqual(booking.state, "confirmed")

    def test_visit_is_collected_in_the_companys_currency(self):
        journal = self.cash.copy({"currency_id": self.euro.id, "name": "Euro", "code": "EUC"})
        booking = self._book("2026-01-10")
        self._refused("EUR", booking.action_done, journal.id)
        self.assertEqual(booking.state, "confirmed")
        # A top-up in euro is fine, and stays in euro
        payment = self._top_up(10.0, journal=journal)
        self.assertEqual(payment.currency_id, self.euro)

    def test_dates(self):
        for date in ("31.12.2026", "2026-13-01", "soon", 5, True, [1], NAN):
            with self.subTest(date=date):
                self._refused("date", self._card().prepaid_top_up, 10.0, self.cash.id, date)
        for date in (False, None, "", "2026-01-10", fields.Date.to_date("2026-01-10")):
            self.assertTrue(self._card().prepaid_top_up(10.0, self.cash.id, date))

    def test_locked_period(self):
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        self._refused(
            "closed period", self._card().prepaid_top_up, 10.0, self.cash.id, "2025-12-31"
        )
        self.assertTrue(self._card().prepaid_top_up(10.0, self.cash.id, "2026-01-01"))

    def test_reference_twice(self):
        call = self._card().prepaid_top_up
        first = call(10.0, self.cash.id, reference="POS-1")
        self.assertEqual(call(10.0, self.cash.id, reference="POS-1"), first)
        self._assert_ledger(advances=10.0)
        self._refused("already used", call, 11.0, self.cash.id, reference="POS-1")
        self._refused(
            "already used", self._card().prepaid_pay_out, 10.0, self.cash.id, reference="POS-1"
        )
        clara = self._as_desk(self._create_client("Clara"))
        self._refused("already used", clara.prepaid_top_up, 10.0, self.cash.id, reference="POS-1")
        number = call(10.0, self.cash.id, reference=42)
        self.assertEqual(call(10.0, self.cash.id, reference=42), number)

    # -- clients, services, companies ----------------------------------------------------

    def test_archived_client(self):
        booking = self._book("2026-01-10")
        self.client.active = False
        self._refused("archived", self._card().prepaid_top_up, 10.0, self.cash.id)
        self._refused("archived", self._book, "2026-01-11")
        booking.action_cancel()
        self.assertEqual(booking.state, "cancelled")

    def test_several_clients_at_once(self):
        both = self._card() + self._as_desk(self._create_client("Clara"))
        self._refused("one record at a time", both.prepaid_top_up, 10.0, self.cash.id)

    def test_client_of_another_company(self):
        stranger = self._create_client("Stranger", company_id=self.other_company.id)
        self._refused("access|company", self._book, "2026-01-10", client=stranger)
        self._refused(
            "access|company", self._as_desk(stranger).prepaid_top_up, 10.0, self.cash.id
        )

    def test_client_of_another_company_by_a_user_of_both(self):
        stranger = self._create_client("Stranger", company_id=self.other_company.id)
        self.desk.sudo().company_ids += self.other_company
        self._refused("compan", self._book, "2026-01-10", client=stranger)
        self._refused("compan", self._as_desk(stranger).prepaid_top_up, 10.0, self.cash.id)

    def test_service_of_another_company(self):
        service = self._create_service("Other", 10.0, company_id=self.other_company.id)
        self._refused("compan|access", self._book, "2026-01-10", service_id=service.id)

    def test_service_without_income_account(self):
        self.company_data["default_journal_sale"].default_account_id = False
        bare = self._create_service("Bare", 10.0, property_account_income_id=False)
        bare.categ_id.property_account_income_categ_id = False
        self.company.sudo().income_account_id = False
        self._top_up(100.0)
        booking = self._book("2026-01-10", service_id=bare.id)
        self._refused("Bare has no income account", booking.action_done)
        self.assertEqual(booking.state, "confirmed")

    def test_company_without_sales_journal(self):
        self._top_up(200.0)
        booking = self._book("2026-01-10")
        self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")]
        ).active = False
        self._refused("no sales journal", booking.action_done)
        self.assertEqual(booking.state, "confirmed")

    def test_end_before_start(self):
        self._refused(
            "before it starts|earlier", self._book, "2026-01-10", stop="2026-01-10 09:00:00"
        )
        booking = self._book("2026-01-10")
        self._refused("before it starts|earlier", booking.write, {"stop": "2026-01-09 09:00:00"})

    def test_booking_without_start(self):
        booking = self._book("2026-01-10", start=False, confirm=False)
        self._refused("start", booking.action_confirm)

    def test_tax_lock(self):
        """A tax lock keeps invoices out, not money."""
        self.company.sudo().tax_lock_date = "2025-12-31"
        self._top_up(500.0, "2025-12-20")
        booking = self._book("2025-12-21")
        booking.action_done()
        self.assertEqual(str(booking.sudo().invoice_id.invoice_date), "2026-01-01")
