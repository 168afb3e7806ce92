from odoo import fields, models

from ...door import public
from ...exceptions import check_one


class PrepaidBooking(models.Model):
    """The questions the desk is asked about deposits."""

    _inherit = "prepaid.booking"

    may_waive_deposit = fields.Boolean(compute="_compute_may_waive_deposit")

    def _compute_may_waive_deposit(self):
        """Managers may; the front desk where the settings say so."""
        user_is = self.env["res.partner"]._prepaid_user_is
        manager, desk = (user_is(f"prepaid_services.group_{n}") for n in ("manager", "front_desk"))
        for booking in self:
            may = booking.company_id.sudo().prepaid_deposit_desk_waives
            booking.may_waive_deposit = manager or (desk and may)

    def _no_show_costs(self):
        """Override: a held deposit may be kept."""
        return super()._no_show_costs() or bool(self.sudo().filtered("deposit_held"))

    @public
    def action_open_take_deposit(self):
        """Open the dialog that takes the deposit in cash or by card.

        :return: the dialog
        """
        check_one(self)
        return self._deposit_dialog("prepaid_deposit_action", default_booking_id=self.id)

    @public
    def action_open_waive(self):
        """Open the dialog that asks why nothing is to be paid, or kept.

        :return: the dialog
        """
        return self._deposit_dialog("prepaid_deposit_waive_action", default_booking_ids=self.ids)

    @public
    def action_open_refund(self):
        """Open the dialog that pays a deposit back, with what the client can have of it.

        :return: the dialog
        """
        check_one(self)
        return self._money_dialog(
            "pay_out",
            default_amount=self._deposit_refundable(),
            default_deposit_booking_id=self.id,
        )

    def _deposit_refundable(self):
        """Return how much of the deposit is on the balance and can be paid back."""
        self.ensure_one()
        paid = self.sudo().deposit_paid_amount - self._fees_kept()
        return max(min(self.currency_id.round(paid), self._unheld_advance()), 0.0)

    def _note_deposit_refund(self, payment):
        """Note that money of these bookings was given back.

        :param account.payment payment: outbound, posted
        """
        self.sudo().write({"deposit_payment_ids": [fields.Command.link(payment.id)]})

    def _deposit_dialog(self, xmlid, **context):
        """Return one of our dialogs."""
        action = self.env["ir.actions.actions"]._for_xml_id(f"prepaid_services.{xmlid}")
        return {**action, "context": context}
