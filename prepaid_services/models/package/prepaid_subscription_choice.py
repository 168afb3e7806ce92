import math
from contextlib import contextmanager
from datetime import date

from odoo import api, fields, models

from .prepaid_subscription import VALID_STATES


class Later:
    """Packages whose visits are looked at when all is done; a caller's context holds none."""

    def __init__(self):
        self.open = True
        self.ids = set()


class PrepaidSubscription(models.Model):
    """Which package pays a visit, and what visits hold of it."""

    _inherit = "prepaid.subscription"

    booking_ids = fields.One2many("prepaid.booking", "subscription_id", "Bookings")
    sessions_reserved = fields.Integer(
        "Reserved",
        compute="_compute_sessions_reserved",
        compute_sudo=True,
        help="Sessions that confirmed bookings will use.",
    )

    @api.depends("booking_ids.state", "booking_ids.session_units", "sessions_left")
    def _compute_sessions_reserved(self):
        """Never more than what is left, so that what is shown adds up."""
        held = self._held_units()
        for package in self:
            count = held.get(package._origin.id, 0)
            package.sessions_reserved = (
                count if package.is_unlimited else min(count, package.sessions_left)
            )

    def _held_units(self, without=None):
        """Return how many sessions confirmed bookings hold.

        :param without: bookings that do not count
        :return: package id -> sessions
        """
        groups = (
            self.env["prepaid.booking"]
            .sudo()
            ._read_group(
                [
                    ("subscription_id", "in", self._origin.ids),
                    ("state", "=", "confirmed"),
                    ("id", "not in", without.ids if without else []),
                ],
                ["subscription_id"],
                ["session_units:sum"],
            )
        )
        return {package.id: units for package, units in groups}

    @api.model
    @contextmanager
    def _review_later(self, records):
        """Look at the visits that packages pay at the end of what is done inside.

        A sale is paid first: what it frees on the balance was not there when it was agreed.

        :param records: what is called inside; returned to be called in the place of these
        """
        later = Later()
        try:
            yield records.with_context(prepaid_later=later)
        finally:
            later.open = False
        self.browse(later.ids)._review_visits()

    def _review_visits(self):
        """Look again at which coming visits these packages pay.

        Whatever changed them: a visit that does not fit any more looks for another way to be
        paid, the later ones first where sessions are short; what is free pays visits that
        nothing pays yet.
        """
        later = self.env.context.get("prepaid_later")
        if isinstance(later, Later) and later.open:
            later.ids.update(self.ids)
            return
        if not self:
            return
        Booking = self.env["prepaid.booking"].sudo()
        held = Booking.search(
            [("subscription_id", "in", self.ids), ("state", "=", "confirmed")], order="start, id"
        )
        lost = Booking.browse()
        for package, visits in held.grouped("subscription_id").items():
            room = package.sessions_left
            for visit in visits:
                if package.state in VALID_STATES and package._fits(visit, room):
                    room -= visit.session_units
                else:
                    lost |= visit
        usable = self.sudo().filtered(lambda p: p.state in VALID_STATES)
        (lost | Booking._find_uncovered(usable._users()))._reserve_packages()

    # ----------------------------------------------------------------------------------
    # Choice
    # ----------------------------------------------------------------------------------

    @api.model
    def _choose(self, bookings):
        """Return the package that pays each booking, if any has room; earlier visits first.

        A client's own before a shared one, then the earliest expiry, then the earliest sale; those
        that never expire last. One query for the packages of all clients.

        :param bookings: of one company; packages are those of its legal entity
        :return: booking -> package; only bookings with one
        :rtype: dict
        """
        candidates = self.sudo().search(self._get_choice_domain(bookings))
        held = candidates._held_units(without=bookings)
        room = {p.id: p.sessions_left - held.get(p.id, 0) for p in candidates}
        chosen = {}
        for booking in bookings.sorted(lambda b: (b.start or fields.Datetime.now(), b.id)):
            fitting = candidates.filtered(lambda p, b=booking: p._fits(b, room[p.id]))
            package = fitting.sorted(lambda p, b=booking: p._choice_key(b))[:1]
            if package:
                room[package.id] -= package._units_for(booking)
                chosen[booking] = package
        return chosen

    @api.model
    def _get_choice_domain(self, bookings):
        """Return which packages may pay these bookings at all. Hook."""
        clients = bookings.partner_id.ids
        family = bookings.company_id._prepaid_family()
        return fields.Domain(
            [("state", "in", VALID_STATES), ("company_id", "in", family.ids)]
        ) & (
            fields.Domain("partner_id", "in", clients) | fields.Domain("member_ids", "in", clients)
        )

    def _choice_key(self, booking):
        """Return the rank of a package for a booking, smallest first. Hook."""
        self.ensure_one()
        shared = self.partner_id != booking.partner_id
        return shared, self.date_last or date.max, self.date_sale, self.id

    def _fits(self, booking, room):
        """Return whether the package may pay this booking.

        :param int room: sessions that nobody else holds
        """
        self.ensure_one()
        day = booking._service_day()
        return (
            booking.partner_id in self._users()
            and self._covers(booking.service_id)
            and (self.is_unlimited or room >= self._units_for(booking))
            and not (self.date_start and day < self.date_start)
            and not (self.date_last and day > self.date_last)
            and not self._is_frozen(day)
            and not (self.state == "frozen" and day <= self.company_id._prepaid_today())
        )

    def _units_for(self, booking):
        """Return how many sessions a visit takes: long visits take several, if it says so."""
        self.ensure_one()
        if not self.session_minutes or not booking.start or not booking.stop:
            return 1
        minutes = (booking.stop - booking.start).total_seconds() / 60
        return max(math.ceil(minutes / self.session_minutes), 1)
