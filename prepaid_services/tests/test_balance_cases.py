from odoo.fields import Command
from odoo.tests import tagged

from .cases import CaseDriver, load


@tagged("post_install", "-at_install")
class TestBalanceCases(CaseDriver):
    """The worked cases of balance, credit and deposit, to the last cent on every date."""

    def setUp(self):
        super().setUp()
        self.visits = []

    def _case(self, case_id):
        case = load(case_id)[case_id]
        self._prepare_company(case)
        return case, case["inputs"]

    # -- what people do ------------------------------------------------------------------

    def _visit(self, day, price, **kwargs):
        booking = self._book(day, price=float(price), hour=10 + len(self.visits))
        booking.action_done(**kwargs)
        self.visits.append(booking)

    def _plan_top_up(self, day, amount, **kwargs):
        self._step(day, self._top_up, float(amount), day, **kwargs)

    def _plan_visit(self, day, price, **kwargs):
        self._step(day, self._visit, day, price, **kwargs)

    # -- balance -------------------------------------------------------------------------

    def test_a02_write_off(self):
        case, inputs = self._case("A02")
        self._plan_top_up(inputs["topup_on"], inputs["topup"])
        self._plan_visit(inputs["spent_on"], inputs["spent"])
        client = self.client.with_user(self.manager).with_company(self.company)
        self._step(inputs["written_off_on"], client.prepaid_write_off)
        self._play(case)

    def test_a04_cancelled_invoice(self):
        case, inputs = self._case("A04")
        self.service.taxes_id = self._tax(inputs["tax_rate"], inputs["price_includes_tax"])
        self._plan_top_up(inputs["topup_on"], inputs["topup"])
        self._plan_visit(inputs["invoice_on"], inputs["invoice"])
        self._step(
            inputs["cancelled_on"],
            lambda: self.visits[0].sudo().invoice_id.with_user(self.env.user).button_cancel(),
        )
        self._play(case)

    def test_f05_paid_back(self):
        case, inputs = self._case("F05")
        self._plan_top_up(inputs["topup_on"], inputs["topup"])
        self._plan_visit(inputs["spent_on"], inputs["spent"])
        left = float(inputs["topup"]) - float(inputs["spent"])
        client = self._as_desk(self.client)
        day = inputs["returned_on"]
        self._step(day, client.prepaid_pay_out, left, self.bank.id, day)
        self._play(case)

    # -- credit --------------------------------------------------------------------------

    def test_c01_oldest_debt_first(self):
        case, inputs = self._case("C01")
        self._approve_credit()
        for day, price in inputs["services"]:
            self._plan_visit(day, price)
        self._plan_top_up(inputs["topup_on"], inputs["topup"])
        self._play(case)
        open_by_service = case["expected_extra"]["open_by_service_2026-11-02"]
        self.assertEqual(
            [visit.amount_due for visit in self.visits],
            [float(amount) for amount in open_by_service.values()],
        )

    def test_c02_debt_then_balance(self):
        case, inputs = self._case("C02")
        self._approve_credit()
        shown = {}

        def look(day):
            shown[day] = self._as_desk(self.client).service_balance

        self._plan_visit(inputs["service_on"], inputs["service"])
        self._step(inputs["service_on"], look, inputs["service_on"])
        self._plan_top_up(inputs["topup_on"], inputs["topup"])
        self._step(inputs["topup_on"], look, inputs["topup_on"])
        self._plan_visit(inputs["next_service_on"], inputs["next_service"])
        self._step(inputs["next_service_on"], look, inputs["next_service_on"])
        self._play(case)
        expected = case["expected_extra"]["client_balance_shown"]
        self.assertEqual(shown, {day: float(amount) for day, amount in expected.items()})

    def test_c03_receivable_on_every_date(self):
        case, inputs = self._case("C03")
        self._approve_credit()
        for invoice in inputs["invoices"]:
            self._plan_visit(invoice["date"], invoice["amount"])
        self._plan_top_up(inputs["topup"]["date"], inputs["topup"]["amount"])
        against, single = inputs["credit_notes"]
        self._step(against["date"], self._credit_note, against, lambda: self.visits[2])
        self._step(single["date"], self._credit_note, single, lambda: None)
        self._play(case)

    def _credit_note(self, values, find_visit):
        """Post a credit note of the accountant, matched with the invoice it is against."""
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.client.id,
                "invoice_date": values["date"],
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.service.id, "price_unit": float(values["amount"])}
                    )
                ],
            }
        )
        refund.action_post()
        visit = find_visit()
        if visit:
            invoice = visit.sudo().invoice_id.with_user(self.env.user)
            (invoice + refund).line_ids.filtered(
                lambda line: line.account_id == self.receivable
            ).reconcile()

    # -- deposit -------------------------------------------------------------------------

    def test_d01_rest_collected_at_the_visit(self):
        case, inputs = self._case("D01")
        self._plan_top_up(inputs["paid_on"], case["expected_extra"]["deposit"])
        self._plan_visit(inputs["visit_on"], inputs["service_price"], journal_id=self.cash.id)
        self._play(case)
        self.assertEqual(self.visits[0].payment_status, "paid")

    # -- currency ------------------------------------------------------------------------

    def test_x04_rate_of_the_advance(self):
        case, inputs = self._case("X04")
        rates = [("2026-01-01", float(inputs["rate_at_topup"])), (inputs["invoice_on"], 0.75)]
        euro = self.setup_other_currency("EUR", rates=rates)
        journal = self.env["account.journal"].create(
            {"name": "Bank EUR", "type": "bank", "code": "BEUR", "currency_id": euro.id}
        )
        self.service.taxes_id = self._tax(inputs["tax_rate"], inputs["price_includes_tax"])
        self._plan_top_up(inputs["topup_on"], inputs["topup_eur"], journal=journal)
        self._step(inputs["invoice_on"], self._invoice_from_balance, inputs, euro)
        self._play(case)

    def _invoice_from_balance(self, inputs, currency):
        """Post an invoice of the accountant and add the balance from the outstanding credits."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "currency_id": currency.id,
                "invoice_date": inputs["invoice_on"],
                "invoice_currency_rate": float(inputs["invoice_currency_rate"]),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.service.id,
                            "price_unit": float(inputs["invoice_eur"]),
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        [credit] = invoice.invoice_outstanding_credits_debits_widget["content"]
        invoice.js_assign_outstanding_line(credit["id"])
