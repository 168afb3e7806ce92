from odoo import models

from ...tools.recognition import Schedule

#: Fields of a revision that make the schedule in force
SCHEDULE_FIELDS = (
    "total_amount",
    "total_currency",
    "total_units",
    "base_amount",
    "base_currency",
    "base_units",
    "base_broken",
    "base_broken_currency",
    "lapsed_amount",
    "lapsed_currency",
)


class PrepaidSubscription(models.Model):
    """Which schedule is in force, and how revisions start a new one."""

    _inherit = "prepaid.subscription"

    def _schedule(self, revision=None, in_sale_currency=False):
        """Return the schedule by which the package is earned.

        :param revision: the revision that set it; by default the one in force
        :param bool in_sale_currency: amounts in the currency of the sale
        :rtype: Schedule
        """
        self.ensure_one()
        revision = revision or self.revision_id
        proportional = self.breakage_policy == "proportional"
        suffix = "currency" if in_sale_currency else "amount"
        currency = self.sale_currency_id if in_sale_currency else self.currency_id
        return Schedule(
            total=revision[f"total_{suffix}"],
            units=revision.total_units,
            rounding=currency.rounding,
            base_amount=revision[f"base_{suffix}"],
            base_used=revision.base_units,
            breakage=self.breakage_percent / 100.0 if proportional else 0.0,
            base_broken=revision.base_broken_currency if in_sale_currency else revision.base_broken,
            lapsed=revision[f"lapsed_{suffix}"],
        )

    def _reached(self):
        """Return what one package has reached; see :meth:`_reached_by_package`."""
        self.ensure_one()
        return self._reached_by_package()[self.id]

    def _reached_by_package(self):
        """Return what packages have earned and lost so far, in both currencies; two queries.

        :return: package id -> ``earned``, ``broken``, ``earned_currency``, ``broken_currency``,
            ``deferred_currency``, ``used``
        :rtype: dict[int, dict]
        """
        names = ("earned_currency", "broken_currency", "deferred_currency")
        sums = {package.id: dict.fromkeys(names, 0.0) for package in self}
        for model in ("prepaid.subscription.use", "prepaid.subscription.revision"):
            groups = (
                self.env[model]
                .sudo()
                ._read_group(
                    [("subscription_id", "in", self.ids)],
                    ["subscription_id"],
                    [f"{name}:sum" for name in names],
                )
            )
            for package, *totals in groups:
                for name, value in zip(names, totals, strict=True):
                    sums[package.id][name] += value or 0.0
        return {
            package.id: {
                **{name: package.sale_currency_id.round(v) for name, v in sums[package.id].items()},
                "earned": package.amount_earned,
                "broken": package.amount_broken,
                "used": package.sessions_used,
            }
            for package in self
        }

    def _revise(self, kind, day, note="", rebase=None, each=None, **vals):
        """Add a revision to each package: a fact, and the schedule from then on.

        :param str kind: kind of the revision
        :param date day: local day
        :param str note: the reason
        :param dict rebase: schedule fields that change; without it the schedule goes on
        :param dict each: package id -> values of its own revision
        :param vals: other values of all revisions
        :return: revisions, in the order of the packages
        """
        vals_list = []
        for package in self:
            old = package.revision_id
            vals_list.append(
                {
                    "subscription_id": package.id,
                    "payer_id": package.payer_id.id,
                    "kind": kind,
                    "date": day,
                    "note": note or False,
                    "date_end": package.date_end,
                    **{name: old[name] for name in SCHEDULE_FIELDS},
                    **(rebase or {}),
                    **vals,
                    **(each or {}).get(package.id, {}),
                }
            )
        revisions = self.env["prepaid.subscription.revision"].sudo().create(vals_list)
        for package, revision in zip(self, revisions, strict=True):
            package.sudo().revision_id = revision
        self._review_visits()
        return revisions

    def _rebase_vals(self, add_units=0, add_amount=0.0, add_currency=0.0):
        """Return the schedule that begins now: what is unearned, over what is left (IFRS 15.21(a)).

        :param int add_units: sessions added to what was promised
        :param float add_amount: value added to what is left, in company currency
        :param float add_currency: the same in the currency of the sale
        """
        self.ensure_one()
        reached = self._reached()
        old = self.revision_id
        return {
            "total_amount": self.currency_id.round(old.total_amount + add_amount),
            "total_currency": self.sale_currency_id.round(old.total_currency + add_currency),
            "total_units": old.total_units + add_units,
            "base_units": reached["used"],
            "base_amount": reached["earned"],
            "base_currency": reached["earned_currency"],
            "base_broken": reached["broken"] - old.lapsed_amount,
            "base_broken_currency": reached["broken_currency"] - old.lapsed_currency,
        }

    def _frozen_periods(self):
        """Return the frozen days of the package, oldest first; the last may have no end.

        :rtype: list[tuple]
        """
        self.ensure_one()
        periods = []
        for revision in self.revision_ids.sorted("id"):
            if revision.kind == "freeze":
                periods.append((revision.frozen_from, revision.frozen_to or None))
            elif revision.kind == "unfreeze" and periods:
                first, last = periods.pop()
                if revision.frozen_to and revision.frozen_to >= first:
                    periods.append((first, min(filter(None, (last, revision.frozen_to)))))
        return periods

    def _earning_lines(self, earned, broken, earned_currency, broken_currency, analytic=None):
        """Return the lines of an entry: out of deferred revenue, into income and breakage.

        :return: ``(account, balance, amount in the currency of the sale, analytic)``
        """
        self.ensure_one()
        package = self.sudo()
        breakage = package.company_id._prepaid_get("prepaid_breakage_account_id")
        own = package.analytic_distribution or {}
        other = own if analytic is None else analytic
        rows = (
            (package.deferred_account_id, earned + broken, earned_currency + broken_currency, own),
            (package.income_account_id, -earned, -earned_currency, other),
            (breakage, -broken, -broken_currency, own),
        )
        zero, zero_sale = package.currency_id.is_zero, package.sale_currency_id.is_zero
        return [row for row in rows if not (zero(row[1]) and zero_sale(row[2]))]

    def _prepare_earning(self, day, ref, lines, partner=None):
        """Return what the ledger's *earn* operation needs for one package."""
        self.ensure_one()
        package = self.sudo()
        invoice = package.invoice_line_id.move_id
        return {
            "company": package.company_id,
            # Nothing is earned in the ledger before the sale stands there
            "date": max(day, invoice.date),
            "ref": ref,
            "partner": partner or package.payer_id,
            "currency": package.sale_currency_id,
            "origin": invoice,
            "values": {"prepaid_subscription_id": package.id},
            "lines": lines,
        }
