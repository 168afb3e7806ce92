from collections import namedtuple
from contextlib import contextmanager

from odoo import api, fields, models

from .prepaid_booking import RESERVING_STATES

#: What a client agreed to: hour, specialist (user), client and service, as ids and UTC
Visit = namedtuple("Visit", ("start", "stop", "user_id", "partner_id", "service_id"))


class Watch:
    """Bookings as they were before a change; a caller's context cannot hold one."""

    def __init__(self, machine):
        #: Whether a synchronisation makes the change, which no refusal may stop
        self.machine = machine
        self.open = True
        #: Booking id -> :class:`Visit` as it was, None of one that is new
        self.before = {}


class PrepaidBooking(models.Model):
    """What hangs on hour, specialist, client and service follows the change, whoever makes it.

    A visit is dragged, written on its form or on its meeting's, moved with its series, by a
    synchronised calendar, by a program or by its client: all of these end here, once.
    """

    _inherit = "prepaid.booking"

    moved_by_us_on = fields.Datetime(
        "Rescheduled by Us",
        readonly=True,
        copy=False,
        help="When we last moved the visit. If that was too late to cancel it free of charge, the "
        "client may do so until it begins.",
    )

    # ----------------------------------------------------------------------------------
    # Noticing
    # ----------------------------------------------------------------------------------

    @contextmanager
    def _watch(self, written):
        """Let everything that hangs on these bookings follow what is written inside.

        Calls may be nested: the outermost one compares and acts, when all is written.

        :param written: bookings or meetings that are about to be written
        :return: the same records, to be written in the place of these
        """
        watch = self._open_watch()
        if watch:
            watch.before = {**self._snapshot(), **watch.before}
            yield written
            return
        watch = Watch(bool(self.env.context.get("dont_notify")))
        watch.before = self._snapshot()
        try:
            yield written.with_context(prepaid_watch=watch)
        finally:
            watch.open = False
        self._follow(watch)

    @api.model
    def _open_watch(self):
        """Return the watch inside of which this call is made, or None."""
        watch = self.env.context.get("prepaid_watch")
        return watch if isinstance(watch, Watch) and watch.open else None

    def _snapshot(self):
        """Return these bookings as they are: id -> :class:`Visit`."""
        return {booking.id: booking._as_visit() for booking in self.sudo()}

    def _as_visit(self):
        """Return hour, specialist, client and service of a booking."""
        return Visit(
            self.start, self.stop, self.user_id.id, self.partner_id.id, self.service_id.id
        )

    @api.model
    def _follow(self, watch):
        """Compare, and let what hangs on the changed bookings follow.

        :param Watch watch: closed
        """
        bookings = self.env["prepaid.booking"].sudo().browse(watch.before).exists()
        now = bookings._snapshot()
        changed = bookings.filtered(lambda b: watch.before[b.id] != now[b.id])
        if not changed:
            return
        changed._check_overlap(by_machine=watch.machine)
        moved = changed.filtered(lambda b: watch.before[b.id])
        if moved:
            moved._after_change({booking: watch.before[booking.id] for booking in moved})

    def _after_change(self, before):
        """Do what follows when hour, specialist, client or service changed. Hook.

        Called as superuser, with everything written.

        :param dict before: booking -> :class:`Visit` as it was
        """
        self._find_moved(before).moved_by_us_on = fields.Datetime.now()

    # ----------------------------------------------------------------------------------
    # Moved
    # ----------------------------------------------------------------------------------

    def _find_moved(self, before):
        """Return the coming visits at another hour, or with another specialist, than before.

        :param dict before: booking -> :class:`Visit` as it was
        """
        now = fields.Datetime.now()
        return self.filtered(
            lambda b: b.state in RESERVING_STATES
            and b.start
            and (b.start, b.user_id.id) != (before[b].start, before[b].user_id)
            and max(b.start, before[b].start or b.start) > now
        )

    def _moved_after(self, deadline):
        """Return whether we moved the visit when a deadline of its new hour was over already.

        Such a client could not cancel in time, and pays nothing for cancelling or not coming.

        :param datetime deadline: UTC, until when the client may cancel free of charge
        """
        self.ensure_one()
        return bool(deadline and self.moved_by_us_on and self.moved_by_us_on >= deadline)
