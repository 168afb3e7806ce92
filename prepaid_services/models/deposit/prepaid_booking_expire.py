import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models

from ...door import telling
from ...exceptions import REFUSALS, ClientBusyError, reason_of

_logger = logging.getLogger(__name__)

#: Bookings whose providers are asked, and which are cancelled, in one transaction
BATCH = 200


class PrepaidBooking(models.Model):
    """Seats that nobody paid for in time are free again."""

    _inherit = "prepaid.booking"

    deposit_error = fields.Char(
        "Not Expired because",
        readonly=True,
        copy=False,
        help="Why the automatic cancellation left this booking; it is not tried again.",
    )

    @api.model
    def _expire_deposits(self):
        """Cancel bookings whose time to pay is over; the providers are asked for the money first.

        In batches, each committed by itself; never one whose payment is on its way. A booking
        that cannot be cancelled is set aside with an activity that says why. May be killed and
        run again: a cancelled booking is not found any more.
        """
        domain = self._get_expired_domain()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(domain))
        seen, left = 0, 1
        while left and (
            batch := self.search([*domain, ("id", ">", seen)], limit=BATCH, order="id")
        ):
            seen = batch[-1].id
            batch._expire_batch(domain)
            left = progress(len(batch))
            self.env.invalidate_all()

    @api.model
    def _get_expired_domain(self):
        """Return which bookings are due for cancellation."""
        return [
            ("state", "=", "awaiting_payment"),
            ("deposit_state", "!=", "paid"),
            ("deposit_deadline", "<=", fields.Datetime.now()),
            ("deposit_error", "=", False),
            ("deposit_unasked", "=", False),
        ]

    def _expire_batch(self, domain):
        """Ask the providers, then cancel what is really not paid.

        Where a provider does not answer, nobody knows: the next run asks again.
        """
        silent = self._ask_providers()
        due = (self - silent).try_lock_for_update().filtered_domain(domain)
        due.filtered(lambda b: not b._deposit_payment_pending())._try_expire()

    def _try_expire(self):
        """Cancel bookings at once; one after the other when one of them cannot be."""
        try:
            with self.env.cr.savepoint():
                self._expire()
        except ClientBusyError:
            return  # the next run finds them again
        except (*REFUSALS, IntegrityError) as error:
            if len(self) > 1:
                for booking in self:
                    booking._try_expire()
                return
            self._set_aside(reason_of(error))

    def _expire(self):
        """Cancel bookings that were not paid; those the balance covers by now are confirmed."""
        unpaid = self - self._confirm_covered()
        if not unpaid:
            return
        telling(unpaid, prepaid_expiring=True)._update_state(
            ("awaiting_payment",),
            "cancelled",
            cancelled_by="client",
            cancel_reason=self.env._("The deposit was not paid in time"),
        )
        unpaid.event_id._prepaid_archive_empty()

    def _set_aside(self, reason):
        """Leave a booking that cannot be cancelled to a human."""
        self.ensure_one()
        _logger.warning("Booking %s is not cancelled: %s", self.id, reason)
        self.deposit_error = reason
        self._ask_manager(reason)
