from odoo import models


class PrepaidBooking(models.Model):
    """A visit is paid by one means: a package that takes it over frees its deposit, and back."""

    _inherit = "prepaid.booking"

    def _reserve_packages(self):
        """Override: deposits of visits that a package pays are the client's again.

        A visit that waited for its deposit is confirmed then. One that its package cannot pay any
        more holds its deposit again, as far as the money is there.
        """
        if not self:
            return super()._reserve_packages()
        covered = self.filtered("subscription_id")
        res = super()._reserve_packages()
        paid = self.sudo().filtered("subscription_id")
        waiting = paid.filtered(lambda b: b.state == "awaiting_payment")
        if waiting:
            waiting._update_state(("awaiting_payment",), "confirmed")
        paid._release_to_package()
        lost = (covered.sudo() - paid).filtered(
            lambda b: b.state == "confirmed" and b.deposit_state == "released"
        )
        lost._hold_again()
        return res

    def _release_to_package(self):
        """Release the deposits of visits that a package pays now."""
        for booking in self.filtered(lambda b: b.deposit_state in ("awaiting", "paid")):
            held = booking.deposit_held
            booking.write(
                {
                    "deposit_held": 0.0,
                    "deposit_released": held,
                    "deposit_state": "released" if held else "none",
                }
            )
