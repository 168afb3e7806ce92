from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import PrepaidCommon

STATEMENT = "prepaid_services.action_report_statement"
RECEIPT = "prepaid_services.action_report_receipt"


class ReportCommon(PrepaidCommon):
    def _html(self, report, record, user=None, **context):
        """Return a printed document as text with single spaces, as a user would get it."""
        Report = self.env["ir.actions.report"].with_user(user or self.desk)
        Report = Report.with_company(self.company).with_context(**context)
        html, _type = Report._render_qweb_html(report, record.ids)
        text = html.decode().replace("\N{NO-BREAK SPACE}", " ")
        return " ".join(text.replace("\N{ZERO WIDTH NO-BREAK SPACE}", "").split())

    def _cell(self, html, name):
        """Return the amount in the element with a name."""
        element = html.split(f'name="{name}"')[1].split("oe_currency_value")[1]
        return element.split(">")[1].split("<")[0]

    def _movement(self, payment):
        return self.env["prepaid.client.movement"].search([("payment_id", "=", payment.id)])


@tagged("post_install", "-at_install")
class TestStatement(ReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"vat": "US123456789", "street": "12 Rose Street"})

    def _history(self):
        self._top_up(300, "2026-01-05", memo="Gift for the birthday")
        self._book("2026-01-10").action_done()
        self._top_up(50, "2026-02-01")
        self._book("2126-03-01")

    def test_whole_history(self):
        self._history()
        html = self._html(STATEMENT, self.client)
        self.assertEqual(self._cell(html, "opening"), "0.00")
        self.assertEqual(self._cell(html, "closing"), "230.00")
        rows = html.split("Opening balance")[1].split("Closing balance")[0]
        self.assertEqual(rows.count("<td class=\"text-nowrap\">"), 3, "no row for an application")
        for text in ("Gift for the birthday", "Manicure", "300.00", "-120.00", "180.00", "230.00"):
            self.assertIn(text, rows)
        coming = html.split("Coming visits")[1]
        self.assertIn("Manicure", coming)
        self.assertIn("120.00", coming)
        # the letterhead is on the page, not in a header that wkhtmltopdf may drop
        for text in (self.company.name, "US123456789", "12 Rose Street"):
            self.assertIn(text, html)
        self.assertNotIn('class="header', html)

    def test_closing_is_the_balance_of_the_client(self):
        self._history()
        statement = self._as_desk(self.client)._prepaid_statement()
        self.assertEqual(statement["closing"], self._as_desk(self.client).service_balance)
        self._assert_balance_is_ledger()

    def test_period(self):
        self._history()
        wizard = self._as_desk(self.env["prepaid.statement"]).create(
            {"partner_id": self.client.id, "date_from": "2026-01-10", "date_to": "2026-01-31"}
        )
        action = wizard.action_print()
        self.assertEqual(action["report_name"], "prepaid_services.report_statement")
        html = self._html(STATEMENT, self.client, **action["context"])
        self.assertEqual(self._cell(html, "opening"), "300.00")
        self.assertEqual(self._cell(html, "closing"), "180.00")
        self.assertNotIn("Gift", html)
        self.assertIn("01/10/2026", html)
        self.assertIn("01/31/2026", html)

    def test_period_the_wrong_way_round(self):
        wizard = self._as_desk(self.env["prepaid.statement"]).create(
            {"partner_id": self.client.id, "date_from": "2026-02-01", "date_to": "2026-01-31"}
        )
        with self.assertRaisesRegex(UserError, "ends before it starts"):
            wizard.action_print()

    def test_debt(self):
        self._approve_credit()
        self._book("2026-01-10").action_done()
        html = self._html(STATEMENT, self.client)
        self.assertEqual(self._cell(html, "closing"), "-120.00")
        self.assertIn("still to be paid", html)

    def test_member_of_a_family(self):
        """A member's statement is of the payer's money, without what others were given."""
        child = self._create_client("Little Bo", parent_id=self.client.id)
        self._top_up(300, "2026-01-05")
        self._book("2026-01-10").action_done()
        own = self._create_service("Haircut", 20)
        self._book("2026-01-11", client=child, service_id=own.id).action_done()
        html = self._html(STATEMENT, child)
        self.assertIn("Statement of <span>Anna</span>", html)
        self.assertIn("Little Bo", html)
        self.assertEqual(self._cell(html, "closing"), "160.00")
        self.assertIn("Haircut", html)
        self.assertNotIn("Manicure", html)

    def test_clients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        field = self.env["ir.model.fields"]._get("prepaid.client.movement", "kind")
        selection = field.selection_ids.filtered(lambda s: s.value == "top_up")
        selection.with_context(lang="fr_FR").name = "Versement"
        self.client.lang = "fr_FR"
        self._top_up(300, "2026-01-05")
        html = self._html(STATEMENT, self.client)
        self.assertIn("Versement", html)
        self.assertIn("05/01/2026", html)

    def test_branch_prints_the_whole_legal_entity(self):
        self._top_up(300, "2026-01-05")
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.desk.write({"company_ids": [(6, 0, branch.ids)], "company_id": branch.id})
        client = self.client.with_user(self.desk).with_company(branch)
        self.assertEqual(client._prepaid_statement()["closing"], 300)

    def test_two_companies(self):
        other = self.setup_other_company()["company"]
        self._top_up(300, "2026-01-05")
        statement = self.client.sudo().with_company(other)._prepaid_statement()
        self.assertFalse(statement["movements"])
        self.assertEqual(statement["closing"], 0)

    def test_specialist_prints_no_money(self):
        self._top_up(300, "2026-01-05")
        with self.assertRaises(AccessError):
            self._html(STATEMENT, self.client, user=self.specialist)

    def test_dates_are_inclusive(self):
        self._top_up(300, "2026-01-05")
        day = date(2026, 1, 5)
        statement = self._as_desk(self.client)._prepaid_statement(day, day)
        self.assertEqual((statement["opening"], statement["closing"]), (0, 300))


