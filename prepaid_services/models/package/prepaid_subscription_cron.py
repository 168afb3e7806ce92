from datetime import timedelta

from odoo import api, fields, models

from ...door import public
from ...exceptions import REFUSALS, reason_of

#: Packages that are worked on between two commits
BATCH = 500


class PrepaidSubscription(models.Model):
    """What happens by itself: clocks start, time is earned, packages expire.

    Every step finds what is due by itself, so it may run late, twice, or be killed: a batch is
    booked and marked in one transaction. A package that fails is set aside, and says why.
    """

    _inherit = "prepaid.subscription"

    @api.model
    def _cron_daily(self):
        """Run the nightly steps for every company, each on its own local day."""
        for [company] in self._read_group([], ["company_id"]):
            packages = self.with_company(company)
            today = company._prepaid_today()
            for domain, work in packages._get_nightly_steps(today):
                ours = fields.Domain("company_id", "=", company.id) & domain
                if not packages._work_off(ours, work):
                    return

    @api.model
    def _get_nightly_steps(self, today):
        """Return what is done every night: which packages, and what. Hook.

        :param date today: local day of the company
        :return: list of (domain, function of packages)
        """
        healthy = fields.Domain("cron_error", "=", False)
        waiting = healthy & fields.Domain(
            [("state", "=", "active"), ("date_start", "=", False), ("clock_start", "=", "forced")]
        )
        return [
            (waiting, lambda packages: packages._start_forced(today)),
            (self._get_freeze_domain(today) & healthy, lambda packages: packages._follow_freeze()),
            (self._get_time_domain(today), lambda packages: packages._earn_time(today)),
            (self._get_daily_domain(today) & healthy, lambda packages: packages._earn_days(today)),
            (
                # A pass that is sold after its end is earned on the day of the sale, then it lapses
                healthy
                & fields.Domain(
                    [("state", "=", "active"), ("date_last", "<", today), ("date_sale", "<", today)]
                ),
                lambda packages: packages._lapse(),
            ),
        ]

    @api.model
    def _work_off(self, domain, work):
        """Do something with all packages of a domain, in batches; each package once.

        :param domain: which packages are due
        :param work: function of a batch of packages
        :return: whether there is time left for more
        """
        progress, last_id, left = self.env["ir.cron"]._commit_progress, 0, 1
        while left:
            batch = self.search(domain & fields.Domain("id", ">", last_id), limit=BATCH, order="id")
            if not batch:
                break
            last_id = batch[-1].id
            batch._touch()
            batch._try(work)
            # Some stay due for long, e.g. frozen ones: they are seen to once a night
            ahead = domain & fields.Domain("id", ">", last_id)
            left = progress(len(batch), remaining=self.search_count(ahead, limit=BATCH))
        return left

    def _try(self, work):
        """Do something with a batch, or with one after the other when one of them fails."""
        try:
            with self.env.cr.savepoint():
                work(self)
        except REFUSALS as error:
            if len(self) == 1:
                self.cron_error = reason_of(error)
                self.message_post(body=self.env._("Set aside: %(error)s", error=self.cron_error))
                return
            for package in self:
                package._try(work)

    @public
    def action_retry(self):
        """Let the nightly run try these packages again.

        :return: True
        """
        self._check_desk()
        self.sudo().cron_error = False
        return True

    # ----------------------------------------------------------------------------------
    # Steps
    # ----------------------------------------------------------------------------------

    def _start_forced(self, today):
        """Start the clocks of packages that nobody has used for too long."""
        due = self.filtered(lambda p: p._forced_start() <= today)
        due._start_clocks({package.id: package._forced_start() for package in due})

    @api.model
    def _get_freeze_domain(self, today):
        """Return the packages whose freezing may begin or end on this day."""
        planned = self.env["prepaid.subscription.revision"]._search(
            [("kind", "=", "freeze"), ("frozen_from", "=", today)]
        )
        return fields.Domain("state", "=", "frozen") | (
            fields.Domain("state", "=", "active") & fields.Domain("revision_ids", "in", planned)
        )

    @api.model
    def _get_daily_domain(self, today):
        """Return the packages with sessions that wait for the entry of their day.

        Only where the company books once a day.
        """
        if self.env.company.root_id.prepaid_earn_policy != "day":
            return fields.Domain.FALSE
        waiting = self.env["prepaid.subscription.use"]._search(
            [
                ("move_id", "=", False),
                ("date", "<", today),
                "|",
                ("amount_earned", "!=", 0),
                ("amount_broken", "!=", 0),
                ("company_id", "=", self.env.company.id),
            ]
        )
        return fields.Domain("use_ids", "in", waiting)

    def _earn_days(self, today):
        """Book the sessions until yesterday, one entry for all of a day."""
        uses = self.env["prepaid.subscription.use"].search(
            [
                ("subscription_id", "in", self.ids),
                ("move_id", "=", False),
                ("date", "<=", today - timedelta(days=1)),
                "|",
                ("amount_earned", "!=", 0),
                ("amount_broken", "!=", 0),
            ],
            order="date, id",
        )
        moves = self.env["prepaid.ledger"]._earn(
            [use._prepare_use_earning() for use in uses], together=True
        )
        uses._link_moves(moves)
