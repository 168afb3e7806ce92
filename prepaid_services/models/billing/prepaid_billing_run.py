from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public


class PrepaidBillingRun(models.Model):
    """A day on which one batch of clients was billed: what went out, what failed, and why."""

    _name = "prepaid.billing.run"
    _description = "Billing Run"
    _order = "date desc, id desc"
    _check_company_auto = True

    cycle_id = fields.Many2one(
        "prepaid.billing.cycle",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    line_ids = fields.One2many("prepaid.billing.line", "run_id", readonly=True)
    clients = fields.Integer(compute="_compute_figures")
    sent = fields.Integer(compute="_compute_figures")
    failed = fields.Integer(compute="_compute_figures")
    waiting = fields.Integer(compute="_compute_figures")
    amount = fields.Monetary("Billed", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures", help="In percent.")

    _once = models.UniqueIndex("(cycle_id, date)", "This batch was billed today already.")

    @api.depends("line_ids.state", "line_ids.amount")
    def _compute_figures(self):
        """Count the lines by state, in one query."""
        groups = self.env["prepaid.billing.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count", "amount:sum"]
        )
        for run in self:
            counts = {state: count for each, state, count, _sum in groups if each == run}
            run.clients = sum(counts.values())
            run.sent = counts.get("queued", 0)
            run.failed = counts.get("failed", 0)
            run.waiting = counts.get("waiting", 0)
            run.amount = sum(
                total for each, state, _count, total in groups if each == run and state != "skipped"
            )
            run.progress = 100.0 * (1 - run.waiting / run.clients) if run.clients else 100.0

    @api.depends("cycle_id", "date")
    def _compute_display_name(self):
        """Name the batch and the day."""
        for run in self:
            run.display_name = f"{run.cycle_id.name} {fields.Date.to_string(run.date)}"

    def _collect(self):
        """Write a line for each client of the batch who owes something."""
        self.ensure_one()
        cycle = self.cycle_id
        batch = SQL("%s = %s", cycle._batch_sql(self.company_id), cycle.id)
        payers = cycle._payers_to_bill(self.company_id, batch)
        self.env["prepaid.billing.line"].create(
            [
                {"run_id": self.id, "partner_id": payer_id, "amount": amount, "documents": count}
                for payer_id, amount, count in payers
            ]
        )

    @public
    def action_retry(self):
        """Try again what failed, when it is repaired.

        :return: True
        :raise AccessError: the caller is neither manager nor accountant
        """
        self.env["prepaid.billing.cycle"]._check_manager()
        self.check_access("read")
        failed = self.sudo().line_ids.filtered(lambda line: line.state == "failed")
        failed.write({"state": "waiting", "error": False})
        self.env.ref("prepaid_services.ir_cron_billing").sudo()._trigger()
        return True

    def _since(self):
        """Return the first day of the statements: the day after the run before, if any."""
        self.ensure_one()
        before = self.search(
            [("cycle_id", "=", self.cycle_id.id), ("date", "<", self.date)], limit=1
        )
        return before and fields.Date.add(before.date, days=1)
