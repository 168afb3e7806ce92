from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one
from .res_partner import MONEY_GROUPS


class PrepaidClientMovement(models.Model):
    """A client's money history: one row per journal entry that changed what the client has or owes.

    Read from the ledger; answers "why is my balance X" line by line. A row has the id of the first
    item of its entry and payer; the balance after it is looked up for the rows that are shown.
    """

    _name = "prepaid.client.movement"
    _inherit = ["prepaid.report.mixin"]
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
    running_balance = fields.Monetary("Balance", compute="_compute_running_balance")
    move_id = fields.Many2one("account.move", readonly=True, groups=MONEY_GROUPS)
    payment_id = fields.Many2one("account.payment", readonly=True, groups=MONEY_GROUPS)
    booking_id = fields.Many2one("prepaid.booking", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    create_date = fields.Datetime("Recorded at", readonly=True)

    @api.depends("amount", "company_id", "date", "partner_id")
    def _compute_running_balance(self):
        """Add up the movements of the payers until each one, oldest first, in one query."""
        payers = self.partner_id
        balances = dict(self.env.execute_query(self._balance_sql(payers.ids))) if payers else {}
        for movement in self:
            movement.running_balance = balances.get(movement._origin.id, 0.0)

    @api.model
    def _balance_sql(self, payer_ids):
        """Return the statement of (id, balance after it) of all movements of payers."""
        return SQL(
            """
            SELECT MIN(line.id),
                   SUM(-SUM(%(money)s)) OVER (
                       PARTITION BY client.commercial_partner_id,
                                    SPLIT_PART(company.parent_path, '/', 1)
                       ORDER BY line.date, MIN(line.id)
                   )
              FROM account_move_line line
              JOIN res_company company ON company.id = line.company_id
              JOIN res_partner client ON client.id = line.partner_id
             WHERE client.commercial_partner_id IN %(payers)s AND %(ours)s
          GROUP BY line.move_id, line.date, client.commercial_partner_id,
                   SPLIT_PART(company.parent_path, '/', 1)
            """,
            money=self._money(),
            payers=tuple(payer_ids),
            ours=self._ours(),
        )

    @api.model
    def _rows_sql(self, asked):
        """Override: the entries with lines on the two accounts that make the service balance."""
        return SQL("%s %s %s", self._select(), self._from(asked), self._group_by())

    @api.model
    def _money(self):
        """Return what a line takes from the balance; advance invoices' items are net of VAT."""
        return SQL("(line.balance + COALESCE(line.prepaid_vat, 0))")

    @api.model
    def _ours(self):
        """Return the condition that a line is posted on an account of clients' money.

        The accounts are named one by one: their lines are then looked up in an index.
        """
        return SQL(
            "line.parent_state = 'posted' AND line.account_id IN %s",
            (*self._receivable_account_ids(), *self._advance_account_ids(), 0),
        )

    def _select(self):
        """Return the columns. What is told of a row is looked up only where it is asked for."""
        return SQL(
            """
            SELECT MIN(line.id) AS id,
                   client.commercial_partner_id AS partner_id,
                   line.company_id,
                   MIN(line.company_currency_id) AS currency_id,
                   line.date,
                   %(kind)s AS kind,
                   MIN(move.name) AS document,
                   COALESCE(MIN(payment.memo), NULLIF(MIN(move.ref), ''), %(visit)s,
                       MIN(move.invoice_origin)) AS description,
                   SUM(CASE WHEN %(is_debt)s THEN 0 ELSE -%(money)s END) AS advance_change,
                   SUM(CASE WHEN %(is_debt)s THEN line.balance ELSE 0 END) AS debt_change,
                   -SUM(%(money)s) AS amount,
                   line.move_id,
                   MIN(move.origin_payment_id) AS payment_id,
                   %(booking)s AS booking_id,
                   MIN(move.create_uid) AS user_id,
                   MIN(move.create_date) AS create_date
            """,
            kind=self._kind(),
            visit=self._visit(),
            booking=self._booking(),
            is_debt=self._is_debt(),
            money=self._money(),
        )

    def _is_debt(self):
        """Return the condition that a line is a debt, not an advance."""
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        receivable = Account.search([("account_type", "=", "asset_receivable")])
        return SQL("line.account_id IN %s", tuple(receivable.ids) or (0,))

    def _booking(self):
        """Return the expression for the visit that an entry invoices."""
        return SQL("(SELECT MIN(id) FROM prepaid_booking WHERE invoice_id = line.move_id)")

    def _visit(self):
        """Return the expression for the service of a visit, and who came if it is not the payer."""
        return SQL(
            """
            (SELECT MIN(%s || CASE WHEN guest.id != client.commercial_partner_id
                                   THEN ' (' || guest.name || ')' ELSE '' END)
               FROM prepaid_booking booking
               JOIN res_partner guest ON guest.id = booking.partner_id
          LEFT JOIN product_product product ON product.id = booking.service_id
          LEFT JOIN product_template service ON service.id = product.product_tmpl_id
              WHERE booking.invoice_id = line.move_id)
            """,
            self.env["product.template"]._field_to_sql("service", "name"),
        )

    def _kind(self):
        """Return the expression that names a movement in the front desk's words."""
        return SQL(
            """
            CASE WHEN MIN(move.prepaid_kind) IS NOT NULL THEN MIN(move.prepaid_kind)
                 WHEN BOOL_OR(payment.prepaid_topup) AND MIN(payment.payment_type) = 'inbound'
                 THEN 'top_up'
                 WHEN BOOL_OR(payment.prepaid_topup) THEN 'pay_out'
                 WHEN MIN(payment.id) IS NOT NULL OR MIN(move.statement_line_id) IS NOT NULL THEN
                      CASE WHEN BOOL_OR(NOT %(is_debt)s) THEN 'top_up' ELSE 'payment' END
                 WHEN MIN(move.move_type) = 'out_refund' THEN 'credit_note'
                 WHEN %(booking)s IS NOT NULL THEN 'visit'
                 WHEN MIN(move.move_type) IN ('out_invoice', 'out_receipt') THEN 'invoice'
                 ELSE 'other' END
            """,
            is_debt=self._is_debt(),
            booking=self._booking(),
        )

    def _from(self, asked):
        """Return the lines, with what is told of them.

        Rows that are asked for by id are those of an entry: its other lines count as well.
        """
        asked_moves = SQL("TRUE")
        if asked.ids is not None:
            # An array is looked up at once; a sub-query is joined when many others are already
            asked_moves = SQL(
                "line.move_id = ANY (ARRAY(SELECT move_id FROM account_move_line WHERE id IN %s))",
                asked.ids or (0,),
            )
        return SQL(
            """
              FROM account_move_line line
              JOIN res_partner client ON client.id = line.partner_id
         LEFT JOIN account_move move ON move.id = line.move_id
         LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
             WHERE %(ours)s AND %(asked_days)s AND %(asked_moves)s
            """,
            ours=self._ours(),
            asked_days=self._between_sql(asked, SQL("line.date")),
            asked_moves=asked_moves,
        )

    def _group_by(self):
        return SQL(
            "GROUP BY line.move_id, line.date, line.company_id, client.commercial_partner_id"
        )

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
