from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

#: Whoever had a visit in so many days, or will have one, is a specialist whatever the role
ACTIVE_DAYS = 365


class ResUsers(models.Model):
    _inherit = "res.users"

    prepaid_is_specialist = fields.Boolean(
        "Gives Services",
        compute="_compute_prepaid_is_specialist",
        search="_search_prepaid_is_specialist",
        compute_sudo=True,
        help="Has the role Specialist, or visits within the last year or ahead.",
    )

    def _compute_prepaid_is_specialist(self):
        """See :meth:`_search_prepaid_is_specialist`."""
        specialists = self.filtered_domain(self._prepaid_specialist_domain())
        specialists.prepaid_is_specialist = True
        (self - specialists).prepaid_is_specialist = False

    @api.model
    def _search_prepaid_is_specialist(self, operator, value):
        """Search who gives services in the companies that are ticked."""
        if operator != "in":
            return NotImplemented
        domain = self._prepaid_specialist_domain()
        return domain if True in value else ~domain

    @api.model
    def _prepaid_specialist_domain(self):
        """Return the domain of internal users with the role, or with visits."""
        own_role = self.env.ref("prepaid_services.group_specialist")
        planning = self.env.ref("prepaid_services.group_front_desk")
        companies = self.env.companies.ids
        since = fields.Datetime.now() - timedelta(days=ACTIVE_DAYS)
        busy = self.env["prepaid.booking"].sudo()._read_group(
            [
                ("company_id", "in", companies),
                ("start", ">=", since),
                ("state", "!=", "cancelled"),
            ],
            ["user_id"],
        )
        with_role = Domain("all_group_ids", "in", own_role.ids) & Domain(
            "all_group_ids", "not in", planning.ids
        )
        with_visits = Domain("id", "in", [user.id for [user] in busy])
        mine = Domain("share", "=", False) & Domain("company_ids", "in", companies)
        return mine & (with_role | with_visits)
