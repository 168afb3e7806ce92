from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .prepaid_availability import Slot
from .prepaid_booking import OPEN_STATES


class PrepaidBooking(models.Model):
    """Double bookings of a specialist or of a client."""

    _inherit = "prepaid.booking"

    overlap_warning = fields.Char(compute="_compute_overlap_warning", compute_sudo=True)

    specialist_left = fields.Boolean(
        compute="_compute_specialist_left",
        search="_search_specialist_left",
        compute_sudo=True,
        help="An upcoming visit whose specialist is archived: it needs another one.",
    )

    @api.depends("start", "state", "user_id.active", "user_id.resource_ids.active")
    def _compute_specialist_left(self):
        """See :meth:`_search_specialist_left`."""
        now = fields.Datetime.now()
        for booking in self:
            coming = booking.state in OPEN_STATES and booking.start and booking.start > now
            booking.specialist_left = coming and booking.user_id._prepaid_has_left()

    @api.model
    def _search_specialist_left(self, operator, value):
        """Search coming visits of archived specialists."""
        if operator != "in":
            return NotImplemented
        coming = Domain("state", "in", OPEN_STATES) & Domain("start", ">", fields.Datetime.now())
        users = self.env["res.users"].sudo().browse(
            user.id for [user] in self.sudo()._read_group(coming, ["user_id"])
        )
        left = coming & Domain("user_id", "in", users.filtered(lambda u: u._prepaid_has_left()).ids)
        return left if True in value else ~left

    @api.depends("start", "stop", "user_id", "partner_id", "state")
    def _compute_overlap_warning(self):
        """Name what a booking collides with, where the company wants to know; saved or not."""
        watched = self.filtered(
            lambda b: b.state in OPEN_STATES and b.company_id.prepaid_overlap_policy != "allow"
        )
        texts = watched._overlap_texts()
        for booking in self:
            booking.overlap_warning = texts.get(booking.id)

    def _check_overlap(self, by_machine=None):
        """Refuse specialists who left, and overlaps where the company wants that.

        The rows of specialist and client are updated first: of two parallel bookings of the same
        hour, one is repeated and sees the other.

        :param bool by_machine: whether a synchronised calendar writes, which no refusal may stop:
            the desk gets an activity instead; by default what the change around this says
        :raise UserError: names the specialist, or the other booking
        """
        if by_machine is None:
            watch = self._open_watch()
            by_machine = bool(watch and watch.machine)
        self._check_specialists(by_machine)
        strict = self.sudo().filtered(
            lambda b: b.state in OPEN_STATES and b.company_id.prepaid_overlap_policy == "refuse"
        )
        if not strict:
            return
        self.env["prepaid.ledger"]._touch(strict.partner_id | strict.user_id.partner_id)
        for booking_id, text in strict._overlap_texts().items():
            if not by_machine:
                raise UserError(text)
            strict.browse(booking_id)._ask_manager(text)

    def _check_specialists(self, by_machine=False):
        """Refuse coming visits with somebody who does not work here any more.

        :param bool by_machine: see :meth:`_check_overlap`
        :raise UserError: names the specialist
        """
        for booking in self.sudo().filtered("specialist_left"):
            text = self.env._(
                "%(specialist)s is archived and gets no new visits. Choose another specialist.",
                specialist=booking.user_id.name,
            )
            if not by_machine:
                raise UserError(text)
            booking._ask_manager(text)

    def _overlap_texts(self):
        """Return for each booking that collides a sentence that says with what.

        :return: id (of an unsaved one its NewId) -> text
        :rtype: dict
        """
        return self.env["prepaid.availability"]._texts([b._overlap_slot() for b in self])

    def _overlap_slot(self):
        """Return the time of a booking, as it is asked for; see ``prepaid.availability``."""
        self.ensure_one()
        return Slot(
            key=self.id,
            user=self.user_id._origin.id,
            client=self.partner_id._origin.id,
            start=self.start,
            stop=self.stop,
            event=self.event_id._origin.id,
            booking=self._origin.id,
        )
