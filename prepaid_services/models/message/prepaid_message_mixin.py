import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import REFUSALS, reason_of

_logger = logging.getLogger(__name__)

#: Messages that are queued between two commits
BATCH = 500


class PrepaidMessageMixin(models.AbstractModel):
    """A message to a client about a record: noted once, queued once.

    Noting it is one row in the transaction of what happened, so nothing a template contains can
    stop that. A cron renders it, hands it to Odoo's mail and SMS queues and marks it, in one
    transaction: a killed run leaves it waiting, and it is never sent twice.

    A model that inherits adds the subject (a required many2one), ``company_id`` (related), the
    selection ``kind``, a unique index on (subject, kind, key), and says what is still true. The
    templates are those with the ids ``mail_template_<_templates>_<kind>`` and ``sms_...``, on the
    model of the subject, which has ``partner_id`` and ``company_id``.
    """

    _name = "prepaid.message.mixin"
    _description = "Message to a Client"
    _order = "id desc"

    #: Name of the field that holds what the message is about
    _subject = None
    #: Middle part of the ids of the templates
    _templates = None

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

    @public
    def action_retry(self):
        """Let the next run try failed messages again, when their template was repaired.

        :return: True
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self.check_access("read")
        self[self._subject]._check_desk()
        self.sudo().filtered(lambda m: m.state == "failed").write(
            {"state": "waiting", "error": False}
        )
        self._wake()
        return True

    # ----------------------------------------------------------------------------------
    # Hooks
    # ----------------------------------------------------------------------------------

    def _is_due(self):
        """Return whether the message is wanted and still true. Hook."""
        raise NotImplementedError

    @api.model
    def _wants_sms(self):
        """Return whether the company of the environment sends SMS as well. Hook."""
        raise NotImplementedError

    @api.model
    def _wake(self):
        """Run the cron that queues as soon as this transaction is committed. Hook."""
        raise NotImplementedError

    @api.model
    def _prepare_mails(self, kind, mails):
        """Complete e-mails before they are sent. Hook.

        :param dict mails: subject -> queued e-mail
        """

    # ----------------------------------------------------------------------------------
    # Noting
    # ----------------------------------------------------------------------------------

    @api.model
    def _note(self, kind, query, table, key):
        """Note messages about all records of a query, in one statement; noted ones stay.

        :param str kind: kind of message
        :param Query query: of the subjects' table
        :param str table: its name
        :param SQL key: expression for the occasion, on the table
        """
        stamp = SQL("%s, %s", self.env.uid, fields.Datetime.now())
        rows = query.select(
            SQL.identifier(table, "id"),
            SQL("%s, %s, 'waiting', %s, %s", kind, key, stamp, stamp),
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s, kind, key, state, create_uid, create_date, write_uid, "
                "write_date) %s ON CONFLICT DO NOTHING",
                SQL.identifier(self._table),
                SQL.identifier(self._subject),
                rows,
            )
        )

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
        """Put messages into the queues; what is not true any more, or switched off, is dropped.

        A message to a client who cannot be reached has failed, and says why.
        """
        due = self.filtered(lambda m: m[m._subject].partner_id.active and m._is_due())
        (self - due).state = "dropped"
        lost = due.filtered(lambda m: not m._is_reachable(m[m._subject]))
        for message in lost:
            client = message[self._subject].partner_id
            message._fail(
                self.env._("%(client)s has no address this can be sent to.", client=client.name)
            )
        due -= lost
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
        except REFUSALS as error:
            if len(self) > 1:
                for message in self:
                    message._try_queue(kind)
                return
            subject = self[self._subject]
            _logger.warning("Message %s of %s: %s", kind, subject, error)
            self._fail(reason_of(error))

    def _fail(self, reason):
        """Note why messages were not sent. Hook."""
        self.write({"state": "failed", "error": reason})

    @api.model
    def _is_reachable(self, subject):
        """Return whether a message about a record can reach its client in some way.

        :param subject: with ``partner_id`` and ``company_id``
        :rtype: bool
        """
        client = subject.partner_id
        if client.email_normalized:
            return True
        texts = self.with_company(subject.company_id)._wants_sms()
        return bool(texts and client._phone_format(fname="phone"))

    def _tell_together(self):
        """Return the messages to send, so that they tell of the others as well. Hook.

        :return: of messages that belong together, one
        """
        return self

    def _queue_mails(self, kind):
        """Queue an e-mail to each client who has an address."""
        sent = self._tell_together()
        subjects = sent[self._subject].filtered("partner_id.email_normalized")
        template = sent._find_template("mail", kind)
        mails = self.env["prepaid.message.queue"]._queue_mails(template, subjects)
        if mails:
            self._prepare_mails(kind, mails)

    def _queue_texts(self, kind):
        """Queue an SMS to each client who has a valid number, where the company wants it."""
        if self._wants_sms():
            sent = self._tell_together()
            template = sent._find_template("sms", kind)
            self.env["prepaid.message.queue"]._queue_texts(template, sent[self._subject])

    @api.model
    def _find_template(self, channel, kind):
        """Return the template of a kind of message, empty when the user has deleted it.

        :param str channel: ``mail`` or ``sms``
        """
        xmlid = f"prepaid_services.{channel}_template_{self._templates}_{kind}"
        found = self.env.ref(xmlid, raise_if_not_found=False)
        return found.with_env(self.env) if found else self.env[f"{channel}.template"]
