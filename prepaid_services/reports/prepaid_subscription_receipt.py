from odoo import models
from odoo.exceptions import AccessError

from ..models.client.res_partner import MONEY_GROUPS


class ReportPrepaidPackageReceipt(models.AbstractModel):
    """The receipt of a package: what was bought, until when, on which terms, paid or open."""

    _name = "report.prepaid_services.report_package_receipt"
    _description = "Package Receipt"

    def _get_report_values(self, docids, data=None):
        """Return the receipts, each in the payer's own language.

        :raise AccessError: the caller may not see clients' money
        """
        packages = self.env["prepaid.subscription"].browse(docids)
        packages.check_access("read")
        if not self.env.su and not self.env.user.has_groups(MONEY_GROUPS):
            raise AccessError(
                self.env._("Only the front desk and accountants print receipts of packages.")
            )
        return {"docs": packages, "receipts": [self._receipt(package) for package in packages]}

    def _receipt(self, package):
        """Return what one receipt says.

        As superuser: the front desk has no access to invoices of its own.

        :rtype: dict
        """
        lang = package.sudo().payer_id.lang or self.env.lang
        package = package.sudo().with_context(lang=lang)
        currency, invoice = package.sale_currency_id, package.invoice_line_id.move_id
        price = currency.round(float(package._gross_price()))
        return {
            "package": package,
            "company": package.company_id,
            "currency": currency,
            "price": price,
            "tax": currency.round(price - package.revision_id.total_currency),
            "invoice": invoice,
            "open": invoice.amount_residual,
            "is_paid": invoice.currency_id.is_zero(invoice.amount_residual) if invoice else True,
            "terms": package._terms_in_words(),
        }
