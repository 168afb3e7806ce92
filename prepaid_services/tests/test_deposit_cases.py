from odoo.tests import tagged

from .cases import HandMadeCase
from .deposit_common import DepositCommon
from .vat import VatCommon

BOOKED, VISIT = "2026-05-04", "2026-05-08"


class DepositDriver(HandMadeCase, DepositCommon):
    """Plans visits of May 8, 20:00, with a deposit that is paid on May 4."""

    currency_code = "UAH"

    def setUp(self):
        super().setUp()
        self._begin(self.currency_code)
        self.bookings = self._as_desk(self.env["prepaid.booking"])

    def _request(self, price=850.0, hour=20, **vals):
        """Book a visit and take its deposit."""
        service = self._create_service("Visit", price, **vals)
        service.taxes_id = self.service.taxes_id
        booking = self._book(VISIT, hour=hour, service_id=service.id)
        self._pay(booking)
        self.bookings += booking

    def _plan_deposit(self, price=850.0, service=None, **rule):
        """Plan a visit whose deposit follows a rule."""
        self.rule = self._rule(**rule)
        self._step(BOOKED, self._request, price, **(service or {}))

    def _end(self, method, day=VISIT, **kwargs):
        self._step(day, lambda: getattr(self.bookings, method)(**kwargs))

    def _plan_pay_out(self, day, amount):
        self._step(day, self._as_desk(self.client).prepaid_pay_out, amount, self.cash.id, day)

    def _done(self):
        self._play(self.case)
        self._assert_balance_is_ledger()


