from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..booking.prepaid_booking import UNCONFIRMED_STATES

ACCOUNTANTS = "account.group_account_invoice,account.group_account_readonly"


class PrepaidBooking(models.Model):
    """The deposit of a booking: how much, until when, under which terms. Company currency."""

    _inherit = "prepaid.booking"

    booked_online = fields.Boolean(
        readonly=True,
        help="The client booked without the desk: the time to pay is the rule's for online.",
    )
    deposit_state = fields.Selection(
        [
            ("none", "No Deposit"),
            ("awaiting", "Awaiting"),
            ("paid", "Paid"),
            ("expired", "Expired"),
            ("released", "Released to the Balance"),
            ("applied", "Used for the Visit"),
            ("forfeited", "Kept"),
            ("late", "Paid Too Late"),
        ],
        "Deposit Status",
        required=True,
        default="none",
        readonly=True,
        copy=False,
        tracking=True,
    )
    deposit_amount = fields.Monetary("Deposit", readonly=True, copy=False, tracking=True)
    deposit_deadline = fields.Datetime(
        "Pay Until", compute="_compute_deposit_times", store=True, copy=False
    )
    deposit_requested_on = fields.Datetime("Requested", readonly=True, copy=False)
    deposit_paid_on = fields.Datetime("Paid", readonly=True, copy=False)
    deposit_payment_ids = fields.Many2many(
        "account.payment",
        "prepaid_booking_deposit_payment_rel",
        "booking_id",
        "payment_id",
        "Deposit Payments",
        readonly=True,
        copy=False,
        groups=ACCOUNTANTS,
        help="What was paid for this booking, and what was given back of it.",
    )
    deposit_fee_ids = fields.Many2many(
        "account.move",
        "prepaid_booking_deposit_fee_rel",
        "booking_id",
        "invoice_id",
        "Cancellation Fees",
        readonly=True,
        copy=False,
        groups=ACCOUNTANTS,
    )
    deposit_paid_amount = fields.Monetary(
        "Deposit Received", compute="_compute_deposit_paid_amount", compute_sudo=True
    )
    deposit_released = fields.Monetary(
        "Returned to the Balance",
        readonly=True,
        copy=False,
        help="What the client has of the deposit after the booking was cancelled or missed.",
    )
    deposit_excess = fields.Monetary(
        "Paid More than Asked", compute="_compute_deposit_paid_amount", compute_sudo=True
    )
    free_cancel_until = fields.Datetime(
        "Free Cancellation Until", compute="_compute_deposit_times", store=True, copy=False
    )
    deposit_rule_id = fields.Many2one(
        "prepaid.deposit.rule",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    deposit_policy = fields.Json(
        readonly=True, copy=False, help="The rule as it was when the deposit was requested."
    )
    deposit_terms = fields.Text(
        "Terms of the Deposit", readonly=True, copy=False, help="What the client saw."
    )
    deposit_accepted_on = fields.Datetime("Terms Accepted", readonly=True, copy=False)
    deposit_waive_reason = fields.Char("Waived because", readonly=True, copy=False, tracking=True)
    deposit_forgiven = fields.Boolean(
        "First Time Forgiven",
        readonly=True,
        copy=False,
        help="A late cancellation or no-show that cost nothing because it was the first one.",
    )

    # The report asks which freed hours were given to somebody else
    _freed_idx = models.Index(
        "(user_id, start) WHERE state = 'cancelled' AND deposit_requested_on IS NOT NULL"
    )
    _awaiting_idx = models.Index("(deposit_deadline, id) WHERE state = 'awaiting_payment'")

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("deposit_requested_on", "deposit_policy", "start")
    def _compute_deposit_times(self):
        """Deadline and end of free cancellation, from the frozen policy; they move with the visit.

        A request leaves the client at least the time of an online booking, but never more than
        until the visit begins.
        """
        for booking in self:
            policy, asked, start = (
                booking.deposit_policy,
                booking.deposit_requested_on,
                booking.start,
            )
            if not policy or not start:
                booking.deposit_deadline = booking.free_cancel_until = False
                continue
            booking.free_cancel_until = start - timedelta(hours=policy["free_cancel_hours"])
            hold = timedelta(hours=policy["hold_hours"])
            limit = start - hold if policy["hold"] == "before" else asked and asked + hold
            least = asked and asked + timedelta(minutes=policy["least_minutes"])
            booking.deposit_deadline = asked and min(max(limit, least), start)

    @api.depends(
        "deposit_payment_ids.amount",
        "deposit_payment_ids.move_id.reversal_move_ids.state",
        "deposit_payment_ids.move_id.state",
        "deposit_payment_ids.state",
        "deposit_amount",
    )
    def _compute_deposit_paid_amount(self):
        """Add up what was paid, given back and charged back, as the ledger has it.

        Money in another currency pays no visit.
        """
        for booking in self:
            payments = booking.deposit_payment_ids.filtered(
                lambda p, b=booking: (
                    p.state in ("in_process", "paid")
                    and p.move_id.state == "posted"
                    and p.currency_id == b.currency_id
                )
            )
            payments -= payments.filtered(
                lambda p: "posted" in p.move_id.reversal_move_ids.mapped("state")
            )
            paid = sum(payments.mapped(lambda p: p.amount * (-1) ** (p.payment_type == "outbound")))
            booking.deposit_paid_amount = paid
            booking.deposit_excess = max(
                booking.currency_id.round(paid - booking.deposit_amount), 0
            )

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    def write(self, vals):
        """Override: the deposit is the client's; it does not follow to another one."""
        if {"partner_id", "company_id"} & set(vals):
            for booking in self.sudo().filtered(lambda b: b.deposit_held or b.deposit_payment_ids):
                raise UserError(
                    self.env._(
                        "A deposit was paid for %(visit)s. Cancel it and book again to change "
                        "the client.",
                        visit=booking.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_deposit(self):
        """A booking for which money came stays on record."""
        for booking in self.sudo().filtered("deposit_payment_ids"):
            raise UserError(
                self.env._(
                    "A deposit was paid for %(visit)s. Cancel it instead of deleting it.",
                    visit=booking.display_name,
                )
            )
        # Also one that failed: the client may try again on the provider's page
        for booking in self.sudo().filtered("transaction_ids"):
            raise UserError(
                self.env._(
                    "An online payment was started for %(visit)s, and its money may still come. "
                    "Cancel it instead of deleting it.",
                    visit=booking.display_name,
                )
            )

    # ----------------------------------------------------------------------------------
    # Amounts
    # ----------------------------------------------------------------------------------

    def _hour_price(self):
        """Return the specialist's hourly rate times the duration of the visit."""
        self.ensure_one()
        rate = self.user_id.sudo().with_company(self.company_id).prepaid_hourly_rate
        hours = (self.stop - self.start).total_seconds() / 3600 if self.start and self.stop else 0
        return rate * hours

    def _deposit_open(self):
        """Return how much of the deposit is not held yet; none while a package pays the visit."""
        self.ensure_one()
        if self.sudo().subscription_id:
            return 0.0
        return max(self.currency_id.round(self.deposit_amount - self.deposit_held), 0.0)

    def _deposit_missing(self):
        """Return what is still to pay now for the deposit; free advance of the payer counts.

        :rtype: float, in company currency; 0 when no deposit is awaited
        """
        self.ensure_one()
        if self.state not in UNCONFIRMED_STATES:
            return 0.0
        payer = self.payer_id.sudo().with_company(self.company_id)
        missing = self._deposit_open() - payer._prepaid_spendable().get(payer.id, 0.0)
        return max(self.currency_id.round(missing), 0.0)

    # ----------------------------------------------------------------------------------
    # The frozen policy
    # ----------------------------------------------------------------------------------

    def _freeze_policy(self, rule, amount):
        """Copy the rule onto the booking, with the words the client reads.

        :param prepaid.deposit.rule rule: which applies now
        :param float amount: of the deposit
        """
        self.ensure_one()
        online = self.booked_online
        booking = self.sudo()
        booking.write(
            {
                "deposit_rule_id": rule.id,
                "deposit_amount": amount,
                "deposit_requested_on": fields.Datetime.now(),
                "deposit_policy": {
                    "rule": rule.name,
                    "amount": amount,
                    "currency": self.currency_id.name,
                    "price": self.amount_total,
                    "hold": "after" if online else rule.desk_hold,
                    "hold_hours": rule.online_minutes / 60 if online else rule.desk_hours,
                    "least_minutes": rule.online_minutes,
                    "free_cancel_hours": rule.free_cancel_hours,
                    "late_keep_percent": rule._keep_percent("late"),
                    "no_show_keep_percent": rule._keep_percent("no_show"),
                    "late_move": rule.late_move,
                },
            }
        )
        lang = self.partner_id.lang or self.env.lang
        booking.deposit_terms = booking.with_context(lang=lang)._terms_text(rule)

    def _terms_text(self, rule):
        """Return the terms of the deposit in the language of the context."""
        self.ensure_one()
        policy, money = self.deposit_policy, self.currency_id.format
        amount = self.deposit_amount
        lines = [
            self.env._(
                "Deposit: %(amount)s. It is a part of the price of the visit.",
                amount=money(amount),
            ),
            self.env._(
                "You can cancel free of charge until %(moment)s: the deposit stays on your "
                "balance.",
                moment=self._client_time(self.free_cancel_until),
            ),
            self.env._(
                "If you cancel later, we keep %(kept)s; if you do not come, %(no_show)s.",
                kept=money(self.currency_id.round(amount * policy["late_keep_percent"] / 100)),
                no_show=money(
                    self.currency_id.round(amount * policy["no_show_keep_percent"] / 100)
                ),
            ),
            self._move_text(),
            self.env._("If we cancel, you get all of it back."),
            rule.with_context(lang=self.env.lang).note or "",
        ]
        return "\n".join(filter(None, lines))

    def _move_text(self):
        """Return what happens when the client moves the visit after the free time."""
        self.ensure_one()
        return {
            "move": self.env._("If you move the visit, the deposit moves along."),
            "charge": self.env._("Moving the visit later than that counts as cancelling it."),
            "refuse": self.env._("Later than that the visit cannot be moved."),
        }[self.deposit_policy["late_move"]]

    def _client_time(self, moment):
        """Return a moment as the client reads it: local time of the company, client's language."""
        self.ensure_one()
        if not moment:
            return ""
        zone = self.company_id._prepaid_tz()
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    def _accept_deposit_terms(self):
        """Note that the client accepted the terms now; the first time counts."""
        self.sudo().filtered(lambda b: b.deposit_policy and not b.deposit_accepted_on).write(
            {"deposit_accepted_on": fields.Datetime.now(), "deposit_unasked": False}
        )
