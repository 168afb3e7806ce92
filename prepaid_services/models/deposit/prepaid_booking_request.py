from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import is_given
from ..booking.prepaid_booking import OPEN_STATES, UNCONFIRMED_STATES


class PrepaidBooking(models.Model):
    """Asking for the deposit, taking it at the desk, or doing without it."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public
    def action_confirm(self):
        """Confirm bookings; those that need a deposit first ask for it and wait.

        Nothing is asked when a package pays the visit or the client's free balance is enough:
        that part of the balance is held for the visit then. A booking that waits already is
        looked at again.

        :return: True
        :raise UserError: a booking is done, cancelled, a no-show, or has no date
        """
        self.check_access("write")
        asked = self.filtered(lambda b: b.state in UNCONFIRMED_STATES and b.start)
        return super(PrepaidBooking, self - asked._ask_deposits()).action_confirm()

    @public
    def action_request_payment(self):
        """Ask for the deposit: the client gets the message with the link, once more if need be.

        A booking that was cancelled because its time to pay was over gets a new one. One that
        needs no payment, because the balance or a package covers it, is confirmed at once.

        :return: True
        :raise UserError: no rule asks a deposit for the booking, it is not open any more, or the
            client has no address
        """
        self.check_access("write")
        expired = self.filtered(lambda b: b.state == "cancelled" and b.deposit_state == "expired")
        expired._reopen_as_draft()
        self.filtered(lambda b: b.state not in OPEN_STATES)._update_state(
            OPEN_STATES, "awaiting_payment"
        )
        again = self.filtered(lambda b: b.state == "awaiting_payment")
        drafts = self.filtered(lambda b: b.state == "draft")
        drafts.action_confirm()
        for booking in (self - again).filtered(lambda b: b.deposit_state == "none"):
            if booking.sudo().subscription_id:
                continue
            raise UserError(
                self.env._(
                    "No deposit rule asks a deposit for %(booking)s. Confirm it instead.",
                    booking=booking.display_name,
                )
            )
        still_waiting = again - again._confirm_covered()
        still_waiting._check_reachable()
        still_waiting._ask_clients()
        return True

    @public
    def action_take_deposit(self, journal_id, amount=False, reference=""):
        """Take the deposit at the desk, in cash or by card: the booking is confirmed.

        :param int journal_id: bank, cash or card journal in company currency
        :param float amount: in company currency; by default what is still missing. What is more
            than the deposit stays on the balance; with less, the booking waits for the rest
        :param str reference: idempotency key; the same one twice returns the first payment
        :return: id of the payment
        :rtype: int
        :raise UserError: bad amount or journal, nothing is to be paid, or a reference that was
            used for something else
        :raise AccessError: the caller is neither front desk nor accountant
        """
        check_one(self)
        self.check_access("write")
        self._check_desk()
        booking = self.with_company(self.company_id)
        booking._check_collect_journal(journal_id)
        self.env["prepaid.ledger"]._touch(booking.payer_id)
        payment = booking._find_deposit_payment(reference)
        if payment and not is_given(amount):
            return payment.id
        if booking.state == "draft":
            booking._ask_deposits(quiet=True)
        if not payment:
            booking._check_deposit_due()
        if not is_given(amount):
            amount = booking._deposit_missing() or booking._deposit_open()
        payment = booking._take_deposit(journal_id, amount, reference)
        booking._accept_deposit_terms()
        booking._on_deposit_paid(payment)
        # The desk has just seen the client: it need not be asked to confirm
        booking.filtered(
            lambda b: b.state == "awaiting_payment" and b.deposit_state == "paid"
        ).action_confirm()
        return payment.id

    def _find_deposit_payment(self, reference):
        """Return the payment of this booking with an idempotency key, if any."""
        payments = self.sudo().deposit_payment_ids
        return payments.filtered(lambda p: reference and p.prepaid_reference == str(reference))

    def _check_deposit_due(self):
        """Refuse to take a deposit that nobody asks.

        :raise UserError: names the visit
        """
        self.ensure_one()
        waits = self.state in OPEN_STATES or self.deposit_state == "expired"
        if not waits or self.currency_id.is_zero(self._deposit_open()):
            raise UserError(
                self.env._(
                    "No deposit is to be paid for %(visit)s. Take the money as a top-up instead.",
                    visit=self.display_name,
                )
            )

    def _take_deposit(self, journal_id, amount, reference):
        """Post the payment of the deposit, or find the one made with this idempotency key."""
        self.ensure_one()
        ledger, payer = self.env["prepaid.ledger"], self.payer_id.with_company(self.company_id)
        ledger._check_amount(amount, self.currency_id)
        vals = self._prepare_deposit_vals(journal_id, amount, reference)
        found = payer._prepaid_find_payment("inbound", vals)
        return found or ledger._take([vals], debts_first=False)

    @public
    def action_waive_deposit(self, reason):
        """Confirm bookings without their deposit.

        :param str reason: why, for the record
        :return: True
        :raise UserError: no reason, or a booking is not open any more
        :raise AccessError: the caller is not a manager, and the settings do not let the front
            desk waive
        """
        self.check_access("write")
        self._check_may_waive(reason)
        waived = self.filtered(lambda b: b.state in UNCONFIRMED_STATES)
        (self - waived)._update_state(UNCONFIRMED_STATES, "confirmed")
        waived._update_state(
            UNCONFIRMED_STATES,
            "confirmed",
            deposit_state="none",
            deposit_amount=0.0,
            deposit_held=0.0,
            deposit_waive_reason=reason,
        )
        return True

    def _check_may_waive(self, reason):
        """Refuse to do without money that is due when nobody says why, or the caller may not.

        :raise UserError: no reason
        :raise AccessError: neither manager nor a front desk that may
        """
        if not (isinstance(reason, str) and reason.strip()):
            raise UserError(self.env._("Say why the deposit is waived."))
        desk_may = all(self.company_id.sudo().mapped("prepaid_deposit_desk_waives"))
        group = "front_desk" if desk_may else "manager"
        if not self.env["res.partner"]._prepaid_user_is(f"prepaid_services.group_{group}"):
            raise AccessError(self.env._("Only managers waive deposits."))

    # ----------------------------------------------------------------------------------
    # Asking
    # ----------------------------------------------------------------------------------

    def _ask_deposits(self, quiet=False):
        """Ask for the deposits of bookings; hold what the free balance covers.

        :param bool quiet: whether the client is at the desk, and gets no message
        :return: the bookings that wait for their payment now
        """
        self._match_rules()
        needing = self.filtered(lambda b: b._deposit_open() > 0)
        if not needing:
            return needing
        waiting = needing - needing._confirm_covered(confirm=False)
        new = waiting.filtered(lambda b: b.state == "draft")
        new._update_state(("draft",), "awaiting_payment", deposit_state="awaiting")
        if not quiet:
            new._ask_clients()
        return waiting

    def _match_rules(self):
        """Freeze the rule that applies to each draft, if deposits are switched on."""
        drafts = self.filtered(lambda b: b.state == "draft")
        if not drafts or not self.env["res.company"]._prepaid_deposits_on():
            return
        # Asked before, e.g. moved back to draft: the rule of today decides
        drafts.sudo().filtered("deposit_policy").write(
            {"deposit_amount": 0.0, "deposit_policy": False}
        )
        drafts -= drafts._covered_by_package()
        for booking, rule in self.env["prepaid.deposit.rule"]._match(drafts).items():
            amount = rule._deposit_amount(booking)
            if not booking.currency_id.is_zero(amount):
                booking._freeze_policy(rule, amount)

    def _covered_by_package(self):
        """Return the bookings that a package of the client pays."""
        Package = self.env["prepaid.subscription"].sudo()
        covered = self.browse()
        for company, bookings in self.grouped("company_id").items():
            wanted = bookings.filtered(lambda b: not b.pay_otherwise)
            chosen = Package.with_company(company)._choose(wanted)
            covered |= self.browse([booking.id for booking in chosen])
        return covered

    def _confirm_covered(self, confirm=True):
        """Hold deposits that the payers' free balances cover, earlier visits first.

        :param bool confirm: whether the bookings get confirmed here
        :return: the bookings whose deposits are held, or need none
        """
        self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
        covered = self._covered_by_package()
        for company, bookings in (self - covered).grouped("company_id").items():
            payers = bookings.sudo().payer_id.with_company(company)
            # Left on the receivable, the next invoice of Accounting would take it
            self.env["prepaid.ledger"]._gather(payers, company)
            free = payers._prepaid_spendable()
            compare = company.currency_id.compare_amounts
            for booking in bookings.sorted(lambda b: (b.start, b.id)):
                missing, payer_id = booking._deposit_open(), booking.payer_id.id
                if compare(free[payer_id], missing) >= 0:
                    free[payer_id] -= missing
                    booking._hold_deposit(missing)
                    covered |= booking
        if confirm:
            covered._update_state(UNCONFIRMED_STATES, "confirmed")
        return covered

    def _prepare_deposit_vals(self, journal_id, amount, reference=""):
        """Return the values of a deposit paid at the desk. Hook."""
        self.ensure_one()
        return {
            **self.payer_id._prepare_collect_vals(journal_id, amount),
            "memo": self.env._("Deposit: %(visit)s", visit=self.display_name),
            "prepaid_purpose": "deposit",
            "prepaid_service_ids": [fields.Command.set(self.service_id.ids)],
            "prepaid_reference": str(reference) if reference else False,
        }
