from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..booking.prepaid_booking import OPEN_STATES, SEAT_STATES
from .prepaid_booking_payment import DOUBLE_TAP_SECONDS


class PrepaidBooking(models.Model):
    """The visit on the client's own page: what is shown, and what the client may do there."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # Whose
    # ----------------------------------------------------------------------------------

    @api.model
    def _portal_domain(self, client):
        """Return the visits a client may see: a payer those of the whole family.

        :param res.partner client: who is logged in
        """
        payer = client.commercial_partner_id
        own = [("partner_id", "=", client.id)] if client != payer else []
        return [("payer_id", "=", payer.id), *own]

    @api.model
    def _portal_coming_domain(self):
        """Return the visits that are still to come."""
        return [("state", "in", OPEN_STATES), ("stop", ">=", fields.Datetime.now())]

    @api.model
    def _portal_own(self, booking_id, client):
        """Return the client's own booking as superuser; empty when it is somebody else's.

        :param int booking_id: from the URL
        :param res.partner client: who is logged in
        """
        if not 0 < booking_id < 2**31:
            return self.sudo().browse()
        return self.sudo().search([("id", "=", booking_id), *self._portal_domain(client)])

    # ----------------------------------------------------------------------------------
    # What the client sees
    # ----------------------------------------------------------------------------------

    def _portal_status(self):
        """Return what the page is about: what the client has to do, or what became of the visit.

        :return: ``to_pay``, ``processing``, ``paid``, ``covered``, ``overdue``, ``late``,
            ``expired``, ``draft``, ``confirmed``, ``done``, ``no_show`` or ``cancelled``
        :rtype: str
        """
        self.ensure_one()
        if self.state == "awaiting_payment":
            return self._portal_payment_status()
        if self.state == "cancelled" and self.deposit_state in ("late", "expired"):
            return self.deposit_state
        return self.state

    def _portal_payment_status(self):
        """Return what the page of a visit says whose deposit is awaited."""
        self.ensure_one()
        if self.deposit_state == "paid":
            return "paid"
        if self._open_transactions():
            return "processing"
        if self._has_to_be_paid():
            return "to_pay"
        if self.currency_id.compare_amounts(self._deposit_missing(), 0) <= 0:
            return "covered"
        return "overdue"

    def _portal_location(self):
        """Return where the visit takes place, on one line: the meeting's place, or the salon's."""
        self.ensure_one()
        if self.event_id.location:
            return self.event_id.location
        salon = self.company_id.partner_id
        address = salon._display_address(without_company=True)
        return ", ".join(part.strip() for part in address.splitlines() if part.strip())

    def _portal_failure(self):
        """Return the last payment, if it failed: the page says why above the form."""
        self.ensure_one()
        last = self.sudo().transaction_ids._get_last()
        return last if last.state in ("error", "cancel") else last.browse()

    def _portal_seconds_left(self):
        """Return how long the seat is still held for the client, in seconds."""
        self.ensure_one()
        left = self.deposit_deadline - fields.Datetime.now() if self.deposit_deadline else None
        return max(int(left.total_seconds()), 0) if left else 0

    # ----------------------------------------------------------------------------------
    # What the client may do
    # ----------------------------------------------------------------------------------

    def _portal_may_cancel(self):
        """Return whether the client may cancel here."""
        self.ensure_one()
        return self.company_id.prepaid_portal_cancel and self._portal_is_changeable()

    def _portal_may_move(self):
        """Return whether the client may move the visit here. A class does not move for one."""
        self.ensure_one()
        seats = self.event_id.booking_ids.filtered(lambda b: b.state in SEAT_STATES)
        return (
            self.company_id.prepaid_portal_move
            and self._portal_is_changeable()
            and len(seats) <= 1
            and not self.event_id.recurrency
        )

    def _portal_is_changeable(self):
        """Return whether the visit is to come and no payment for it is under way."""
        coming = self.start and self.start > fields.Datetime.now()
        return self.state in OPEN_STATES and coming and not self._open_transactions()

    def _portal_cancel(self, kept):
        """Cancel for the client, on the terms the client saw.

        :param float kept: what the page said would be kept, in company currency
        :raise UserError: more would be kept now, or the visit cannot be cancelled any more
        """
        self.ensure_one()
        self.env["prepaid.ledger"]._touch(self.payer_id)
        if not self._portal_may_cancel():
            raise UserError(self.env._("This visit cannot be cancelled here any more. Call us."))
        effect = self._cancellation_effect(by="client")
        self._portal_check_terms(effect, kept)
        booking = self._portal_as_robot()
        booking.action_cancel(self.env._("Cancelled by the client online"), by="client")

    def _portal_move(self, start, kept):
        """Move the visit for the client, on the terms the client saw.

        :param datetime start: new start, UTC
        :param float kept: what the page said would be kept, in company currency
        :raise UserError: the time is taken, more would be kept now, or it cannot be moved any more
        """
        self.ensure_one()
        # Of two parallel wishes for the same hour, the second one sees the first
        self.env["prepaid.ledger"]._touch(self.payer_id | self.user_id.partner_id)
        if not self._portal_may_move():
            raise UserError(self.env._("This visit cannot be moved here any more. Call us."))
        if start not in self._portal_free_starts():
            raise UserError(self.env._("That time is not free any more. Choose another one."))
        self._portal_check_terms(self._reschedule_effect(start), kept)
        self._portal_as_robot().action_reschedule(start, by="client")

    def _portal_check_terms(self, effect, kept):
        """Refuse when the client would lose more than the page said.

        :param dict effect: of :meth:`_cancellation_effect` or :meth:`_reschedule_effect`
        """
        if self.currency_id.compare_amounts(effect["kept"], kept) > 0:
            raise UserError(
                self.env._("The terms have changed since you opened the page. Read them again.")
            )

    def _portal_as_robot(self):
        """Return the booking as the superuser sees it: changes are logged by nobody's name."""
        return self.with_user(SUPERUSER_ID).with_company(self.company_id)

    # ----------------------------------------------------------------------------------
    # Paying
    # ----------------------------------------------------------------------------------

    def _portal_start_payment(self):
        """Make sure that exactly one payment may be started now, and note the accepted terms.

        Providers are asked about earlier ones before. Of two tabs one is repeated on fresh data
        and finds the other's payment.

        :return: why no payment is started, empty when one may be
        :rtype: str
        """
        self.ensure_one()
        self._ask_providers()
        self.env["prepaid.ledger"]._touch(self.payer_id)
        if self._portal_status() == "processing" or self.deposit_state == "paid":
            return self.env._("This deposit is paid already. Reload the page.")
        if not self._has_to_be_paid():
            return self.env._("Nothing is to be paid for this visit now. Reload the page.")
        if self._just_started(DOUBLE_TAP_SECONDS):
            return self.env._(
                "A payment was started a moment ago in another window. Finish it there, or try "
                "again in some seconds."
            )
        self._accept_deposit_terms()
        return ""

    def _portal_confirm_covered(self):
        """Confirm a visit whose deposit the balance or a package covers by now.

        :raise UserError: it is not covered
        """
        self.ensure_one()
        self.env["prepaid.ledger"]._touch(self.payer_id)
        if self._portal_status() != "covered":
            raise UserError(self.env._("The balance is not enough any more."))
        self._accept_deposit_terms()
        self._portal_as_robot().action_request_payment()
