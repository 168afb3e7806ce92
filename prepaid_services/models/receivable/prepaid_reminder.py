from odoo import api, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """Whose debt somebody else collects gets no reminders from us; the dossier has them all."""

    _inherit = "prepaid.reminder"

    @api.model
    def _debt_hold_sql(self, company, today):
        """Extend: a debt that was handed over is not chased by us."""
        return SQL(
            "CASE WHEN payer.id IN %s THEN 'collection' ELSE (%s) END",
            self.env["prepaid.collection"]._handed_over_sql(company),
            super()._debt_hold_sql(company, today),
        )


class PrepaidCollection(models.Model):
    _inherit = "prepaid.collection"

    def _dossier_messages(self):
        """Extend: the reminders of the ladder, calls included, that were really made."""
        reminders = (
            self.env["prepaid.reminder"]
            .sudo()
            .search([("partner_id", "=", self.partner_id.id), ("state", "=", "done")])
        )
        channels = dict(reminders._fields["channel"]._description_selection(self.env))
        rows = super()._dossier_messages() + [
            {
                "date": reminder.write_date,
                "subject": f"{reminder.step_id.name} {reminder.document or ''}",
                "channel": channels[reminder.channel],
            }
            for reminder in reminders
        ]
        return sorted(rows, key=lambda row: row["date"])
