from odoo import api, fields, models
from odoo.fields import Command

from ..booking.prepaid_booking import RESERVING_STATES
from ..client.res_partner import NOTHING


class PrepaidBooking(models.Model):
    """What is held for a visit follows the money behind it, whoever took that away.

    Two limits: what was paid for this deposit less what went back of it (with the part that was
    on the balance before), and the balance of the payer. Company currency.
    """

    _inherit = "prepaid.booking"

    deposit_from_balance = fields.Monetary(
        "Held from the Balance",
        readonly=True,
        copy=False,
        help="The part of the held deposit that was on the balance before it was asked.",
    )

    def _hold_deposit(self, amount):
        """Hold an amount of the balance for this visit; enough of it is a paid deposit.

        :param float amount: free on the payer's balance, company currency
        """
        booking = self.sudo()
        booking.deposit_held += amount
        booking.deposit_from_balance = max(booking.deposit_held - booking._deposit_kept_money(), 0)
        if not booking._deposit_open():
            booking.write({"deposit_state": "paid", "deposit_paid_on": fields.Datetime.now()})

    def _deposit_kept_money(self):
        """Return what was paid for this deposit, less what went back and what became a fee."""
        self.ensure_one()
        return max(self.currency_id.round(self.deposit_paid_amount - self._fees_kept()), 0.0)

    @api.model
    def _fit_held(self, payers):
        """Hold no more for the coming visits of payers than there is behind it.

        When the balance is less than all deposits together, the latest visits lose theirs. A visit
        stays confirmed: the desk is told, and decides.

        :param res.partner payers: commercial partners whose money became less
        """
        holding = self.sudo().search(
            [
                ("payer_id", "in", payers.ids),
                ("state", "in", RESERVING_STATES),
                ("deposit_held", ">", 0),
            ],
            order="start, id",
        )
        if not holding:
            return
        self.env["res.partner"]._prepaid_forget()
        left = {}
        for booking in holding:
            root, payer = booking.company_id.root_id, booking.payer_id
            if (root, payer) not in left:
                totals = payer.with_company(booking.company_id)._prepaid_totals()
                left[root, payer] = max(totals.get(payer.id, NOTHING)[2], 0.0)
            own = booking.deposit_from_balance + booking._deposit_kept_money()
            held = min(booking.deposit_held, own, left[root, payer])
            left[root, payer] -= held
            booking._lower_held(booking.currency_id.round(held))

    def _lower_held(self, held):
        """Hold less for this visit because the money behind it is gone.

        :param float held: what is still there, company currency
        """
        self.ensure_one()
        gone = self.deposit_held - held
        if self.currency_id.compare_amounts(gone, 0) <= 0:
            return
        vals = {
            "deposit_held": held,
            "deposit_from_balance": min(self.deposit_from_balance, held),
        }
        if self.deposit_state == "paid" and self.currency_id.is_zero(held):
            vals["deposit_state"] = "released"
        self.write(vals)
        self.message_post(
            body=self.env._(
                "%(gone)s of the deposit left the balance. Held for this visit: %(held)s.",
                gone=self.currency_id.format(gone),
                held=self.currency_id.format(held),
            )
        )

    def _on_transaction_refunded(self, payment):
        """Note that the provider gave money of these bookings back. May be repeated.

        :param account.payment payment: outbound, posted
        """
        told = self.sudo().filtered(lambda b: payment not in b.deposit_payment_ids)
        told.write({"deposit_payment_ids": [Command.link(payment.id)]})
        self._fit_held(told.payer_id)
