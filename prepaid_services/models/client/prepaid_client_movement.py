from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one
from .res_partner import MONEY_GROUPS


class PrepaidClientMovement(models.Model):
    """A client's money history: one row per journal entry that changed what the client has or owes.

    Read from the ledger; answers "why is my balance X" line by line.
    """

    _name = "prepaid.client.movement"
    _description = "Client Money Movement"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"
    _depends = {
        "account.move": [
            "date",
            "invoice_origin",
            "name",
            "move_type",
            "origin_payment_id",
            "prepaid_kind",
            "ref",
            "state",
        ],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "parent_state",
            "partner_id",
            "prepaid_vat",
        ],
        "account.payment": ["memo", "payment_type", "prepaid_topup", "journal_id"],
        "res.partner": ["commercial_partner_id"],
        "prepaid.booking": ["invoice_id", "partner_id", "service_id"],
    }

    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("top_up", "Top-up"),
            ("pay_out", "Paid Back"),
            ("visit", "Visit"),
            ("invoice", "Invoice"),
            ("credit_note", "Credit Note"),
            ("application", "Paid from Balance"),
            ("return", "Returned to Balance"),
            ("write_off", "Balance Written Off"),
            ("advance", "Advance Invoice"),
            ("advance_credit", "Advance Invoice Credited"),
            ("payment", "Payment"),
            ("other", "Other"),
        ],
        readonly=True,
    )
    document = fields.Char(readonly=True)
    description = fields.Char(readonly=True)
    advance_change = fields.Monetary("Advance", readonly=True)
    debt_change = fields.Monetary("Debt", readonly=True, aggregator="sum")
    amount = fields.Monetary("Change", readonly=True)
    running_balance = fields.Monetary("Balance", readonly=True, aggregator=None)
    move_id = fields.Many2one("account.move", readonly=True, groups=MONEY_GROUPS)
    payment_id = fields.Many2one("account.payment", readonly=True, groups=MONEY_GROUPS)
    booking_id = fields.Many2one("prepaid.booking", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    create_date = fields.Datetime("Recorded at", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._group_by())

    def _select(self):
        """Return the columns; the balance runs over all movements of a client, oldest first."""
        return SQL(
            """
            SELECT MIN(line.id) AS id,
                   payer.id AS partner_id,
                   move.company_id,
                   company.currency_id,
                   move.date,
                   %(kind)s AS kind,
                   move.name AS document,
                   COALESCE(payment.memo, NULLIF(move.ref, ''), MIN(%(visit)s),
                       move.invoice_origin) AS description,
                   SUM(CASE WHEN %(is_debt)s THEN 0 ELSE -%(money)s END) AS advance_change,
                   SUM(CASE WHEN %(is_debt)s THEN line.balance ELSE 0 END) AS debt_change,
                   -SUM(%(money)s) AS amount,
                   SUM(-SUM(%(money)s)) OVER (
                       PARTITION BY payer.id, root.id ORDER BY move.date, MIN(line.id)
                   ) AS running_balance,
                   move.id AS move_id,
                   payment.id AS payment_id,
                   MIN(booking.id) AS booking_id,
                   move.create_uid AS user_id,
                   move.create_date
            """,
            kind=self._kind(),
            visit=self._visit(),
            is_debt=SQL("account.account_type = 'asset_receivable'"),
            # Items of advance invoices are net of the VAT that the client paid with them
            money=SQL("(line.balance + COALESCE(line.prepaid_vat, 0))"),
        )

    def _visit(self):
        """Return the expression for the service of a visit, and who came if it is not the payer."""
        return SQL(
            "%s || CASE WHEN guest.id != payer.id THEN ' (' || guest.name || ')' ELSE '' END",
            self.env["product.template"]._field_to_sql("service", "name"),
        )

    def _kind(self):
        """Return the expression that names a movement in the front desk's words."""
        return SQL(
            """
            CASE WHEN move.prepaid_kind IS NOT NULL THEN move.prepaid_kind
                 WHEN payment.prepaid_topup AND payment.payment_type = 'inbound' THEN 'top_up'
                 WHEN payment.prepaid_topup THEN 'pay_out'
                 WHEN payment.id IS NOT NULL OR move.statement_line_id IS NOT NULL THEN
                      CASE WHEN BOOL_OR(account.account_type != 'asset_receivable')
                           THEN 'top_up' ELSE 'payment' END
                 WHEN move.move_type = 'out_refund' THEN 'credit_note'
                 WHEN MIN(booking.id) IS NOT NULL THEN 'visit'
                 WHEN move.move_type IN ('out_invoice', 'out_receipt') THEN 'invoice'
                 ELSE 'other' END
            """
        )

    def _from(self):
        """Return the posted lines on the two accounts that make the service balance."""
        return SQL(
            """
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = move.company_id
              JOIN res_company root
                ON root.id = SPLIT_PART(company.parent_path, '/', 1)::int
              JOIN res_partner client ON client.id = line.partner_id
              JOIN res_partner payer ON payer.id = client.commercial_partner_id
         LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
         LEFT JOIN prepaid_booking booking ON booking.invoice_id = move.id
         LEFT JOIN res_partner guest ON guest.id = booking.partner_id
         LEFT JOIN product_product product ON product.id = booking.service_id
         LEFT JOIN product_template service ON service.id = product.product_tmpl_id
             WHERE line.parent_state = 'posted'
               AND ((account.account_type = 'asset_receivable' AND account.non_trade IS NOT TRUE)
                    OR line.account_id IN %s)
            """,
            self.env["res.company"]._prepaid_advance_accounts_sql(),
        )

    def _group_by(self):
        return SQL("GROUP BY move.id, payer.id, company.currency_id, root.id, payment.id")

    @api.model
    def _history_domain(self, partner):
        """Return the domain of the movements of a client's payer in the legal entity.

        :param res.partner partner: client or payer
        """
        return [
            ("partner_id", "=", partner.commercial_partner_id.id),
            ("company_id", "in", self.env.company._prepaid_family().ids),
        ]

    def _visible_service(self, viewer):
        """Return the name of the visited service, for those who may know of the visit.

        The payer sees what the family was given; a member only the member's own visits.

        :param res.partner viewer: who reads the history
        :rtype: str
        """
        self.ensure_one()
        booking = self.booking_id.sudo()
        if not booking or viewer not in (booking.payer_id, booking.partner_id):
            return ""
        return booking.service_id.name

    def _visible_memo(self):
        """Return what the front desk wrote for the client; refs of other entries are internal."""
        self.ensure_one()
        return self.description or "" if self.kind in ("top_up", "pay_out", "payment") else ""

    @public
    def action_open_document(self):
        """Open the visit, payment or journal entry behind a movement.

        Who has no right to the latter two gets the receipt, or the client's card.
        """
        check_one(self)
        for document in (self.booking_id, self.payment_id, self.move_id):
            if document and document.has_access("read"):
                return document._get_records_action()
        if self.payment_id:
            return self.action_print_receipt()
        return self.partner_id._get_records_action()

    @public
    def action_print_receipt(self):
        """Print the receipt of a top-up or pay-out."""
        return self.env.ref("prepaid_services.action_report_receipt").report_action(self)

    @public(context=("prepaid_partner_id",))
    def action_print_statement(self):
        """Print the statement of the client whose history is open."""
        partner_id = self.env.context.get("prepaid_partner_id") or self.partner_id[:1].id
        partner = self.env["res.partner"].browse(partner_id)
        return self.env.ref("prepaid_services.action_report_statement").report_action(partner)
