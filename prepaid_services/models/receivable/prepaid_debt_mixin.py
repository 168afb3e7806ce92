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
    """A client's open invoices, for those who may not open invoices as well."""

    _name = "prepaid.debt.mixin"
    _description = "Open Invoices of a Client"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    invoice_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_invoice_ids",
        store=True,
        readonly=False,
        compute_sudo=True,
        copy=False,
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'),"
        " ('move_type', 'in', ('out_invoice', 'out_receipt')), ('amount_residual', '>', 0)]",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="All open invoices of the client, unless you choose some.",
    )
    documents = fields.Text("Open Invoices", compute="_compute_documents", compute_sudo=True)
    amount_open = fields.Monetary("Still Open", compute="_compute_documents", compute_sudo=True)

    @api.depends("partner_id")
    def _compute_invoice_ids(self):
        """Propose everything the client owes, oldest first."""
        for record in self:
            record.invoice_ids = record._open_invoices()

    @api.constrains("invoice_ids", "partner_id", "company_id")
    def _check_invoice_ids(self):
        """The invoices are of this client and legal entity; a branch's are its parent's, too."""
        for record in self.sudo():
            payer, root = record.partner_id.commercial_partner_id, record.company_id.root_id
            for invoice in record.invoice_ids:
                if invoice.commercial_partner_id != payer or invoice.company_id.root_id != root:
                    raise ValidationError(
                        self.env._(
                            "%(invoice)s is not an invoice of %(client)s in %(company)s.",
                            invoice=invoice.name,
                            client=payer.name,
                            company=record.company_id.name,
                        )
                    )

    def _open_invoices(self):
        """Return the open invoices of the client in the legal entity's company of this record."""
        self.ensure_one()
        if not self.partner_id:
            return self.env["account.move"]
        return (
            self.env["account.move"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", self.partner_id.commercial_partner_id.id),
                    ("company_id", "child_of", self.company_id.id),
                    ("move_type", "in", ("out_invoice", "out_receipt")),
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("not_paid", "partial")),
                ],
                order="invoice_date_due, id",
            )
        )

    @api.depends("invoice_ids.amount_residual_signed", "invoice_ids.payment_state")
    def _compute_documents(self):
        """Name the invoices with what is open of each, in company currency."""
        for record in self:
            invoices = record.invoice_ids
            record.amount_open = sum(invoices.mapped("amount_residual_signed"))
            record.documents = "\n".join(
                self.env._(
                    "%(invoice)s, due %(due)s: %(open)s open of %(total)s",
                    invoice=invoice.name,
                    due=fields.Date.to_string(invoice.invoice_date_due),
                    open=invoice.currency_id.format(invoice.amount_residual),
                    total=invoice.currency_id.format(invoice.amount_total),
                )
                for invoice in invoices
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
