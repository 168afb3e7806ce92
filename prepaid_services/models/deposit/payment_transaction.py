from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.payment import utils as payment_utils

from ...door import Own
from ...exceptions import ClientBusyError

#: Purpose of a transaction -> purpose of the money on the client's balance
PURPOSES = {"deposit": "deposit", "balance": "balance", "debt": "balance"}


class PaymentTransaction(models.Model):
    """A client pays online: the money goes to the client's balance, whatever the provider."""

    _inherit = "payment.transaction"

    booking_ids = fields.Many2many(
        "prepaid.booking",
        "prepaid_booking_transaction_rel",
        "transaction_id",
        "booking_id",
        "Bookings",
        readonly=True,
        copy=False,
    )
    prepaid_purpose = fields.Selection(
        [("deposit", "Booking Deposit"), ("balance", "Free Balance"), ("debt", "Debt")],
        "Client Balance for",
        readonly=True,
        copy=False,
        help="The money goes to the client's balance: for a booking, for anything, or to pay "
        "open invoices.",
    )
    prepaid_surplus = fields.Boolean(
        "Paid Twice",
        readonly=True,
        copy=False,
        help="The deposit was paid already. The money is on the client's balance.",
    )

    # ----------------------------------------------------------------------------------
    # Reference and documents
    # ----------------------------------------------------------------------------------

    @api.model
    def _compute_reference_prefix(self, separator, **values):
        """Override of `payment`: Latin letters and the moment, unique at the provider for ever."""
        if not values.get("prepaid_purpose"):
            return super()._compute_reference_prefix(separator, **values)
        prefix = "TOPUP"
        if commands := values.get("booking_ids"):
            ids = self._fields["booking_ids"].convert_to_cache(commands, self)
            prefix = separator.join(["VISIT", *map(str, sorted(ids))])
        return payment_utils.singularize_reference_prefix(prefix=prefix, separator=separator)

    def _log_message_on_linked_documents(self, message):
        """Override of `payment`: bookings say what happens to their payments."""
        res = super()._log_message_on_linked_documents(message)
        if bookings := self._prepaid_origin().booking_ids:
            author = self.env.user.partner_id if self.env.su else self.partner_id
            for booking in bookings:
                booking.message_post(body=message, author_id=author.id)
        return res

    def _prepaid_origin(self):
        """Return the transaction the client started: of a refund or a capture its source."""
        return self.source_transaction_id or self

    # ----------------------------------------------------------------------------------
    # States
    # ----------------------------------------------------------------------------------

    def _set_done(self, *, state_message=None, extra_allowed_states=()):
        """Override of `payment`: money that comes after a cancellation is not lost.

        The client may pay on the provider's page after it, or after the seat, was given up.
        """
        ours = self.filtered(lambda tx: tx.prepaid_purpose and tx.state == "cancel")
        changed = super(PaymentTransaction, self - ours)._set_done(
            state_message=state_message, extra_allowed_states=extra_allowed_states
        )
        if not ours:
            return changed
        return changed | super(PaymentTransaction, ours)._set_done(
            state_message=state_message, extra_allowed_states=(*extra_allowed_states, "cancel")
        )

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: what is paid is confirmed at once, also when the tab is closed."""
        changed = super()._update_state(allowed_states, target_state, state_message)
        if target_state == "done" and any(tx._prepaid_origin().prepaid_purpose for tx in changed):
            # Superuser: a provider's callback has no rights on scheduled actions
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
        return changed

    # ----------------------------------------------------------------------------------
    # Money and booking
    # ----------------------------------------------------------------------------------

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: the money comes to, or leaves, the client's balance.

        Dated on the company's day, or the first open one: money that came cannot be refused.
        """
        self.ensure_one()
        purpose = self._prepaid_origin().prepaid_purpose
        if not purpose:
            return super()._create_payment(**extra_create_values)
        company, journal = self.provider_id.company_id, self.provider_id.journal_id
        day = company._prepaid_open_date(journal, company._prepaid_today())
        # A deposit is for its visit, and a debt is paid below: not again by the company's switch
        context = {"force_payment_move": True}
        if purpose != "balance" or self.operation == "refund":
            context["prepaid_debts_first"] = Own(False)
        tx = self.with_context(**context)
        payment = super(PaymentTransaction, tx)._create_payment(
            prepaid_topup=True,
            prepaid_purpose=PURPOSES[purpose],
            prepaid_service_ids=[
                fields.Command.set(self._prepaid_origin().booking_ids.service_id.ids)
            ],
            date=day,
            **extra_create_values,
        )
        if purpose == "debt" and self.operation != "refund":
            self.env["prepaid.ledger"]._pay_debts(payment)
        return payment

    def _post_process(self):
        """Override of `payment`: bookings follow their payments. In the database only.

        It may be repeated: by the client's page, the scheduled action, and after a conflict. Core
        knows conflicts by the database's own error.
        """
        try:
            res = super()._post_process()
            self._prepaid_tell_bookings()
        except ClientBusyError as error:
            raise error.__cause__ or error from None
        return res

    def _prepaid_tell_bookings(self):
        """Let bookings know about money that came or was given back, and is booked."""
        for tx in self.filtered(lambda t: t.state == "done" and t.payment_id):
            bookings = tx._prepaid_origin().booking_ids
            if not bookings and tx.prepaid_purpose == "deposit":
                tx._prepaid_report_lost_visit()
            elif tx.operation == "refund":
                bookings._on_transaction_refunded(tx.payment_id)
            else:
                bookings._on_transaction_done(tx)

    def _prepaid_report_lost_visit(self):
        """Give the desk an activity: the money came, and there is no visit any more."""
        self.ensure_one()
        company = self.company_id
        self.partner_id._prepaid_remind(
            self.env._("Deposit without a visit: %(reference)s", reference=self.reference),
            self.env._(
                "%(amount)s was paid for a visit that has been deleted. The money is on the "
                "balance of %(client)s: book again or pay it back.",
                amount=self.currency_id.format(self.amount),
                client=self.partner_id.display_name,
            ),
            company._prepaid_manager() or company._prepaid_accountant(),
        )

    def _prepaid_may_come(self):
        """Return whether the client may still pay: just begun, or waiting for the provider."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=1)
        begun = self.state == "draft" and self.last_state_change >= since
        return begun or self._prepaid_is_open()

    def _prepaid_is_open(self):
        """Return whether money may still come, or came and is not booked yet."""
        self.ensure_one()
        waiting = self.state in ("pending", "authorized")
        return waiting or self.state == "done" and not self.is_post_processed