@tagged("post_install", "-at_install")
class TestReceipt(ReportCommon):
    def test_top_up(self):
        payment = self._top_up(150, "2026-01-05", memo="Gift", journal=self.cash)
        html = self._html(RECEIPT, self._movement(payment))
        for text in ("Receipt", payment.name, "Anna", "Gift", self.cash.name, "01/05/2026"):
            self.assertIn(text, html)
        self.assertEqual(self._cell(html, "amount"), "150.00")
        self.assertEqual(self._cell(html, "balance"), "150.00")
        self.assertIn("One Hundred And Fifty", html)

    def test_pay_back(self):
        self._top_up(150, "2026-01-05")
        payment_id = self._as_desk(self.client).prepaid_pay_out(40, self.cash.id, "2026-01-06")
        html = self._html(RECEIPT, self._movement(self.env["account.payment"].browse(payment_id)))
        self.assertIn("Money Paid Back", html)
        self.assertEqual(self._cell(html, "amount"), "40.00")
        self.assertEqual(self._cell(html, "balance"), "110.00")

    def test_foreign_currency_is_shown_as_paid(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        journal = self.bank.copy({"currency_id": euro.id, "code": "EUR1", "name": "Euro bank"})
        payment = self._top_up(100, "2026-01-05", journal=journal)
        html = self._html(RECEIPT, self._movement(payment))
        self.assertEqual(self._cell(html, "amount"), "100.00")
        self.assertIn("€", html)
        self.assertEqual(self._cell(html, "balance"), "50.00")

    def test_dialog_prints_it_for_the_front_desk(self):
        wizard = self._as_desk(self.env["prepaid.money"]).create(
            {"partner_id": self.client.id, "amount": 10, "journal_id": self.cash.id}
        )
        action = wizard.with_context(prepaid_print_receipt=True).action_confirm()
        self.assertEqual(action["report_name"], "prepaid_services.report_receipt")

    def test_specialist_prints_no_receipt(self):
        movement = self._movement(self._top_up(150, "2026-01-05"))
        with self.assertRaises(AccessError):
            self._html(RECEIPT, movement, user=self.specialist)


@tagged("post_install", "-at_install")
class TestPdf(ReportCommon, HttpCase):
    """Real PDF files, printed by the front desk, which has no accounting rights."""

    def test_pdf(self):
        payment = self._top_up(150, "2026-01-05")
        Report = self.env["ir.actions.report"].with_user(self.desk).with_company(self.company)
        Report = Report.with_context(force_report_rendering=True)
        for report, record in ((STATEMENT, self.client), (RECEIPT, self._movement(payment))):
            with self.subTest(report=report):
                content, kind = Report._render_qweb_pdf(report, record.ids)
                self.assertEqual(kind, "pdf")
                self.assertTrue(content.startswith(b"%PDF-"))
                self.assertGreater(len(content), 5000)
