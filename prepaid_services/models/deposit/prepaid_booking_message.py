from odoo import models


class PrepaidBooking(models.Model):
    """What clients and desk are told about deposits."""

    _inherit = "prepaid.booking"

    def _note_message(self, kind, again=False):
        """Note a message to the clients of these bookings."""

    def _notify_desk(self, what):
        """Tell the screens of the desk."""

    def _welcome(self):
        """Note the confirmation of bookings whose deposit is held."""