@tagged("post_install", "-at_install")
class TestDepositCases(DepositDriver):
    """Deposits of odd shares and minutes, kept in part, given back: figures by hand."""

    # -- how much ------------------------------------------------------------------------

    def test_odd_percent(self):
        """33.333 % of 850.00 are 283.33; the visit costs 850.00 all the same."""
        self._plan_deposit(amount_type="percent", percent=33.333)
        self._end("action_done", journal_id=self.cash.id)
        self._row(BOOKED, cash="283.33", advances="283.33")
        self._row(VISIT, cash=850, earned=850)
        self._done()

    def test_percent_of_the_price_with_tax_on_top(self):
        """20 % of 1020.00, which are 850.00 and a fifth."""
        self.service.taxes_id = self._tax(20, False)
        self._plan_deposit(amount_type="percent", percent=20.0)
        self._end("action_done", journal_id=self.cash.id)
        self._row(BOOKED, cash=204, advances=204)
        self._row(VISIT, cash=1020, earned=850, tax=170)
        self._done()

    def test_odd_minutes(self):
        """47 minutes at 499.00 an hour: 390.88; half of it: 195.44."""
        self.specialist.with_company(self.company).prepaid_hourly_rate = 499.0
        for percent, deposit in ((100.0, "390.88"), (50.0, "195.44")):
            with self.subTest(percent=percent), self.env.cr.savepoint() as savepoint:
                self.steps.clear()
                self.case["expected"].clear()
                self.bookings = self.bookings[:0]
                service = {"service_duration": 47 / 60}
                self._plan_deposit(service=service, amount_type="hour", percent=percent)
                self._row(BOOKED, cash=deposit, advances=deposit)
                self._done()
                savepoint.rollback()
            self.env.invalidate_all()

    # -- kept ----------------------------------------------------------------------------

    def _keep_a_part(self, product_tax=None, **row):
        """A third of 283.33 is kept: 94.43; the rest is paid back a week later."""
        self.company._prepaid_fee_product().taxes_id = product_tax
        self._plan_deposit(
            amount_type="percent", percent=33.333, late_keep="part", late_keep_percent=33.33
        )
        self._end("action_cancel")
        self._plan_pay_out("2026-05-15", 188.9)
        self._row(BOOKED, cash="283.33", advances="283.33")
        self._row("2026-05-14", cash="283.33", advances="188.90", **row)
        self._row("2026-05-15", cash="94.43", **row)
        self._done()

    def test_part_kept_outside_vat(self):
        self._keep_a_part(other_income="94.43")

    def test_part_kept_vat_included(self):
        self._keep_a_part(self._tax(20, True), other_income="78.69", tax="15.74")

    def test_part_kept_vat_on_top(self):
        """The client loses the same 94.43: tax is within, whatever its kind."""
        self._keep_a_part(self._tax(20, False), other_income="78.69", tax="15.74")

    def test_no_show_keeps_a_part(self):
        """12.5 % of 200.00; the rest pays the next visit."""
        self._plan_deposit(amount=200.0, no_show_keep="part", no_show_keep_percent=12.5)
        self._end("action_no_show")
        self._step(
            "2026-05-20",
            lambda: (
                self.rule.action_archive(),
                self._book("2026-05-20", price=175.0).action_done(),
            ),
        )
        self._row(VISIT, cash=200, advances=175, other_income=25)
        self._row("2026-05-20", cash=200, earned=175, other_income=25)
        self._done()

    # -- given back ----------------------------------------------------------------------

    def test_cancelled_in_time(self):
        """Money stays on the balance, pays another visit in part, and the rest goes back."""
        self._plan_deposit(amount=200.0)
        self._end("action_cancel", "2026-05-06")
        self._step(
            "2026-05-12",
            lambda: (
                self.rule.action_archive(),
                self._book("2026-05-12", price=149.99).action_done(),
            ),
        )
        self._plan_pay_out("2026-05-13", 50.01)
        self._row("2026-05-06", cash=200, advances=200)
        self._row("2026-05-12", cash=200, advances="50.01", earned="149.99")
        self._row("2026-05-13", cash="149.99", earned="149.99")
        self._done()

    def test_cancelled_by_us_and_paid_back(self):
        """Late, but it is ours: nothing is kept."""
        self._plan_deposit(amount=200.0)
        self._end("action_cancel", by="us")
        self._plan_pay_out("2026-05-09", 200.0)
        self._row(VISIT, cash=200, advances=200)
        self._row("2026-05-09")
        self._done()

    def test_price_falls_below_the_deposit(self):
        self._plan_deposit(amount=200.0)
        self._step(VISIT, lambda: self.bookings.write({"price": 150.0}))
        self._end("action_done")
        self._row(BOOKED, cash=200, advances=200)
        self._row(VISIT, cash=200, advances=50, earned=150)
        self._done()

    # -- together ------------------------------------------------------------------------

    def test_three_at_once(self):
        """One is done, one is cancelled late, one in time; each with its own deposit."""
        self._rule(amount_type="percent", percent=33.33)
        for hour, price in ((16, 100.0), (18, 200.0), (20, 333.33)):
            self._step(BOOKED, self._request, price, hour=hour)
        self._step("2026-05-06", lambda: self.bookings[2].action_cancel())
        self._step(VISIT, lambda: self.bookings[0].action_done(journal_id=self.cash.id))
        self._step(VISIT, lambda: self.bookings[1].action_cancel())
        # 33.33 + 66.66 + 111.10; what is free by then pays the first visit too
        self._row(BOOKED, cash="211.09", advances="211.09")
        self._row(VISIT, cash="211.09", advances="44.43", earned=100, other_income="66.66")
        self._done()

    def test_missed_together(self):
        self._rule(amount=33.33)
        for hour in (14, 16, 18):
            self._step(BOOKED, self._request, hour=hour)
        self._end("action_no_show", "2026-05-09")
        self._row(BOOKED, cash="99.99", advances="99.99")
        # Lost on the day of the visit
        self._row(VISIT, cash="99.99", other_income="99.99")
        self._done()

    def test_package_bought_after_the_deposit(self):
        """The package takes the visit; the deposit is the client's again."""
        self._plan_deposit(amount=50.0)
        template = self._template(100.0, 3, is_freestyle=True)
        self._step("2026-05-05", self._sell, template, journal_id=self.bank.id)
        self._end("action_done")
        self._plan_pay_out("2026-05-09", 50.0)
        self._row("2026-05-05", cash=150, advances=50, deferred=100)
        self._row(VISIT, cash=150, advances=50, deferred="66.67", earned="33.33")
        self._row("2026-05-09", cash=100, deferred="66.67", earned="33.33")
        self._done()

    def test_other_currency_beside(self):
        """100.00 EUR on the balance are no deposit in hryvnias, and pay no visit.

        Nor are the hryvnias of a deposit paid out because there are euros beside.
        """
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-05-01",
                "rate": 0.02,
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        journal = self.bank.copy({"name": "Euros", "code": "BEUR", "currency_id": euro.id})
        self._step(BOOKED, self._top_up, 100.0, BOOKED, journal=journal)
        self._plan_deposit(amount=200.0)
        pay_out = self._as_desk(self.client).prepaid_pay_out
        self._step(
            BOOKED, lambda: self._refused("deposit of coming", pay_out, 200.0, self.cash.id)
        )
        self._step(BOOKED, lambda: self.assertEqual(self.bookings.amount_due, 650.0))
        self._end("action_done", journal_id=self.cash.id)
        self._row(BOOKED, cash=5200, advances=5200)
        self._row(VISIT, cash=5850, advances=5000, earned=850)
        self._done()


