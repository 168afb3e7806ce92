from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .prepaid_reminder_step import USE_TOPICS
from .prepaid_start_task_find import PEACE_DAYS

#: Topic -> (condition on a package, day the steps count from, occasion: another one starts anew)
PACKAGE_TOPICS = {
    "never": ("next_visit IS NULL AND date_visit IS NULL", "first_day", "''"),
    "dormant": (
        "next_visit IS NULL AND date_visit IS NOT NULL",
        "date_visit",
        "date_visit::text",
    ),
    "pace": ("is_too_slow", "%(today)s", "date_last::text"),
    "expiry": (
        "days_left >= 0 AND (is_unlimited AND next_visit IS NULL "
        "OR sessions_left > sessions_booked)",
        "date_last",
        "date_last::text",
    ),
    "few_left": (
        "sessions_used > 0 AND sessions_left BETWEEN 1 AND %(few)s",
        "%(today)s",
        "sessions_left || '/' || sessions_used",
    ),
}


class PrepaidReminder(models.Model):
    """Topics about using what was paid for: by the ladder engine, with the debts' frequency cap.

    A visit ahead ends them. So does a client's word: who asked for a visit, thinks about it, or
    does not want to come, gets no reminder (see ``prepaid.start.task``).
    """

    _inherit = "prepaid.reminder"

    @api.model
    def _due_sql(self, topic, company, today):
        """Override: the topics about packages differ in three expressions only."""
        if topic not in PACKAGE_TOPICS:
            return super()._due_sql(topic, company, today)
        values = {"today": today, "few": company.prepaid_message_sessions}
        # pylint: disable=E8103; the expressions are constants of this file
        condition, date_due, key = (SQL(part, **values) for part in PACKAGE_TOPICS[topic])
        return SQL(
            """
            SELECT package.id AS res_id, %(recipient)s AS partner_id, %(key)s AS key,
                   %(date_due)s::date AS date_due, package.value_at_risk AS amount,
                   %(hold)s AS hold
              FROM (%(packages)s) AS package
              JOIN res_partner client ON client.id = package.partner_id AND client.active
             WHERE package.company_id IN %(companies)s AND %(condition)s
            """,
            recipient=self._use_recipient_sql(),
            key=key,
            date_due=date_due,
            hold=self._use_hold_sql(SQL("package.partner_id"), company, today),
            packages=self.env["prepaid.client.risk"]._packages_sql(),
            companies=tuple(company._prepaid_family().ids),
            condition=condition,
        )

    @api.model
    def _due_sql_balance(self, company, today):
        """Return the advances nothing has moved for some time, of clients without a visit ahead."""
        return SQL(
            """
            SELECT idle.payer_id AS res_id, idle.payer_id AS partner_id, idle.date::text AS key,
                   idle.date AS date_due, idle.value_at_risk AS amount, %(hold)s AS hold
              FROM (%(balances)s) AS idle
             WHERE idle.company_id = %(company)s
            """,
            hold=self._use_hold_sql(SQL("idle.payer_id"), company, today),
            balances=self.env["prepaid.client.risk"]._idle_balances_sql(),
            company=company.id,
        )

    @api.model
    def _use_recipient_sql(self):
        """Return who is written to: the client, or the payer of one who cannot be reached."""
        return SQL(
            "CASE WHEN COALESCE(client.email, '') = '' AND COALESCE(client.phone, '') = '' "
            "THEN package.payer_id ELSE package.partner_id END"
        )

    @api.model
    def _use_hold_sql(self, client, company, today):
        """Return why a client is not reminded now: what was agreed with the start desk."""
        return SQL(
            """
            (SELECT CASE WHEN task.state IN ('contacted', 'snoozed') THEN 'agreed'
                         WHEN task.state = 'todo' THEN 'asked' ELSE 'not_wanted' END
               FROM prepaid_start_task task
              WHERE task.partner_id = %(client)s AND task.company_id IN %(companies)s
                AND (task.state IN ('contacted', 'snoozed')
                     OR (task.state = 'todo' AND task.requested_on IS NOT NULL)
                     OR (task.outcome = 'not_wanted' AND task.date_closed > %(today)s - %(peace)s))
              LIMIT 1)
            """,
            client=client,
            companies=tuple(company._prepaid_family().ids),
            today=today,
            peace=PEACE_DAYS,
        )

    @api.model
    def _get_topic_models(self):
        """Override: packages, and the payer for a balance."""
        use = {topic: "prepaid.subscription" for topic in PACKAGE_TOPICS}
        return {**super()._get_topic_models(), **use, "balance": "res.partner"}

    @api.model
    def _use_topics(self):
        """Return the topics about using what was paid for."""
        return [topic for topic, _label in USE_TOPICS]

    @api.model
    def _get_company_domain(self):
        """Override: also companies that only remind of what was paid for."""
        use = Domain("parent_id", "=", False) & Domain("prepaid_use_reminders", "=", True)
        return super()._get_company_domain() | use
