from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .prepaid_booking import LIVE_STATES, OPEN_STATES


class PrepaidBooking(models.Model):
    """Double bookings of a specialist or of a client."""

    _inherit = "prepaid.booking"

    overlap_warning = fields.Char(compute="_compute_overlap_warning", compute_sudo=True)

    @api.depends("start", "stop", "user_id", "partner_id", "state")
    def _compute_overlap_warning(self):
        """Name what a booking collides with, where the company wants to know."""
        self.overlap_warning = False
        watched = self.filtered(
            lambda b: b.state in OPEN_STATES
            and b.company_id.prepaid_overlap_policy != "allow"
        )
        for booking_id, text in watched._overlap_texts().items():
            self.env["prepaid.booking"].browse(booking_id).overlap_warning = text

    def _check_overlap(self):
        """Refuse overlaps where the company wants that.

        The rows of specialist and client are updated first: of two parallel bookings of the same
        hour, one is repeated and sees the other.

        :raise UserError: names the other booking
        """
        strict = self.sudo().filtered(
            lambda b: b.state in OPEN_STATES
            and b.company_id.prepaid_overlap_policy == "refuse"
        )
        if not strict:
            return
        self.env["prepaid.ledger"]._touch(strict.partner_id | strict.user_id.partner_id)
        for text in strict._overlap_texts().values():
            raise UserError(text)

    def _overlap_texts(self):
        """Return for each booking that collides a sentence that says with what.

        :rtype: dict[int, str]
        """
        ids = self._origin.ids
        if not ids:
            return {}
        self.env["prepaid.booking"].flush_model(
            ["event_id", "partner_id", "start", "state", "stop", "user_id"]
        )
        self.env["calendar.event"].flush_model(["active", "show_as", "start", "stop", "user_id"])
        first = {}
        for booking_id, other_id, event_id in self.env.execute_query(self._overlap_sql(ids)):
            first.setdefault(booking_id, (other_id, event_id))
        if not first:
            return {}
        # Of one recordset each, so that all names are read at once
        other_ids, event_ids = (filter(None, ids) for ids in zip(*first.values(), strict=True))
        others = {other.id: other for other in self.browse(other_ids)}
        events = {event.id: event for event in self.env["calendar.event"].browse(event_ids)}
        return {
            booking.id: booking._overlap_text(others.get(other_id), events.get(event_id))
            for booking, (other_id, event_id) in zip(
                self.browse(first), first.values(), strict=True
            )
        }

    def _overlap_text(self, other, event):
        """Return the sentence that says with what a booking collides.

        :param prepaid.booking other: of the same client, or None
        :param calendar.event event: of the same specialist, or None
        """
        if other:
            return self.env._(
                "%(client)s is already booked at that time: %(other)s.",
                client=self.partner_id.name,
                other=other.display_name,
            )
        return self.env._(
            "%(specialist)s is busy at that time: %(meeting)s.",
            specialist=self.user_id.name,
            meeting=event.display_name,
        )

    def _overlap_sql(self, ids):
        """Return the query of collisions: the specialist's meetings, the client's bookings."""
        return SQL(
            """
            SELECT mine.id, NULL, other.id
              FROM prepaid_booking mine
              JOIN calendar_event other
                ON other.user_id = mine.user_id
               AND other.start < mine.stop AND other.stop > mine.start
               AND other.active AND other.show_as = 'busy' AND other.allday IS NOT TRUE
               AND other.id IS DISTINCT FROM mine.event_id
             WHERE mine.id IN %(ids)s
             UNION ALL
            SELECT mine.id, other.id, NULL
              FROM prepaid_booking mine
              JOIN prepaid_booking other
                ON other.partner_id = mine.partner_id AND other.id != mine.id
               AND other.start < mine.stop AND other.stop > mine.start
               AND other.state IN %(live)s
               AND other.event_id IS DISTINCT FROM mine.event_id
             WHERE mine.id IN %(ids)s
            """,
            ids=tuple(ids),
            live=LIVE_STATES,
        )
