from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.prepaid_services.door import public
from odoo.addons.prepaid_services.exceptions import check_one


class PrepaidOwedReport(models.Model):
    """What is owed to clients: their balances, and what they paid for packages and have not used.

    A row for each client and kind, of the legal entity of the current company, from the ledger.
    """

    _name = "prepaid.owed.report"
    _description = "Owed to Clients"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "partner_id"
    _depends = {
        "account.move": ["amount_residual", "move_type"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "balance",
            "company_id",
            "currency_id",
            "parent_state",
            "partner_id",
            "prepaid_vat",
        ],
        "res.partner": ["commercial_partner_id"],
    }
    _depends_context = ("company",)

    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    kind = fields.Selection(
        [("balance", "Client Balance"), ("package", "Packages")], "What", readonly=True
    )
    amount = fields.Monetary(readonly=True, depends_context=("company",))
    currency_id = fields.Many2one("res.currency", readonly=True, depends_context=("company",))

    @property
    def _table_query(self):
        """Return balances (even ids) by the statement behind the cards, and packages (odd ids)."""
        company = self.env.company
        return SQL(
            """
            SELECT payer_id * 2 AS id, payer_id AS partner_id, 'balance' AS kind,
                   advance AS amount, %(currency)s AS currency_id
              FROM %(money)s AS money WHERE advance > 0
             UNION ALL
            SELECT COALESCE(client.commercial_partner_id, 0) * 2 + 1,
                   client.commercial_partner_id, 'package', -SUM(line.balance), %(currency)s
              FROM account_move_line line
         LEFT JOIN res_partner client ON client.id = line.partner_id
             WHERE line.account_id IN %(deferred)s AND line.parent_state = 'posted'
               AND line.company_id IN %(companies)s AND line.date <= %(today)s
          GROUP BY client.commercial_partner_id
            HAVING SUM(line.balance) != 0
            """,
            currency=company.currency_id.id,
            money=self.env["res.partner"]._prepaid_money_sql(),
            deferred=(*company.sudo()._prepaid_deferred_accounts().ids, 0),
            companies=tuple(company._prepaid_family().ids),
            today=company._prepaid_today(),
        )

    @public
    def action_open_client(self):
        """Open the client's money history, or the client's packages."""
        check_one(self)
        if self.kind == "balance":
            return self.partner_id.action_prepaid_history()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_subscription_action"
        )
        return {**action, "domain": [("payer_id", "=", self.partner_id.id)], "context": {}}
