import math

from odoo import api, models

from odoo.addons.payment.logging import get_payment_logger

from .. import const

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)


def money(value):
    """A number of LiqPay's (or its text), 0 for anything else."""
    try:
        amount = float(value or 0)
    except (OverflowError, TypeError, ValueError):
        return 0.0
    return amount if math.isfinite(amount) else 0.0


class PaymentTransaction(models.Model):
    """What LiqPay tells us: callbacks and answers, twice, late, in any order."""

    _inherit = "payment.transaction"

    def _liqpay_process(self, payment_data):
        """Take over what LiqPay says about this order, and let what depends on it happen soon.

        :param dict payment_data: verified: from a signed callback or from LiqPay's own answer
        """
        self.ensure_one()
        self._liqpay_touch()
        self._liqpay_in_clients_language()._process("liqpay", payment_data)
        # Confirmed by the callback, not by the browser: the client may have closed it.
        self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        """Override of `payment` to return the order."""
        if provider_code != "liqpay":
            return super()._extract_reference(provider_code, payment_data)
        reference = payment_data.get("order_id")
        return reference if isinstance(reference, str) else None

    def _extract_amount_data(self, payment_data):
        """Override of `payment` to return what was paid; None where no money is confirmed by it."""
        if self.provider_code != "liqpay":
            return super()._extract_amount_data(payment_data)
        if payment_data.get("status") not in const.PAYMENT_STATES:
            return None
        return {
            "amount": money(payment_data.get("amount")),
            "currency_code": payment_data.get("currency"),
        }

    def _apply_updates(self, payment_data):
        """Override of `payment` to move the transaction to the state that LiqPay reports."""
        if self.provider_code != "liqpay":
            return super()._apply_updates(payment_data)
        status = payment_data.get("status")
        if self.operation == "refund":
            return self._liqpay_update_refund(status, payment_data)
        if status == const.REVERSED:
            return self._liqpay_update_reversed(payment_data)
        if status not in const.PAYMENT_STATES:
            _logger.info("LiqPay's status %s leaves %s as it is", status, self.reference)
            return None
        if not self._liqpay_amount_matches(payment_data):
            return None
        self._liqpay_update_payment(status, payment_data)
        if money(payment_data.get("refund_amount")) and self.state == "done":
            self._liqpay_update_refunded(payment_data)
        return None

    def _liqpay_amount_matches(self, payment_data):
        """Whether exactly our amount was paid; core asks only until a transaction has failed."""
        paid = self._extract_amount_data(payment_data)
        if (
            self.currency_id.compare_amounts(paid["amount"], self.amount) == 0
            and paid["currency_code"] == self.currency_id.name
        ):
            return True
        _logger.warning("LiqPay reports another amount for %s: ignored", self.reference)
        if const.PAYMENT_STATES[payment_data["status"]] in ("done", "authorized"):
            self._log_message_on_linked_documents(
                self._liqpay_in_staffs_language().env._(
                    "LiqPay reports %(paid)s %(currency)s for the transaction %(reference)s of "
                    "%(expected)s: it was not confirmed. Look at the payment in LiqPay's cabinet.",
                    paid=paid["amount"],
                    currency=paid["currency_code"] or "",
                    reference=self.reference,
                    expected=self.currency_id.format(self.amount),
                )
            )
        return False

    def _liqpay_update_payment(self, status, payment_data):
        """Cancelled here and paid there: the money is a fact, the document decides what it is for.

        Only what was given back stays cancelled when an older report arrives late.
        """
        state = const.PAYMENT_STATES[status]
        if self._liqpay_is_voided():
            _logger.info("Late report %s on the returned %s: ignored", status, self.reference)
            return
        if state in ("done", "authorized") and payment_data.get("payment_id"):
            self.provider_reference = str(payment_data["payment_id"])
        if status == "sandbox" and self.is_live:
            self._set_error(self.env._("LiqPay made a test payment: no money arrived."))
        elif state == "done":
            self._set_done(extra_allowed_states=("cancel",))
        elif state == "authorized":
            self._set_authorized(extra_allowed_states=("error", "cancel"))
        elif state == "pending":
            self._liqpay_set_pending(status)
        else:
            _logger.info("LiqPay declined %s: %s", self.reference, payment_data.get("err_code"))
            self._set_error(self._liqpay_failure_text(status, payment_data))

    def _liqpay_is_voided(self):
        return any(
            child.state == "cancel" and child.operation != "refund"
            for child in self.child_transaction_ids
        )

    def _liqpay_set_pending(self, status):
        """Wait for LiqPay; what only the shop can hurry is told on the document."""
        if status != "wait_accept":
            self._set_pending()
            return
        text = self.env._(
            "LiqPay has taken the payment and is still checking the shop. It is confirmed as soon "
            "as the money arrives."
        )
        if self._set_pending(state_message=text):
            self._log_message_on_linked_documents(
                self._liqpay_in_staffs_language().env._(
                    "LiqPay has charged the client but keeps the money until it has verified the "
                    "shop. Finish the verification in LiqPay's cabinet, or the payment is returned."
                )
            )

    def _liqpay_failure_text(self, status, payment_data):
        """Why the payment failed, for the client: in LiqPay's words, which are in its language."""
        if status == "expired":
            return self.env._("The time to pay has run out.")
        return payment_data.get("err_description") or self.env._(
            "The bank or LiqPay declined the payment. Please try again or use another card."
        )

    # === MONEY GIVEN BACK === #

    def _liqpay_update_refund(self, status, payment_data):
        """Update a refund that we asked for from the answer."""
        if status in (const.REVERSED, "success"):
            # Without money on the shop's account, LiqPay pays it out of the next payments.
            if payment_data.get("wait_amount") in (True, "true", 1):
                self._set_pending(
                    state_message=self.env._("LiqPay pays this refund out of the next payments.")
                )
            else:
                self._set_done()
        elif const.PAYMENT_STATES.get(status) == "pending":
            self._set_pending()
        else:
            self._set_error(self._liqpay_failure_text(status, payment_data))

    def _liqpay_update_reversed(self, payment_data):
        """Money was returned: by our request, or by the shop in LiqPay's cabinet."""
        if self.source_transaction_id:  # our own request to release a hold
            self._set_canceled()
        elif self.state == "done":
            self._liqpay_update_refunded(payment_data)
        elif self.state != "cancel":
            self._liqpay_update_before_done(payment_data)

    def _liqpay_update_before_done(self, payment_data):
        """A hold was released, or we hear of a payment and of its return at once."""
        returned = money(payment_data.get("refund_amount")) or self.amount
        if (
            self.state != "authorized"
            and self.currency_id.compare_amounts(returned, self.amount) < 0
        ):
            if self._liqpay_amount_matches({**payment_data, "status": "success"}):
                self._liqpay_update_payment("success", payment_data)
                self._liqpay_update_refunded(payment_data)
            return
        void = self._create_child_transaction(self.amount)
        void._set_canceled()  # an authorized source follows by itself
        if self.state != "cancel":
            self._set_canceled(extra_allowed_states=("error",))

    def _liqpay_update_refunded(self, payment_data):
        """Finish our waiting refunds, and record what was refunded without us.

        `refund_amount` is taken for the sum of all refunds of the order.
        """
        # After a capture, the money is on the capture.
        paid = (
            self.child_transaction_ids.filtered(
                lambda t: t.state == "done" and t.operation == self.operation
            )[:1]
            or self
        )
        paid._liqpay_record_refunds(money(payment_data.get("refund_amount")))

    def _liqpay_record_refunds(self, total):
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
            _logger.info("LiqPay refunded %s of %s without us", missing, self.reference)
            refund = self._create_child_transaction(
                missing, is_refund=True, provider_reference=self.provider_reference
            )
            refund._set_done()
