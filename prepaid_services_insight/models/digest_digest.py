from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    """Received, earned and owed in Odoo's periodical e-mail."""

    _inherit = "digest.digest"

    kpi_prepaid_received = fields.Boolean("Money Received from Clients")
    kpi_prepaid_received_value = fields.Monetary(compute="_compute_kpi_prepaid_received_value")
    kpi_prepaid_earned = fields.Boolean("Money Earned")
    kpi_prepaid_earned_value = fields.Monetary(compute="_compute_kpi_prepaid_earned_value")
    kpi_prepaid_owed = fields.Boolean("Still Owed to Clients")
    kpi_prepaid_owed_value = fields.Monetary(compute="_compute_kpi_prepaid_owed_value")

    def _compute_kpi_prepaid_received_value(self):
        self._compute_prepaid_kpi("amount_received", "kpi_prepaid_received_value")

    def _compute_kpi_prepaid_earned_value(self):
        self._compute_prepaid_kpi("amount_earned", "kpi_prepaid_earned_value")

    def _compute_kpi_prepaid_owed_value(self):
        """At the end of the period: the balances of the accounts, with the VAT of advances."""
        insight = self._prepaid_insight()
        _start, end, _companies = self._get_kpi_compute_parameters()
        for digest in self:
            company = digest.company_id or self.env.company
            day, deferred = self._prepaid_last_day(end), insight._known(company, "deferred")
            digest.kpi_prepaid_owed_value = insight._advance_on(company, day) - insight._balance(
                company, deferred, day
            )

    def _compute_prepaid_kpi(self, figure, kpi):
        """Write a figure of the report of earned and received on digests."""
        cockpit = self._prepaid_insight()
        start, end, _companies = self._get_kpi_compute_parameters()
        last = self._prepaid_last_day(end)
        first = fields.Date.to_date(start) or last.replace(day=1)
        for digest in self:
            company = digest.company_id or self.env.company
            flow = cockpit._by_day(company, first, last, figure)
            [digest[kpi]] = cockpit._sums(company, [(first, last)], flow)

    def _prepaid_insight(self):
        """Return the owner's figures, for those who may see them.

        :raise AccessError: the user is neither manager nor accountant; the digest then leaves the
            figure out
        """
        cockpit = self.env["prepaid.cockpit"]
        if not cockpit._may_see():
            raise AccessError(self.env._("Skip this figure for users who may not see it."))
        return cockpit.sudo()

    def _prepaid_last_day(self, end):
        """Return the last day of a period; its end is a moment that is not in it any more.

        :param str end: moment as text; empty: now
        """
        if not end:
            return self.env.company._prepaid_today()
        return (fields.Datetime.to_datetime(end) - timedelta(seconds=1)).date()

    def _compute_kpis_actions(self, company, user):
        """Extend: the figures open the report."""
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("prepaid_services_insight.menu_earned_report").id
        action = f"prepaid_services_insight.prepaid_earned_report_action?menu_id={menu}"
        for kpi in ("received", "earned", "owed"):
            actions[f"kpi_prepaid_{kpi}"] = action
        return actions
