from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .prepaid_start_task import OPEN_STATES

#: After a client did not want to come, or could not be reached, we leave the client alone
PEACE_DAYS = 90
FOUND_FIELDS = (
    "subscription_id",
    "reason",
    "value_at_risk",
    "sessions_left",
    "date_last",
    "days_idle",
    "pace",
    "pace_needed",
)


class PrepaidStartTask(models.Model):
    """Finding the clients at risk every night, and letting those go who came back."""

    _inherit = "prepaid.start.task"

    @api.model
    def _cron_find(self):
        """Bring the list up to date in every company, while the start desk is switched on.

        May run late or twice: what was found already is only brought up to date.
        """
        feature = self.env.ref("prepaid_services.group_feature_start")
        if feature not in self.env.ref("base.group_user").all_implied_ids:
            return
        companies = self.env["prepaid.client.risk"]._companies()
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._find(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _find(self, company):
        """Close what is not at risk any more, wake what was put aside, add what is new."""
        risks = self._worst_risks(company)
        open_tasks = self.search([("company_id", "=", company.id), ("state", "in", OPEN_STATES)])
        # A client who asked for a visit gets one, whatever became of the package
        gone = open_tasks.filtered(lambda t: t.partner_id.id not in risks and not t.requested_on)
        gone._update_state("closed", outcome="recovered")
        today = company._prepaid_today()
        (open_tasks - gone).filtered(
            lambda t: t.state != "todo" and t.date_again and t.date_again <= today
        )._update_state("todo", date_again=False)
        self._refresh(company)
        self._add(company, risks, open_tasks.partner_id.ids)

    @api.model
    def _worst_sql(self, company):
        """Return the query of the most valuable risk of each client of a company."""
        Risk = self.env["prepaid.client.risk"].sudo()
        for model, names in Risk._depends.items():
            self.env[model].flush_model(names)
        return SQL(
            "SELECT DISTINCT ON (partner_id) partner_id, %s FROM (%s) AS risk "
            "WHERE company_id = %s ORDER BY partner_id, value_at_risk DESC, id",
            SQL(", ").join(map(SQL.identifier, FOUND_FIELDS)),
            Risk._table_query,
            company.id,
        )

    @api.model
    def _worst_risks(self, company):
        """Return the most valuable risk of each client of a company.

        :return: client id -> values of ``FOUND_FIELDS``
        :rtype: dict
        """
        rows = self.env.execute_query_dict(self._worst_sql(company))
        return {row.pop("partner_id"): row for row in rows}

    @api.model
    def _refresh(self, company):
        """Show today's figures on all open tasks of a company, in one statement."""
        self.flush_model()
        values = SQL(", ").join(
            SQL("%s = worst.%s", SQL.identifier(name), SQL.identifier(name))
            for name in FOUND_FIELDS
        )
        self.env.cr.execute(
            SQL(
                "UPDATE prepaid_start_task AS task SET %s FROM (%s) AS worst "
                "WHERE task.company_id = %s AND task.state IN %s "
                "AND worst.partner_id = task.partner_id",
                values,
                self._worst_sql(company),
                company.id,
                OPEN_STATES,
            )
        )
        self.invalidate_model(FOUND_FIELDS)

    @api.model
    def _add(self, company, risks, listed):
        """Add a task for each client at risk who has none, and was not left alone lately."""
        today = company._prepaid_today()
        resting = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("outcome", "in", ("not_wanted", "unreachable")),
                ("date_closed", ">", today - timedelta(days=PEACE_DAYS)),
            ]
        ).partner_id.ids
        known = {*listed, *resting}
        quiet = self.with_context(tracking_disable=True)
        return quiet.create(
            [
                {
                    "company_id": company.id,
                    "partner_id": partner_id,
                    "date_found": today,
                    **values,
                }
                for partner_id, values in risks.items()
                if partner_id not in known
            ]
        )

    # ----------------------------------------------------------------------------------
    # Stops by itself
    # ----------------------------------------------------------------------------------

    @api.model
    def _close_booked(self, bookings):
        """End the tasks of clients who have just booked a visit.

        :param prepaid.booking bookings: new, or restored
        """
        ahead = bookings.filtered(lambda b: b.start and b.start >= fields.Datetime.now())
        if not ahead:
            return
        tasks = self.sudo().search(
            [
                ("partner_id", "in", (ahead.partner_id | ahead.payer_id).ids),
                ("company_id", "in", ahead.company_id.ids),
                ("state", "in", OPEN_STATES),
            ]
        )
        for task in tasks:
            own = ahead.filtered(lambda b, task=task: task.partner_id in (b.partner_id, b.payer_id))
            task._update_state("booked", outcome="booked", booking_id=own[:1].id)
