from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one

#: States in which a reminder still waits for somebody or something
WAITING = ("planned", "to_confirm")


class PrepaidReminder(models.Model):
    """A step of a ladder that has come for one subject (an open item, a package, ...).

    There is one row per step and subject, so nothing is ever sent twice. Rows of a client that
    are due together make one message: the *lead* carries it, the others point to it.
    """

    _name = "prepaid.reminder"
    _description = "Reminder"
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    step_id = fields.Many2one(
        "prepaid.reminder.step", required=True, readonly=True, ondelete="restrict"
    )
    topic = fields.Selection(
        selection=lambda self: self._step_choices("topic"),
        required=True,
        readonly=True,
    )
    channel = fields.Selection(
        selection=lambda self: self._step_choices("channel"),
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="cascade"
    )
    res_id = fields.Integer("Subject", required=True, readonly=True)
    key = fields.Char("Occasion", required=True, readonly=True, default="")
    document = fields.Char(compute="_compute_document", compute_sudo=True)
    date_due = fields.Date("Due on", readonly=True)
    amount = fields.Monetary(readonly=True, help="Open when the reminder was planned.")
    date_planned = fields.Date("Planned on", required=True, readonly=True)
    state = fields.Selection(
        [
            ("to_confirm", "To Confirm"),
            ("planned", "Planned"),
            ("queued", "Under Way"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="planned",
    )
    reason = fields.Selection(
        [
            ("settled", "Paid, or not true any more"),
            ("overtaken", "Overtaken by a later step"),
            ("opted_out", "The client does not want such messages"),
            ("by_hand", "Skipped by hand"),
            ("unreachable", "No contact details"),
        ],
        "Skipped because",
        readonly=True,
    )
    error = fields.Char("Failed because", readonly=True)
    # What became of it
    lead_id = fields.Many2one(
        "prepaid.reminder",
        "Told with",
        readonly=True,
        index="btree_not_null",
        help="The message in which the client was told about this, too.",
    )
    date_sent = fields.Date("Sent on", readonly=True)
    sent_at = fields.Datetime(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", groups="base.group_system"
    )
    sms_id = fields.Many2one(
        "sms.sms", readonly=True, index="btree_not_null", groups="base.group_system"
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null")
    date_call = fields.Date("Call on", related="activity_id.date_deadline", store=True)
    phone = fields.Char(related="partner_id.phone")
    call_script = fields.Text(related="step_id.call_script")
    tone = fields.Selection(related="step_id.tone")
    outcome = fields.Selection(
        [
            ("reached", "Reached"),
            ("promise", "Promised to pay"),
            ("no_answer", "No answer"),
            ("dispute", "Does not agree"),
        ],
        readonly=True,
    )
    outcome_note = fields.Char(readonly=True)
    fee_invoice_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null", check_company=True
    )
    interest_until = fields.Date(readonly=True, help="Interest is charged up to this day.")

    _once = models.UniqueIndex("(res_id, step_id, key)", "This reminder exists already.")
    _waiting_idx = models.Index(
        "(company_id, topic) WHERE state IN ('planned', 'to_confirm', 'queued')"
    )
    _contact_idx = models.Index("(partner_id, date_sent)")

    @api.model
    def _step_choices(self, name):
        """Return the choices of a field of the steps, in the language of the user."""
        return self.env["prepaid.reminder.step"]._fields[name]._description_selection(self.env)

    @api.depends("res_id", "topic")
    def _compute_document(self):
        """Name the subjects, in one query per kind."""
        for topic, reminders in self.grouped("topic").items():
            model = self._get_topic_models().get(topic)
            names = {}
            if model:
                subjects = self.env[model].browse(reminders.mapped("res_id")).exists()
                names = {subject.id: self._subject_name(subject) for subject in subjects}
            for reminder in reminders:
                reminder.document = names.get(reminder.res_id, "")

    @api.model
    def _get_topic_models(self):
        """Return the model of the subjects of each topic. Hook: a new topic adds its own."""
        return {"debt": "account.move.line"}

    @api.model
    def _subject_name(self, subject):
        """Return how a client knows a subject. Hook."""
        return (
            subject.move_id.name if subject._name == "account.move.line" else subject.display_name
        )

    @api.depends("partner_id", "step_id")
    def _compute_display_name(self):
        """Say to whom, and which step."""
        for reminder in self:
            reminder.display_name = f"{reminder.partner_id.name}: {reminder.step_id.name}"

    # ----------------------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------------------

    @public
    def action_confirm(self):
        """Let reminders that wait for a confirmation go out with the next run.

        :return: True
        :raise AccessError: the caller is neither front desk nor accountant
        """
        waiting = self._check_desk().filtered(lambda r: r.state == "to_confirm")
        waiting.state = "planned"
        waiting._wake()
        return True

    @public
    def action_skip(self):
        """Leave reminders out that have not gone out yet. The ladder goes on with its next step.

        :return: True
        :raise AccessError: the caller is neither front desk nor accountant
        """
        waiting = self._check_desk().filtered(lambda r: r.state in (*WAITING, "failed"))
        waiting.write({"state": "skipped", "reason": "by_hand", "error": False})
        return True

    @public
    def action_retry(self):
        """Try failed reminders again, when what was wrong is repaired.

        :return: True
        :raise AccessError: the caller is neither front desk nor accountant
        """
        failed = self._check_desk().filtered(lambda r: r.state == "failed")
        leads = failed | failed.lead_id
        failed |= self.search([("lead_id", "in", leads.ids), ("state", "=", "failed")])
        failed |= leads.filtered(lambda r: r.state == "failed")
        failed = failed._first_failed()
        failed.write(
            {
                "state": "planned",
                "error": False,
                "reason": False,
                "lead_id": False,
                "date_sent": False,
                "sent_at": False,
            }
        )
        failed._wake()
        return True

    def _first_failed(self):
        """Return the first failed step about each subject; the later ones come in their time.

        Nothing reached the client: the first message that does speaks as the first step.
        """
        if not self:
            return self
        failed = self.search([("res_id", "in", self.mapped("res_id")), ("state", "=", "failed")])
        ours = {(r.topic, r.res_id, r.key) for r in self}
        first = self.browse()
        for subject, rows in failed.grouped(lambda r: (r.topic, r.res_id, r.key)).items():
            if subject in ours:
                first += rows.sorted(lambda r: (r.step_id.days, r.id))[0]
                (rows - first).unlink()
        return first

    @public
    def action_print_letters(self):
        """Print the letters among these reminders; those that wait for it are done then.

        :return: the action that downloads them
        :raise UserError: there is no letter among them
        :raise AccessError: the caller is neither front desk nor accountant
        """
        letters = self._check_desk().filtered(
            lambda r: r.channel == "letter" and r.state in ("queued", "done") and not r.lead_id
        )
        if not letters:
            raise UserError(self.env._("There is no letter to print among these reminders."))
        letters = letters._still_to_print()
        report = self.env.ref("prepaid_services.action_report_reminder_letter")
        action = report.report_action(letters.ids, config=False)
        for company, ours in letters.grouped("company_id").items():
            ours.filtered(lambda r: r.state == "queued").write(
                {
                    "state": "done",
                    "date_sent": company._prepaid_today(),
                    "sent_at": fields.Datetime.now(),
                }
            )
        return action

    def _still_to_print(self):
        """Return the letters that are still true; the others leave the pile.

        Printed ones can be printed again, as they were.

        :raise UserError: none is left
        """
        waiting = self.filtered(lambda r: r.state == "queued")
        self.env.flush_all()
        for (company, topic), ours in waiting.grouped(lambda r: (r.company_id, r.topic)).items():
            due = self._due_sql(topic, company, company._prepaid_today())
            ours.with_company(company)._check_again(topic, company, due)
        waiting.invalidate_recordset()
        waiting.filtered(lambda r: r.state == "queued")._reachable_letter(False)
        letters = self.filtered(lambda r: r.state in ("queued", "done"))
        if not letters:
            raise UserError(
                self.env._("These letters are not needed any more, or have no postal address.")
            )
        return letters

    @public
    def action_open_document(self):
        """Open the client whom the reminder is for, where documents and money are."""
        check_one(self)
        return self.partner_id._get_records_action()

    def _check_desk(self):
        """Return the reminders as superuser, for callers who may deal with clients' money.

        :raise AccessError: the caller is neither front desk nor accountant
        """
        self.env["res.partner"]._prepaid_check_money_group()
        self.check_access("read")
        return self.sudo()

    def _wake(self):
        """Let the cron send these reminders once, also where none go out by themselves."""
        self.company_id.sudo().prepaid_reminders_asked = True
        self.env.ref("prepaid_services.ir_cron_reminders").sudo()._trigger()
