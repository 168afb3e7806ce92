from odoo import fields, models
from odoo.tools import SQL


class PrepaidPaymentWay(models.Model):
    """How money is taken and given back: the names of the bank, cash and credit card journals.

    All that the front desk sees of them. Whoever may read journals reads the bank's balance, the
    curve of what is owed and all account numbers as well. The ids are those of the journals.
    """

    _name = "prepaid.payment.way"
    _description = "Payment Method"
    _auto = False
    _order = "sequence, id"
    _depends = {
        "account.journal": ["active", "company_id", "currency_id", "name", "sequence", "type"]
    }

    name = fields.Char(readonly=True, translate=True)
    type = fields.Selection(
        [("bank", "Bank"), ("cash", "Cash"), ("credit", "Credit Card")], readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(
        "res.currency", readonly=True, help="Leave empty to use the company currency."
    )
    sequence = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT id, name, type, company_id, currency_id, sequence FROM account_journal"
            " WHERE active AND type IN ('bank', 'cash', 'credit')"
        )
