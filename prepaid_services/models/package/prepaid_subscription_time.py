from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.validity import active_days, month_ends
from .prepaid_subscription import VALID_STATES


class PrepaidSubscription(models.Model):
    """Unlimited packages: earned by the day, booked at the ends of months and on the last day."""

    _inherit = "prepaid.subscription"

    def _rebase_time(self, day, end):
        """Return the schedule from a day on: what is unearned, over the days until a new end.

        Nothing is booked now; the end of the month books what each schedule brought in its days.

        :param date day: first day of the new schedule
        :param date end: last valid day from then on
        """
        self.ensure_one()
        if not self.date_start:
            return {}
        before, frozen = day - timedelta(days=1), self._frozen_periods()
        before = min(before, self.date_end)
        passed = active_days(self.date_start, before, frozen)
        return {
            "total_units": active_days(self.date_start, end, [p for p in frozen if p[1]]),
            "base_units": passed,
            "base_amount": self._schedule().earned(passed),
            "base_currency": self._schedule(in_sale_currency=True).earned(passed),
        }

    def _days_passed(self, day):
        """Return how many days of an unlimited package have passed at the end of a day."""
        self.ensure_one()
        if not self.date_start:
            return 0
        return active_days(self.date_start, min(day, self.date_end), self._frozen_periods())

    def _days_used(self, day):
        """Return how many days of an unlimited package are used when it is given back on a day.

        Those until the day before, and the day itself when a visit was given on it.
        """
        self.ensure_one()
        visited = self.use_ids.filtered(
            lambda u: u.date == day and u.kind in ("visit", "correction") and not u.reversal_ids
        )
        return self._days_passed(day if visited else day - timedelta(days=1))

    def _revision_on(self, day):
        """Return the revision whose schedule was in force at the end of a day."""
        self.ensure_one()
        revisions = self.revision_ids.sorted("id")
        return revisions.filtered(lambda r: r.date <= day)[-1:] or revisions[:1]

    @api.model
    def _get_time_domain(self, today):
        """Return which unlimited packages have time to earn: a month or their last day is over.

        While a package is frozen nobody knows its last day.
        """
        yesterday = today - timedelta(days=1)
        # The last month that is over
        closed = today.replace(day=1) - timedelta(days=1)
        alive = fields.Domain(
            [
                ("is_unlimited", "=", True),
                ("state", "in", VALID_STATES),
                ("cron_error", "=", False),
            ]
        )
        unearned = fields.Domain("date_earned", "=", False)
        month = fields.Domain("date_start", "<=", closed) & (
            unearned | fields.Domain("date_earned", "<", closed)
        )
        unfinished = fields.Domain("amount_deferred", "!=", 0) | unearned
        last_day = fields.Domain(
            [("date_start", "!=", False), ("date_end", "<=", yesterday), ("state", "=", "active")]
        ) & (unfinished | fields.Domain.custom(to_sql=self._is_earned_before_end_sql))
        return alive & (month | last_day)

    @api.model
    def _is_earned_before_end_sql(self, model, alias, query):
        """Return the condition that days before the end are not earned yet."""
        return SQL("%s < %s", *(model._field_to_sql(alias, f) for f in ("date_earned", "date_end")))

    def _earn_time(self, today):
        """Earn what passed until yesterday; may run late or twice.

        :param date today: local day; the days before it are over
        """
        reached = self._reached_by_package()
        vals_list = [
            vals
            for package in self
            for vals in package._prepare_time_vals(today, reached[package.id])
        ]
        uses = self.env["prepaid.subscription.use"].sudo().create(vals_list)
        booked = uses.filtered(
            lambda u: u._has_revenue() and u.company_id.root_id.prepaid_earn_policy != "none"
        )
        earnings = [use._prepare_use_earning() for use in booked]
        booked._link_moves(self.env["prepaid.ledger"]._earn(earnings, together=True))

    def _prepare_time_vals(self, today, reached):
        """Return the uses of one package for the periods that are over and not booked yet.

        :param dict reached: from ``_reached_by_package``
        """
        self.ensure_one()
        days, last = self._days_to_book(today)
        frozen, vals_list = self._frozen_periods(), []
        for day in days:
            revision = self._revision_on(day)
            passed = active_days(self.date_start, day, frozen)
            # On the last day nothing stays deferred, however often it was frozen and extended
            passed = max(passed, revision.total_units) if day == last else passed
            earned = self._schedule(revision).earned(passed)
            in_currency = self._schedule(revision, in_sale_currency=True).earned(passed)
            vals_list.append(
                {
                    "subscription_id": self.id,
                    "payer_id": self.payer_id.id,
                    "kind": "time",
                    "date": day,
                    "units": 0,
                    **self._round_row(
                        {
                            "amount_earned": earned - reached["earned"],
                            "earned_currency": in_currency - reached["earned_currency"],
                            "deferred_currency": reached["earned_currency"] - in_currency,
                        }
                    ),
                }
            )
            reached.update(earned=earned, earned_currency=in_currency)
        if days:
            self.date_earned = days[-1]
        return vals_list

    def _days_to_book(self, today):
        """Return on which days what is over is booked: ends of months, and the last day.

        No revenue is dated before the sale. A last day that is booked already (it was unfrozen
        afterwards) is booked again as long as something is deferred.

        :param date today: local day; the days before it are over
        :return: the days, and the last day; False while the package is frozen
        :rtype: tuple[list[date], date]
        """
        self.ensure_one()
        begin, booked = max(self.date_start, self.date_sale), self.date_earned
        if booked:
            begin = max(begin, booked + timedelta(days=1))
        over = today - timedelta(days=1)
        if self.state == "frozen":
            return month_ends(begin, over), False
        last = max(self.date_end, self.date_sale, booked or self.date_end)
        days = month_ends(begin, min(over, last))
        is_due = not booked or booked < last or not self.currency_id.is_zero(self.amount_deferred)
        if is_due and last <= over and last not in days:
            days.append(last)
        return days, last
