from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ...door import telling
from ..client.res_partner_credit import UNDECIDED

#: Reviews that get an activity in one run
REVIEWS = 200


class ResPartner(models.Model):
    """Holding credit by itself when a client does not pay, and releasing it when paid."""

    _inherit = "res.partner"

    def _prepaid_is_on_hold(self):
        """Return whether credit is on hold: the company's own decision, else its parent's."""
        self.ensure_one()
        payer = self.commercial_partner_id
        for company in self._prepaid_policy_companies():
            state = payer.with_company(company).service_credit_state
            if state not in UNDECIDED:
                return state == "on_hold"
        return False

    @api.model
    def _cron_credit(self):
        """Follow holds, ask for reviews that are due, tell clients about their terms."""
        progress = self.env["ir.cron"]._commit_progress
        for company in self.env["res.company"].search([("active", "=", True)]):
            partners = self.with_company(company)
            partners._follow_holds(company)
            partners._ask_for_reviews(company)
            if not progress(0):
                return
        self.env["prepaid.credit.review"]._queue_waiting()

    @api.model
    def _follow_holds(self, company, payers=None):
        """Hold the credit of clients who do not pay, and release what was held by itself.

        :param res.company company: whose decisions are followed
        :param res.partner payers: only these clients; all by default
        """
        if not company.prepaid_credit_hold_days:
            return
        self.env.flush_all()
        rows = self.env.execute_query(self._holds_sql(company, payers))
        days, money = company.prepaid_credit_hold_days, company.currency_id.format
        # the machine decides, not the one whose payment made it look
        partners = self.with_user(SUPERUSER_ID).with_company(company)
        for payer_id, is_bad, is_late, owed in rows:
            reason = self.env._("Everything overdue is paid.")
            if is_bad and is_late:
                reason = self.env._("Overdue for more than %(days)s days.", days=days)
            elif is_bad:
                reason = self.env._("Owes %(amount)s, more than the limit.", amount=money(owed))
            review = {"reason": reason, "is_automatic": True}
            telling(partners.browse(payer_id), prepaid_review=review).write(
                {
                    "service_credit_state": "on_hold" if is_bad else "approved",
                    "service_credit_auto_hold": is_bad,
                }
            )

    @api.model
    def _holds_sql(self, company, payers):
        """Return the statement for the clients whose credit has to be held or released.

        :return: (payer, whether to hold, whether overdue, amount owed) where something changes
        """
        Reminder, key = self.env["prepaid.reminder"], str(company.id)
        latest = company._prepaid_today() - timedelta(days=company.prepaid_credit_hold_days)
        only = (
            SQL("payer.id IN %s", tuple(payers.ids) or (0,)) if payers is not None else SQL("TRUE")
        )
        return SQL(
            """
            WITH standing AS (
                SELECT item.payer_id,
                       MAX(item.running) - COALESCE(MAX(money.amount), 0) AS owed,
                       BOOL_OR(item.date_due < %(latest)s
                               AND item.running > COALESCE(money.amount, 0)) AS is_late
                  FROM (%(items)s) item
             LEFT JOIN (%(money)s) money ON money.payer_id = item.payer_id
              GROUP BY item.payer_id
            ), client AS (
                SELECT payer.id,
                       payer.service_credit_state->>%(key)s AS state,
                       COALESCE((payer.service_credit_auto_hold->>%(key)s)::bool, FALSE) AS held,
                       COALESCE(standing.is_late, FALSE) AS is_late,
                       COALESCE(standing.owed, 0) AS owed,
                       COALESCE(standing.is_late, FALSE)
                           OR ROUND(COALESCE(standing.owed, 0), %(digits)s)
                            > COALESCE((payer.service_credit_limit->>%(key)s)::numeric, 0) AS is_bad
                  FROM res_partner payer
             LEFT JOIN standing ON standing.payer_id = payer.id
                 WHERE payer.service_credit_state->>%(key)s IN ('approved', 'on_hold') AND %(only)s
            )
            SELECT id, is_bad, is_late, owed::float FROM client
             WHERE (state = 'approved' AND is_bad)
                OR (state = 'on_hold' AND held AND NOT is_bad)
          ORDER BY id
            """,
            latest=latest,
            items=Reminder._debt_items_sql(company),
            money=Reminder._client_money_sql(company),
            key=key,
            digits=company.currency_id.decimal_places,
            only=only,
        )

    @api.model
    def _ask_for_reviews(self, company):
        """Put an activity on clients whose credit review is due; one at a time for each.

        :param res.company company: whose decisions are reviewed
        """
        kind = self.env.ref("prepaid_services.mail_activity_type_credit_review")
        asked = (
            self.env["mail.activity"]
            ._search([("res_model", "=", "res.partner"), ("activity_type_id", "=", kind.id)])
            .subselect("res_id")
        )
        due = self.search(
            [
                ("service_credit_review_date", "!=", False),
                ("service_credit_review_date", "<=", company._prepaid_today()),
                ("id", "not in", asked),
            ],
            limit=REVIEWS,
        )
        manager = company._prepaid_manager()
        due.activity_schedule(
            "prepaid_services.mail_activity_type_credit_review",
            date_deadline=company._prepaid_today(),
            summary=self.env._("Review the credit"),
            user_id=(manager or self.env.user).id,
        )
