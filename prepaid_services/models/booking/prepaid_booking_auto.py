from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import api, fields, models

from ...exceptions import REFUSALS, ClientBusyError, reason_of


class PrepaidBooking(models.Model):
    """Visits that finish by themselves."""

    _inherit = "prepaid.booking"

    auto_done_error = fields.Char(
        "Not Finished because",
        readonly=True,
        copy=False,
        help="Why the automatic completion left this visit; cleared when it is done by hand.",
    )

    @api.model
    def _cron_auto_done(self, limit=100):
        """Finish confirmed visits some hours after their end, where the company wants it.

        Never blocks: what is not paid stays as a debt and gives the manager an activity. A visit
        that cannot be finished is set aside with an activity that says why.
        """
        domain = self._get_auto_done_domain()
        bookings = self.search(domain, limit=limit, order="stop, id")
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count(domain))
        for booking in bookings:
            booking = booking.try_lock_for_update().filtered_domain(domain)
            if not booking:
                continue
            try:
                with self.env.cr.savepoint():
                    booking._auto_done()
            except ClientBusyError:
                continue  # the next run finds it again
            except (*REFUSALS, IntegrityError) as error:
                reason = reason_of(error)
                booking.auto_done_error = reason
                booking._ask_manager(reason)
            if not progress(1):
                break

    @api.model
    def _get_auto_done_domain(self):
        """Return which visits are due for automatic completion."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].search([("prepaid_auto_done", "=", True)])
        due = fields.Domain.OR(
            fields.Domain("company_id", "=", company.id)
            & fields.Domain("stop", "<=", now - timedelta(hours=company.prepaid_auto_done_hours))
            for company in companies
        )
        return (
            due
            & fields.Domain("state", "=", "confirmed")
            & fields.Domain("auto_done_error", "=", False)
        )

    def _auto_done(self):
        """Finish one visit without asking anybody; unpaid ones are shown to the manager."""
        self.ensure_one()
        self.env["prepaid.ledger"]._touch(self.payer_id)
        self.with_company(self.company_id)._settle(force=True)
        if self.payment_status in ("owing", "partial"):
            self._ask_manager(
                self.env._(
                    "Finished automatically; %(amount)s is not paid.",
                    amount=self.currency_id.format(self.amount_due),
                )
            )

    def _ask_manager(self, summary):
        """Give the manager (or the specialist, when there is none) an activity on the booking."""
        for booking in self:
            manager = booking.company_id._prepaid_manager()
            booking.activity_schedule(
                "prepaid_services.mail_activity_type_visit",
                date_deadline=booking.company_id._prepaid_today(),
                summary=summary,
                user_id=(manager or booking.user_id).id,
            )

    def _close_manager_activities(self):
        """A visit that was set aside and is finished now needs nobody's attention any more."""
        aside = self.filtered("auto_done_error")
        if aside:
            aside.activity_unlink(["prepaid_services.mail_activity_type_visit"])
