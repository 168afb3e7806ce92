import io
from datetime import timedelta

from openpyxl import load_workbook

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import OdooPdfFileReader

from .debt_common import DebtCommon


@tagged("post_install", "-at_install")
class TestReceivableTours(DebtCommon, HttpCase):
    """Debts in a real browser: who owes, and the last step with a debt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        features = cls.env.ref("prepaid_services.group_feature_receivable") | cls.env.ref(
            "prepaid_services.group_feature_balance"
        )
        for user in (cls.accountant, cls.manager):
            user.group_ids += features
        cls._create_client("Agency Ltd")

    def setUp(self):
        super().setUp()
        self.invoice = self._document(120, self._days_ago(50))

    @classmethod
    def _days_ago(cls, days):
        return cls.company._prepaid_today() - timedelta(days=days)

    def test_ageing(self):
        """An accountant with nothing but accounting groups."""
        self.start_tour("/odoo/customer-invoices", "prepaid_ageing_tour", login="accountant")

    def test_collection_and_write_off(self):
        self.start_tour("/odoo/prepaid-clients", "prepaid_collection_tour", login="manager")
        self.assertTrue(self.invoice.prepaid_written_off)
        self.assertEqual(self.client.with_user(self.desk).collection_state, "handed_over")
        self._assert_ledger(receivable=0.0)
        self.assertEqual(self._ledger(self.bad_debt), 120)

    def test_excel(self):
        """The spreadsheet, over HTTP, for accountants only."""
        self.authenticate("accountant", "accountant")
        query = f"as_of={self._days_ago(0)}&by=client&width=15&cids={self.company.id}"
        response = self.url_open(f"/prepaid/ageing.xlsx?{query}")
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertIn("46-60 Days", cells[2])
        self.assertEqual(cells[3][0], "Total")
        self.assertEqual((cells[4][0], max(filter(None, cells[4][1:]))), ("Anna", 120))
        self.assertIn(["Receivable accounts", 120, 120, 0], [row[:4] for row in cells])
        self.authenticate("desk", "desk")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/prepaid/ageing.xlsx?{query}").status_code, 403)

    def test_pdf(self):
        """Real PDF files: the report, and a dossier with the invoice behind it."""
        Report = self.env["ir.actions.report"].with_user(self.accountant)
        Report = Report.with_company(self.company).with_context(force_report_rendering=True)
        dialog = self.env["prepaid.ageing"].with_user(self.accountant).create({})
        content, kind = Report._render_qweb_pdf("prepaid_services.report_ageing", dialog.ids)
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))
        case = (
            self.env["prepaid.collection"]
            .with_user(self.manager)
            .with_context(force_report_rendering=True)
            .create({"partner_id": self.client.id})
        )
        self.assertEqual(len(OdooPdfFileReader(io.BytesIO(case._dossier_pdf())).pages), 2)
