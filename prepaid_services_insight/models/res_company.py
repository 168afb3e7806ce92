from odoo import fields, models

from odoo.addons.prepaid_services.tools.groups import OWNER_SETTING

#: What a forecast assumes, where the past cannot tell; the same names on the cash forecast
ASSUMPTIONS = (
    "prepaid_forecast_sales_percent",
    "prepaid_forecast_pay_percent",
    "prepaid_forecast_other_costs",
    "prepaid_forecast_history_weeks",
)


class ResCompany(models.Model):
    """Assumptions of the cash-gap gauge."""

    _inherit = "res.company"

    prepaid_forecast_sales_percent = fields.Float(
        "New Sales Go on at (%)",
        default=100.0,
        digits=(5, 1),
        help="Share of the usual weekly receipts that is expected to go on coming in.",
        groups=OWNER_SETTING,
    )
    prepaid_forecast_pay_percent = fields.Float(
        "Cost of a Service (%)",
        default=40.0,
        digits=(5, 1),
        help="Pay and materials as a share of the price, where no delivery cost says it.",
        groups=OWNER_SETTING,
    )
    prepaid_forecast_other_costs = fields.Monetary(
        "Other Costs a Month",
        currency_field="currency_id",
        help="Rent, wages of the desk, taxes. 0: estimated from what left cash and bank.",
        groups=OWNER_SETTING,
    )
    prepaid_forecast_history_weeks = fields.Integer(
        "Weeks of History",
        default=12,
        help="How far back the usual week is measured.",
        groups=OWNER_SETTING,
    )

    _prepaid_forecast_in_range = models.Constraint(
        "CHECK (prepaid_forecast_sales_percent BETWEEN 0 AND 1000"
        " AND prepaid_forecast_pay_percent BETWEEN 0 AND 1000"
        " AND prepaid_forecast_other_costs >= 0"
        " AND prepaid_forecast_history_weeks BETWEEN 2 AND 104)",
        "The assumptions of the forecast: percentages from 0 to 1000, costs of 0 or more, and "
        "2 to 104 weeks of history.",
    )

    def _prepaid_assumptions(self):
        """Return what the forecast assumes, by field name.

        :rtype: dict
        """
        self.ensure_one()
        return {name: self.sudo()[name] for name in ASSUMPTIONS}
