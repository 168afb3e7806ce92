from uuid import uuid4

from odoo import fields, models

#: A waiting message of one of these tells the hour as it is when it leaves
TELL_THE_HOUR = ("moved", "paid", "request")


class PrepaidBookingMessage(models.Model):
    """A visit that was moved: the client is told where it is in the end, or nothing."""

    _inherit = "prepaid.booking.message"

    # What the client knew before; several moves before the message leaves are one
    was_start = fields.Datetime("Previous Time", readonly=True)
    was_user_id = fields.Many2one(
        "res.users", "Previous Specialist", readonly=True, ondelete="set null"
    )

    def _is_due(self):
        """Override: a visit that is back where it was is not moved."""
        due = super()._is_due()
        if self.kind != "moved" or not self.was_start:
            return due
        booking = self.booking_id
        return due and (booking.start, booking.user_id) != (self.was_start, self.was_user_id)


class PrepaidBooking(models.Model):
    """Clients whose visit was moved, or given to another specialist."""

    _inherit = "prepaid.booking"

    def _after_change(self, before):
        """Override: the client is told, whoever moved the visit."""
        res = super()._after_change(before)
        self._find_moved(before)._note_moved(before)
        return res

    def _note_moved(self, before):
        """Note that visits were moved, unless a message that waits tells the hour anyway.

        :param dict before: booking -> :class:`Visit` as it was
        """
        Message = self.env["prepaid.booking.message"].sudo()
        waiting = Message.search(
            [
                ("booking_id", "in", self.ids),
                ("kind", "in", TELL_THE_HOUR),
                ("state", "=", "waiting"),
            ]
        )
        back = waiting.filtered(lambda m: m.kind == "moved" and not m._is_due())
        back.state = "dropped"
        back.booking_id.moved_by_us_on = False
        new = self - waiting.booking_id
        Message.create(
            [
                {
                    "booking_id": booking.id,
                    "kind": "moved",
                    "key": uuid4().hex,
                    "was_start": before[booking].start,
                    "was_user_id": before[booking].user_id,
                }
                for booking in new
            ]
        )
        if new:
            Message._wake()
