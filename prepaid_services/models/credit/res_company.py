from odoo import fields, models

from ...door import public
from ...tools.groups import STAFF_SETTING


class ResCompany(models.Model):
    """The credit policy of a company: its text, and what follows from it without anybody."""

    _inherit = "res.company"

    prepaid_credit_policy = fields.Html(
        "Credit Policy",
        translate=True,
        help="Who may pay later, by when, and what happens otherwise. Clients read it.",
        groups=STAFF_SETTING,
    )
    prepaid_credit_hold_days = fields.Integer(
        "Hold Credit when Overdue for",
        help="Days. Approved clients who owe something for longer, or more than their limit, get "
        "no new service on credit until they have paid. 0: never by itself.",
        groups=STAFF_SETTING,
    )
    prepaid_credit_review_months = fields.Integer(
        "Review Credit Each",
        default=12,
        help="Months; proposed as the next review.",
        groups=STAFF_SETTING,
    )
    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_credit_messages = fields.Boolean(
        "Tell Clients when Their Terms Change",
        help="An e-mail when credit is approved, refused, held, released or changed.",
        groups=STAFF_SETTING,
    )

    _prepaid_credit_hold_days_positive = models.Constraint(
        "CHECK (prepaid_credit_hold_days >= 0)", "The days until a hold may not be negative."
    )
    _prepaid_credit_review_months_positive = models.Constraint(
        "CHECK (prepaid_credit_review_months >= 0)",
        "The months until the next review may not be negative.",
    )

    @public
    def action_print_credit_policy(self):
        """Print the credit policy, for the wall or for a client.

        :return: the action that downloads it
        :raise AccessError: the caller may not read the policy
        """
        self._check_field_access(self._fields["prepaid_credit_policy"], "read")
        return self.env.ref("prepaid_services.action_report_credit_policy").report_action(
            self, config=False
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    prepaid_credit_policy = fields.Html(related="company_id.prepaid_credit_policy", readonly=False)
    prepaid_credit_hold_days = fields.Integer(
        related="company_id.prepaid_credit_hold_days", readonly=False
    )
    prepaid_credit_review_months = fields.Integer(
        related="company_id.prepaid_credit_review_months", readonly=False
    )
    prepaid_credit_messages = fields.Boolean(
        related="company_id.prepaid_credit_messages", readonly=False
    )

    @public
    def action_print_credit_policy(self):
        """Print the credit policy as it is saved.

        :return: the action that downloads it
        """
        return self.company_id.action_print_credit_policy()
