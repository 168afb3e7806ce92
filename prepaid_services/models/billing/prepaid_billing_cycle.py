import heapq
from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one


class PrepaidBillingCycle(models.Model):
    """One batch of clients that is billed regularly: so the work is spread over the week.

    Visits are invoiced when they are done; a cycle sends what is open, with a statement.
    """

    _name = "prepaid.billing.cycle"
    _description = "Billing Cycle"
    _order = "date_next, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company.root_id
    )
    interval_number = fields.Integer("Every", required=True, default=1)
    interval_unit = fields.Selection(
        [("days", "days"), ("weeks", "weeks"), ("months", "months")],
        required=True,
        default="weeks",
    )
    date_next = fields.Date(
        "Next Run", required=True, default=lambda self: self.env.company._prepaid_today()
    )
    is_automatic = fields.Boolean(
        "By Itself", default=True, help="Off: somebody starts each run by hand."
    )
    client_count = fields.Integer("Clients", compute="_compute_client_count")

    _interval_positive = models.Constraint(
        "CHECK (interval_number > 0)", "A cycle is repeated after at least one day."
    )

    def _compute_client_count(self):
        """Count the clients of each batch, in one query per company."""
        for company, cycles in self.grouped("company_id").items():
            counts = self._loads(company)
            for cycle in cycles:
                cycle.client_count = counts.get(cycle._origin.id, 0)

    @api.model
    def _batch_sql(self, company):
        """Return the batch of ``payer``: what any company of the legal entity has set."""
        setting = self.env["res.partner"]._prepaid_setting_sql("billing_cycle_id", company)
        return SQL("COALESCE(%s)::int", setting)

    @api.model
    def _loads(self, company):
        """Return how many clients each batch of a company has.

        :rtype: dict[int, int]
        """
        self.env["res.partner"].flush_model(["billing_cycle_id"])
        batch = self._batch_sql(company)
        rows = self.env.execute_query(
            SQL(
                "SELECT %(batch)s, COUNT(*) FROM res_partner payer"
                " WHERE %(batch)s IS NOT NULL GROUP BY 1",
                batch=batch,
            )
        )
        return dict(rows)

    # ----------------------------------------------------------------------------------
    # Spreading clients over the batches
    # ----------------------------------------------------------------------------------

    @api.model
    def _spread(self, company):
        """Put clients who owe something and have no batch into the smallest ones.

        :param res.company company: root company
        :return: number of clients
        :rtype: int
        """
        cycles = self.search([("company_id", "=", company.id)])
        if not cycles:
            return 0
        loads = self._loads(company)
        heap = [(loads.get(cycle.id, 0), place, cycle) for place, cycle in enumerate(cycles)]
        heapq.heapify(heap)
        shares = defaultdict(list)
        lonely = SQL("%s IS NULL", self._batch_sql(company))
        payers = self._payers_to_bill(company, lonely)
        for payer_id, *_figures in payers:
            load, place, cycle = heap[0]
            shares[cycle].append(payer_id)
            heapq.heapreplace(heap, (load + 1, place, cycle))
        for cycle, ids in shares.items():
            clients = self.env["res.partner"].browse(ids).with_company(company)
            clients.with_context(tracking_disable=True).billing_cycle_id = cycle
        return len(payers)

    @api.model
    def _payers_to_bill(self, company, condition):
        """Return the payers who owe something that their money with us does not cover.

        What is in dispute, or paid off in instalments, is not billed again. Who does not agree at
        all, got the last notice, or whose debt somebody else collects, gets no bill.

        :param SQL condition: on ``payer``
        :return: (payer id, amount in company currency, number of open items), largest first
        :rtype: list[tuple]
        """
        self.env.flush_all()
        Reminder = self.env["prepaid.reminder"]
        return self.env.execute_query(
            SQL(
                """
                SELECT payer.id,
                       (MAX(item.running) - COALESCE(MAX(money.amount), 0))::float AS amount,
                       COUNT(*)::int
                  FROM (%(items)s) item
                  JOIN res_partner payer ON payer.id = item.payer_id
             LEFT JOIN (%(money)s) money ON money.payer_id = item.payer_id
                 WHERE payer.active AND item.peace IS NULL AND COALESCE(%(disputes)s) IS NULL
                   AND payer.id NOT IN %(handed_over)s AND payer.id NOT IN %(last_notice)s
                   AND %(condition)s
              GROUP BY payer.id
                HAVING MAX(item.running) > COALESCE(MAX(money.amount), 0)
              ORDER BY amount DESC, payer.id
                """,
                items=Reminder._asked_items_sql(company),
                money=Reminder._client_money_sql(company),
                condition=condition,
                disputes=self.env["res.partner"]._prepaid_setting_sql(
                    "prepaid_dispute_reason", company
                ),
                handed_over=self.env["prepaid.collection"]._handed_over_sql(company),
                last_notice=Reminder._last_notice_sql(company),
            )
        )

    @public
    def action_spread(self):
        """Put clients without a batch into the smallest ones now.

        :return: notification that says how many
        """
        self._check_manager()
        company = self.env.company.root_id
        count = self.sudo()._spread(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s clients have a batch now.", count=count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ----------------------------------------------------------------------------------
    # Running
    # ----------------------------------------------------------------------------------

    @public
    def action_run(self):
        """Bill the batch now; it is sent in the background. A second time today opens the same.

        :return: the run
        :raise AccessError: the caller is neither manager nor accountant
        """
        check_one(self)
        self._check_manager()
        self.check_access("read")
        run_sudo = self.sudo()._start()
        self.env.ref("prepaid_services.ir_cron_billing").sudo()._trigger()
        return run_sudo.with_env(self.env)._get_records_action()

    def _check_manager(self):
        """Refuse callers who do not decide on bills.

        :raise AccessError: neither manager nor accountant
        """
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers and accountants bill clients in batches."))

    def _start(self):
        """Make today's run of a batch, or return the one that is there.

        :rtype: prepaid.billing.run
        """
        self.ensure_one()
        company = self.company_id
        today, Run = company._prepaid_today(), self.env["prepaid.billing.run"]
        run = Run.search([("cycle_id", "=", self.id), ("date", "=", today)])
        if run:
            return run
        self._spread(company)
        run = Run.create({"cycle_id": self.id, "company_id": company.id, "date": today})
        run._collect()
        step = relativedelta(**{self.interval_unit: self.interval_number})
        while self.date_next <= today:
            self.date_next += step
        return run

    @api.model
    def _cron_billing(self):
        """Start the runs that are due, and send what waits in any run, in working hours."""
        progress = self.env["ir.cron"]._commit_progress
        for cycle in self.search([("is_automatic", "=", True)]):
            company = cycle.company_id
            if cycle.date_next <= company._prepaid_today() and company._prepaid_may_send():
                cycle.with_company(company)._start()
                if not progress(0):
                    return
        self.env["prepaid.billing.line"]._send_waiting()
