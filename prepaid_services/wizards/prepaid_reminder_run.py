from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidReminderRun(models.TransientModel):
    """Shows who would be reminded now, who not and why, and starts the run."""

    _name = "prepaid.reminder.run"
    _description = "Run Reminders"
    _inherit = ["prepaid.dialog"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("prepaid.reminder.run.line", "run_id", readonly=True)
    bank_count = fields.Integer(compute="_compute_bank")
    bank_text = fields.Char(compute="_compute_bank")
    send_at = fields.Datetime("Goes out from", compute="_compute_send_at")
    clients = fields.Integer("Clients to Remind", compute="_compute_clients")
    amount = fields.Monetary(compute="_compute_clients")
    paused = fields.Integer("Left in Peace", compute="_compute_clients")

    @api.depends("company_id")
    def _compute_bank(self):
        """Money that nobody has matched yet may be the money we ask for."""
        for run in self:
            company = run.company_id
            run.bank_count, run.bank_text = self.env["prepaid.reminder"]._unmatched_bank_money(
                company
            )

    @api.depends("company_id")
    def _compute_send_at(self):
        """When the messages go out: now, or with the next working hours."""
        for run in self:
            run.send_at = run.company_id.sudo()._prepaid_next_sending()

    @api.depends("line_ids.amount", "line_ids.hold")
    def _compute_clients(self):
        """Count clients, not documents; add up only what is asked for."""
        for run in self:
            due = run.line_ids.filtered(lambda line: not line.hold)
            run.clients = len(due.partner_id)
            run.amount = sum(due.mapped("amount"))
            run.paused = len((run.line_ids - due).partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: fill the preview.

        :raise AccessError: the caller is neither front desk nor accountant
        """
        self.env["res.partner"]._prepaid_check_money_group()
        runs = super().create(vals_list)
        for run in runs:
            run._fill()
        return runs

    @api.model
    @public
    def action_open(self):
        """Open the dialog with a fresh preview.

        :return: action
        """
        run = self.create({})
        return {**run._get_records_action(target="new"), "name": self.env._("Run Reminders")}

    @public
    def action_start(self):
        """Plan what is due, and send in the background, in the working hours of the company.

        :return: notification that says what was done, then the reminders planned and waiting
        """
        check_one(self)
        self.env["res.partner"]._prepaid_check_money_group()
        reminders_sudo = self.env["prepaid.reminder"].sudo().with_company(self.company_id)
        reminders_sudo._plan(self.company_id, by_hand=True)
        self.company_id.sudo().prepaid_reminders_asked = True
        self.env.ref("prepaid_services.ir_cron_reminders").sudo()._trigger()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_reminder_action"
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if self._waiting() else "info",
                "title": self.env._("Run Reminders"),
                "message": self._answer(),
                "next": {**action, "context": {"search_default_open": 1}},
            },
        }

    def _waiting(self):
        """Return the reminders of the company that wait now: planned, or for a confirmation."""
        return (
            self.env["prepaid.reminder"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", ("planned", "to_confirm")),
                ]
            )
        )

    def _answer(self):
        """Return in a sentence what the run did."""
        waiting = self._waiting()
        ready = waiting.filtered(lambda r: r.state == "planned").partner_id
        asked = waiting.filtered(lambda r: r.state == "to_confirm").partner_id
        parts = []
        if ready:
            moment = self.send_at or fields.Datetime.now()
            when = fields.Datetime.context_timestamp(self, moment).strftime("%Y-%m-%d %H:%M")
            parts.append(
                self.env._(
                    "%(count)s clients will be reminded from %(when)s.", count=len(ready), when=when
                )
            )
        if asked:
            parts.append(
                self.env._("%(count)s clients are waiting for your confirmation.", count=len(asked))
            )
        return " ".join(parts) or self.env._("There is nobody to remind now.")

    def _fill(self):
        """Write the lines of the preview: what a run would plan, and who is left in peace."""
        self.ensure_one()
        reminders_sudo = self.env["prepaid.reminder"].sudo().with_company(self.company_id)
        self.env["prepaid.reminder.run.line"].create(
            [{"run_id": self.id, **vals} for vals in reminders_sudo._preview(self.company_id)]
        )


class PrepaidReminderRunLine(models.TransientModel):
    """One client in the preview of a run, for one step or one reason to be left in peace."""

    _name = "prepaid.reminder.run.line"
    _description = "Line of a Reminder Run"
    _inherit = ["prepaid.dialog"]
    _order = "hold desc, amount desc, id"

    run_id = fields.Many2one("prepaid.reminder.run", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="run_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    step_id = fields.Many2one("prepaid.reminder.step", readonly=True)
    channel = fields.Selection(related="step_id.channel")
    documents = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    date_due = fields.Date("Oldest Due", readonly=True)
    is_confirmed = fields.Boolean("Goes out by itself", readonly=True)
    hold = fields.Selection(
        [
            ("promise", "Promised to pay"),
            ("dispute", "In dispute"),
            ("no_followup", "Excluded in Accounting"),
            ("plan", "Instalment plan"),
            ("covered", "Balance covers it"),
            ("collection", "Handed over to collection"),
            ("never", "Never to be reminded"),
            ("asked", "Asked for a visit"),
            ("agreed", "Agreed with the start desk"),
            ("not_wanted", "Does not want to come"),
        ],
        "Left in Peace because",
        readonly=True,
    )
