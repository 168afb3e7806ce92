from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import is_id

#: Sent empty they are as good as not sent: the meeting or the service gives them
DEFAULTED_FIELDS = {"stop", "user_id"}


class PrepaidBooking(models.Model):
    """What programs write on bookings: refused in words before the database would refuse it."""

    _inherit = "prepaid.booking"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: see :meth:`_check_values`."""
        if not self.env.su:
            vals_list = [
                {name: vals[name] for name in vals if vals[name] or name not in DEFAULTED_FIELDS}
                for vals in vals_list
            ]
            self._check_values(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Override: see :meth:`_check_values`."""
        if not self.env.su:
            self._check_values([vals])
        return super().write(vals)

    @api.model
    def _check_values(self, vals_list):
        """Refuse values that are missing, no date, or no id of a record that exists.

        One query per model that is referred to.

        :param list[dict] vals_list: values of ``create`` or ``write``
        :raise UserError: names the field and the value
        """
        found = {}
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if not field:
                    continue
                if not value:
                    needed = field.required or name in DEFAULTED_FIELDS
                    self._check_value(field, value, not needed)
                elif field.type == "many2one":
                    self._check_value(field, value, is_id(value))
                    found.setdefault(field, set()).add(value)
                elif field.type in ("date", "datetime"):
                    self._check_value(field, value, self._is_moment(value))
        for field, ids in found.items():
            # As superuser: whether it exists, not whether the caller may read it
            missing = ids - set(self.env[field.comodel_name].sudo().browse(ids).exists().ids)
            for record_id in missing:
                self._check_value(field, record_id, False)

    @api.model
    def _is_moment(self, value):
        """Return whether a value is a date, or can be read as one."""
        try:
            return bool(fields.Datetime.to_datetime(value))
        except (TypeError, ValueError):
            return False

    @api.model
    def _check_value(self, field, value, good):
        """Refuse a value of a field unless it is good.

        :raise UserError: names the field and the value
        """
        if not good:
            label = field._description_string(self.env)
            if not value:
                raise UserError(self.env._("%(field)s is missing.", field=label))
            raise UserError(
                self.env._("%(value)s is not possible as %(field)s.", value=value, field=label)
            )
