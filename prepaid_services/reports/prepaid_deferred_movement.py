from odoo import fields, models
from odoo.tools import SQL

from ..models.client.res_partner import MONEY_GROUPS


class PrepaidDeferredMovement(models.Model):
    """Every change of deferred package revenue, on its day in the ledger, by cause."""

    _name = "prepaid.deferred.movement"
    _description = "Deferred Revenue Movement"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "subscription_id"
    _depends = {
        model: [
            "accounting_date",
            "amount_broken",
            "amount_deferred",
            "amount_earned",
            "amount_refunded",
            "amount_sold",
            "amount_transferred",
            "company_id",
            "kind",
            "move_id",
            "payer_id",
            "subscription_id",
        ]
        for model in ("prepaid.subscription.use", "prepaid.subscription.revision")
    }

    date = fields.Date(readonly=True)
    kind = fields.Char("Cause", readonly=True)
    subscription_id = fields.Many2one("prepaid.subscription", "Package", readonly=True)
    template_id = fields.Many2one("prepaid.subscription.template", readonly=True)
    payer_id = fields.Many2one("res.partner", "Client", readonly=True)
    sale_currency_id = fields.Many2one("res.currency", "Currency of the Sale", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, groups=MONEY_GROUPS
    )
    amount_sold = fields.Monetary("Sold", readonly=True)
    amount_earned = fields.Monetary("Earned", readonly=True)
    amount_broken = fields.Monetary("Lapsed", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)
    amount_transferred = fields.Monetary("Transferred", readonly=True)
    amount_deferred = fields.Monetary("Change", readonly=True)

    @property
    def _table_query(self):
        """Return uses (odd ids) and revisions (even ids) that moved value."""
        return SQL(
            "%s UNION ALL %s",
            self._select(SQL.identifier("prepaid_subscription_use"), 1),
            self._select(SQL.identifier("prepaid_subscription_revision"), 0),
        )

    def _select(self, table, offset):
        """Return the rows of one table; rows without entry in the ledger yet are left out.

        :param SQL table: uses or revisions
        :param int offset: makes the ids of the two tables distinct
        """
        return SQL(
            """
            SELECT line.id * 2 + %(offset)s AS id, line.accounting_date AS date, line.kind,
                   line.subscription_id, package.template_id, line.payer_id,
                   package.sale_currency_id, line.company_id, company.currency_id, line.move_id,
                   line.amount_sold, line.amount_earned, line.amount_broken,
                   line.amount_refunded, line.amount_transferred, line.amount_deferred
              FROM %(table)s line
              JOIN prepaid_subscription package ON package.id = line.subscription_id
              JOIN res_company company ON company.id = line.company_id
             WHERE line.move_id IS NOT NULL
            """,
            table=table,
            offset=offset,
        )
