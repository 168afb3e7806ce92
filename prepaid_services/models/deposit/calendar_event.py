from odoo import api, models

from ...door import public


class CalendarEvent(models.Model):
    """An hourglass while the deposit is awaited, a tick when it is paid."""

    _inherit = "calendar.event"

    @api.depends("booking_ids.deposit_state", "booking_ids.deposit_deadline")
    @api.depends_context("uid", "lang")
    def _compute_prepaid_status(self):
        """Extend: the seats say how their deposits are."""
        return super()._compute_prepaid_status()

    @api.model
    def _prepare_prepaid_seat(self, booking, states, payments):
        """Extend: the deposit, in words as well, so that colour is never needed."""
        seat = super()._prepare_prepaid_seat(booking, states, payments)
        label = ""
        if booking.state == "awaiting_payment" and booking.deposit_state != "paid":
            label = self.env._(
                "Deposit %(amount)s awaited until %(deadline)s",
                amount=booking.currency_id.format(booking.deposit_amount),
                deadline=booking.deposit_until,
            )
        elif booking.deposit_state == "paid":
            label = self.env._(
                "Deposit %(amount)s paid",
                amount=booking.currency_id.format(booking.deposit_amount),
            )
        return {**seat, "deposit": label and booking.deposit_state, "deposit_label": label}

    @public
    def action_prepaid_take_deposit(self):
        """Open the dialog that takes the deposit of a visit at the desk.

        :return: the dialog
        """
        waiting = self._prepaid_seats_in(("awaiting_payment",))
        return waiting[:1].action_open_take_deposit()
