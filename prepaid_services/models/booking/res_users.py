from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.groups import STAFF_SETTING
from .prepaid_booking import SEAT_STATES

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
        groups=STAFF_SETTING,
    )

    @api.depends_context("allowed_company_ids")
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

    def _prepaid_who_gives_it(self):
        """Return the specialist to propose when this user is proposed by default.

        :return: this user; for somebody who books but gives no services, the only specialist
            there is, or nobody: the desk chooses
        """
        if self != self.env.user or self.prepaid_is_specialist:
            return self
        specialists = self.search([("prepaid_is_specialist", "=", True)], limit=2)
        return specialists if len(specialists) == 1 else self.browse()

    @api.model
    def _prepaid_specialist_domain(self):
        """Return the domain of internal users with the role, or with visits."""
        env, companies = self.sudo().env, self.env.companies.ids
        planners = env.ref("prepaid_services.group_front_desk").all_user_ids
        with_role = env.ref("prepaid_services.group_specialist").all_user_ids - planners
        since = fields.Datetime.now() - timedelta(days=ACTIVE_DAYS)
        busy = env["prepaid.booking"]._read_group(
            [
                ("company_id", "in", companies),
                ("start", ">=", since),
                ("state", "in", SEAT_STATES),
            ],
            ["user_id"],
        )
        found = with_role | env["res.users"].union(*(user for [user] in busy))
        ids = found.filtered(lambda user: not user._prepaid_has_left()).ids
        mine = Domain("share", "=", False) & Domain("company_ids", "in", companies)
        return mine & Domain("id", "in", ids)
