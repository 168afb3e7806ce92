from odoo import api, models


class PrepaidDialog(models.AbstractModel):
    """What all our dialogs share: nobody asks about records that they may not see.

    A dialog shows names and figures of the records it is filled in with, and some as superuser. By
    a remote call it may be filled in with anything, in its values as well as in the context. Who
    opened a dialog is the only one who sees it: a record rule, for each of them.
    """

    _name = "prepaid.dialog"
    _description = "Question"

    @api.model_create_multi
    def create(self, vals_list):
        """Extend: see :meth:`_check_seen`."""
        for vals in vals_list:
            self._check_seen(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Extend: see :meth:`_check_seen`."""
        self._check_seen(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Extend: see :meth:`_check_seen`."""
        self._check_seen(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_seen(self, vals):
        """Refuse records that the caller may not read.

        :param dict vals: field -> value as in ``write``; the context's defaults are looked at, too
        :raise AccessError: one of the records is none of the caller's
        """
        if self.env.su:
            return
        defaults = {
            key.removeprefix("default_"): value
            for key, value in self.env.context.items()
            if key.startswith("default_")
        }
        for name, value in {**defaults, **vals}.items():
            field = self._fields.get(name)
            if field and field.relational and value:
                self.new({name: value})[name]._origin.exists().check_access("read")
