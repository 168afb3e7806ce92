from odoo import models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import as_text


class PrepaidSubscription(models.Model):
    """The days that people give: each lies between what it depends on and today."""

    _inherit = "prepaid.subscription"

    def _to_day(self, day):
        """Return a local date from an RPC argument, today at the company by default.

        :raise UserError: not a date, or of another century
        """
        self.ensure_one()
        company = self.company_id._prepaid_at_work()
        return self.env["res.partner"].with_company(company)._prepaid_date(day)

    def _to_past_day(self, day, since, fact):
        """Return the local day of what was done to the package, today by default.

        :param day: from outside
        :param date since: the day of what it depends on
        :param str fact: what that is, in words
        :raise UserError: not a date, in the future, or before what it depends on
        """
        self.ensure_one()
        partners = self.env["res.partner"].with_company(self.company_id._prepaid_at_work())
        return partners._prepaid_past_date(day, since, fact)

    def _day_of_use(self, day):
        """Return the day of a session: from the first valid day, or the sale if that was earlier.

        :raise UserError: as :meth:`_to_past_day`
        """
        sale = self.date_sale
        since = min(sale, self.date_start or sale)
        return self._to_past_day(day, since, self.env._("the package was sold"))

    def _day_of_change(self, day):
        """Return the day of a change: from the last use or change on, which it builds upon.

        :raise UserError: as :meth:`_to_past_day`
        """
        package = self.sudo()
        facts = package.revision_ids.filtered(lambda r: r.kind != "member").mapped("date")
        facts += package.use_ids.mapped("date")
        last = max(facts, default=self.date_sale)
        # What an older version let people date in the future must not block the package
        last = min(last, self.company_id._prepaid_today())
        return self._to_past_day(day, last, self.env._("the last use or change of the package"))

    def _day_of_refund(self, day, reason=None):
        """Return the day of a refund. Of a pass each day counts: it is given back today.

        :param str reason: why a manager dates it back; None: not asked for, as in a preview
        :raise UserError: as :meth:`_day_of_change`; no reason; or the period is closed
        :raise AccessError: only managers date it back
        """
        day = self._day_of_change(day)
        if not self.is_unlimited or day == self.company_id._prepaid_today():
            return day
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(
                self.env._("Only managers date the refund of a pass back. Refund it as of today.")
            )
        if reason is not None and not as_text(reason).strip():
            raise UserError(self.env._("Give the reason why the refund is dated back."))
        journal = self.sudo().invoice_line_id.move_id.journal_id
        self.env["prepaid.ledger"]._check_open(self.company_id, journal, day)
        return day
