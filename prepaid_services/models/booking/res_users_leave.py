from odoo import api, fields, models
from odoo.exceptions import UserError

from .prepaid_booking import OPEN_STATES


class ResUsers(models.Model):
    """Specialists who leave: their visits are handed over, and stay on record."""

    _inherit = "res.users"

    def _prepaid_has_left(self):
        """Return whether a specialist is archived: the user, or all that plan the own hours."""
        self.ensure_one()
        resources = self.sudo().with_context(active_test=False).resource_ids
        return not self.active or bool(resources and not any(resources.mapped("active")))

    def write(self, vals):
        """Override: whoever looks after the calendar learns which visits need somebody else."""
        leaving = self.filtered("active") if vals.get("active") is False else self.browse()
        res = super().write(vals)
        leaving._prepaid_ask_to_hand_over()
        return res

    def action_archive(self):
        """Override: archiving a specialist opens the visits to hand over.

        :return: their list, or what core returns
        """
        res = super().action_archive()
        visits = self._prepaid_coming_visits()
        return res or not visits or visits._hand_over_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_specialist(self):
        """Who gave visits stays on record."""
        for user in self._prepaid_visits([]).user_id:
            raise UserError(
                self.env._(
                    "%(specialist)s has visits. Archive the user instead of deleting them.",
                    specialist=user.name,
                )
            )

    def _prepaid_visits(self, domain):
        """Return the visits of these specialists that match a domain, as superuser."""
        Booking = self.env["prepaid.booking"].sudo()
        return Booking.search([("user_id", "in", self.ids), *domain], order="start, id")

    def _prepaid_coming_visits(self):
        """Return the visits that these specialists were to give, as superuser."""
        coming = [("state", "in", OPEN_STATES), ("start", ">", fields.Datetime.now())]
        return self._prepaid_visits(coming)

    def _prepaid_ask_to_hand_over(self):
        """Give the manager of each company an activity on the first visit to hand over."""
        for _key, visits in (
            self._prepaid_coming_visits().grouped(lambda b: (b.user_id, b.company_id)).items()
        ):
            visits[0]._ask_manager(
                self.env._(
                    "%(specialist)s is archived: %(count)s coming visits need another specialist.",
                    specialist=visits.user_id.name,
                    count=len(visits),
                )
            )


class ResourceResource(models.Model):
    """An employee who leaves is archived here, the user perhaps not."""

    _inherit = "resource.resource"

    def write(self, vals):
        """Override: see ``res.users.write``."""
        leaving = self.filtered("active") if vals.get("active") is False else self.browse()
        res = super().write(vals)
        users = leaving.sudo().user_id.filtered("active")
        users.filtered(lambda u: u._prepaid_has_left())._prepaid_ask_to_hand_over()
        return res
