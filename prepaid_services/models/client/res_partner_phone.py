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

    @api.model_create_multi
    def create(self, vals_list):
        """Override: whoever is named by a phone number alone has it as phone as well."""
        vals_list = [
            {**vals, "phone": self._prepaid_number(vals["name"])}
            if phone_digits(vals.get("name"), LEAST_TO_CREATE) and not vals.get("phone")
            else vals
            for vals in vals_list
        ]
        return super().create(vals_list)

    @api.model
    def default_get(self, fields):
        """Override: the form that opens for an unknown number has it as its phone."""
        values = super().default_get(fields)
        name = values.get("name")
        if "phone" in fields and not values.get("phone") and phone_digits(name, LEAST_TO_CREATE):
            values["phone"] = self._prepaid_number(name)
        return values

    @api.model
    def _prepaid_number(self, text):
        """Return a phone number as it is written abroad, or as it came."""
        text = text.strip()
        return self._phone_format(number=text, force_format="INTERNATIONAL") or text
