from unittest import SkipTest

from odoo.tests import freeze_time, tagged

from .vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestKsef(VatCommon):
    """Poland's e-invoices: an advance is ZAL, what settles it ROZ, and names it."""

    @classmethod
    @VatCommon.setup_country("pl")
    def setUpClass(cls):
        super().setUpClass()
        if not hasattr(cls.env["account.move"], "_l10n_pl_edi_get_ksef_invoice_type"):
            raise SkipTest("needs l10n_pl_edi, see dev/apps.txt")

    def test_types_and_link(self):
        self._vat_policy("advance_invoice", 23)
        self._top_up(123.0, "2026-03-05")
        advance = self.env["account.move"].search(
            [("prepaid_kind", "=", "advance"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(advance._l10n_pl_edi_get_ksef_invoice_type(), "ZAL")
        self._approve_credit()
        invoice = self._visit("2026-03-10", 246.0).sudo().invoice_id
        self.assertEqual(invoice._l10n_pl_edi_get_ksef_invoice_type(), "ROZ")
        self.assertEqual(invoice._l10n_pl_edi_get_related_invoices(), [advance.name])
        self.assertEqual(advance._l10n_pl_edi_get_related_invoices(), [])
        plain = self._visit("2026-03-12", 50.0).sudo().invoice_id
        self.assertEqual(plain._l10n_pl_edi_get_ksef_invoice_type(), "VAT")

    def test_correction(self):
        self._vat_policy("advance_invoice", 23)
        self._top_up(123.0, "2026-03-05")
        self._as_desk(self.client).prepaid_pay_out(123.0, self.bank.id, "2026-03-08")
        note = self.env["account.move"].search(
            [("prepaid_kind", "=", "advance_credit"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(note._l10n_pl_edi_get_ksef_invoice_type(), "KOR_ZAL")