@tagged("post_install", "-at_install")
class TestDepositCasesInYen(DepositDriver):
    """A currency without decimals."""

    currency_code = "JPY"

    def test_odd_percent(self):
        self._plan_deposit(1001.0, amount_type="percent", percent=33.333)
        self._end("action_done", journal_id=self.cash.id)
        self._row(BOOKED, cash=334, advances=334)
        self._row(VISIT, cash=1001, earned=1001)
        self._done()

    def test_part_kept_with_vat(self):
        """A third of 334 is 111; with 10 % within: 101 and 10; 223 go back."""
        self.company._prepaid_fee_product().taxes_id = self._tax(10, True)
        self._plan_deposit(
            1001.0, amount_type="percent", percent=33.333, late_keep="part", late_keep_percent=33.33
        )
        self._end("action_cancel")
        self._plan_pay_out("2026-05-15", 223.0)
        self._row(VISIT, cash=334, advances=223, other_income=101, tax=10)
        self._row("2026-05-15", cash=111, other_income=101, tax=10)
        self._done()


@tagged("post_install", "-at_install")
class TestTaxedDepositCases(DepositDriver, VatCommon):
    """Taxed advances used, kept and given back in odd parts: VAT by hand on every date."""

    def _kept(self, policy, rate, deposit, taxed):
        tax = self._vat_policy(policy, rate)
        self.company._prepaid_fee_product().taxes_id = tax if taxed else False
        self._plan_deposit(amount=deposit, late_keep="part", late_keep_percent=33.33)
        self._end("action_cancel")

    def test_entry_part_kept_with_vat(self):
        """66.66 of 200.00 kept: the VAT of the rest waits, and goes when the rest is paid back."""
        self._kept("advance_entry", 20, 200.0, taxed=True)
        self._plan_pay_out("2026-05-15", 133.34)
        self._row(BOOKED, cash=200, advances=200, tax="33.33", tax_transit="33.33")
        self._row(
            VISIT,
            cash=200,
            advances="133.34",
            tax="33.33",
            tax_transit="22.22",
            other_income="55.55",
        )
        self._row("2026-05-15", cash="66.66", tax="11.11", other_income="55.55")
        self._done()

    def test_entry_part_kept_outside_vat(self):
        self._kept("advance_entry", 20, 200.0, taxed=False)
        self._plan_pay_out("2026-05-15", 133.34)
        self._row(
            VISIT,
            cash=200,
            advances="133.34",
            tax="22.22",
            tax_transit="22.22",
            other_income="66.66",
        )
        self._row("2026-05-15", cash="66.66", other_income="66.66")
        self._done()

    def test_invoice_part_kept_with_vat(self):
        """39.66 of 119.00 kept: 33.33 and 6.33."""
        self._kept("advance_invoice", 19, 119.0, taxed=True)
        self._row(BOOKED, cash=119, advances=100, tax=19)
        self._row(VISIT, cash=119, advances="66.67", tax=19, other_income="33.33")
        self._play(self.case)

    def test_invoice_part_kept_outside_vat(self):
        """The VAT of what is kept is given back: 6.33 of 19.00."""
        self._kept("advance_invoice", 19, 119.0, taxed=False)
        self._row(VISIT, cash=119, advances="66.67", tax="12.67", other_income="39.66")
        self._play(self.case)

    def _use_and_give_back(self):
        day = "2026-05-05"
        self._step(BOOKED, self._top_up, 1000.0, BOOKED, journal=self.cash)
        self._step(day, lambda: self._book(day, price=333.33).action_done())
        self._plan_pay_out("2026-05-06", 200.0)

    def test_entry_used_and_given_back(self):
        """166.67 accrued; 55.56 released by the use, 33.33 more by the pay-out: together 88.89."""
        self._vat_policy("advance_entry", 20)
        self._use_and_give_back()
        self._row(BOOKED, cash=1000, advances=1000, tax="166.67", tax_transit="166.67")
        self._row(
            "2026-05-05",
            cash=1000,
            advances="666.67",
            earned="277.77",
            tax="166.67",
            tax_transit="111.11",
        )
        self._row(
            "2026-05-06",
            cash=800,
            advances="466.67",
            earned="277.77",
            tax="133.34",
            tax_transit="77.78",
        )
        self._done()

    def test_invoice_used_and_given_back(self):
        """159.66 of VAT in 1000.00; 53.22 deducted, then 31.93 credited: together 85.15."""
        self._vat_policy("advance_invoice", 19)
        self._use_and_give_back()
        self._row(BOOKED, cash=1000, advances="840.34", tax="159.66")
        self._row("2026-05-05", cash=1000, advances="560.23", tax="159.66", earned="280.11")
        self._row("2026-05-06", cash=800, advances="392.16", tax="127.73", earned="280.11")
        self._play(self.case)
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 466.67)


