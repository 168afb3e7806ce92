from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.dates import local_day


class PrepaidBooking(models.Model):
    """When a visit is, together with its meeting on the calendar."""

    _inherit = "prepaid.booking"

    @api.model
    def default_get(self, field_names):
        """Override: on the screen of the day a new visit begins at the next half hour."""
        defaults = super().default_get(field_names)
        today = self.env.context.get("prepaid_all_specialists")
        if today and "start" in field_names and not defaults.get("start"):
            now = fields.Datetime.now().replace(second=0, microsecond=0)
            defaults["start"] = now + timedelta(minutes=30 - now.minute % 30)
        return defaults

    @api.depends("event_id.start", "event_id.user_id")
    def _compute_schedule(self):
        """A moved meeting moves its bookings; without a meeting they keep what they have."""
        for booking in self:
            event = booking.event_id
            booking.start = event.start or booking.start
            booking.user_id = event.user_id or booking.user_id or self.env.user

    @api.depends("event_id.start", "event_id.stop", "start", "service_id")
    def _compute_stop(self):
        """As long as the meeting, or as the service takes."""
        for booking in self:
            event = booking.event_id
            duration = event.stop and event.start and event.stop - event.start
            duration = duration or booking.service_id._prepaid_duration()
            booking.stop = booking.start and booking.start + duration

    @api.onchange("service_id")
    def _onchange_service_id(self):
        """Whoever books for others is not the specialist."""
        if self.service_id and not self.event_id:
            self.user_id = self.user_id._prepaid_who_gives_it()

    @api.model
    def _group_expand_user_id(self, users, domain):
        """On the screen of the day, who has no visit yet has a column as well.

        A screen without any column would not even say that there are no visits.
        """
        if not self.env.context.get("prepaid_all_specialists"):
            return users
        me = self.env.user
        if me.has_group("prepaid_services.group_front_desk"):
            users |= users.search([("prepaid_is_specialist", "=", True)])
        return users or me

    def _inverse_schedule(self):
        """A booking that is moved or given to another specialist takes its meeting along."""
        for booking in self.filtered("event_id"):
            event = booking.event_id.sudo()
            changes = {}
            if (event.start, event.stop) != (booking.start, booking.stop):
                changes = {"start": booking.start, "stop": booking.stop}
            if event.user_id != booking.user_id:
                changes.update(event._prepaid_specialist_vals(booking.user_id))
            if changes:
                event.with_context(no_mail_to_attendees=True).write(changes)

    def _hand_over_action(self):
        """Return the list in which these visits are given to another specialist, several at once.

        :return: the action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_booking_action_hand_over"
        )
        return {**action, "domain": [("id", "in", self.ids)]}

    def _check_stop_after_start(self):
        """Refuse an end before the start. A constraint would see half of a moved meeting."""
        for booking in self.filtered(lambda b: b.start and b.stop and b.stop < b.start):
            raise ValidationError(
                self.env._(
                    "The visit %(visit)s cannot end before it starts.",
                    visit=booking.display_name,
                )
            )

    def _service_day(self):
        """Return the local day of the visit, on which it is invoiced."""
        self.ensure_one()
        company = self.company_id
        if not self.start:
            return company._prepaid_today()
        return local_day(self.start, company._prepaid_tz())
