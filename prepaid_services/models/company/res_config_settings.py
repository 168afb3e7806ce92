from markupsafe import Markup

from odoo import api, fields, models

from ...door import public
from ...exceptions import check_one
from .res_company_ready import MONEY_TYPES


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
    # Add-ons of their own
    module_prepaid_services_insight = fields.Boolean("Owner's cockpit")
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
    prepaid_services_account_id = fields.Many2one(
        related="company_id.prepaid_services_account_id", readonly=False
    )
    prepaid_former_account_ids = fields.Many2many(
        "account.account",
        string="Earlier Accounts of Clients' Money",
        compute="_compute_prepaid_former_account_ids",
        help="What clients have on them counts and can be used until it is gone.",
    )
    prepaid_journal_id = fields.Many2one(related="company_id.prepaid_journal_id", readonly=False)
    # What is ready, and what would be made
    prepaid_checks = fields.Html("Setup Checklist", compute="_compute_prepaid_checks")
    prepaid_proposal = fields.Html("Proposal", compute="_compute_prepaid_checks")
    prepaid_money_journals = fields.Char("Payment Methods", compute="_compute_prepaid_checks")
    prepaid_has_card = fields.Boolean(compute="_compute_prepaid_checks")
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

    @api.depends("company_id", "prepaid_advance_account_id")
    def _compute_prepaid_former_account_ids(self):
        for settings in self:
            accounts = settings.company_id.sudo().prepaid_advance_account_ids
            settings.prepaid_former_account_ids = accounts - settings.prepaid_advance_account_id

    @api.depends("company_id")
    def _compute_prepaid_checks(self):
        """Say what is set up, what is missing, and what the button below would make."""
        for settings in self:
            company = settings.company_id
            journals = self.env["account.journal"].sudo().with_company(company)
            journals = journals.search(
                [*journals._check_company_domain(company), ("type", "in", MONEY_TYPES)]
            )
            settings.prepaid_money_journals = ", ".join(journals.mapped("name"))
            settings.prepaid_has_card = "CARD" in journals.mapped("code")
            settings.prepaid_checks = Markup("<ul class='list-unstyled mb-0'>%s</ul>") % (
                Markup().join(
                    Markup("<li>%s %s</li>") % ("✓" if done else "✗", text)
                    for text, done in company._prepaid_checks()
                )
            )
            lines = company.root_id._prepaid_proposal_lines()
            settings.prepaid_proposal = lines and Markup("<ul class='mb-0'>%s</ul>") % (
                Markup().join(Markup("<li>%s</li>") % line for line in lines)
            )

    @public
    def action_prepaid_load_chart(self):
        """Load the chart of accounts of the company's country, with the prepayment accounts.

        A chart that is there stays; only missing accounts are added, as the page says.
        """
        check_one(self)
        root = self.company_id.root_id
        if root.sudo().chart_template:
            root._prepaid_setup()
        else:
            root.env["account.chart.template"].try_loading(root._prepaid_chart(), root)
        return {"type": "ir.actions.client", "tag": "reload"}

    @public
    def action_prepaid_make_accounts(self):
        """Choose and make what the page proposes: accounts, journal, and cash as a way to pay."""
        check_one(self)
        root = self.company_id.root_id
        root._prepaid_setup()
        root._prepaid_setup_cash()
        return {"type": "ir.actions.client", "tag": "reload"}

    @public
    def action_prepaid_add_card(self):
        """Add a card terminal to the ways to pay."""
        check_one(self)
        self.company_id.root_id._prepaid_add_card_journal()
        return {"type": "ir.actions.client", "tag": "reload"}
