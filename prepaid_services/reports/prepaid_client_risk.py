from odoo import api, fields, models
from odoo.tools import SQL

from ..door import public
from ..exceptions import check_one
from ..models.start.prepaid_start_task import REASONS


class PrepaidClientRisk(models.Model):
    """Clients who have paid and do not come: a row per package, or per untouched balance.

    Driven by what is still owed to the client, not only by the last visit. Whoever has a visit
    ahead has neither stopped nor never started; sessions that are booked count as if used.
    """

    _name = "prepaid.client.risk"
    _inherit = ["prepaid.report.mixin"]
    _description = "Client at Risk"
    _auto = False
    _order = "value_at_risk desc, id"
    _rec_name = "partner_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "balance",
            "date",
            "parent_state",
            "partner_id",
            "prepaid_vat",
        ],
        "prepaid.booking": ["partner_id", "session_units", "start", "state", "subscription_id"],
        "prepaid.subscription": [
            "amount_deferred",
            "date_end",
            "date_last",
            "date_sale",
            "date_start",
            "partner_id",
            "sessions_left",
            "sessions_used",
            "state",
        ],
        "prepaid.subscription.use": ["date", "kind", "reversed_id", "subscription_id"],
        "res.company": [
            "prepaid_risk_balance_months",
            "prepaid_risk_dormant_days",
            "prepaid_risk_expiring_days",
            "prepaid_risk_never_days",
            "prepaid_risk_pace",
        ],
        "res.partner": ["active", "commercial_partner_id"],
    }

    reason = fields.Selection(REASONS, readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    payer_id = fields.Many2one("res.partner", readonly=True)
    subscription_id = fields.Many2one("prepaid.subscription", "Package", readonly=True)
    template_id = fields.Many2one("prepaid.subscription.template", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    value_at_risk = fields.Monetary(
        readonly=True, help="What the client has paid for and not got yet, without tax."
    )
    sessions_left = fields.Integer(readonly=True)
    sessions_booked = fields.Integer("Booked", readonly=True)
    date_last = fields.Date("Last Usable Day", readonly=True)
    days_left = fields.Integer(readonly=True, aggregator="min")
    date_visit = fields.Date("Last Visit", readonly=True)
    days_idle = fields.Integer(
        "Days without a Visit",
        readonly=True,
        aggregator="max",
        help="Since the last visit; since the sale when there was none; for a balance, since "
        "its last movement.",
    )
    next_visit = fields.Datetime(readonly=True)
    pace = fields.Float(
        "Visits a Week", digits=(6, 2), readonly=True, aggregator="avg", help="Until now."
    )
    pace_needed = fields.Float(
        "Visits a Week Needed",
        digits=(6, 2),
        readonly=True,
        aggregator="avg",
        help="To use what is left and not booked before the package ends.",
    )
    is_never = fields.Boolean("Never Started", readonly=True)
    is_dormant = fields.Boolean("Stopped Coming", readonly=True)
    is_expiring = fields.Boolean("Expires Soon", readonly=True)
    is_too_slow = fields.Boolean("Too Slow to Finish", readonly=True)

    @api.model
    def _rows_sql(self, asked):
        """Override: packages and balances at risk; see the ids of each part."""
        package = client = None
        if asked.ids is not None:
            packages = tuple(number // 2 for number in asked.ids if number % 2)
            payers = tuple(number // 20000 for number in asked.ids if not number % 2)
            package = SQL("package.id IN %s", packages or (0,))
            client = SQL("client.commercial_partner_id IN %s", payers or (0,))
        return SQL(
            "WITH %s %s UNION ALL %s",
            self._with(),
            self._select_packages(package),
            self._select_balances(client),
        )

    @public
    def action_open(self):
        """Open what is at risk: the package, or the client card for a balance.

        :return: the form
        """
        check_one(self)
        return (self.subscription_id or self.partner_id)._get_records_action()