@tagged("post_install", "-at_install")
class TestLossCases(HandMadeCase):
    """Debts by age, what is expected to be lost of them, written off and recovered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("accountant", "account.group_account_invoice")

    def _propose(self, as_of, *rates):
        """Post the change of the allowance that the accountant is proposed."""
        proposal = self.env["prepaid.loss.proposal"].with_user(self.accountant)
        proposal = proposal.with_company(self.company).create({"as_of": as_of})
        for line, rate in zip(proposal.line_ids.sorted("bucket"), rates, strict=True):
            line.rate = rate
        action = proposal.action_propose()
        if action.get("res_id"):
            self.env["account.move"].browse(action["res_id"]).action_post()

    def _write_off(self, day, client):
        request = self._as_desk(self.env["prepaid.write.off"]).create(
            {"partner_id": client.id, "reason": "Gone", "method": "allowance", "date": day}
        )
        request.with_user(self.manager).action_approve()
        self.request = request

    def _plan_debt(self, day, client, price):
        self._approve_credit(client)
        self._step(day, lambda: self._book(day, client=client, price=price).action_done())

    def test_matrix_change_loss_and_recovery(self):
        """Each age is rounded by itself; a month later only the change; then the loss is real."""
        self._begin()
        bohdan = self._create_client("Bohdan")
        rates = (1.0, 2.5, 7.5, 33.33, 50.0, 100.0)
        self._plan_debt("2026-01-10", bohdan, 66.67)
        self._plan_debt("2026-02-20", self.client, 333.33)
        self._plan_debt("2026-03-31", self.client, 99.99)
        self._step("2026-04-01", self._propose, "2026-03-31", *rates)
        self._step("2026-04-15", self._top_up, 400.0, "2026-04-15")
        self._step("2026-05-01", self._propose, "2026-04-30", *rates)
        self._step("2026-05-10", self._write_off, "2026-05-10", bohdan)
        self._step(
            "2026-05-20", lambda: self.request.recover(16.67, self.bank.id, "2026-05-20")
        )
        self._step("2026-06-01", self._propose, "2026-05-31", *rates)
        self._row("2026-03-30", receivable=400, earned=400)
        # 80 days: 22.22; 39 days: 25.00 (24.99975); not due: 1.00 (0.9999)
        lost = {"bad_debt": "48.22", "allowance": "48.22"}
        self._row("2026-03-31", receivable="499.99", earned="499.99", **lost)
        self._row("2026-04-15", cash=400, receivable="99.99", earned="499.99", **lost)
        # 110 days: 33.34 (33.335); 30 days: 33.32 at 2.5 % are 0.83
        lost = {"bad_debt": "34.17", "allowance": "34.17"}
        self._row("2026-04-30", cash=400, receivable="99.99", earned="499.99", **lost)
        self._row(
            "2026-05-10",
            cash=400,
            receivable="33.32",
            earned="499.99",
            bad_debt="34.17",
            allowance="-32.50",
        )
        self._row(
            "2026-05-20",
            cash="416.67",
            receivable="33.32",
            earned="499.99",
            bad_debt="17.50",
            allowance="-32.50",
        )
        # 61 days: 33.33 % of 33.32 are 11.11 (11.1056); 43.61 more are needed
        self._row(
            "2026-05-31",
            cash="416.67",
            receivable="33.32",
            earned="499.99",
            bad_debt="61.11",
            allowance="11.11",
        )
        self._play(self.case)
        for client in (self.client, bohdan):
            self._assert_balance_is_ledger(client)
