from odoo import fields, models

from ..booking.prepaid_booking import OPEN_STATES, UNCONFIRMED_STATES
from ..client.res_partner import NOTHING


class PrepaidBooking(models.Model):
    """Money has come: in time, too late, too little, too much, or twice."""

    _inherit = "prepaid.booking"

    def _on_deposit_paid(self, payments):
        """Take note of payments for these bookings, already posted to the client's balance.

        Holds the money for the visits and confirms them. A booking that was cancelled because the
        time to pay was over comes back if its seat is free; else the money stays on the balance,
        and desk and client are told. Safe to repeat: a payment counts once.

        :param account.payment payments: posted, in company currency to count
        """
        ledger = self.env["prepaid.ledger"]
        bookings = self.sudo()
        ledger._touch(bookings.payer_id | bookings.user_id.partner_id)
        new = payments.sudo() - bookings.deposit_payment_ids
        if not new:
            return
        bookings.write({"deposit_payment_ids": [fields.Command.link(p.id) for p in new]})
        self.env["res.partner"]._prepaid_forget()
        for company, ours in bookings.grouped("company_id").items():
            counted = new.filtered(lambda p, c=company: p.currency_id == c.currency_id)
            money = sum(counted.mapped("amount"))
            for booking in ours.with_company(company).sorted(lambda b: (b.start, b.id)):
                money -= booking._receive_deposit(money)

    def _receive_deposit(self, money):
        """Use new money for one booking.

        :param float money: new and not used yet, in company currency
        :return: how much of it is held for this booking now
        """
        self.ensure_one()
        if self.state == "cancelled":
            if not self._can_come_back():
                self._keep_as_late()
                return 0.0
            self._reopen_as_draft()
        share = 0.0
        if self.state in OPEN_STATES:
            share = max(min(self._deposit_open(), money, self._unheld_advance()), 0.0)
        if share:
            self._hold_deposit(share)
        if self.state in UNCONFIRMED_STATES:
            self._confirm_or_wait()
        if self.deposit_excess:
            self._tell_excess()
        return share

    def _unheld_advance(self):
        """Return how much of the payer's advance is held for no visit, and could be."""
        self.ensure_one()
        payer = self.payer_id.sudo().with_company(self.company_id)
        held = self._held_by_payer(payer, self.company_id).get(payer, 0.0)
        return max(payer._prepaid_totals().get(payer.id, NOTHING)[2] - held, 0.0)

    def _confirm_or_wait(self):
        """Confirm a booking whose deposit is complete; with a part of it, it waits on."""
        self.ensure_one()
        if self.deposit_state == "paid":
            self._confirm_paid()
            return
        if self._confirm_covered():
            return
        # One that came back for a part of the money gets the time to pay the rest
        self.filtered(lambda b: b.state == "draft").deposit_requested_on = fields.Datetime.now()
        self._update_state(("draft",), "awaiting_payment", deposit_state="awaiting")
        self.message_post(
            body=self.env._(
                "Only %(paid)s of the deposit was paid, %(missing)s is missing.",
                paid=self.currency_id.format(self.deposit_held),
                missing=self.currency_id.format(self._deposit_open()),
            )
        )
        self._notify_desk("part")

    def _confirm_paid(self):
        """Confirm a booking whose deposit is paid, or ask the desk to, as the company wants it."""
        self.ensure_one()
        if not self.company_id.prepaid_deposit_desk_confirms:
            self._update_state(UNCONFIRMED_STATES, "confirmed")
            return
        self._update_state(("draft",), "awaiting_payment")
        self._notify_desk("paid")
        self._ask_manager(
            self.env._(
                "%(amount)s of deposit is paid. Confirm the visit.",
                amount=self.currency_id.format(self.deposit_held),
            )
        )

    def _tell_excess(self):
        """Tell the desk that more was paid than asked, e.g. twice; the money is on the balance."""
        self.ensure_one()
        self._ask_manager(
            self.env._(
                "%(excess)s more than the deposit was paid; it is on the balance. Give it back?",
                excess=self.currency_id.format(self.deposit_excess),
            )
        )

    # ----------------------------------------------------------------------------------
    # Too late
    # ----------------------------------------------------------------------------------

    def _can_come_back(self):
        """Return whether a booking that lost its seat for want of payment can have it again."""
        self.ensure_one()
        if self.deposit_state != "expired" or self.start <= fields.Datetime.now():
            return False
        return self.company_id.prepaid_overlap_policy == "allow" or not self._overlap_texts()

    def _keep_as_late(self):
        """Leave money that came too late on the balance; tell the desk and the client."""
        self.ensure_one()
        self.write({"deposit_state": "late", "deposit_paid_on": fields.Datetime.now()})
        self._note_message("late")
        self._notify_desk("late")
        self._ask_manager(
            self.env._(
                "The deposit came too late and the seat is gone: %(amount)s is on the balance. "
                "Book again or pay it back.",
                amount=self.currency_id.format(self.deposit_paid_amount),
            )
        )

    def _reopen_as_draft(self):
        """Put expired bookings back on the calendar, as before the request."""
        self._update_state(
            ("cancelled",),
            "draft",
            deposit_state="none",
            cancelled_by=False,
            cancel_reason=False,
            cancelled_with_event=False,
        )
        self._restore_events()
