from odoo import fields, models

from ...tools.groups import STAFF_SETTING


class ResCompany(models.Model):
    """What clients may do on their own page, and who looks into what does not add up."""

    _inherit = "res.company"

    prepaid_portal_cancel = fields.Boolean(
        "Clients Cancel Online",
        default=True,
        help="On their own page clients may cancel a visit; they see before what is kept.",
        groups=STAFF_SETTING,
    )
    prepaid_portal_move = fields.Boolean(
        "Clients Move Visits Online",
        default=True,
        help="On their own page clients may move a visit to a free time of the same specialist, "
        "within the working hours.",
        groups=STAFF_SETTING,
    )
    prepaid_portal_top_up = fields.Boolean(
        "Clients Pay Online",
        default=True,
        help="On their own page clients may top up their balance and pay what they owe, with the "
        "payment providers of the company.",
        groups=STAFF_SETTING,
    )

    def _prepaid_accountant(self):
        """Return who looks into payments that do not add up: an accountant, else a manager."""
        self.ensure_one()
        accountants = self.env.ref("account.group_account_user").all_user_ids
        found = accountants.filtered(lambda user: user.active and self in user.company_ids)
        return found[:1] or self._prepaid_manager()
