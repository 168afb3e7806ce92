from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models

#: A client who pressed Pay may be typing the card's number this long
PAYING_MINUTES = 10
#: A second tab or a second tap within this time is the same wish to pay
DOUBLE_TAP_SECONDS = 15
#: Later, a provider does not tell anything new about a payment
ASK_DAYS = 2
#: In these states of the deposit somebody waits for money; what comes later is surplus
EXPECTING = ("awaiting", "expired")
LINK_GROUPS = "prepaid_services.group_specialist,account.group_account_invoice"
#: What the token in the link is good for
LINK_SCOPE = "prepaid_services.portal_booking"


class PrepaidBooking(models.Model):
    """Online payment of the deposit: the link, the transactions, and what came of them."""

    _inherit = "prepaid.booking"

    portal_url = fields.Char(
        "Pay Link",
        compute="_compute_portal_url",
        groups=LINK_GROUPS,
        help="Opens this visit without a login: what, when and where, the deposit to pay, and how "
        "to cancel or move it. Whoever has the link may do so: give it to the client only.",
    )
    transaction_ids = fields.Many2many(
        "payment.transaction",
        "prepaid_booking_transaction_rel",
        "booking_id",
        "transaction_id",
        "Online Payments",
        readonly=True,
        copy=False,
        groups="base.group_system",
    )

    # ----------------------------------------------------------------------------------
    # The link
    # ----------------------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_portal_url(self):
        """Sign the link of each booking; nothing is stored, so reading it changes nothing."""
        for booking in self:
            if not booking._origin.id:
                booking.portal_url = False
                continue
            booking.portal_url = booking.get_base_url() + booking._portal_path(token=True)

    def _portal_path(self, page="", token=False, **query):
        """Return the path of the booking's page, or of one below it.

        :param str page: e.g. ``cancel``
        :param token: the token given by the client's link, or True to sign a new one
        :param query: further parameters
        :rtype: str
        """
        self.ensure_one()
        if token:
            query["access_token"] = self._portal_token() if token is True else token
        path = "/".join(part for part in (f"/my/bookings/{self._origin.id}", page) if part)
        return f"{path}?{urlencode(query)}" if query else path

    def _portal_token(self):
        """Return the token of this one booking and its client, signed with the database's secret.

        Renewing the client's balance link makes it invalid as well.

        :rtype: str
        :raise AccessError: the caller may not see the booking, or give nobody a link
        """
        self.ensure_one()
        self._origin.check_access("read")
        self._check_field_access(self._fields["portal_url"], "read")
        return self.sudo().partner_id._prepaid_link_tokens(LINK_SCOPE, self._origin.id)[0]

    @api.model
    def _portal_booking(self, booking_id, token):
        """Return the booking a token opens, as superuser; empty when it opens none.

        :param int booking_id: from the URL
        :param str token: from the URL
        """
        if not token or not 0 < booking_id < 2**31:
            return self.sudo().browse()
        booking = self.sudo().browse(booking_id).exists()
        fits = booking.partner_id._prepaid_link_fits(token, LINK_SCOPE, booking.id)
        return booking if fits and booking.partner_id.active else booking.browse()

    # ----------------------------------------------------------------------------------
    # To be paid or not
    # ----------------------------------------------------------------------------------

    def _has_to_be_paid(self):
        """Return whether the client may pay the deposit now.

        :rtype: bool
        """
        self.ensure_one()
        booking = self.sudo()
        return (
            booking.state == "awaiting_payment"
            and bool(booking.deposit_deadline)
            and booking.deposit_deadline > fields.Datetime.now()
            and not booking._open_transactions()
            and booking.currency_id.compare_amounts(booking._deposit_missing(), 0) > 0
        )

    def _open_transactions(self):
        """Return the payments that may still come, or came and are not booked yet."""
        return self.sudo().transaction_ids.filtered(lambda tx: tx._prepaid_is_open())

    def _just_started(self, seconds):
        """Return the payments that were started within the last seconds and have no result."""
        since = fields.Datetime.now() - timedelta(seconds=seconds)
        return self.sudo().transaction_ids.filtered(
            lambda tx: tx.state == "draft" and tx.last_state_change >= since
        )

    def _deposit_payment_pending(self):
        """Return whether a payment is under way, so that the booking must not expire.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self._open_transactions() or self._just_started(60 * PAYING_MINUTES))

    def _ask_providers(self):
        """Ask the providers about payments without a result, and book what they took.

        Also about declined ones: the client may have tried again on the provider's page, and the
        second message got lost.

        :return: the bookings about which a provider did not answer
        """
        since = fields.Datetime.now() - timedelta(days=ASK_DAYS)
        silent = self.browse()
        for booking in self:
            asked = booking.sudo().transaction_ids.filtered(
                lambda tx: (
                    (tx.state != "done" or not tx.is_post_processed)
                    and tx.last_state_change >= since
                )
            )
            answers = [tx._prepaid_ask_provider() for tx in asked]
            if not all(answers):
                silent |= booking
        return silent

    # ----------------------------------------------------------------------------------
    # Paid, paid twice, refunded
    # ----------------------------------------------------------------------------------

    def _on_transaction_done(self, transaction):
        """Let the bookings know that their deposit was paid online. May be repeated.

        A payment nobody waits for any more, e.g. the second one, is marked; it stays on the
        balance, and the desk is told.

        :param payment.transaction transaction: done, with its posted payment
        """
        payment = transaction.payment_id
        new = self.sudo().filtered(lambda b: payment not in b.deposit_payment_ids)
        if not new:
            return
        if all(booking.deposit_state not in EXPECTING for booking in new):
            transaction.prepaid_surplus = True
        new._on_deposit_paid(payment)

    def _prepaid_remind(self, summary, note, user):
        """Schedule an activity on a booking, once however often it is asked for."""
        self.ensure_one()
        return self.env["res.partner"]._prepaid_schedule_once(self, summary, note, user)

    # ----------------------------------------------------------------------------------
    # Payment link dialog of Odoo
    # ----------------------------------------------------------------------------------

    def _get_default_payment_link_values(self):
        """Return what Odoo's dialog *Payment Link* shows for a booking."""
        self.ensure_one()
        self.check_access("read")
        missing = self._deposit_missing() if self.state == "awaiting_payment" else 0.0
        return {
            "currency_id": self.currency_id.id,
            "partner_id": self.partner_id.id,
            "amount": missing,
            "amount_max": missing,
        }
