from odoo import api, fields, models

from ...door import public
from ...exceptions import check_one
from .prepaid_booking import OPEN_STATES, SEAT_STATES, UNSETTLED_STATES

SEE_SEATS = (
    "prepaid_services.group_specialist,account.group_account_invoice,account.group_account_readonly"
)
#: What the tile of a class shows when its seats differ: the first of these that one seat has
WORST_PAYMENT_FIRST = (
    "short",
    "owing",
    "not_invoiced",
    "partial",
    "written_off",
    "credit",
    "covered",
    "package",
    "paid",
    "free",
)
STATE_TO_SHOW_FIRST = ("draft", "awaiting_payment", "confirmed", "no_show", "done", "cancelled")


class CalendarEvent(models.Model):
    """What the front desk sees at a glance in the calendar, and does there with one click."""

    _inherit = "calendar.event"

    prepaid_state = fields.Selection(
        selection="_selection_prepaid_state",
        string="Visit",
        compute="_compute_prepaid_status",
        groups=SEE_SEATS,
        help="State of the visit; of a class, the state of the seats that need most attention.",
    )
    prepaid_payment_status = fields.Selection(
        selection="_selection_prepaid_payment_status",
        string="Payment",
        compute="_compute_prepaid_status",
        groups=SEE_SEATS,
        help="Whether the visit is paid or covered by the balance; of a class, the worst seat.",
    )
    prepaid_seats = fields.Json(
        string="Seats",
        compute="_compute_prepaid_status",
        groups=SEE_SEATS,
        help="One entry for each client: name, state, payment and what is still to pay.",
    )

    # ----------------------------------------------------------------------------------
    # At a glance
    # ----------------------------------------------------------------------------------

    @api.model
    def _selection_prepaid_state(self):
        return self.env["prepaid.booking"]._fields["state"]._description_selection(self.env)

    @api.model
    def _selection_prepaid_payment_status(self):
        return (
            self.env["prepaid.booking"]._fields["payment_status"]._description_selection(self.env)
        )

    @api.depends("booking_ids.state", "booking_ids.payment_status", "booking_ids.partner_id")
    @api.depends_context("uid", "lang")
    def _compute_prepaid_status(self):
        """Sum up the seats that the user may see, in a constant number of queries.

        While the balance is switched off in the settings, nothing is said about payment.
        """
        with_money = self.env.user.has_group("prepaid_services.group_feature_balance")
        states = dict(self._selection_prepaid_state())
        payments = dict(self._selection_prepaid_payment_status()) if with_money else {}
        # All seats of all meetings at once: recordsets cut out of them are fetched one by one
        bookings = self.booking_ids.sorted("id")
        bookings.partner_id.fetch(["complete_name"])
        seats_of = bookings.grouped("event_id")
        for event in self:
            mine = seats_of.get(event._origin, bookings.browse())
            seats = [
                event._prepare_prepaid_seat(booking, states, payments) for booking in mine
            ]
            live = [seat for seat in seats if seat["state"] in SEAT_STATES]
            event.prepaid_seats = seats = live or seats
            event.prepaid_state = self._first_found(STATE_TO_SHOW_FIRST, seats, "state")
            event.prepaid_payment_status = self._first_found(WORST_PAYMENT_FIRST, seats, "payment")

    @api.model
    def _prepare_prepaid_seat(self, booking, states, payments):
        """Return what the tile and its pop-up show of one seat. Hook.

        :param dict states: label of each state
        :param dict payments: label of each payment status; empty while the balance is off
        """
        with_money = bool(payments)
        return {
            "id": booking.id,
            "client": booking.partner_id.complete_name or booking.partner_id.display_name,
            "state": booking.state,
            "state_label": states[booking.state],
            "payment": with_money and booking.payment_status,
            "payment_label": payments.get(with_money and booking.payment_status, ""),
            "due": self._prepaid_due_text(booking) if with_money else "",
        }

    @api.model
    def _prepaid_due_text(self, booking):
        """Return what is still to pay for a seat as text, empty when nothing is.

        Empty also for those who may not see figures: they see the status.
        """
        if not booking._has_field_access(booking._fields["amount_due"], "read"):
            return ""
        due, currency = booking.amount_due, booking.currency_id
        return "" if currency.is_zero(due) else currency.format(due)

    @api.model
    def _first_found(self, order, seats, key):
        """Return the first value of ``order`` that one of the seats has, or False."""
        found = {seat[key] for seat in seats}
        return next((value for value in order if value in found), False)

    @api.model
    def _get_public_fields(self):
        """Extend: a private meeting still shows the desk in which state its visit is."""
        return super()._get_public_fields() | {
            "prepaid_state",
            "prepaid_payment_status",
            "prepaid_seats",
        }

    # ----------------------------------------------------------------------------------
    # One click
    # ----------------------------------------------------------------------------------

    def _prepaid_seats_in(self, states):
        """Return the seats of meetings that are in one of some states.

        :raise AccessError: the caller, who may see the meeting, sees no bookings
        """
        self.env["prepaid.booking"].check_access("read")
        return self.booking_ids.filtered(lambda b: b.state in states)

    def _prepaid_open_bookings(self):
        """Return the seats of meetings that are still to come or to be finished."""
        return self._prepaid_seats_in(OPEN_STATES)

    @public
    def action_prepaid_done(self):
        """Finish the visits of meetings: at once, or ask how the rest is paid.

        :return: the dialog that asks, or True
        """
        return self._prepaid_open_bookings().action_open_done()

    @public
    def action_prepaid_no_show(self):
        """Record that the clients of meetings did not come.

        :return: the dialog that shows what becomes of deposits, or True
        """
        return self._prepaid_open_bookings().action_open_no_show()

    @public
    def action_prepaid_undo_no_show(self):
        """Take the no-shows of meetings back: the seats are confirmed again.

        :return: True
        """
        return self.booking_ids.filtered(lambda b: b.state == "no_show").action_reopen()

    @public
    def action_prepaid_cancel(self):
        """Ask who cancels the seats of meetings, and why.

        :return: the dialog
        """
        bookings = self._prepaid_seats_in(UNSETTLED_STATES)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_cancel_action"
        )
        return {**action, "context": {"default_booking_ids": bookings.ids}}

    @public
    def action_prepaid_top_up(self):
        """Open the top-up dialog, for the client or for one of the clients of a meeting.

        :return: the dialog
        """
        bookings = self._prepaid_money_bookings()
        if len(bookings) == 1:
            return bookings.action_top_up()
        return bookings._money_dialog("top_up")

    @public
    def action_prepaid_pay_out(self):
        """Open the dialog that gives money back to the client, or to one of the clients.

        :return: the dialog
        """
        return self._prepaid_money_bookings()._money_dialog("pay_out")

    def _prepaid_money_bookings(self):
        """Return the bookings whose clients may pay in or get money back at this meeting."""
        check_one(self)
        return self._prepaid_seats_in(SEAT_STATES) or self.booking_ids
