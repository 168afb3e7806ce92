from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """Planning: which step has come for which subject. One statement per step, whatever the size.

    A topic says what its subjects are (``_due_sql_<topic>``); the ladder is the same for all:
    a step before the date comes while the date is ahead; a step after it comes when its day is
    there *and* the step before it reached the client some days ago. So whoever starts late, pauses,
    or gets no mail because the server is down, climbs the ladder from its gentle end.
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
            self._check_again(topic, company, due)
            ladder = self.env["prepaid.reminder.step"]._ladder(topic, company)
            for place, step in enumerate(ladder):
                planned += self._plan_step(step, ladder[:place], ladder[place + 1 :], company, due)
            self._drop_overtaken(topic, company)
        self.invalidate_model()
        self._drop_calls(company)
        self._refresh_calls(company)
        return planned

    @api.model
    def _check_again(self, topic, company, due):
        """Take out what is not true any more, and off the lists what must not be said now."""
        self._drop_settled(topic, company, due)
        self._put_back_held(topic, company, due)

    @api.model
    def _plan_step(self, step, before, after, company, due):
        """Plan one step for all subjects it has come for; those it was planned for are left alone.

        What was dropped because it was not true any more comes back when it is true again.

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
           ON CONFLICT (res_id, step_id, key) DO UPDATE
                   SET state = EXCLUDED.state, reason = NULL, partner_id = EXCLUDED.partner_id,
                       date_due = EXCLUDED.date_due, amount = EXCLUDED.amount,
                       date_planned = EXCLUDED.date_planned, lead_id = NULL, date_sent = NULL,
                       sent_at = NULL
                 WHERE prepaid_reminder.state = 'skipped' AND prepaid_reminder.reason = 'settled'
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
        if after:
            rows = SQL(
                "SELECT r.res_id, r.key FROM prepaid_reminder r"
                " WHERE r.step_id IN %s AND r.reason IS DISTINCT FROM 'settled'",
                tuple(after.ids),
            )
            conditions.append(SQL("%s NOT IN (%s)", subject, rows))
        previous = before.filtered(lambda each: each.days >= 0)[-1:]
        if previous:
            latest = today - timedelta(days=max(company.prepaid_reminder_gap, 1))
            told = self._told_sql(previous, latest)
            conditions.append(SQL("(%s IN (%s)) IS TRUE", subject, told))
        return SQL(" AND ").join(conditions)

    @api.model
    def _told_sql(self, step, latest):
        """Return the query of the subjects a step is over for, on a day or before.

        It is over when it reached the client, is on the list of the callers, was left out by hand
        or by the client's wish, or when there is no such way to the client. What is planned, waits
        for a confirmation, stands in the mail queue or failed has told the client nothing.

        :param date latest: local day
        :return: SELECT of (res_id, key)
        """
        return SQL(
            """
            SELECT r.res_id, r.key
              FROM prepaid_reminder r LEFT JOIN prepaid_reminder lead ON lead.id = r.lead_id
             WHERE r.step_id = %s AND COALESCE(r.date_sent, r.date_planned) <= %s
               AND CASE COALESCE(lead.state, r.state)
                        WHEN 'done' THEN TRUE
                        WHEN 'queued' THEN COALESCE(lead.channel, r.channel) = 'call'
                        WHEN 'skipped' THEN r.reason IS DISTINCT FROM 'settled'
                        WHEN 'failed' THEN r.reason = 'unreachable'
                        ELSE FALSE END
            """,
            step.id,
            latest,
        )

    @api.model
    def _fits_sql(self, today):
        """Return the condition that a planned step ``step`` still fits the date of ``due``."""
        return SQL(
            "CASE WHEN step.days < 0 THEN %(today)s - due.date_due BETWEEN step.days AND 0"
            " ELSE %(today)s - due.date_due >= step.days END",
            today=today,
        )

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
    def _open_sql(self, topic, company, due, free):
        """Return the beginning of a statement: what has not reached anybody yet, and what fits.

        ``pending``: rows that wait, and calls and letters on a list; ``fit``: those of them, or
        told with them, whose subject is due still, with a step for its present date.

        :param SQL due: see :meth:`_due_sql`
        :param SQL free: condition on ``due`` and ``payer`` for what fits
        """
        return SQL(
            """
            WITH due AS MATERIALIZED (%(due)s), pending AS (
                SELECT r.id FROM prepaid_reminder r
                 WHERE r.company_id = %(company)s AND r.topic = %(topic)s
                   AND (r.state IN ('planned', 'to_confirm')
                        OR (r.state = 'queued' AND r.channel IN ('call', 'letter')))
            ), fit AS (
                SELECT COALESCE(r.lead_id, r.id) AS id, r.id AS own_id
                  FROM prepaid_reminder r
                  JOIN prepaid_reminder_step step ON step.id = r.step_id
                  JOIN due ON due.res_id = r.res_id AND due.key = r.key
                   AND due.partner_id = r.partner_id
                  JOIN res_partner payer ON payer.id = r.partner_id
                 WHERE (r.id IN (SELECT id FROM pending) OR r.lead_id IN (SELECT id FROM pending))
                   AND %(fits)s AND %(free)s
            )
            """,
            due=due,
            company=company.id,
            topic=topic,
            fits=self._fits_sql(company._prepaid_today()),
            free=free,
        )

    @api.model
    def _drop_settled(self, topic, company, due):
        """Drop what has not gone out yet and is not true any more: paid, used, due later, ..."""
        self.env.cr.execute(
            SQL(
                """
                %s
                UPDATE prepaid_reminder r
                   SET state = 'skipped', reason = 'settled'
                 WHERE r.id IN (SELECT id FROM pending) AND r.id NOT IN (SELECT id FROM fit)
                   AND r.id NOT IN (SELECT own_id FROM fit)
                """,
                self._open_sql(topic, company, due, SQL("TRUE")),
            )
        )

    @api.model
    def _put_back_held(self, topic, company, due):
        """Take calls and letters off the lists while something stands against them.

        A promise, a dispute, an instalment plan: they are planned again, with those told with them.
        """
        free = SQL("due.hold IS NULL AND %s != 'never'", self._mode_sql(company))
        self.env.cr.execute(
            SQL(
                """
                %s
                UPDATE prepaid_reminder r
                   SET state = 'planned', lead_id = NULL, date_sent = NULL, sent_at = NULL
                  FROM prepaid_reminder lead
                 WHERE lead.id = COALESCE(r.lead_id, r.id)
                   AND lead.id IN (SELECT id FROM pending) AND lead.state = 'queued'
                   AND lead.id NOT IN (SELECT id FROM fit)
                   AND r.state IN ('queued', 'done')
                """,
                self._open_sql(topic, company, due, free),
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
                ("state", "in", ("skipped", "planned")),
                ("activity_id", "!=", False),
            ]
        )
        dropped.activity_id.unlink()

    @api.model
    def _refresh_calls(self, company):
        """Let calls that are still to be made say what is open today."""
        listed = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "queued"),
                ("channel", "=", "call"),
                ("activity_id", "!=", False),
            ]
        )
        for reminder in listed:
            text, activity = reminder._call_summary(), reminder.activity_id
            if activity.active and activity.summary != text:
                activity.write({"summary": text, "note": reminder._call_note()})
