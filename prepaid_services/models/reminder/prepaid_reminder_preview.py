from odoo import api, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """What a run would do."""

    _inherit = "prepaid.reminder"

    @api.model
    def _preview(self, company):
        """Return what a run would plan or send, and who is left in peace, by client and step.

        :rtype: list[dict]
        """
        self.env.flush_all()
        today, rows = company._prepaid_today(), []
        for topic in self._topics(company, by_hand=True):
            ladder = self.env["prepaid.reminder.step"]._ladder(topic, company)
            due = self._due_sql(topic, company, today)
            for place, step in enumerate(ladder):
                come = self._come_sql(step, ladder[:place], ladder[place + 1 :], company, today)
                rows += self._preview_step(step, company, due, come)
        return rows

    @api.model
    def _preview_step(self, step, company, due, come):
        """Return the clients for whom one step has come."""
        query = SQL(
            """
            SELECT due.partner_id, MIN(due.date_due) AS date_due, SUM(due.amount)::float AS amount,
                   COUNT(*)::int AS documents, %(hold)s AS hold,
                   BOOL_AND(%(automatic)s AND %(mode)s = 'automatic') AS is_confirmed
              FROM (%(due)s) due
              JOIN res_partner payer ON payer.id = due.partner_id
             WHERE %(come)s AND NOT EXISTS (
                   SELECT FROM prepaid_reminder r
                    WHERE r.res_id = due.res_id AND r.key = due.key AND r.step_id = %(step)s
                      AND r.state NOT IN ('planned', 'to_confirm'))
          GROUP BY due.partner_id, %(hold)s
            """,
            hold=SQL(
                "CASE WHEN %s = 'never' THEN 'never' ELSE due.hold END", self._mode_sql(company)
            ),
            mode=self._mode_sql(company),
            automatic=step.is_automatic,
            due=due,
            come=come,
            step=step.id,
        )
        return [{"step_id": step.id, **row} for row in self.env.execute_query_dict(query)]
