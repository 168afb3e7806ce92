from odoo import api, fields, models

from .prepaid_booking import CLOSED_STATES


class PrepaidBooking(models.Model):
    """What a visit costs. All figures are in company currency."""

    _inherit = "prepaid.booking"

    amount_total = fields.Monetary(
        "To Pay",
        compute="_compute_amount_total",
        store=True,
        help="The income with its taxes: what the client pays.",
    )

    @api.depends("service_id", "event_id.prepaid_price")
    def _compute_price(self):
        """The price agreed for the meeting, else the client's price list. Not once it is done."""
        for booking in self:
            if booking.state in CLOSED_STATES:
                booking.price = booking.price
            elif booking._has_price_of_meeting():
                booking.price = booking.event_id.prepaid_price
            else:
                booking.price = booking._list_price()

    def _has_price_of_meeting(self):
        """Return whether somebody agreed on a price for all seats of the meeting."""
        self.ensure_one()
        event = self.event_id
        if not event or event.prepaid_service_id != self.service_id:
            return False
        return bool(self.currency_id.compare_amounts(event.prepaid_price, event._service_price()))

    def _list_price(self):
        """Return the price of the service for the client, in company currency."""
        self.ensure_one()
        company = self.company_id or self.env.company
        if not self.service_id:
            return 0.0
        client = self.partner_id.with_company(company)
        if not client:
            return self.service_id.with_company(company).lst_price  # on a form, nobody chosen yet
        return client._prepaid_list_price(self.service_id, company.currency_id, self.start)

    @api.depends("price", "service_id", "partner_id", "company_id")
    def _compute_amount_total(self):
        """Add the taxes that the invoice will have."""
        for booking in self:
            booking.amount_total = booking._taxes().compute_all(
                booking.price,
                currency=booking.currency_id,
                product=booking.service_id,
                partner=booking.payer_id,
            )["total_included"]

    def _taxes(self):
        """Return the taxes of the service, or of its income account, mapped for the payer."""
        self.ensure_one()
        company = self.company_id
        service = self.service_id.with_company(company)
        taxes = service.taxes_id._filter_taxes_by_company(company)
        if not taxes:
            income = service.product_tmpl_id.get_product_accounts()["income"]
            taxes = income.tax_ids.filtered(lambda tax: tax.type_tax_use == "sale")
            taxes = taxes._filter_taxes_by_company(company)
        if taxes:
            FiscalPosition = self.env["account.fiscal.position"].with_company(company)
            taxes = FiscalPosition._get_fiscal_position(self.payer_id).map_tax(taxes)
        return taxes

    @api.model
    def _check_price(self, price):
        """Refuse an income that is not an amount of money, zero or more."""
        label = self._fields["price"]._description_string(self.env)
        self.env["prepaid.ledger"]._check_not_negative(price, label)
