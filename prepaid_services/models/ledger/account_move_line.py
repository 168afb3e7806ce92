from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # Balances of 100,000 clients are added up from this index alone
    _prepaid_partner_balance_idx = models.Index(
        "(account_id, partner_id) INCLUDE (balance, company_id, prepaid_vat) "
        "WHERE parent_state = 'posted'"
    )
    # Totals of accounts, and of clients' money up to a day or day by day, from this index alone
    _prepaid_day_balance_idx = models.Index(
        "(account_id, date) INCLUDE "
        "(balance, company_id, journal_id, move_id, partner_id, prepaid_vat) "
        "WHERE parent_state = 'posted'"
    )
    # What is open today is aged from this index alone
    _prepaid_open_item_idx = models.Index(
        "(account_id, partner_id, date_maturity) INCLUDE (amount_residual, date, company_id)"
        " WHERE reconciled IS NOT TRUE AND parent_state = 'posted'"
    )
