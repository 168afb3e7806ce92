from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Features: what is off is not on the screen
    group_prepaid_balance = fields.Boolean(
        "Prepayment, subscriptions, balance",
        implied_group="prepaid_services.group_feature_balance",
    )
    group_prepaid_credit = fields.Boolean(
        "Service on credit", implied_group="prepaid_services.group_feature_credit"
    )
    # Accounts
    prepaid_has_chart = fields.Boolean(compute="_compute_prepaid_has_chart")
    prepaid_advance_account_id = fields.Many2one(
        related="company_id.prepaid_advance_account_id", readonly=False
    )
    prepaid_deferred_account_id = fields.Many2one(
        related="company_id.prepaid_deferred_account_id", readonly=False
    )
    prepaid_breakage_account_id = fields.Many2one(
        related="company_id.prepaid_breakage_account_id", readonly=False
    )
    prepaid_other_income_account_id = fields.Many2one(
        related="company_id.prepaid_other_income_account_id", readonly=False
    )
    prepaid_journal_id = fields.Many2one(related="company_id.prepaid_journal_id", readonly=False)
    # Policies
    prepaid_debts_first = fields.Boolean(related="company_id.prepaid_debts_first", readonly=False)
    prepaid_overlap_policy = fields.Selection(
        related="company_id.prepaid_overlap_policy", readonly=False, required=True
    )
    prepaid_auto_done = fields.Boolean(related="company_id.prepaid_auto_done", readonly=False)
    prepaid_auto_done_hours = fields.Integer(
        related="company_id.prepaid_auto_done_hours", readonly=False
    )

    def _compute_prepaid_has_chart(self):
        """A branch uses its parent's chart of accounts."""
        for settings in self:
            settings.prepaid_has_chart = bool(settings.company_id.root_id.sudo().chart_template)

    def action_prepaid_load_chart(self):
        """Load the chart of accounts of the company's country, with the prepayment accounts.

        A chart that is there stays; only missing accounts are added.
        """
        self.ensure_one()
        root = self.company_id.root_id
        if root.sudo().chart_template:
            root._prepaid_setup()
        else:
            Chart = self.env["account.chart.template"]
            Chart.try_loading(Chart._guess_chart_template(root.country_id), root)
        return {"type": "ir.actions.client", "tag": "reload"}
