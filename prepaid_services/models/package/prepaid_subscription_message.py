import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .prepaid_subscription_cron import BATCH

_logger = logging.getLogger(__name__)

#: kind of message -> states of the package in which it is still true
TRUE_IN = {
    "sold": ("active", "frozen", "used_up"),
    "few_left": ("active",),
    "expiring": ("active",),
    "expired": ("expired",),
    "restored": ("active", "frozen"),
}


class PrepaidSubscriptionMessage(models.Model):
    """A message to a client about a package: noted once, queued once.

    Noting it is one row in the transaction of what happened, so nothing a template contains can
    stop a sale. The cron renders it, hands it to Odoo's mail and SMS queues and marks it, in one
    transaction: a killed run leaves it waiting, and it is never sent twice.
    """

    _name = "prepaid.subscription.message"
    _description = "Package Message"
    _order = "id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        "prepaid.subscription", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    kind = fields.Selection(
        [
            ("sold", "Sold"),
            ("few_left", "Few Sessions Left"),
            ("expiring", "Expires Soon"),
            ("expired", "Expired"),
            ("restored", "Restored"),
        ],
        required=True,
        readonly=True,
    )
    key = fields.Char(
        "Occasion", required=True, readonly=True, help="The same occasion gives no second message."
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("queued", "Queued"),
            ("dropped", "Not Needed Any More"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    error = fields.Char(readonly=True, help="Why the message could not be written.")

    _once = models.UniqueIndex("(subscription_id, kind, key)", "This message was noted already.")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def action_retry(self):
        """Let the next run try failed messages again, when their template was repaired.

        :return: True
        """
        self.check_access("read")
        self.subscription_id._check_desk()
        self.sudo().filtered(lambda m: m.state == "failed").write(
            {"state": "waiting", "error": False}
        )
        self.env["prepaid.subscription"]._wake_messages()
        return True

    # ----------------------------------------------------------------------------------
    # Queueing
    # ----------------------------------------------------------------------------------

    @api.model
    def _queue_waiting(self):
        """Queue all that waits, in batches; each is committed by itself."""
        waiting, left = [("state", "=", "waiting")], 1
        while left and (batch := self.search(waiting, limit=BATCH, order="id")):
            batch._queue()
            left = self.env["ir.cron"]._commit_progress(
                len(batch), remaining=self.search_count(waiting, limit=BATCH)
            )

    def _queue(self):
        """Put messages into the queues; what is not true any more, or switched off, is dropped."""
        due = self.filtered(
            lambda m: m.company_id.prepaid_package_messages
            and m.subscription_id.partner_id.active
            and m.subscription_id.state in TRUE_IN[m.kind]
        )
        (self - due).state = "dropped"
        for company, ours in due.grouped("company_id").items():
            for kind, messages in ours.with_company(company).grouped("kind").items():
                messages._try_queue(kind)

    def _try_queue(self, kind):
        """Queue messages of one kind, or one after the other when a text cannot be written."""
        try:
            with self.env.cr.savepoint():
                self._queue_mails(kind)
                self._queue_texts(kind)
                self.state = "queued"
        except UserError as error:
            if len(self) > 1:
                for message in self:
                    message._try_queue(kind)
                return
            _logger.warning("Message %s of package %s: %s", kind, self.subscription_id.id, error)
            self.write({"state": "failed", "error": str(error)})

    def _queue_mails(self, kind):
        """Queue an e-mail to each client who has an address."""
        packages = self.subscription_id.filtered("partner_id.email_normalized")
        template = self._find_template("mail", kind)
        self.env["prepaid.message.queue"]._queue_mails(template, packages)

    def _queue_texts(self, kind):
        """Queue an SMS to each client who has a valid number, where the company wants it."""
        if self.env.company.prepaid_package_sms:
            template = self._find_template("sms", kind)
            self.env["prepaid.message.queue"]._queue_texts(template, self.subscription_id)

    @api.model
    def _find_template(self, channel, kind):
        """Return the template of a kind of message, empty when the user has deleted it.

        :param str channel: ``mail`` or ``sms``
        """
        xmlid = f"prepaid_services.{channel}_template_package_{kind}"
        found = self.env.ref(xmlid, raise_if_not_found=False)
        return found or self.env[f"{channel}.template"]


class PrepaidSubscription(models.Model):
    """Which packages give reason for a message."""

    _inherit = "prepaid.subscription"

    days_left = fields.Integer(
        compute="_compute_days_left", help="Until the last valid day; 0: none or over."
    )

    @api.depends("date_end")
    def _compute_days_left(self):
        for package in self:
            days = 0
            if package.date_end:
                days = (package.date_end - package.company_id._prepaid_today()).days
            package.days_left = max(days, 0)

    def _update_state(self, target, **values):
        """Extend: note the messages about what has just happened to a package."""
        before = {package.id: package.state for package in self}
        changed = super()._update_state(target, **values)
        kinds = {
            ("draft", "active"): "sold",
            ("cancelled", "active"): "sold",
            ("expired", "active"): "restored",
        }
        for old, packages in changed.grouped(lambda p: before[p.id]).items():
            kind = "expired" if target == "expired" else kinds.get((old, target))
            packages = packages.filtered("company_id.prepaid_package_messages")
            if kind and packages:
                packages._note_event(kind)
        return changed

    def _note_event(self, kind):
        """Note a message about these packages. Those of the night wait for the morning run."""
        end = SQL("COALESCE(%s::text, '')", SQL.identifier(self._table, "date_end"))
        key = SQL("'once'") if kind == "sold" else end
        self.flush_recordset(["date_end"])
        self._note_messages(kind, [("id", "in", self.ids)], key)
        if kind != "expired":
            self._wake_messages()

    @api.model
    def _wake_messages(self):
        """Run the cron of the messages as soon as this transaction is committed."""
        self.env.ref("prepaid_services.ir_cron_package_messages").sudo()._trigger()

    @api.model
    def _note_messages(self, kind, domain, key, condition=None):
        """Note messages about all packages of a domain, in one query; noted ones are left alone.

        :param str kind: kind of message
        :param domain: which packages
        :param SQL key: expression for the occasion, on the table of packages
        :param SQL condition: what a domain cannot say
        """
        stamp = SQL("%s, %s", self.env.uid, fields.Datetime.now())
        query = self.sudo()._search(domain, active_test=False)
        if condition:
            query.add_where(condition)
        rows = query.select(
            SQL.identifier(self._table, "id"),
            SQL("%s, %s, 'waiting', %s, %s", kind, key, stamp, stamp),
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO prepaid_subscription_message (subscription_id, kind, key, state, "
                "create_uid, create_date, write_uid, write_date) %s ON CONFLICT DO NOTHING",
                rows,
            )
        )

    # ----------------------------------------------------------------------------------
    # Nightly
    # ----------------------------------------------------------------------------------

    @api.model
    def _cron_messages(self):
        """Note what is due today in every company, then queue all that waits."""
        for company in self.env["res.company"].search([("prepaid_package_messages", "=", True)]):
            packages = self.with_company(company)
            packages._note_few_left(company)
            packages._note_expiring(company, company._prepaid_today())
        self.env["prepaid.subscription.message"]._queue_waiting()

    @api.model
    def _note_few_left(self, company):
        """Note one message for each number of sessions left, from the company's threshold on."""
        left, total = (SQL.identifier(self._table, f"sessions_{n}") for n in ("left", "total"))
        self._note_messages(
            "few_left",
            [
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("is_unlimited", "=", False),
                ("sessions_used", ">", 0),
                ("sessions_left", ">", 0),
                ("sessions_left", "<=", company.prepaid_message_sessions),
            ],
            SQL("%s || '/' || %s", left, total),
        )

    @api.model
    def _note_expiring(self, company, today):
        """Note the reminders of packages that expire; a late run sends the last one only.

        A package that was sold after the day of a reminder does not get it.
        """
        end, sale = (SQL.identifier(self._table, f"date_{name}") for name in ("end", "sale"))
        numbers = {company.prepaid_message_days, company.prepaid_message_days_last}
        nearer = -1
        for place, days in enumerate(sorted(number for number in numbers if number > 0)):
            self._note_messages(
                "expiring",
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "active"),
                    ("date_end", ">", today + timedelta(days=nearer)),
                    ("date_end", "<=", today + timedelta(days=days)),
                ],
                SQL("%s || %s", end, f"/{place}"),
                SQL("%s - %s > %s", end, days, sale),
            )
            nearer = days
