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
        """Extend: the steps of the ladder that reached the client, calls that were made."""
        reminders = (
            self.env["prepaid.reminder"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "in", self.company_id._prepaid_family().ids),
                    ("state", "=", "done"),
                    "|",
                    ("lead_id", "=", False),
                    ("lead_id.state", "=", "done"),
                ]
            )
        )
        channels = dict(reminders._fields["channel"]._description_selection(self.env))
        outcomes = dict(reminders._fields["outcome"]._description_selection(self.env))
        rows = super()._dossier_messages()
        for reminder in reminders:
            lead = reminder.lead_id or reminder
            words = (
                reminder.step_id.name,
                reminder.document,
                lead.outcome and outcomes[lead.outcome],
                lead.outcome_note,
            )
            rows.append(
                {
                    "date": lead.sent_at or reminder.sent_at or reminder.write_date,
                    "subject": " ".join(filter(None, words)),
                    "channel": channels[lead.channel],
                }
            )
        return sorted(rows, key=lambda row: row["date"])
