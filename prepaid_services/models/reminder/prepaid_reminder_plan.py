from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """Planning: which step has come for which subject. One statement per step, whatever the size.

    A topic says what its subjects are (``_due_sql_<topic>``); the ladder is the same for all:
    a step before the date comes while the date is ahead; a step after it comes when its day is
    there *and* the step before it was planned some days ago. So whoever starts late, or pauses,
    climbs the ladder from its gentle end.
    """

    _inherit = "prepaid.reminder"

    @api.model
    def _topics(self, company, by_hand=False):
        """Return the topics a company wants in the order of their importance: one at a time.

        :param bool by_hand: somebody starts the run, or looks at what it would do
        """
        topics = self._fields["topic"]._description_selection(self.env)
        return [key for key, _label in topics if company._prepaid_wants_topic(key, by_hand)]

    @api.model
    def _due_sql(self, topic, company, today):
        """Return the subjects of a topic: ``_due_sql_<topic>(company, today)``.

        :return: SELECT of (res_id, partner_id, key, date_due, amount, hold): the payer, the
            occasion (a text, may be empty), the day the steps count from, the amount at stake in
            company currency, and the reason why nothing may be sent now, else NULL
        :rtype: SQL
        """
        return getattr(self, f"_due_sql_{topic}")(company, today)

    @api.model
    def _plan(self, company, by_hand=False):
        """Plan what has come for the clients of a legal entity. Safe to repeat.

        :param res.company company: root company
        :param bool by_hand: somebody starts the run
        :return: number of planned rows
        :rtype: int
        """
        company = company.root_id
        today, planned = company._prepaid_today(), 0
        self.env["prepaid.instalment.plan"].sudo()._follow(company, today)
        self.env.flush_all()
        # Compiling these statements takes longer than running them
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        for topic in self._topics(company, by_hand):
            due = self._due_sql(topic, company, today)
            self._drop_settled(topic, company, due)
            ladder = self.env["prepaid.reminder.step"]._ladder(topic, company)
            for place, step in enumerate(ladder):
                planned += self._plan_step(step, ladder[:place], ladder[place + 1 :], company, due)
            self._drop_overtaken(topic, company)
        self.invalidate_model()
        self._drop_calls(company)
        return planned

    @api.model
    def _plan_step(self, step, before, after, company, due):
        """Plan one step for all subjects it has come for; those it was planned for are left alone.

        :param before: the steps before this one
        :param after: the steps after this one
        :return: number of planned rows
        """
        today, stamp = company._prepaid_today(), SQL("%s, %s", self.env.uid, fields.Datetime.now())
        state = SQL("'to_confirm'")
        if step.is_automatic:
            mode = SQL("%s = 'automatic'", self._mode_sql(company))
            state = SQL("CASE WHEN %s THEN 'planned' ELSE 'to_confirm' END", mode)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO prepaid_reminder
                       (step_id, topic, channel, company_id, partner_id, res_id, key, date_due,
                        amount, date_planned, state, create_uid, create_date, write_uid, write_date)
                SELECT %(step)s, %(topic)s, %(channel)s, %(company)s, due.partner_id, due.res_id,
                       due.key, due.date_due, due.amount, %(today)s, %(state)s, %(stamp)s, %(stamp)s
                  FROM (%(due)s) due
                  JOIN res_partner payer ON payer.id = due.partner_id
                 WHERE due.hold IS NULL AND %(mode)s != 'never' AND %(come)s
           ON CONFLICT DO NOTHING
                """,
                step=step.id,
                topic=step.topic,
                channel=step.channel,
                company=company.id,
                today=today,
                state=state,
                stamp=stamp,
                due=due,
                mode=self._mode_sql(company),
                come=self._come_sql(step, before, after, company, today),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _come_sql(self, step, before, after, company, today):
        """Return the condition on ``due`` that a step has come for a subject.

        :rtype: SQL
        """
        elapsed = SQL("%s - due.date_due", today)
        if step.days < 0:
            until = min([0, *(later.days - 1 for later in after)])
            return SQL("%s BETWEEN %s AND %s", elapsed, step.days, until)
        conditions = [SQL("%s >= %s", elapsed, step.days)]
        # Hashed sub-plans: as joins the planner, which knows little of a sub-query's size, may
        # compare each with each. "IS TRUE" keeps it from making a join of the second one.
        subject = SQL("(due.res_id, due.key)")
        rows = SQL("SELECT r.res_id, r.key FROM prepaid_reminder r WHERE r.step_id")
        if after:
            conditions.append(SQL("%s NOT IN (%s IN %s)", subject, rows, tuple(after.ids)))
        previous = before.filtered(lambda each: each.days >= 0)[-1:]
        if previous:
            latest = today - timedelta(days=max(company.prepaid_reminder_gap, 1))
            told = SQL("%s = %s AND r.date_planned <= %s", rows, previous.id, latest)
            conditions.append(SQL("(%s IN (%s)) IS TRUE", subject, told))
        return SQL(" AND ").join(conditions)

    @api.model
    def _mode_sql(self, company):
        """Return how ``payer`` is reminded; where branches differ, the gentlest way."""
        modes = self.env["res.partner"]._prepaid_setting_sql("prepaid_reminder_mode", company)
        return SQL(
            "CASE WHEN 'never' IN (%(modes)s) THEN 'never'"
            " WHEN 'manual' IN (%(modes)s) THEN 'manual' ELSE 'automatic' END",
            modes=modes,
        )

    @api.model
    def _drop_settled(self, topic, company, due):
        """Drop what has not gone out yet and is not true any more: paid, used, cancelled, ..."""
        self.env.cr.execute(
            SQL(
                """
                WITH due AS MATERIALIZED (%(due)s)
                UPDATE prepaid_reminder r
                   SET state = 'skipped', reason = 'settled'
                 WHERE r.company_id = %(company)s AND r.topic = %(topic)s
                   AND (r.state IN ('planned', 'to_confirm')
                        OR (r.state = 'queued' AND r.channel IN ('call', 'letter')))
                   AND (r.res_id, r.key, r.partner_id) NOT IN (
                       SELECT due.res_id, due.key, due.partner_id FROM due)
                   AND r.id NOT IN (
                       SELECT told.lead_id FROM prepaid_reminder told
                        WHERE told.lead_id IS NOT NULL
                          AND ((told.res_id, told.key) IN (
                              SELECT due.res_id, due.key FROM due)) IS TRUE)
                """,
                company=company.id,
                topic=topic,
                due=due,
            )
        )

    @api.model
    def _drop_overtaken(self, topic, company):
        """Drop what waits for a confirmation, or its turn, when the next step is there."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE prepaid_reminder r
                   SET state = 'skipped', reason = 'overtaken'
                  FROM prepaid_reminder_step step
                 WHERE step.id = r.step_id AND r.company_id = %s AND r.topic = %s
                   AND r.state IN ('planned', 'to_confirm')
                   AND EXISTS (
                       SELECT FROM prepaid_reminder other
                         JOIN prepaid_reminder_step later ON later.id = other.step_id
                        WHERE other.res_id = r.res_id AND other.key = r.key
                          AND other.topic = r.topic AND later.days > step.days)
                """,
                company.id,
                topic,
            )
        )

    @api.model
    def _drop_calls(self, company):
        """Take calls off the lists of the callers that are not needed any more."""
        dropped = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "skipped"),
                ("activity_id", "!=", False),
            ]
        )
        dropped.activity_id.unlink()
