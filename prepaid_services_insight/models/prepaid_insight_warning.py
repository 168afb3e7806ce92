from datetime import timedelta

from markupsafe import Markup

from odoo import api, models

ACTIVITY = "prepaid_services_insight.mail_activity_type_cash_gap"


class PrepaidInsight(models.AbstractModel):
    """Weeks in which the cash does not last: why, what helps, and who is told."""

    _inherit = "prepaid.insight"

    @api.model
    def _gaps(self, company, forecast):
        """Return the weeks at whose end cash is expected below zero, each with its reasons.

        :return: dicts with ``week``, ``start``, ``cash`` and ``reasons`` (sentences)
        :rtype: list[dict]
        """
        return [
            {
                "week": week["week"],
                "start": week["start"],
                "cash": week["cash"],
                "reasons": self._reasons(company, week, forecast["usual"]),
            }
            for week in forecast["weeks"]
            if company.currency_id.compare_amounts(week["cash"], 0.0) < 0
        ]

    @api.model
    def _first_below(self, company, forecast, line):
        """Return the first week at whose end a line of the forecast is below zero, or nothing.

        :param str line: ``cash``, ``low`` or ``no_sales``
        :rtype: dict
        """
        below = company.currency_id.compare_amounts
        return next((week for week in forecast["weeks"] if below(week[line], 0.0) < 0), {})

    @api.model
    def _reasons(self, company, week, usual):
        """Return why cash shrinks in a week, the largest sum first.

        :rtype: list[str]
        """
        fmt = company.currency_id.format
        parts = [
            (
                week["delivery"],
                self.env._(
                    "giving %(visits)s visits costs %(amount)s",
                    visits=round(week["visits"]),
                    amount=fmt(week["delivery"]),
                ),
            ),
            (
                week["payable"],
                self.env._("bills of %(amount)s are due", amount=fmt(week["payable"])),
            ),
            (week["other"], self.env._("other costs are %(amount)s", amount=fmt(week["other"]))),
            (
                usual["received"] - week["receipts"],
                self.env._(
                    "only %(amount)s comes in instead of the usual %(usual)s",
                    amount=fmt(week["receipts"]),
                    usual=fmt(usual["received"]),
                ),
            ),
        ]
        ordered = sorted(parts, key=lambda part: -part[0])
        return [text for amount, text in ordered if company.currency_id.round(amount) > 0][:3]

    @api.model
    def _remedies(self, company, forecast):
        """Return what helps against a gap, with the figures that say how much.

        :rtype: list[dict]
        """
        fmt = company.currency_id.format
        debts = self._balance(company, self._known(company, "receivable"), company._prepaid_today())
        owed, lapses = forecast["owed"], forecast["lapses"]
        remedies = []
        if debts > 0:
            remedies.append(
                (
                    "debts",
                    self.env._("Collect: clients owe %(amount)s.", amount=fmt(debts)),
                )
            )
        if owed["sessions"] >= 1:
            remedies.append(
                (
                    "packages",
                    self.env._(
                        "Invite now: %(sessions)s sessions are owed. Given in quiet hours, while "
                        "there is cash, they do not come all at once later.",
                        sessions=round(owed["sessions"]),
                    ),
                )
            )
        if lapses >= 1:
            remedies.append(
                (
                    "expiring",
                    self.env._(
                        "Extend: about %(sessions)s sessions would lapse, and their clients "
                        "with them. A later end spreads the cost.",
                        sessions=round(lapses),
                    ),
                )
            )
        remedies.append(
            (
                "received",
                self.env._(
                    "Stop discounting: cheap packages bring cash today and cost later. A usual "
                    "week brings %(amount)s.",
                    amount=fmt(forecast["usual"]["received"]),
                ),
            )
        )
        return [{"key": key, "text": text} for key, text in remedies]

    # ----------------------------------------------------------------------------------
    # The warning
    # ----------------------------------------------------------------------------------

    @api.model
    def _cron_warn(self):
        """Tell the manager of each company when a coming week falls below zero.

        One open activity a company: it is renewed, not repeated, and closed when the gap is gone.
        Each company is committed: a run that is killed has told those before it, and tomorrow's
        tells all.
        """
        companies = self.env["res.company"].search(
            [("parent_id", "=", False), ("prepaid_journal_id", "!=", False)]
        )
        Cron = self.env["ir.cron"]
        Cron._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._warn(company)
            if not Cron._commit_progress(1):
                break

    @api.model
    def _warn(self, company):
        """Renew or close the warning of one company.

        :return: the open activity, empty when cash lasts
        """
        partner, today = company.partner_id, company._prepaid_today()
        gaps = self._gaps(company, self._forecast(company))
        manager = company._prepaid_manager()
        old = partner.activity_search([ACTIVITY])
        wanted = manager.has_group("prepaid_services.group_feature_insight") if manager else False
        if not gaps or not wanted:
            partner.activity_unlink([ACTIVITY])
            return self.env["mail.activity"]
        first = gaps[0]
        summary = self.env._(
            "Cash gap in the week of %(day)s: %(amount)s",
            day=first["start"],
            amount=company.currency_id.format(first["cash"]),
        )
        reasons = Markup("").join(Markup("<li>%s</li>") % reason for reason in first["reasons"])
        vals = {
            "summary": summary,
            "note": Markup("<ul>%s</ul>") % reasons,
            "date_deadline": max(today, first["start"] - timedelta(weeks=1)),
        }
        if old:
            old[:1].write(vals)
            return old[:1]
        return partner.activity_schedule(ACTIVITY, user_id=manager.id, **vals)
