from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...tools.guard import own_defaults

#: What only the buttons change, never a caller
PROTECTED = {
    "amount",
    "company_id",
    "decided_by",
    "decided_on",
    "move_ids",
    "outcome",
    "payment_ids",
    "state",
}


class PrepaidDebtMixin(models.AbstractModel):
    """What a client owes, for those who may not open invoices as well."""

    _name = "prepaid.debt.mixin"
    _description = "Debts of a Client"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_ids = fields.Many2many(
        "account.move",
        string="Documents",
        compute="_compute_invoice_ids",
        store=True,
        readonly=False,
        compute_sudo=True,
        copy=False,
        domain="[('line_ids', 'any', [('partner_id.commercial_partner_id', '=', partner_id),"
        " ('parent_state', '=', 'posted'), ('reconciled', '=', False), ('balance', '>', 0)])]",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="Everything in which the client owes something, unless you choose some: invoices, "
        "opening entries, bills of the point of sale, a balance below zero.",
    )
    documents = fields.Text("Open Documents", compute="_compute_documents", compute_sudo=True)
    amount_open = fields.Monetary("Still Open", compute="_compute_documents", compute_sudo=True)

    @api.depends("partner_id")
    def _compute_invoice_ids(self):
        """Propose everything the client owes, oldest first."""
        for record in self:
            record.invoice_ids = record._open_debts().move_id

    @api.constrains("invoice_ids", "partner_id", "company_id")
    def _check_invoice_ids(self):
        """The documents are of this client and legal entity; a branch's are its parent's, too."""
        for record in self.sudo():
            root = record.company_id.root_id
            for invoice in record.invoice_ids:
                if invoice.company_id.root_id != root or not record._debts_of(invoice):
                    raise ValidationError(
                        self.env._(
                            "%(invoice)s is not an invoice of %(client)s in %(company)s.",
                            invoice=invoice.name,
                            client=record.partner_id.commercial_partner_id.name,
                            company=record.company_id.name,
                        )
                    )

    def _open_debts(self):
        """Return what the client owes to the company of this record and its branches.

        The same open items that age, that are reminded of, billed and paid online.

        :return: journal items, oldest due first
        """
        self.ensure_one()
        if not self.partner_id:
            return self.env["account.move.line"]
        debts = self.env["prepaid.ledger"]._open_debts(self.partner_id, self.company_id)
        ours = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        return debts.filtered(lambda line: line.company_id in ours)

    def _debts_of(self, documents):
        """Return the items of the client in documents that are debts, or were.

        An opening entry has items of many clients.

        :param account.move documents: posted
        :return: journal items
        """
        self.ensure_one()
        payer = self.partner_id.commercial_partner_id
        accounts = self.env["prepaid.reminder"]._debt_accounts(self.company_id)
        return documents.line_ids.filtered(
            lambda line: (
                line.partner_id.commercial_partner_id == payer
                and line.account_id.id in accounts
                and line.balance > 0
                and line.parent_state == "posted"
            )
        )

    def _chosen_debts(self):
        """Return what is open now of the documents of this record, oldest due first.

        :return: journal items
        """
        self.ensure_one()
        debts = self._debts_of(self.sudo().invoice_ids)
        return debts.filtered(lambda line: line.amount_residual > 0).sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )

    @api.depends(
        "company_id",
        "invoice_ids.line_ids.amount_residual",
        "invoice_ids.line_ids.parent_state",
        "partner_id",
    )
    def _compute_documents(self):
        """Name the documents with what is open of each; the sum is in company currency."""
        for record in self:
            debts = record._debts_of(record.invoice_ids)
            record.amount_open = sum(debts.mapped("amount_residual"))
            record.documents = "\n".join(
                record._document_text(lines) for lines in debts.grouped("move_id").values()
            )

    def _document_text(self, lines):
        """Return what is open of a document: its items, in their currency."""
        document, currency = lines.move_id, lines.currency_id[:1]
        total = sum(lines.mapped("amount_currency"))
        return self.env._(
            "%(invoice)s, due %(due)s: %(open)s open of %(total)s",
            invoice=document.name,
            due=fields.Date.to_string(max(line.date_maturity or line.date for line in lines)),
            open=currency.format(sum(lines.mapped("amount_residual_currency"))),
            total=currency.format(total),
        )

    @api.model
    def default_get(self, field_names):
        """Override: what only the buttons change begins as the model says, whoever asks how."""
        guarded = set() if self.env.su else PROTECTED & set(field_names)
        defaults = super().default_get([name for name in field_names if name not in guarded])
        return {**defaults, **own_defaults(self, guarded)}

    @api.model_create_multi
    def create(self, vals_list):
        """Override: the debt is the payer's."""
        for vals in vals_list:
            self._check_protected(vals)
        Partner = self.env["res.partner"]
        vals_list = [
            {**vals, "partner_id": Partner.browse(vals["partner_id"]).commercial_partner_id.id}
            if vals.get("partner_id")
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    def write(self, vals):
        """Override: states change by their buttons only."""
        self._check_protected(vals)
        return super().write(vals)

    def _check_protected(self, vals):
        """Refuse values that only the buttons may write.

        :raise AccessError: names the fields
        """
        refused = sorted(PROTECTED & set(vals))
        if refused and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be written. Use the buttons.", fields=", ".join(refused)
                )
            )
