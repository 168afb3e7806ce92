from datetime import timedelta

from odoo import fields, models


class PrepaidHoliday(models.Model):
    """Days on which clients are left in peace: no reminder goes out, no call is due."""

    _name = "prepaid.holiday"
    _description = "Day without Reminders"
    _order = "date_from desc, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    date_from = fields.Date("First Day", required=True, default=fields.Date.context_today)
    date_to = fields.Date("Last Day", help="Empty: one day.")
    company_id = fields.Many2one("res.company", help="Empty: all companies.", index=True)

    _dates = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last day may not be before the first day.",
    )

    def _days(self):
        """Return all days of these holidays.

        :rtype: set[date]
        """
        return {
            holiday.date_from + timedelta(days=offset)
            for holiday in self
            for offset in range(
                ((holiday.date_to or holiday.date_from) - holiday.date_from).days + 1
            )
        }
