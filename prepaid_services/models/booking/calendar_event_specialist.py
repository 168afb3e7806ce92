from odoo import api, fields, models


class CalendarEvent(models.Model):
    """Whose calendar a visit is on: its specialist's, and the one who books sees it there."""

    _inherit = "calendar.event"

    @api.model
    def default_get(self, field_names):
        """Extend: in the calendar of one specialist, a new visit is that specialist's.

        The calendar sends the contact that is ticked in its side panel.
        """
        defaults = super().default_get(field_names)
        partner_id = self.env.context.get("prepaid_calendar_partner_id")
        if partner_id and "user_id" in field_names and "default_user_id" not in self.env.context:
            partner = self.env["res.partner"].browse(partner_id)
            user = partner.sudo().user_ids.filtered(lambda u: not u.share)[:1]
            defaults["user_id"] = user.id or defaults.get("user_id")
        return defaults

    @api.onchange("prepaid_service_id")
    def _onchange_prepaid_service_id(self):
        """Whoever books for others is not the specialist."""
        if self.prepaid_service_id:
            self.user_id = self.user_id._prepaid_who_gives_it()

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: what the desk has booked for a specialist stays on its screen."""
        events = super().create(vals_list)
        events._prepaid_show_specialists()
        return events

    def write(self, vals):
        """Extend: a visit that is given to another specialist moves to the other calendar."""
        if not vals.get("user_id") or "partner_ids" in vals or not self._prepaid_all_visits():
            return super().write(vals)
        moved = self.with_context(no_mail_to_attendees=True)
        specialist = self.env["res.users"].browse(vals["user_id"])
        old = self.user_id.sudo().partner_id
        new = specialist.sudo().partner_id
        commands = [fields.Command.unlink(partner.id) for partner in old - new]
        vals = {**vals, "partner_ids": [*commands, fields.Command.link(new.id)]}
        res = super(CalendarEvent, moved).write(vals)
        self._prepaid_show_specialists()
        return res

    def _prepaid_all_visits(self):
        """Return whether these meetings are for a service, every one."""
        return bool(self) and all(event.prepaid_service_id for event in self.sudo())

    def _prepaid_show_specialists(self):
        """Tick the specialists of visits in the side panel of the user's calendar."""
        if not self.env.user.has_group("prepaid_services.group_front_desk"):
            return
        visits = self.sudo().filtered("prepaid_service_id")
        partners = visits.user_id.partner_id - self.env.user.partner_id
        if not partners:
            return
        shown = self._prepaid_add_calendars(partners)
        hidden = shown.filtered(lambda f: not (f.active and f.partner_checked))
        hidden.write({"active": True, "partner_checked": True})

    @api.model
    def _prepaid_add_calendars(self, partners):
        """Put contacts that are not there yet into the side panel of the user's calendar, ticked.

        :return: the entries of those who were there before, ticked or not
        """
        Filter = self.env["calendar.filters"].with_context(active_test=False)
        shown = Filter.search([("user_id", "=", self.env.uid), ("partner_id", "in", partners.ids)])
        Filter.create(
            [
                {"user_id": self.env.uid, "partner_id": partner.id}
                for partner in partners - shown.partner_id
            ]
        )
        return shown

    @api.model
    def _prepaid_open_calendar(self):
        """Open the calendar; for the front desk with the visits of every specialist.

        Core shows each user the own meetings only, and a front desk has none. Whom the desk has
        unticked stays unticked.

        :return: the action of the calendar
        """
        if self.env.user.has_group("prepaid_services.group_front_desk"):
            specialists = self.env["res.users"].sudo().search(
                [("prepaid_is_specialist", "=", True), ("id", "!=", self.env.uid)]
            )
            self._prepaid_add_calendars(specialists.partner_id.with_env(self.env))
        action = self.env["ir.actions.actions"]._for_xml_id("calendar.action_calendar_event")
        # The address is that of our own menu: reloading the page stays in the application
        return {**action, "path": False}
