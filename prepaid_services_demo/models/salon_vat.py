from datetime import time, timedelta

from odoo import api, fields, models

#: The firm, its service, price without tax, days since its advance and since its visit
FIRM, SERVICE, PRICE = "Harbour Office Ltd", "Office Massage Day", 400.0
PAID_AGO, VISIT_AGO = 45, 20


class PrepaidDemoSalon(models.AbstractModel):
    """A firm that wants an invoice with VAT for its advance; a visit has used half of it."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: an advance invoice, and a visit that deducts it."""
        bookings = super()._generate(clients, days, seed)
        company = self.env.company
        if company.account_sale_tax_id and days > PAID_AGO:
            company.prepaid_vat_tax_id = company.account_sale_tax_id
            bookings += self._live_taxed(company.account_sale_tax_id)
        return bookings

    @api.model
    def _live_taxed(self, tax):
        """Take the advance of the firm, invoice it, and finish a visit; returns the booking."""
        today = self.env.company._prepaid_today()
        desk, clara = (
            self.env["res.users"].search([("login", "=", login)]) for login in ("desk", "clara")
        )
        service = self._find_or_create(
            "product.product",
            "name",
            SERVICE,
            type="service",
            list_price=PRICE,
            service_duration=4.0,
            taxes_id=[fields.Command.set(tax.ids)],
        )
        firm = self.env["res.partner"].create({"name": FIRM, "is_company": True})
        journal = firm._prepaid_money_journals()[:1]
        gross = tax.compute_all(2 * PRICE)["total_included"]
        day = fields.Date.to_string(today - timedelta(days=PAID_AGO))
        payment_id = firm.with_user(desk).prepaid_top_up(gross, journal.id, day)
        self.env["account.payment"].browse(payment_id).action_prepaid_advance_invoice()
        visit = (
            self.env["prepaid.booking"]
            .with_user(desk)
            .create(
                {
                    "partner_id": firm.id,
                    "service_id": service.id,
                    "user_id": clara.id,
                    "start": self._moment(today - timedelta(days=VISIT_AGO), time(8)),
                }
            )
        )
        visit.action_confirm()
        visit.action_done()
        return visit
