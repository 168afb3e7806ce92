from odoo import models
from odoo.fields import Datetime

from ...tools.dates import local_day


class ResPartner(models.Model):
    """What something costs a client when nobody agreed on a price."""

    _inherit = "res.partner"

    def _prepaid_list_price(self, product, currency, moment=None, quantity=1.0):
        """Return the price of a product for this client, as it stands on the invoice line.

        By the client's price list of that day, in the list's own currency and then converted (a
        fixed price of a list is in its currency, whatever is asked for). A price that contains
        taxes follows the fiscal position of the payer, as Odoo's own documents do.

        :param product.product product: what is sold by the current company
        :param res.currency currency: of the invoice
        :param datetime moment: UTC; now by default
        :rtype: float
        """
        self.ensure_one()
        company, moment = self.env.company, moment or Datetime.now()
        client, product = self.with_company(company), product.with_company(company)
        pricelist = client.property_product_pricelist
        asked = pricelist.currency_id or company.currency_id
        price = pricelist._get_product_price(product, quantity, currency=asked, date=moment)
        if asked != currency:
            day = local_day(moment, company._prepaid_tz())
            price = asked._convert(price, currency, company, day)
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        position = positions._get_fiscal_position(client.commercial_partner_id)
        taxes = product.taxes_id._filter_taxes_by_company(company)
        return product._get_tax_included_unit_price_from_price(
            price, taxes, fiscal_position=position
        )
