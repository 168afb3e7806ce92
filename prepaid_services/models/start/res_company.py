from odoo import fields, models


class ResCompany(models.Model):
    """When a client who has paid and does not come is worth a call."""

    _inherit = "res.company"

    prepaid_risk_never_days = fields.Integer(
        "Never Started after (days)",
        default=7,
        help="A package that was sold so many days ago and never used.",
    )
    prepaid_risk_dormant_days = fields.Integer(
        "Stopped Coming after (days)",
        default=21,
        help="No visit for so many days, although something paid is left.",
    )
    prepaid_risk_expiring_days = fields.Integer(
        "Expires within (days)",
        default=30,
        help="So many days before the end, more sessions are left than are booked.",
    )
    prepaid_risk_pace = fields.Float(
        "Faster than Usual by",
        digits=(6, 2),
        default=1.5,
        help="The client would have to come so many times as often as until now to use "
        "everything before the package ends.",
    )
    prepaid_risk_balance_months = fields.Integer(
        "Balance Untouched for (months)",
        default=6,
        help="Money lies on the balance and nothing has moved for so many months.",
    )

    _prepaid_risk_positive = models.Constraint(
        "CHECK (prepaid_risk_never_days >= 0 AND prepaid_risk_dormant_days >= 0 "
        "AND prepaid_risk_expiring_days >= 0 AND prepaid_risk_pace >= 0 "
        "AND prepaid_risk_balance_months >= 0)",
        "The limits of clients at risk may not be negative.",
    )
