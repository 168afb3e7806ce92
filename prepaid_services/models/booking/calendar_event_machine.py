from odoo import models

from .prepaid_booking import OPEN_STATES

#: Where the seats of deleted occurrences are noted until the transaction ends
DELETED = "prepaid_deleted_seats"


class CalendarEvent(models.Model):
    """A series that a synchronised calendar moves: it deletes the occurrences, and makes others.

    To the clients that is a move, and no cancellation: their bookings go on in the new meetings.
    """

    _inherit = "calendar.event"

    def _prepaid_note_deleted_seats(self):
        """Remember who had a seat in occurrences that are about to be deleted."""
        noted = self.env.cr.precommit.data.setdefault(DELETED, {})
        for event in self.sudo().filtered("recurrence_id"):
            seats = event.booking_ids.filtered(lambda b: b.state in OPEN_STATES)
            of_series = noted.setdefault(event.recurrence_id.id, {})
            of_series.update({seat.id: (event.start, seat.state) for seat in seats})

    def _prepaid_pop_deleted_seats(self):
        """Return who lost a seat of these series in this transaction.

        :return: booking id -> start and state before
        :rtype: dict
        """
        noted = self.env.cr.precommit.data.get(DELETED, {})
        lost = {}
        for series in self.recurrence_id.ids:
            lost.update(noted.pop(series, {}))
        return lost

    def _prepaid_take_deleted_seats(self, lost):
        """Let bookings of deleted occurrences go on in these ones, in their order.

        New meetings beyond that get the clients of the first one; bookings for which no meeting
        is left stay cancelled.

        :param dict lost: see :meth:`_prepaid_pop_deleted_seats`
        """
        bookings = self.env["prepaid.booking"].sudo().browse(lost).exists()
        bookings = bookings.filtered(lambda b: b.state == "cancelled" and not b.event_id)
        seats_of = bookings.sorted(lambda b: lost[b.id][0]).grouped(lambda b: lost[b.id][0])
        groups = iter(seats_of.values())
        events = self.sudo().sorted("start")
        with bookings._watch(bookings) as watched:
            for event in events.filtered(lambda e: not e.booking_ids).with_env(watched.env):
                seats = next(groups, None)
                if seats is None:
                    event.prepaid_client_ids = events[0].prepaid_client_ids.filtered("active")
                    continue
                seats.with_env(watched.env)._go_on_in(event, lost)


class PrepaidBooking(models.Model):
    _inherit = "prepaid.booking"

    def _go_on_in(self, event, lost):
        """Open bookings again that lost their meeting, in another one.

        :param calendar.event event: without seats
        :param dict lost: booking id -> start and state before
        """
        for booking in self:
            vals = {"service_id": booking.service_id.id, "price": booking.price}
            booking.write({"event_id": event.id, **vals})
        confirmed = self.filtered(lambda b: lost[b.id][1] == "confirmed")
        confirmed.action_reopen()
        drafts = self - confirmed
        drafts._update_state(
            ("cancelled",),
            "draft",
            cancelled_by=False,
            cancel_reason=False,
            cancelled_with_event=False,
        )
        drafts.filtered(lambda b: lost[b.id][1] != "draft").action_confirm()
