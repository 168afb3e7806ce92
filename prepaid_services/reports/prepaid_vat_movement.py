from odoo import fields, models
from odoo.tools import SQL

from ..models.client.res_partner import MONEY_GROUPS
from ..models.vat.res_company import POLICIES


class PrepaidVatMovement(models.Model):
    """VAT on advances: received, accrued, released, open; a row per journal item that moved it.

    The last column is what somebody booked on the VAT on advances account past the add-on: open
    and it together are the balance of the account, on every day.
    """

    _name = "prepaid.vat.movement"
    _description = "VAT on Advances"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": ["date", "name", "prepaid_kind", "state"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "date",
            "parent_state",
            "partner_id",
            "prepaid_vat",
            "prepaid_vat_line_id",
            "prepaid_vat_use_id",
        ],
        "res.partner": ["commercial_partner_id"],
        "res.company": ["prepaid_vat_transit_account_id"],
    }

    date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True, groups=MONEY_GROUPS)
    advance_id = fields.Many2one(
        "account.move",
        "Of Advance",
        readonly=True,
        groups=MONEY_GROUPS,
        help="The payment, bank line or advance invoice of the advance.",
    )
    account_id = fields.Many2one("account.account", readonly=True, groups=MONEY_GROUPS)
    policy = fields.Selection(POLICIES, "Way", readonly=True)
    received = fields.Monetary(readonly=True, help="Money of which VAT was accrued, VAT included.")
    accrued = fields.Monetary("VAT Accrued", readonly=True)
    released = fields.Monetary("VAT Released", readonly=True)
    open = fields.Monetary("VAT Open", readonly=True, help="VAT of advances that are not used yet.")
    difference = fields.Monetary(
        readonly=True,
        help="Booked on the account of VAT on advances, but not for an advance. Should be zero.",
    )

    @property
    def _table_query(self):
        """Return the items of VAT entries and of taxed documents, and foreign ones beside them."""
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            self._select_entries(),
            self._select_documents(),
            self._select_others(),
        )

    def _from(self):
        return SQL(
            """
              FROM account_move_line item
              JOIN account_move entry ON entry.id = item.move_id
              JOIN res_company company ON company.id = item.company_id
            """
        )

    def _select_entries(self):
        """Return the policy *advance entry*: items on the transit account that know an advance."""
        return SQL(
            """
            SELECT item.id, item.date, client.commercial_partner_id AS partner_id,
                   item.company_id, company.currency_id, item.move_id,
                   advance.move_id AS advance_id, item.account_id, 'advance_entry' AS policy,
                   CASE WHEN entry.prepaid_kind = 'vat' THEN item.balance - base.balance
                        ELSE 0 END AS received,
                   CASE WHEN entry.prepaid_kind = 'vat' THEN item.balance ELSE 0 END AS accrued,
                   CASE WHEN entry.prepaid_kind = 'vat' THEN 0 ELSE -item.balance END AS released,
                   item.balance AS open,
                   0 AS difference
                %(tables)s
              JOIN account_move_line advance ON advance.id = item.prepaid_vat_line_id
         LEFT JOIN res_partner client ON client.id = advance.partner_id
         LEFT JOIN LATERAL (
                   SELECT SUM(pair.balance) AS balance
                     FROM account_move_line pair
                    WHERE entry.prepaid_kind = 'vat' AND pair.move_id = item.move_id
                      AND EXISTS (SELECT 1 FROM account_move_line_account_tax_rel tax
                                   WHERE tax.account_move_line_id = pair.id)
                   ) base ON TRUE
             WHERE item.parent_state = 'posted'
               AND entry.prepaid_kind IN ('vat', 'vat_release')
            """,
            tables=self._from(),
        )

    def _select_documents(self):
        """Return the policy *advance invoice*: items of documents on customer prepayments."""
        return SQL(
            """
            SELECT item.id, item.date, client.commercial_partner_id, item.company_id,
                   company.currency_id, item.move_id,
                   COALESCE(advance.move_id, item.move_id), item.account_id, 'advance_invoice',
                   CASE WHEN entry.prepaid_kind = 'advance' THEN -item.balance - item.prepaid_vat
                        ELSE 0 END,
                   CASE WHEN entry.prepaid_kind = 'advance' THEN -item.prepaid_vat ELSE 0 END,
                   CASE WHEN entry.prepaid_kind = 'advance' THEN 0 ELSE item.prepaid_vat END,
                   -item.prepaid_vat,
                   0
                %(tables)s
         LEFT JOIN account_move_line advance ON advance.id = item.prepaid_vat_line_id
         LEFT JOIN res_partner client ON client.id = item.partner_id
             WHERE item.parent_state = 'posted' AND item.prepaid_vat != 0
            """,
            tables=self._from(),
        )

    def _select_others(self):
        """Return what else was booked on the accounts of VAT on advances."""
        return SQL(
            """
            SELECT item.id, item.date, client.commercial_partner_id, item.company_id,
                   company.currency_id, item.move_id, NULL::int, item.account_id, NULL,
                   0, 0, 0, 0, item.balance
                %(tables)s
         LEFT JOIN res_partner client ON client.id = item.partner_id
             WHERE item.parent_state = 'posted'
               AND (entry.prepaid_kind IS NULL OR entry.prepaid_kind NOT IN ('vat', 'vat_release'))
               AND item.account_id IN (SELECT prepaid_vat_transit_account_id FROM res_company)
            """,
            tables=self._from(),
        )
