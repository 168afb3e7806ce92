import math

from odoo import api, models

from odoo.addons.payment.logging import get_payment_logger

from .. import const

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


def money(value):
    """A number of WayForPay's (or its text), 0 for anything else."""
    try:
        amount = float(value or 0)
    except (OverflowError, TypeError, ValueError):
        return 0.0
    return amount if math.isfinite(amount) else 0.0


def status_of(payment_data):
    """The status in lower case: WayForPay spells it in more than one way."""
    return str(payment_data.get("transactionStatus") or "").lower()


class PaymentTransaction(models.Model):
    """What WayForPay tells us: callbacks and answers, twice, late, in any order."""

    _inherit = "payment.transaction"

    def _wayforpay_process(self, payment_data):
        """Take over what WayForPay says about this order, and let what depends on it happen soon.

        :param dict payment_data: verified: from a signed callback or from a signed answer
        """
        self.ensure_one()
        self._wayforpay_touch()
        self._wayforpay_in_clients_language()._process("wayforpay", payment_data)
        # Confirmed by the callback, not by the browser: the client may have closed it.
        self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        """Override of `payment` to return the order."""
        if provider_code != "wayforpay":
            return super()._extract_reference(provider_code, payment_data)
        reference = payment_data.get("orderReference")
        return reference if isinstance(reference, str) else None

    def _extract_amount_data(self, payment_data):
        """Override of `payment` to return what was paid; None where no money is confirmed by it."""
        if self.provider_code != "wayforpay":
            return super()._extract_amount_data(payment_data)
        if status_of(payment_data) not in const.PAYMENT_STATES:
            return None
        return {
            "amount": money(payment_data.get("amount")),
            "currency_code": payment_data.get("currency"),
        }

    def _apply_updates(self, payment_data):
        """Override of `payment` to move the transaction to the state that WayForPay reports."""
        if self.provider_code != "wayforpay":
            return super()._apply_updates(payment_data)
        status = status_of(payment_data)
        if self.operation == "refund":
            return self._wayforpay_update_refund(status, payment_data)
        if status in const.REVERSED:
            return self._wayforpay_update_reversed(payment_data)
        if status not in const.PAYMENT_STATES:
            _logger.info("WayForPay's status %s leaves %s as it is", status, self.reference)
            return None
        if self._wayforpay_amount_matches(payment_data):
            self._wayforpay_update_payment(status, payment_data)
        return None

    def _wayforpay_amount_matches(self, payment_data):
        """Whether exactly our amount was paid; core asks only until a transaction has failed."""
        paid = self._extract_amount_data(payment_data)
        if (
            self.currency_id.compare_amounts(paid["amount"], self.amount) == 0
            and paid["currency_code"] == self.currency_id.name
        ):
            return True
        _logger.warning("WayForPay reports another amount for %s: ignored", self.reference)
        if const.PAYMENT_STATES[status_of(payment_data)] in ("done", "authorized"):
            self._log_message_on_linked_documents(
                self._wayforpay_in_staffs_language().env._(
                    "WayForPay reports %(paid)s %(currency)s for the transaction %(reference)s of "
                    "%(expected)s: it was not confirmed. Look at the payment in WayForPay's "
                    "cabinet.",
                    paid=paid["amount"],
                    currency=paid["currency_code"] or "",
                    reference=self.reference,
                    expected=self.currency_id.format(self.amount),
                )
            )
        return False

    def _wayforpay_update_payment(self, status, payment_data):
        """Cancelled here and paid there: the money is a fact, the document decides what it is for.

        Only what was given back stays cancelled when an older report arrives late.
        """
        state = const.PAYMENT_STATES[status]
        if self._wayforpay_is_voided():
            _logger.info("Late report %s on the returned %s: ignored", status, self.reference)
            return
        number = payment_data.get("rrn") or payment_data.get("authCode")
        if state in ("done", "authorized") and number:
            self.provider_reference = str(number)
        if state == "done":
            self._set_done(extra_allowed_states=("cancel",))
        elif state == "authorized":
            self._set_authorized(extra_allowed_states=("error", "cancel"))
        elif state == "pending":
            self._set_pending()
        else:
            _logger.info(
                "WayForPay declined %s: %s", self.reference, payment_data.get("reasonCode")
            )
            self._set_error(self._wayforpay_failure_text(payment_data))

    def _wayforpay_is_voided(self):
        return any(
            child.state == "cancel" and child.operation != "refund"
            for child in self.child_transaction_ids
        )

    def _wayforpay_failure_text(self, payment_data):
        """Why it failed, for client or cashier: in their language where we know the code."""
        known = const.REASONS.get(str(payment_data.get("reasonCode")))
        if known:
            return self.env._(known)
        return payment_data.get("reason") or self.env._(
            "The bank or WayForPay declined the payment. Please try again or use another card."
        )

    # === MONEY GIVEN BACK === #

    def _wayforpay_update_refund(self, status, payment_data):
        """Update a refund that we asked for from the answer."""
        if status in const.REVERSED:
            self._set_done()
        elif status == const.REFUND_WAITS:
            self._set_pending(
                state_message=self.env._(
                    "WayForPay makes this refund as soon as the shop's account has the money."
                )
            )
        else:
            self._set_error(self._wayforpay_failure_text(payment_data))

    def _wayforpay_update_reversed(self, payment_data):
        """Money was returned: by our request, or by the shop in WayForPay's cabinet."""
        if self.source_transaction_id:  # our own request to release a hold
            self._set_canceled()
        elif self.state == "done":
            self._wayforpay_update_refunded(payment_data)
        elif self.state != "cancel":
            self._wayforpay_update_before_done(payment_data)

    def _wayforpay_update_before_done(self, payment_data):
        """A hold was released, or we hear of a payment and of its return at once."""
        if self.state != "authorized" and self._wayforpay_is_partial(payment_data):
            approved = {**payment_data, "transactionStatus": "Approved"}
            if self._wayforpay_amount_matches(approved):
                self._wayforpay_update_payment("approved", payment_data)
                self._wayforpay_update_refunded(payment_data)
            return
        void = self._create_child_transaction(self.amount)
        void._set_canceled()  # an authorized source follows by itself
        if self.state != "cancel":
            self._set_canceled(extra_allowed_states=("error",))

    def _wayforpay_is_partial(self, payment_data):
        returned = money(payment_data.get("refundAmount")) or self.amount
        return self.currency_id.compare_amounts(returned, self.amount) < 0

    def _wayforpay_update_refunded(self, payment_data):
        """Finish our waiting refunds, and record what was refunded without us.

        Only the answer to CHECK_STATUS is known to tell how much (the sum of all refunds), so a
        callback without it makes the cron ask, at once.
        """
        total = money(payment_data.get("refundAmount"))
        if not total and not payment_data.get("isAnswer"):
            self.wayforpay_refund_reported = True
            self.wayforpay_asked_on = False
            self.env.ref("payment_wayforpay.ir_cron_wayforpay_sync_status").sudo()._trigger()
            return
        self.wayforpay_refund_reported = False
        # After a settlement, the money is on the capture.
        paid = (
            self.child_transaction_ids.filtered(
                lambda t: t.state == "done" and t.operation == self.operation
            )[:1]
            or self
        )
        paid._wayforpay_record_refunds(total)

    def _wayforpay_record_refunds(self, total):
        """Bring the refunds of this paid transaction to `total`, 0 if nobody knows it."""
        refunds = self.child_transaction_ids.filtered(
            lambda t: t.operation == "refund" and t.state in ("draft", "pending", "done")
        )
        if not total:  # all of it, unless refunds of ours are meant
            total = self.amount if not refunds else -sum(refunds.mapped("amount"))
        total = min(total, self.amount)
        done = refunds.filtered(lambda t: t.state == "done")
        known = -sum(done.mapped("amount"))
        for refund in (refunds - done).sorted("id"):
            if self.currency_id.compare_amounts(known - refund.amount, total) <= 0:
                refund._set_done()
            known -= refund.amount
        missing = self.currency_id.round(total - known)
        if self.currency_id.compare_amounts(missing, 0) > 0:
            _logger.info("WayForPay refunded %s of %s without us", missing, self.reference)
            refund = self._create_child_transaction(
                missing, is_refund=True, provider_reference=self.provider_reference
            )
            refund._set_done()
