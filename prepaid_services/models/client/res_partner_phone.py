from odoo import api, models
from odoo.fields import Domain

from ...tools.phone import LEAST_TO_CREATE, phone_digits


class ResPartner(models.Model):
    """A client who calls is found by the number, and a new one gets it."""

    _inherit = "res.partner"

    @api.model
    def _search_display_name(self, operator, value):
        """Override: whoever types a phone number looks for the client with that number."""
        domain = super()._search_display_name(operator, value)
        digits = phone_digits(value) if operator in ("ilike", "like") else ""
        if not digits:
            return domain
        number = self._phone_format(number=value.strip())
        return Domain.OR(
            [
                Domain(domain),
                Domain("phone_sanitized", "like", digits),
                Domain("phone_sanitized", "=", number or digits),
                Domain("phone_mobile_search", "ilike", digits),
            ]
        )

    @api.model
    def name_create(self, name):
        """Override: from a phone number alone comes a client who has it.

        :return: id and name
        """
        if not phone_digits(name, LEAST_TO_CREATE):
            return super().name_create(name)
        partner = self.create(self._prepaid_phone_vals(name))
        return partner.id, partner.display_name

    @api.model
    def default_get(self, fields):
        """Override: the form that opens for an unknown number has it as its phone."""
        values = super().default_get(fields)
        name = values.get("name")
        if "phone" in fields and not values.get("phone") and phone_digits(name, LEAST_TO_CREATE):
            values["phone"] = self._prepaid_phone_vals(name)["phone"]
        return values

    @api.model
    def _prepaid_phone_vals(self, text):
        """Return the values of a client of whom only the phone number is known."""
        text = text.strip()
        number = self._phone_format(number=text, force_format="INTERNATIONAL") or text
        return {"name": number, "phone": number}
