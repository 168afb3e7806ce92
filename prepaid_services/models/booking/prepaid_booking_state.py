from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...door import Own, public
from .prepaid_booking import (
    LIVE_STATES,
    OPEN_STATES,
    REOPENABLE_STATES,
    UNCONFIRMED_STATES,
    UNSETTLED_STATES,
)


class PrepaidBooking(models.Model):
    """From draft to done, no-show or cancelled, and the meeting that shows it."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # The one door for state
    # ----------------------------------------------------------------------------------

    def _update_state(self, allowed, target, **values):
        """Change the state of bookings, all at once.

        Asking for the present state is a no-op, so that buttons, crons and integrations may
        repeat themselves.

        :param tuple allowed: states from which the target can be reached
        :param str target: new state
        :param values: other fields to write on the changed bookings
        :return: the bookings that changed
        :raise UserError: a booking is in another state
        """
        pending = self.filtered(lambda b: b.state != target)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for booking in pending.filtered(lambda b: b.state not in allowed):
            raise UserError(
                self.env._(
                    "The booking %(booking)s is %(state)s and cannot become %(target)s.",
                    booking=booking.display_name,
                    state=labels[booking.state],
                    target=labels[target],
                )
            )
        pending.sudo().write({"state": target, **values})
        return pending

    @public
    def action_confirm(self):
        """Confirm bookings: the seats are taken and the balance is reserved.

        :return: True
        :raise UserError: a booking is done, cancelled, a no-show, or has no date
        """
        self.check_access("write")
        if not all(booking.start for booking in self):
            raise UserError(self.env._("Give the booking a start before confirming it."))
        self._update_state(UNCONFIRMED_STATES, "confirmed")
        return True

    @public
    def action_no_show(self):
        """Record that clients did not come. Their seats stay in the calendar.

        :return: True
        :raise UserError: a booking is done (undo it first) or cancelled, or the day of the visit
            has not come yet
        """
        self.check_access("write")
        for booking in self.filtered(lambda b: b.state in OPEN_STATES):
            if booking._service_day() > booking.company_id._prepaid_today():
                booking._refuse_no_show()
        self._update_state(OPEN_STATES, "no_show")
        return True

    def _refuse_no_show(self):
        """Refuse to say of a visit that is still to come that nobody came.

        :raise UserError: names the visit and its time
        """
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(visit)s begins on %(moment)s and cannot be a no-show yet. Cancel it instead.",
                visit=self.display_name,
                moment=format_datetime(self.env, self.start, dt_format="short"),
            )
        )

    @public
    def action_open_no_show(self):
        """Record a no-show from the screen; ask first what touches several clients, or money.

        :return: True, or the dialog that asks and names them
        """
        now = fields.Datetime.now()
        for booking in self.filtered(
            lambda b: b.state in OPEN_STATES and b.start and b.start > now
        ):
            booking._refuse_no_show()
        if len(self) < 2 and not self._no_show_costs():
            return self.action_no_show()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_cancel_action"
        )
        return {
            **action,
            "name": self.env._("No-show"),
            "context": {"default_booking_ids": self.ids, "default_no_show": True},
        }

    def _no_show_costs(self):
        """Return whether a no-show of these visits costs their clients something. Hook."""
        return False

    @public
    def action_cancel(self, reason="", by="client"):
        """Cancel bookings: what they reserved is free again, and empty meetings disappear.

        :param str reason: why, for the record
        :param str by: ``client`` or ``us``
        :return: True
        :raise UserError: a booking is done (undo it first)
        """
        self.check_access("write")
        if by not in ("client", "us"):
            raise UserError(self.env._("A booking is cancelled by 'client' or by 'us'."))
        changed = self._update_state(
            UNSETTLED_STATES, "cancelled", cancelled_by=by, cancel_reason=reason
        )
        changed.event_id._prepaid_archive_empty()
        return True

    @public
    def action_reopen(self):
        """Take a cancellation or a no-show back: the booking is confirmed again.

        :return: True
        """
        self.check_access("write")
        changed = self._update_state(
            REOPENABLE_STATES,
            "confirmed",
            cancelled_by=False,
            cancel_reason=False,
            cancelled_with_event=False,
        )
        changed._restore_events()
        return True

    # ----------------------------------------------------------------------------------
    # Meetings
    # ----------------------------------------------------------------------------------

    def _restore_events(self):
        """Put bookings that were cancelled back on the calendar.

        :raise UserError: the hour is taken by now, where the company refuses overlaps
        """
        self.event_id.sudo().with_context(active_test=False).filtered(
            lambda e: not e.active
        ).active = True
        self._create_events()
        self._check_overlap()

    def _create_events(self):
        """Put bookings without a meeting on the calendar of their specialist, in one batch."""
        lonely = self.filtered(lambda b: b.start and not b.event_id and b.state in LIVE_STATES)
        if not lonely:
            return
        events = (
            self.env["calendar.event"]
            .sudo()
            .with_context(
                prepaid_no_bookings=Own(),
                no_mail_to_attendees=True,
                mail_create_nosubscribe=True,
                skip_contact_description=True,
            )
            .create([booking._prepare_event_vals() for booking in lonely])
        )
        # The price of a booking made the meeting's, and not the other way round
        with self.env.protecting([self._fields["price"]], lonely):
            for booking, event in zip(lonely, events, strict=True):
                booking.sudo().event_id = event

    def _prepare_event_vals(self):
        """Return the values of the meeting of one booking. Hook for other calendars' fields."""
        self.ensure_one()
        Event = self.env["calendar.event"]
        return {
            "name": Event._prepaid_event_name(self.service_id, self.partner_id),
            "start": self.start,
            "stop": self.stop,
            "prepaid_service_id": self.service_id.id,
            "prepaid_price": self.price,
            **Event._prepaid_specialist_vals(self.user_id),
        }
