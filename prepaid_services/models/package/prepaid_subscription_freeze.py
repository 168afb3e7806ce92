from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text
from ...tools.validity import days_between, moved_end


class PrepaidSubscription(models.Model):
    """Freezing: days that do not count. Nothing is earned, and the end moves."""

    _inherit = "prepaid.subscription"

    @public
    def freeze(self, date_from=False, date_to=False, reason=""):
        """Freeze the package for some days, or until it is unfrozen.

        :param date_from: first frozen day, as ``YYYY-MM-DD`` or date; today by default
        :param date_to: last frozen day; without it the package stays frozen until
            :meth:`unfreeze`, at the longest as long as its terms allow
        :param str reason: for the record
        :return: ``revision_id``, ``frozen_from``, ``frozen_to``, ``date_end`` (``YYYY-MM-DD`` or
            False), ``state``
        :rtype: dict
        :raise UserError: the terms do not allow it, the package is not active, sessions were used
            or time was earned in these days, ...
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self._touch()
        first = self._to_day(date_from)
        last = self._to_day(date_to) if date_to else self._longest_freeze(first)
        self._check_freeze(first, last)
        package = self.sudo()
        if last and package.date_end:
            package.date_end = moved_end(package.date_end, [(first, last)])
        revision = package._revise(
            "freeze",
            package.company_id._prepaid_today(),
            as_text(reason),
            frozen_from=first,
            frozen_to=last,
        )
        package._follow_freeze()
        return self._freeze_result(revision, first, last)

    @public
    def unfreeze(self, date=False, reason=""):
        """End the last freezing; the package is valid longer by the days it was frozen.

        :param date: first day on which it can be used again; today by default
        :param str reason: for the record
        :return: as :meth:`freeze`
        :raise UserError: the package is not frozen on the day before
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self._touch()
        day, periods = self._to_day(date), self._frozen_periods()
        first, last = periods[-1] if periods else (None, None)
        if not first or (last and last < day - timedelta(days=1)):
            raise UserError(self.env._("%(package)s is not frozen.", package=self.display_name))
        package, until = self.sudo(), day - timedelta(days=1)
        if package.date_end:
            # The end moved already by the days that were planned
            planned = days_between(first, last) if last else 0
            package.date_end += timedelta(days=days_between(first, until) - planned)
        revision = package._revise(
            "unfreeze",
            package.company_id._prepaid_today(),
            as_text(reason),
            frozen_from=first,
            frozen_to=until,
        )
        package._follow_freeze()
        return self._freeze_result(revision, first, until)

    def _freeze_result(self, revision, first, last):
        """Return what a caller wants to know, JSON-safe."""
        return {
            "revision_id": revision.id,
            "frozen_from": str(first),
            "frozen_to": str(last) if last else False,
            "date_end": str(self.date_end) if self.date_end else False,
            "state": self.state,
        }

    def _days_frozen(self):
        """Return how many days the package was frozen, the planned ones included."""
        return sum(days_between(first, last) for first, last in self._frozen_periods() if last)

    def _longest_freeze(self, first):
        """Return the last day that the terms allow; False: no limit."""
        self.ensure_one()
        if not self.freeze_max_days:
            return False
        days = max(self.freeze_max_days - self._days_frozen(), 1)
        return first + timedelta(days=days - 1)

    def _check_freeze(self, first, last):
        """Refuse a freezing that the terms or the past do not allow.

        :raise UserError: says what is wrong and what works
        """
        self.ensure_one()
        message = self._why_not_freezable(first, last) or self._what_happened_in(first, last)
        if message:
            raise UserError(message)

    def _why_not_freezable(self, first, last):
        """Return why the terms, or the life of the package, do not allow a freezing, in words."""
        begin = self.date_start or self.date_sale
        if not self.freeze_allowed:
            return self.env._("The terms of %(package)s do not allow freezing.",
                              package=self.display_name)
        if self.state != "active":
            return self.env._("Only active packages can be frozen.")
        if first < begin:
            return self.env._(
                "%(package)s is valid from %(day)s.", package=self.display_name, day=begin
            )
        if last and last < first:
            return self.env._("The last frozen day is before the first.")
        if self.date_last and first > self.date_last:
            return self.env._("The package ends on %(day)s.", day=self.date_last)
        days = days_between(first, last) if last else 0
        if self.freeze_max_days and self._days_frozen() + days > self.freeze_max_days:
            return self.env._(
                "The terms allow %(days)s frozen days in all; %(used)s were used.",
                days=self.freeze_max_days,
                used=self._days_frozen(),
            )
        return ""

    def _what_happened_in(self, first, last):
        """Return what happened in days that are to be frozen and cannot stand, in words."""
        periods = self._frozen_periods()
        used = self.sudo().use_ids.filtered(
            lambda u: (
                u.units > 0
                and not u.reversal_ids
                and first <= u.date
                and (not last or u.date <= last)
            )
        )
        earned = self.date_earned
        if periods and (not periods[-1][1] or periods[-1][1] >= first):
            return self.env._("It is frozen in these days already. Unfreeze it first.")
        if used:
            return self.env._(
                "A session was used on %(day)s. Freeze from a later day, or undo it.",
                day=max(used.mapped("date")),
            )
        if earned and first <= earned:
            return self.env._(
                "Time is earned until %(day)s already. Freeze from a later day.", day=earned
            )
        return ""

    def _follow_freeze(self):
        """Let the state follow the frozen periods, as of today."""
        for package in self:
            frozen = package._is_frozen(package.company_id._prepaid_today())
            if frozen and package.state == "active":
                package._update_state("frozen")
            elif not frozen and package.state == "frozen":
                package._update_state("active")
