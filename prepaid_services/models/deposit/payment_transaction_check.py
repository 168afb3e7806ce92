import logging

from psycopg2 import OperationalError

from odoo import models

from ...exceptions import REFUSALS

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    """What a provider says is checked, and asked for when it does not come by itself."""

    _inherit = "payment.transaction"

    def _process(self, provider_code, payment_data):
        """Override of `payment`: another amount than was asked for never confirms a payment.

        Core lets it pass when the transaction was declined before.
        """
        tx = self or self._search_by_reference(provider_code, payment_data)
        if tx.prepaid_purpose and tx.state != "done" and tx._prepaid_amount_differs(payment_data):
            text = self.env._(
                "The provider reports another amount than was asked for. Nothing is confirmed; "
                "an accountant looks into it."
            )
            tx._set_error(text)
            tx._prepaid_report_wrong_amount(payment_data)
            return tx
        if not tx:
            return tx
        tx = super(PaymentTransaction, tx)._process(provider_code, payment_data)
        tx._prepaid_finish()
        return tx

    def _prepaid_finish(self):
        """Book what is paid in the same moment, so that the visit is confirmed already when the
        client comes back.

        Were it left to the page and the scheduled action, they would get in each other's way. What
        cannot be booked now is left to them; a conflict repeats the whole request.
        """
        ours = self._prepaid_origin().prepaid_purpose
        if not ours or self.state != "done" or self.is_post_processed:
            return
        try:
            with self.env.cr.savepoint():
                self._post_process()
        except REFUSALS as error:
            self.invalidate_recordset()
            _logger.warning("Payment %s is not booked yet: %s", self.reference, error)

    def _prepaid_amount_differs(self, payment_data):
        """Return whether the provider names an amount or a currency other than ours."""
        self.ensure_one()
        data = self._extract_amount_data(payment_data)
        if not data or not data.get("amount") or not data.get("currency_code"):
            return False  # Left to the provider's own code and to core
        digits = data.get("precision_digits")
        asked = self.amount if digits is None else self._prepaid_rounded(digits)
        compare = self.currency_id.compare_amounts
        return bool(
            compare(data["amount"], asked) or data["currency_code"] != self.currency_id.name
        )

    def _prepaid_rounded(self, digits):
        """Return the amount with fewer digits, for providers that know no smaller unit."""
        return float(f"{int(self.amount * 10**digits) / 10**digits:.{digits}f}")

    def _prepaid_report_wrong_amount(self, payment_data):
        """Give an accountant an activity: the provider may have taken money."""
        self.ensure_one()
        data = self._extract_amount_data(payment_data)
        note = self.env._(
            "%(provider)s reports %(amount)s %(currency)s for %(reference)s instead of "
            "%(asked)s. Nothing was confirmed. Look at the provider's account: refund what was "
            "taken, or take it as a top-up.",
            provider=self.provider_id.name,
            amount=data["amount"],
            currency=data["currency_code"],
            reference=self.reference,
            asked=self.currency_id.format(self.amount),
        )
        document = self.booking_ids[:1] or self.partner_id
        summary = self.env._("Wrong amount paid: %(reference)s", reference=self.reference)
        document._prepaid_remind(summary, note, self.company_id._prepaid_accountant())

    def _prepaid_ask_provider(self):
        """Ask the provider what became of a transaction, if its add-on can, and book the answer.

        An add-on can by offering ``_<code>_sync_status``; this one depends on none of them.

        :return: whether the provider answered, or cannot be asked
        :rtype: bool
        """
        self.ensure_one()
        sync = getattr(self, f"_{self.provider_code}_sync_status", None)
        try:
            with self.env.cr.savepoint():
                if sync and self.state != "done":
                    sync()
                if self.state == "done" and not self.is_post_processed:
                    self._post_process()
        except (*REFUSALS, OperationalError) as error:  # The provider is down, or a conflict
            self.invalidate_recordset()
            _logger.warning("No answer about payment %s: %s", self.reference, error)
            return False
        return True
