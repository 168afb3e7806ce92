from odoo import fields, models

from ..door import public


class PrepaidReminderOutcome(models.TransientModel):
    """Asks what came out of a call: a promise with its day, or why the client disagrees."""

    _name = "prepaid.reminder.outcome"
    _description = "Outcome of a Call"
    _inherit = ["prepaid.dialog"]

    reminder_id = fields.Many2one("prepaid.reminder", required=True, readonly=True)
    partner_id = fields.Many2one(related="reminder_id.partner_id")
    outcome = fields.Selection(
        [
            ("reached", "Reached"),
            ("promise", "Promised to pay"),
            ("no_answer", "No answer"),
            ("dispute", "Does not agree"),
        ],
        required=True,
    )
    date = fields.Date("Pays by")
    note = fields.Char()

    @public
    def action_save(self):
        """Note the outcome.

        :return: action that closes the dialog
        """
        self.reminder_id.log_call(self.outcome, self.date, self.note or "")
        return {"type": "ir.actions.act_window_close"}
