from odoo import fields, models

from ...tools.groups import STAFF_SETTING
from .prepaid_reminder_step import USE_TOPICS


class ResCompany(models.Model):
    """When a client who has paid and does not come is worth a call."""

    _inherit = "res.company"

    prepaid_risk_never_days = fields.Integer(
        "Never Started after (days)",
        default=7,
        help="A package that was sold so many days ago and never used.",
        groups=STAFF_SETTING,
    )
    prepaid_risk_dormant_days = fields.Integer(
        "Stopped Coming after (days)",
        default=21,
        help="No visit for so many days, although something paid is left.",
        groups=STAFF_SETTING,
    )
    prepaid_risk_expiring_days = fields.Integer(
        "Expires within (days)",
        default=30,
        help="So many days before the end, more sessions are left than are booked.",
        groups=STAFF_SETTING,
    )
    prepaid_risk_pace = fields.Float(
        "Faster than Usual by",
        digits=(6, 2),
        default=1.5,
        help="The client would have to come so many times as often as until now to use "
        "everything before the package ends.",
        groups=STAFF_SETTING,
    )
    prepaid_risk_balance_months = fields.Integer(
        "Balance Untouched for (months)",
        default=6,
        help="Money lies on the balance and nothing has moved for so many months.",
        groups=STAFF_SETTING,
    )

    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_use_reminders = fields.Boolean(
        "Remind Clients to Use What They Paid For",
        help="By the steps of the reminders: never started, stopped coming, too slow, last "
        "sessions, ends soon, balance untouched.",
        groups=STAFF_SETTING,
    )
    prepaid_message_sessions = fields.Integer(
        "Last Sessions",
        default=2,
        help="From this number on, the client is told. 0: never.",
        groups=STAFF_SETTING,
    )

    _prepaid_message_sessions_positive = models.Constraint(
        "CHECK (prepaid_message_sessions >= 0)", "The last sessions may not be negative."
    )
    _prepaid_risk_positive = models.Constraint(
        "CHECK (prepaid_risk_never_days >= 0 AND prepaid_risk_dormant_days >= 0 "
        "AND prepaid_risk_expiring_days >= 0 AND prepaid_risk_pace >= 0 "
        "AND prepaid_risk_balance_months >= 0)",
        "The limits of clients at risk may not be negative.",
    )

    def _prepaid_wants_topic(self, topic, by_hand):
        """Override: reminders to use what was paid for have a switch of their own."""
        if topic in dict(USE_TOPICS):
            return self.prepaid_use_reminders
        return super()._prepaid_wants_topic(topic, by_hand)
