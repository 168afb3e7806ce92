from odoo import api, fields, models
from odoo.tools import SQL

from ..models.start.prepaid_start_task import REASONS

#: A booking within so many days counts as an answer
ANSWER_DAYS = 14
#: A reminder so long after a client was found still belongs to that finding
REMINDED_WITHIN = 45


class PrepaidReminderEffect(models.Model):
    """Do reminders bring clients back? Those reminded beside those who were not.

    A row per client found at risk. *Answered* is a booking within 14 days of the first reminder,
    or, of a client who got none, within 14 days of being found. Clients are not drawn by lot, so
    the difference is a hint and no proof.
    """

    _name = "prepaid.reminder.effect"
    _description = "Effect of Reminders"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "prepaid.reminder": ["company_id", "date_sent", "partner_id", "topic"],
        "prepaid.start.task": [
            "company_id",
            "date_closed",
            "date_found",
            "outcome",
            "partner_id",
            "reason",
            "value_at_risk",
        ],
    }

    date = fields.Date("Found on", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    value_at_risk = fields.Monetary(readonly=True)
    reminded = fields.Selection(
        [("yes", "Reminded"), ("no", "Not Reminded")], "Reminder", readonly=True
    )
    date_sent = fields.Date("Reminded on", readonly=True)
    is_answered = fields.Boolean("Booked in Time", readonly=True)
    answered_percent = fields.Float("Booked (%)", readonly=True, aggregator="avg")
    is_over = fields.Boolean(
        "14 Days Are Over", readonly=True, help="Until then a client may still answer."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT found.*, CASE WHEN is_answered THEN 100.0 ELSE 0.0 END AS answered_percent
              FROM (SELECT task.id, task.date_found AS date, task.partner_id, task.company_id,
                           company.currency_id, task.reason, task.value_at_risk,
                           CASE WHEN told.date_sent IS NULL THEN 'no' ELSE 'yes' END AS reminded,
                           told.date_sent,
                           COALESCE(task.outcome = 'booked' AND task.date_closed
                               <= COALESCE(told.date_sent, task.date_found) + %(answer)s, FALSE)
                               AS is_answered,
                           COALESCE(told.date_sent, task.date_found) + %(answer)s < %(today)s
                               AS is_over
                      FROM prepaid_start_task task
                      JOIN res_company company ON company.id = task.company_id
                      JOIN res_partner client ON client.id = task.partner_id
                 LEFT JOIN LATERAL (%(told)s) told ON TRUE
                     WHERE task.reason != 'request') AS found
            """,
            answer=ANSWER_DAYS,
            today=self.env.company._prepaid_today(),
            told=self._select_told(),
        )

    @api.model
    def _select_told(self):
        """Return the first reminder the client of ``task`` got after being found."""
        return SQL(
            """
            SELECT MIN(reminder.date_sent) AS date_sent
              FROM prepaid_reminder reminder
             WHERE reminder.partner_id IN (task.partner_id, client.commercial_partner_id)
               AND reminder.company_id = split_part(company.parent_path, '/', 1)::integer
               AND reminder.topic IN %s
               AND reminder.date_sent BETWEEN task.date_found AND task.date_found + %s
               AND (task.date_closed IS NULL OR reminder.date_sent <= task.date_closed)
            """,
            tuple(self.env["prepaid.reminder"]._use_topics()),
            REMINDED_WITHIN,
        )
