import re

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.logging import get_payment_logger

from .. import const

_logger = get_payment_logger(__name__, const.SENSITIVE_KEYS)

ASKED_FOR = relativedelta(days=1)  # how long the cron asks for a payment that nobody finished
BATCH = 50
WITH_TIME = re.compile(r"-\d{14}$")


class PaymentTransaction(models.Model):
    """Who the transaction is for WayForPay, and how it went there when no callback came."""

    _inherit = "payment.transaction"

    wayforpay_asked_on = fields.Datetime(
        string="WayForPay Asked On",
        readonly=True,
        copy=False,
        help="When the status was last asked.",
    )
    wayforpay_refund_reported = fields.Boolean(
        string="WayForPay Reported a Refund",
        readonly=True,
        copy=False,
        help="A callback told of a refund without its amount: the status is asked soon.",
    )

    @api.model
    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Override of `payment`: an order must be new to WayForPay for ever, whoever asks.

        A restored or a second database starts its numbers anew, so the time is put into it.
        """
        if provider_code == "wayforpay":
            prefix = prefix or self.sudo()._compute_reference_prefix(separator, **kwargs) or None
        if provider_code == "wayforpay" and not self._wayforpay_is_unique_prefix(prefix):
            prefix = payment_utils.singularize_reference_prefix(
                prefix=prefix, separator=separator, max_length=const.REFERENCE_MAX_LENGTH
            )
        return super()._compute_reference(
            provider_code, prefix=prefix, separator=separator, **kwargs
        )

    def _wayforpay_is_unique_prefix(self, prefix):
        """Whether `prefix` needs no time: it has it, or is a refund's, capture's or void's."""
        if not prefix or WITH_TIME.search(prefix):
            return bool(prefix)
        return prefix[:2] in ("R-", "P-") and bool(
            self.sudo().search_count([("reference", "=", prefix[2:])], limit=1)
        )

    def _wayforpay_root(self):
        """The transaction whose reference is WayForPay's order: a child is part of the same one."""
        root = self
        while root.source_transaction_id:
            root = root.source_transaction_id
        return root

    def _wayforpay_touch(self):
        """Make whoever works on the same order at the same moment start anew on fresh data.

        A callback may arrive while a refund of the same payment is being asked for. PostgreSQL lets
        the second of two updates of a row fail, and Odoo repeats it; a lock alone would not.
        """
        self.env.cr.execute(
            SQL(
                "UPDATE payment_transaction SET write_date = write_date WHERE id IN %s",
                tuple(self._wayforpay_root().ids),
            )
        )

    def _wayforpay_in_clients_language(self):
        return self.with_context(lang=self.partner_lang or self.env.lang)

    def _wayforpay_in_staffs_language(self):
        return self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)

    # === RETURN === #

    def _wayforpay_return_token(self):
        return payment_utils.generate_access_token(
            "wayforpay", self.id, self.reference, env=self.env
        )

    @api.model
    def _wayforpay_from_return(self, tx_id, token):
        """The transaction of a signed return address.

        :param str tx_id: as it stands in the address
        :rtype: payment.transaction (empty when the address was not made by us)
        """
        known = re.fullmatch(r"[0-9]{1,10}", tx_id or "") and int(tx_id) < 2**31
        tx = self.browse(int(tx_id) if known else []).exists()
        if (
            tx
            and (token or "").isascii()
            and tx.provider_code == "wayforpay"
            and payment_utils.check_access_token(token, "wayforpay", tx.id, tx.reference)
        ):
            return tx
        return self.browse()

    # === STATUS === #

    def _wayforpay_sync_status(self):
        """Ask WayForPay how these transactions ended, and bring them up to it.

        Also called by other add-ons, before something that waits for the payment expires. Other
        providers' transactions in `self` are left alone.

        :raise ValidationError: WayForPay gave no answer about some; the others are up to date
        """
        failures = []
        # sudo: the shop's keys are for administrators only, a front desk may ask for the status.
        for tx in self.sudo().filtered(lambda t: t.provider_code == "wayforpay"):
            root = tx._wayforpay_root()
            try:
                payment_data = root._wayforpay_request("CHECK_STATUS", const.STATUS_KEYS)
            except ValidationError as error:
                _logger.info("WayForPay's status of %s is not known: %s", root.reference, error)
                failures.append(str(error))
                continue
            if payment_data:
                root._wayforpay_process({**payment_data, "isAnswer": True})
        if failures:
            raise ValidationError("\n".join(failures))

    @api.model
    def _cron_wayforpay_sync_status(self):
        """Ask for the payments of the last day that neither a callback nor a browser finished.

        And for refunds whose amount a callback left out.
        """
        due = self._wayforpay_to_ask()
        for number, tx in enumerate(due[:BATCH], start=1):
            # Committed before the request: whatever happens, the next run begins with others.
            tx.wayforpay_asked_on = fields.Datetime.now()
            self.env["ir.cron"]._commit_progress(remaining=len(due) - number + 1)
            try:
                tx._wayforpay_sync_status()
            except ValidationError:  # It is in the log, and will be asked again.
                self.env.invalidate_all()
            except psycopg2.OperationalError:  # A callback at the same moment: it knows better.
                self.env.cr.rollback()
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break

    @api.model
    def _wayforpay_to_ask(self):
        """Unfinished transactions, longest not asked first; the older one is, the seldomer.

        :rtype: payment.transaction
        """
        now = fields.Datetime.now()
        unfinished = Domain("state", "in", ("draft", "pending"))
        unfinished &= Domain("create_date", ">=", now - ASKED_FOR)
        transactions = self.search(
            Domain("provider_code", "=", "wayforpay")
            & (unfinished | Domain("wayforpay_refund_reported", "=", True)),
            order="wayforpay_asked_on NULLS FIRST, id",
        )
        return transactions.filtered(
            lambda tx: (
                not tx.wayforpay_asked_on
                or now - tx.wayforpay_asked_on >= (now - tx.create_date) / 10
            )
        )
