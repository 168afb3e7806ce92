"""A part of a debt is written off, and what was written off is nowhere taken for paid."""

from odoo.tests import freeze_time, tagged

from .debt_common import TODAY, DebtCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestWriteOffPart(DebtCommon):
    def test_oldest_first(self):
        """The older invoice is written off, of the other one the rest stays a debt."""
        newer = self._document(100, "2026-02-10")
        older = self._document(60, "2026-01-10")
        request = self._request(amount_asked=80)
        [entry] = self._approve(request)
        self.assertEqual(
            (older + newer).mapped(lambda m: (m.amount_residual, m.prepaid_written_off)),
            [(0, True), (80, False)],
        )
        self.assertEqual(request.amount, 80)
        self._assert_loss(bad_debt=80, receivable=80)
        self.assertEqual(len(entry.line_ids), 3)
        self._assert_ties()
        self._pay(newer, 80, "2026-03-20")
        self.assertFalse(newer.prepaid_written_off, "the client paid what was asked in the end")
        request.with_user(self.manager).action_take_back()
        self._assert_loss(bad_debt=0, receivable=80)
        self.assertEqual((older.amount_residual, newer.amount_residual), (60, 20))

    def test_the_rest_of_what_was_written_off_in_part(self):
        invoice = self._document(100, "2026-01-10")
        self._approve(self._request(amount_asked=30))
        self.assertFalse(invoice.prepaid_written_off)
        request = self._request()
        self.assertEqual(request.amount_open, 70)
        self._approve(request)
        self.assertTrue(invoice.prepaid_written_off)
        self._assert_loss(bad_debt=100, receivable=0)

    def test_by_credit_note(self):
        invoice = self._document(100, "2026-01-10")
        [note] = self._approve(self._request(amount_asked=40, method="credit_note"))
        self.assertEqual((note.amount_total, invoice.amount_residual), (40, 60))
        self.assertFalse(invoice.prepaid_written_off)
        self._assert_loss(bad_debt=40, receivable=60)

    def test_foreign_currency(self):
        """The amount is in company currency; the invoice keeps the same share open in its own."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-03-01", 4.0)])
        invoice = self._document(100, "2026-01-10", currency_id=euro.id)
        self._approve(self._request(amount_asked=20))
        self.assertEqual(invoice.amount_residual, 60)
        self._assert_loss(bad_debt=20, receivable=30)

    def test_more_than_is_open(self):
        self._document(100, "2026-01-10")
        for amount in (100.01, -1):
            self._refused("write off a part", self._request, amount_asked=amount)

    def test_paid_meanwhile(self):
        """Never more than what is open at the approval."""
        invoice = self._document(100, "2026-01-10")
        request = self._request(amount_asked=80)
        self._pay(invoice, 50, "2026-03-19")
        self._approve(request)
        self._assert_loss(bad_debt=50, receivable=0)

    def test_fixed_when_booked(self):
        """Nobody changes afterwards what was decided on."""
        self._document(100, "2026-01-10")
        request = self._request()
        request.reason = "Moved far away"
        self._approve(request)
        for vals in ({"method": "credit_note"}, {"partner_id": self._create_client("Heir").id}):
            self._refused("written off already", request.write, vals)

    def test_receipt(self):
        receipt = self._document(40, "2026-01-10", move_type="out_receipt")
        self._approve(self._request())
        self.assertTrue(receipt.prepaid_written_off)
        self._assert_loss(bad_debt=40, receivable=0)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestNotPaid(DebtCommon):
    def test_instalments(self):
        """What was written off of a plan's debts was not paid, and the plan is over."""
        invoice = self._document(100, "2026-01-10")
        client = self.client.with_user(self.desk).with_company(self.company)
        parts = [["2026-03-25", 50], ["2026-04-25", 50]]
        plan = self.env["prepaid.instalment.plan"].browse(client.prepaid_instalments(parts))
        self._pay(invoice, 50, "2026-03-20")
        self.assertEqual((plan.state, plan.amount_paid), ("active", 50))
        request = self._request()
        self._approve(request)
        plan.invalidate_recordset()
        self.assertEqual((plan.state, plan.amount_paid), ("cancelled", 50))

    def test_credit_figures(self):
        """A written-off invoice speaks against credit; it was not paid late."""
        lost = self._document(100, "2025-12-01")
        paid = self._document(500, "2026-03-01")
        self._pay(paid, 500, "2026-03-01")
        client = self.client.with_user(self.manager).with_company(self.company)
        self.assertEqual(client.prepaid_credit_figures()["written_off"], 0)
        self._approve(self._request())
        self.assertTrue(lost.prepaid_written_off)
        figures = client.prepaid_credit_figures()
        self.assertEqual((figures["days_late"], figures["written_off"]), (0, 1))
        self.assertEqual(figures["proposal"], 0)
        self.assertIn(["against", "Invoices written off: 1"], figures["points"])

    def test_credit_figures_of_who_never_paid(self):
        """Nothing paid is no praise for paying in time."""
        self._document(100, "2026-03-19")
        client = self.client.with_user(self.manager).with_company(self.company)
        figures = client.prepaid_credit_figures()
        self.assertEqual(figures["paid"], 0)
        self.assertIn(["against", "Has not paid an invoice in two years"], figures["points"])
        self.assertIn("no invoice yet", figures["arithmetic"])

    def test_collection_closed(self):
        self._document(100, "2026-01-10")
        Collection = self.env["prepaid.collection"].with_user(self.manager)
        case = Collection.with_company(self.company).create(
            {"partner_id": self.client.id, "agent_id": self._create_client("Agency Ltd").id}
        )
        case.action_hand_over()
        self._approve(self._request(user=self.manager, collection_id=case.id))
        case.action_close_written_off()
        self.assertRecordValues(case, [{"state": "closed", "outcome": "written_off"}])
