from odoo import api, fields, models


class PrepaidJournalMixin(models.AbstractModel):
    """The part of a dialog that asks how money is taken or given back: cash, if there is any."""

    _name = "prepaid.journal.mixin"
    _description = "Payment"

    journal_id = fields.Many2one(
        "prepaid.payment.way",
        "How",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', available_journal_ids)]",
    )
    available_journal_ids = fields.Many2many(
        "prepaid.payment.way", compute="_compute_available_journal_ids"
    )

    @api.model
    def default_get(self, field_names):
        """Extend: a company without accounts says so, instead of a dialog nobody can fill in.

        :raise RedirectWarning: no accounts are set up; leads to the settings
        """
        self.env.company._prepaid_advance_account()
        return super().default_get(field_names)

    def _compute_available_journal_ids(self):
        """Journals money goes through; the front desk has no other access to them."""
        for dialog in self:
            dialog.available_journal_ids = dialog._find_journals()

    def _compute_journal_id(self):
        """Propose cash, if there is any."""
        for dialog in self:
            journals = dialog._find_journals()
            cash = journals.filtered(lambda j: j.type == "cash")
            dialog.journal_id = (cash or journals)[:1]

    def _find_journals(self):
        """Return the journals to choose from. Hook."""
        return self.env["res.partner"]._prepaid_money_journals()
