from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError


class PrepaidBooking(models.Model):
    """Clients who cannot be asked for the deposit: the desk is told, and the seat is kept."""

    _inherit = "prepaid.booking"

    deposit_unasked = fields.Boolean(
        "Client Not Reached",
        readonly=True,
        copy=False,
        help="The request for the deposit could not be sent. The booking is not cancelled "
        "automatically: take the deposit, waive it, or complete the client's contact details and "
        "send the request again.",
    )

    def _unreachable(self):
        """Return the bookings whose clients no message about a deposit can reach."""
        Message = self.env["prepaid.booking.message"].sudo()
        return self.sudo().filtered(lambda b: not Message._is_reachable(b)).with_env(self.env)

    def _check_reachable(self):
        """Refuse to ask clients who cannot be asked.

        :raise UserError: names them, and the ways out
        """
        if lost := self._unreachable():
            raise UserError(
                self.env._(
                    "%(clients)s cannot be asked for the deposit: there is no e-mail address, and "
                    "no phone number that SMS are sent to. Add one, take the deposit at the desk, "
                    "or waive it.",
                    clients=", ".join(lost.partner_id.mapped("name")),
                )
            )

    def _ask_clients(self):
        """Send the request for the deposit; where nobody can be asked the desk is told at once.

        A client who can be asked only now gets the whole time to pay.
        """
        lost = self._unreachable()
        asked = self - lost
        late = asked.sudo().filtered("deposit_unasked")
        late.write({"deposit_unasked": False, "deposit_requested_on": fields.Datetime.now()})
        asked._note_message("request")
        lost._note_unasked()

    def _note_unasked(self):
        """Keep the seats of clients who were not asked, and tell the desk, once."""
        new = self.sudo().filtered(lambda b: not b.deposit_unasked and not b.deposit_accepted_on)
        if not new:
            return
        new.deposit_unasked = True
        new._notify_desk("unasked")
        for booking in new:
            booking._ask_desk(
                self.env._(
                    "%(client)s could not be asked for the deposit of %(amount)s.",
                    client=booking.partner_id.name,
                    amount=booking.currency_id.format(booking.deposit_amount),
                )
            )

    def _ask_desk(self, summary):
        """Give whoever books an activity on the booking; the manager when it is not the desk."""
        self.ensure_one()
        user = self.env.user
        if user.id == SUPERUSER_ID or not user.has_group("prepaid_services.group_front_desk"):
            self._ask_manager(summary)
        else:
            self._prepaid_remind(summary, "", user)
