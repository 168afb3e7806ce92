from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Balances of 100,000 clients are added up from this index alone
    _prepaid_partner_balance_idx = models.Index(
        "(account_id, partner_id) INCLUDE "
        "(amount_residual, balance, company_id, currency_id, date, prepaid_vat) "
        "WHERE parent_state = 'posted'"
    )
    # Taxed advances are few, and looked for whenever balances are read: those nobody has paid, and
    # what was used of them
    _prepaid_taxed_advance_idx = models.Index("(move_id) WHERE prepaid_vat < 0")
    _prepaid_taxed_use_idx = models.Index("(account_id) WHERE prepaid_vat != 0")
    # Totals of accounts, and of clients' money up to a day or day by day, from this index alone
    _prepaid_day_balance_idx = models.Index(
        "(account_id, date) INCLUDE "
        "(balance, company_id, id, journal_id, move_id, partner_id, prepaid_vat) "
        "WHERE parent_state = 'posted'"
    )
    # What is open today is aged from this index alone; nothing is ever open of other accounts
    _prepaid_open_item_idx = models.Index(
        "(account_id, partner_id, date_maturity) INCLUDE "
        "(amount_residual, balance, company_id, currency_id, date, prepaid_vat)"
        " WHERE amount_residual != 0 AND parent_state = 'posted'"
    )

    def _prepaid_is_due(self):
        """Return whether an open item is to be paid by today, at its company."""
        self.ensure_one()
        return (self.date_maturity or self.date) <= self.company_id._prepaid_today()

    def _prepaid_tax_base(self):
        """Return the price of these lines as a unit price is written: with the taxes in it.

        Taxes that are in the price and taxes on top may stand on the same line.

        :return: in the currency of the lines
        """
        total = 0.0
        for line in self:
            taxes = line.tax_ids.flatten_taxes_hierarchy()
            included = taxes.filtered("price_include")
            if not included:
                total += line.price_subtotal
            elif included == taxes:
                total += line.price_total
            else:
                total += line.price_unit * line.quantity * (1 - line.discount / 100.0)
        return total
