from odoo import api, models

from .names import USERS


class PrepaidDemoSalon(models.AbstractModel):
    """The desk, the manager and the administrator see the specialists' visits at once."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _create_staff(self):
        """Extend: tick the specialists in the calendars of those who plan."""
        staff = super()._create_staff()
        specialists = [staff[login] for login, _name, group in USERS if group == "group_specialist"]
        planners = staff["desk"] + staff["manager"] + self.env.ref("base.user_admin")
        self._show_calendars(planners, self.env["res.users"].union(*specialists).partner_id)
        return staff

    @api.model
    def _show_calendars(self, users, partners):
        """Tick people in the calendar of some users, as the users do it on its side."""
        Filter = self.env["calendar.filters"]
        ticked = Filter.search([("user_id", "in", users.ids)])
        shown = {(row.user_id, row.partner_id) for row in ticked}
        Filter.create(
            [
                {"user_id": user.id, "partner_id": partner.id}
                for user in users
                for partner in partners
                if (user, partner) not in shown
            ]
        )
