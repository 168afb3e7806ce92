from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one

#: Why a client is at risk; the first one that is true names it
REASONS = [
    ("expiring", "Expires Soon"),
    ("pace", "Too Slow to Finish"),
    ("never", "Never Started"),
    ("dormant", "Stopped Coming"),
    ("balance", "Balance Untouched"),
]
#: A task in one of these states is still somebody's work
OPEN_STATES = ("todo", "contacted", "snoozed")
#: Days until the desk looks again, when nobody says otherwise
SNOOZE_DAYS = 7


class PrepaidStartTask(models.Model):
    """The start desk's work: one client who has paid and does not come.

    Found every night (``prepaid_start_task_find``), at most one open task per client. It ends by
    itself when the client books, or when nothing is at risk any more.
    """

    _name = "prepaid.start.task"
    _description = "Client to Invite Back"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state_rank, requested_on, value_at_risk desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    subscription_id = fields.Many2one(
        "prepaid.subscription", "Package", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    # What was found, renewed every night while the task is open
    reason = fields.Selection(
        [*REASONS, ("request", "Asked for a Visit")], required=True, readonly=True
    )
    value_at_risk = fields.Monetary(readonly=True)
    sessions_left = fields.Integer(readonly=True)
    date_last = fields.Date("Last Usable Day", readonly=True)
    days_idle = fields.Integer("Days without a Visit", readonly=True)
    pace = fields.Float("Visits a Week", digits=(6, 2), readonly=True)
    pace_needed = fields.Float("Visits a Week Needed", digits=(6, 2), readonly=True)
    date_found = fields.Date("Found on", required=True, readonly=True)
    script = fields.Text(compute="_compute_script", help="What to say on the phone.")
    # The work
    user_id = fields.Many2one("res.users", "Assigned to", index="btree_not_null", tracking=True)
    state = fields.Selection(
        [
            ("todo", "To Call"),
            ("contacted", "Contacted"),
            ("snoozed", "Later"),
            ("booked", "Booked"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="todo",
        tracking=True,
        group_expand=True,
    )
    state_rank = fields.Integer(compute="_compute_state_rank", store=True, precompute=True)
    date_again = fields.Date("Look Again on", readonly=True)
    requested_on = fields.Datetime(
        "Client Asked on", readonly=True, help="The client asked for a visit by the link."
    )
    request = fields.Char("Client's Wish", readonly=True)
    outcome = fields.Selection(
        [
            ("booked", "Booked"),
            ("recovered", "Nothing at Risk Any More"),
            ("not_wanted", "Does Not Want to Come"),
            ("unreachable", "Cannot Be Reached"),
        ],
        readonly=True,
        tracking=True,
    )
    booking_id = fields.Many2one("prepaid.booking", readonly=True, ondelete="set null", copy=False)
    date_closed = fields.Date("Closed on", readonly=True)
    note = fields.Text()

    _open_once = models.UniqueIndex(
        "(company_id, partner_id) WHERE state IN ('todo', 'contacted', 'snoozed')",
        "This client is on the list already.",
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("state")
    def _compute_state_rank(self):
        """Work first, then what waits, then what is over."""
        ranks = {state: rank for rank, (state, _l) in enumerate(self._fields["state"].selection)}
        for task in self:
            task.state_rank = ranks[task.state]

    @api.depends("reason", "sessions_left", "date_last", "days_idle", "pace_needed")
    @api.depends_context("lang")
    def _compute_script(self):
        """Say why we call, in words the desk can read out, and what to offer."""
        for task in self:
            texts = {
                "never": self.env._(
                    "Your package is waiting for you: all %(left)s sessions are there. "
                    "Which day suits you for the first one?",
                    left=task.sessions_left,
                ),
                "dormant": self.env._(
                    "We have not seen you for %(days)s days and miss you. "
                    "What you paid for is still yours: when would you like to come?",
                    days=task.days_idle,
                ),
                "expiring": self.env._(
                    "Your package is valid until %(day)s and %(left)s sessions are left. "
                    "Shall we find times for them now? We can also talk about extending it.",
                    day=fields.Date.to_string(task.date_last) or "",
                    left=task.sessions_left,
                ),
                "pace": self.env._(
                    "To use everything before your package ends you would come %(pace)s times "
                    "a week. Shall we plan the visits together, or extend the package?",
                    pace=task.pace_needed,
                ),
                "balance": self.env._(
                    "You have %(amount)s with us. Would you like to book a visit, "
                    "or shall we pay it back?",
                    amount=task.currency_id.format(task.value_at_risk),
                ),
            }
            task.script = texts.get(task.reason, False)

    # ----------------------------------------------------------------------------------
    # The one door for state
    # ----------------------------------------------------------------------------------

    def _update_state(self, target, **values):
        """Change the state of tasks at once; what is over stays over.

        :param str target: new state
        :param values: other fields to write on the changed tasks
        :return: the tasks that changed
        """
        pending = self.filtered(lambda t: t.state in OPEN_STATES)
        if target not in OPEN_STATES:
            values.setdefault("date_closed", self.env.company._prepaid_today())
            pending.activity_unlink(["mail.mail_activity_data_call"])
        pending.sudo().write({"state": target, **values})
        return pending

    # ----------------------------------------------------------------------------------
    # The desk's buttons
    # ----------------------------------------------------------------------------------

    @public
    def action_assign_to_me(self):
        """Take tasks over.

        :return: True
        """
        self.check_access("write")
        self.user_id = self.env.user
        return True

    @public
    def action_contacted(self, note=""):
        """Record that the client was reached and thinks about it; looked at again in a week.

        :param str note: what was said
        :return: True
        """
        self._record("contacted", note, date_again=self._days_ahead(SNOOZE_DAYS))
        return True

    @public
    def action_snooze(self, days=SNOOZE_DAYS):
        """Put tasks aside; they come back by themselves.

        :param int days: after how many, at least one
        :return: True
        :raise UserError: not a number of days
        """
        if not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= 366:
            raise UserError(self.env._("Snooze for a number of days, from 1 to 366."))
        self._record("snoozed", "", date_again=self._days_ahead(days))
        return True

    @public
    def action_close(self, outcome="not_wanted", note=""):
        """End tasks without a booking. The client is not looked for again for a quarter.

        :param str outcome: ``not_wanted`` or ``unreachable``
        :param str note: what was said
        :return: True
        :raise UserError: another outcome
        """
        if outcome not in ("not_wanted", "unreachable"):
            raise UserError(self.env._("A task is closed as 'not_wanted' or 'unreachable'."))
        self._record("closed", note, outcome=outcome)
        return True

    @public
    def action_unreachable(self):
        """End tasks of clients who cannot be reached, from the screen.

        :return: True
        """
        return self.action_close("unreachable")

    @public
    def action_reopen(self):
        """Take tasks back on the list.

        :return: True
        """
        self.check_access("write")
        self.sudo().filtered(lambda t: t.state not in OPEN_STATES).write(
            {"state": "todo", "outcome": False, "date_closed": False, "booking_id": False}
        )
        return True

    @public
    def action_book(self):
        """Open a new booking for the client, with a service that the package covers.

        :return: the form
        """
        check_one(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book a Visit"),
            "res_model": "prepaid.booking",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_service_id": self.subscription_id._first_service().id,
            },
        }

    @public
    def action_message(self):
        """Open an e-mail to the client with the invitation filled in, in the client's language.

        :return: the composer
        """
        check_one(self)
        template = self.env.ref(
            "prepaid_services.mail_template_start_invitation", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite the Client"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_template_id": template and template.id,
                "default_composition_mode": "comment",
                "default_partner_ids": self.partner_id.ids,
            },
        }

    def _tell_desk(self):
        """Give whoever has the task (or a manager) an activity: the client waits for an answer."""
        for task in self:
            user = task.user_id or task.company_id._prepaid_manager()
            task.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=task.company_id._prepaid_today(),
                summary=self.env._("%(client)s asks for a visit", client=task.partner_id.name),
                # The client's words, from a page without login: text, whatever they contain
                note=Markup("<p>%s</p>") % (task.request or ""),
                user_id=user.id,
            )

    def _record(self, state, note, **values):
        """Write a step of the work; a note is added below the former ones."""
        self.check_access("write")
        changed = self._update_state(state, user_id=self.env.uid, **values)
        for task in changed.filtered(lambda t: note):
            task.note = "\n".join(filter(None, [task.note, note]))

    def _days_ahead(self, days):
        """Return the local day at the company so many days from now."""
        return self.env.company._prepaid_today() + timedelta(days=days)
