import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...exceptions import REFUSALS, reason_of

_logger = logging.getLogger(__name__)

#: Clients who are written to between two commits
BATCH = 200


class PrepaidReminder(models.Model):
    """Sending: one message per client and run, into Odoo's own queues, in batches.

    A batch is marked and put into the queues in one transaction, so a killed run repeats nothing.
    """

    _inherit = "prepaid.reminder"

    @api.model
    def _cron_run(self):
        """Plan and send for every company that wants it, each in its own working hours."""
        for company in self.env["res.company"].search(self._get_company_domain()):
            if not self.with_company(company)._run(company):
                return

    @api.model
    def _get_company_domain(self):
        """Return which companies the cron has something to do for. Hook."""
        switches = ("prepaid_reminders", "prepaid_reminders_asked")
        wanted = Domain.OR(Domain(switch, "=", True) for switch in switches)
        return Domain("parent_id", "=", False) & wanted

    @api.model
    def _run(self, company):
        """Plan, and send what may go out now. Safe to repeat, and to be killed.

        :return: whether there is time left for more
        """
        progress, left = self.env["ir.cron"]._commit_progress, 1
        self._follow_queues(company)
        self._plan(company)
        left = progress(0)
        if not company._prepaid_may_send():
            return left
        while left and (batch := self._next_batch(company)):
            batch._send_batch()
            left = progress(len(batch), remaining=len(self._next_batch(company, limit=1)))
        if left:
            company.prepaid_reminders_asked = False
        return left

    # ----------------------------------------------------------------------------------
    # What goes out now
    # ----------------------------------------------------------------------------------

    @api.model
    def _next_batch(self, company, limit=None):
        """Return the planned reminders of the next clients, those of one topic.

        Looked up afresh: a payment, promise or dispute since the planning counts. Who got a
        message some days ago waits.

        :rtype: prepaid.reminder
        """
        self.env.flush_all()
        for topic in self._topics(company):
            rows = self.env.execute_query(self._batch_sql(topic, company, limit or BATCH))
            if rows:
                return self.browse([row[0] for row in rows])
        return self.browse()

    @api.model
    def _batch_sql(self, topic, company, limit):
        """Return the statement that finds the planned reminders of the next clients."""
        today = company._prepaid_today()
        return SQL(
            """
            WITH ready AS (
                SELECT r.id, r.partner_id, DENSE_RANK() OVER (ORDER BY r.partner_id) AS place
                  FROM prepaid_reminder r
                  JOIN (%(due)s) due
                    ON due.res_id = r.res_id AND due.key = r.key AND due.partner_id = r.partner_id
                  JOIN prepaid_reminder_step step ON step.id = r.step_id
                  JOIN res_partner payer ON payer.id = r.partner_id
                 WHERE r.state = 'planned' AND r.company_id = %(company)s AND r.topic = %(topic)s
                   AND due.hold IS NULL AND %(mode)s != 'never' AND %(fits)s
                   AND payer.id NOT IN %(told)s
            )
            SELECT id FROM ready WHERE place <= %(limit)s ORDER BY partner_id, id
            """,
            due=self._due_sql(topic, company, today),
            company=company.id,
            topic=topic,
            mode=self._mode_sql(company),
            fits=self._fits_sql(today),
            told=self._lately_told_sql(company),
            limit=limit,
        )

    @api.model
    def _lately_told_sql(self, company):
        """Return the sub-query of the clients who heard from us some days ago. Hook.

        One client, one voice, whoever writes about debts.
        """
        return self._lately_reminded_sql(company)

    @api.model
    def _lately_reminded_sql(self, company):
        """Return the sub-query of the clients who were reminded of something some days ago."""
        return SQL(
            "(SELECT last.partner_id FROM prepaid_reminder last"
            " WHERE last.company_id = %s AND last.date_sent > %s)",
            company.id,
            self._recent_day(company),
        )

    @api.model
    def _recent_day(self, company):
        """Return the last local day on which a message is long enough ago."""
        return company._prepaid_today() - timedelta(days=company.prepaid_reminder_gap or 1)

    # ----------------------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------------------

    def _send_batch(self):
        """Send reminders of one topic: for each client the furthest step carries the message."""
        self.env["prepaid.ledger"]._touch(self.partner_id)
        leads = self.browse()
        for reminders in self.grouped("partner_id").values():
            leads += reminders.sorted(lambda r: (r.step_id.days, r.date_due, r.id))[-1]
        leads -= leads._drop_empty()
        leads -= leads._join_open_leads()
        (self.filtered(lambda r: r.state == "planned"))._join_leads(leads)
        for step, ours in leads.grouped("step_id").items():
            ours._try_send(step)
        self.env.flush_all()

    def _drop_empty(self):
        """Drop messages about debts in which nothing would be asked for.

        :return: the reminders that were dropped
        """
        empty = self.filtered(lambda r: r.topic == "debt" and not r.amount_text)
        empty.write({"state": "skipped", "reason": "settled"})
        return empty

    def _join_open_leads(self):
        """Join a call that is still to be made, or a letter to be printed: no second one.

        :return: the reminders that were joined
        """
        pending = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("step_id", "in", self.step_id.ids),
                ("channel", "in", ("call", "letter")),
                ("state", "=", "queued"),
            ]
        )
        open_leads = {(lead.partner_id, lead.step_id): lead for lead in pending}
        joined = self.filtered(lambda r: (r.partner_id, r.step_id) in open_leads)
        for reminder in joined:
            lead = open_leads[reminder.partner_id, reminder.step_id]
            reminder.write({"state": "done", "lead_id": lead.id})
        return joined

    def _join_leads(self, leads):
        """Note with which message the clients are told about the other reminders."""
        lead_ids = {lead.partner_id.id: lead.id for lead in leads}
        today, now = self.env.company._prepaid_today(), fields.Datetime.now()
        for lead_id, others in (self - leads).grouped(lambda r: lead_ids[r.partner_id.id]).items():
            others.write({"state": "done", "lead_id": lead_id, "date_sent": today, "sent_at": now})

    def _try_send(self, step):
        """Send messages of one step, or one after the other when one of them fails."""
        try:
            with self.env.cr.savepoint():
                reachable = getattr(self, f"_reachable_{step.channel}")(step)
                reachable._charge(step)
                getattr(reachable, f"_send_{step.channel}")(step)
                reachable.write(
                    {
                        "date_sent": self.env.company._prepaid_today(),
                        "sent_at": fields.Datetime.now(),
                    }
                )
                reachable._log_sent(step)
        except REFUSALS as error:
            self.invalidate_recordset()
            if len(self) > 1:
                for reminder in self:
                    reminder._try_send(step)
                return
            _logger.warning("Reminder %s for %s: %s", step.id, self.partner_id.id, error)
            self._fail(reason_of(error))

    def _fail(self, error, reason=False):
        """Set reminders aside, with those that were to be told with them.

        :param str error: in words
        :param str reason: ``unreachable``: there is no such way to the client
        """
        if not self:
            return
        told = self.search([("lead_id", "in", self.ids)])
        told.write({"state": "planned", "lead_id": False, "date_sent": False, "sent_at": False})
        self.write({"state": "failed", "error": error, "reason": reason})

    def _log_sent(self, step):
        """Write into the history of the clients what they were told."""
        self.partner_id._message_log_batch(
            bodies={
                reminder.partner_id.id: self.env._(
                    "Reminder: %(step)s, %(amount)s", step=step.name, amount=reminder.amount_text
                )
                for reminder in self
            }
        )

    # Who can be reached in a way; the others are set aside, and it says why

    def _reachable_email(self, step):
        """Return the reminders of clients who can be sent an e-mail."""
        wanted = self._drop_opted_out("is_blacklisted")
        lost = wanted.filtered(lambda r: not r.partner_id.email_normalized)
        lost._fail(self.env._("The client has no valid e-mail address."), "unreachable")
        return wanted - lost

    def _reachable_sms(self, step):
        """Return the reminders of clients who can be sent an SMS."""
        wanted = self._drop_opted_out("phone_blacklisted")
        lost = wanted.filtered(lambda r: not r.partner_id._phone_format(fname="phone"))
        lost._fail(self.env._("The client has no valid phone number."), "unreachable")
        return wanted - lost

    def _reachable_letter(self, step):
        """Return the reminders of clients who can be sent a letter."""
        lost = self.filtered(lambda r: not r._has_postal_address())
        lost._fail(self.env._("The client has no postal address."), "unreachable")
        return self - lost

    def _has_postal_address(self):
        """Return whether the post would find the client."""
        self.ensure_one()
        client = self.partner_id
        return bool((client.street or client.street2) and (client.city or client.zip))

    def _reachable_call(self, step):
        """Return the reminders of clients who can be called."""
        lost = self.filtered(lambda r: not r.partner_id.phone)
        lost._fail(self.env._("The client has no phone number."), "unreachable")
        return self - lost

    # The ways

    def _send_email(self, step):
        """Queue the e-mails."""
        queue = self.env["prepaid.message.queue"]
        for reminder, mail in queue._queue_mails(step.mail_template_id, self).items():
            reminder.sudo().write({"mail_id": mail.id, "state": "queued"})

    def _send_sms(self, step):
        """Queue the SMS."""
        queue = self.env["prepaid.message.queue"]
        for reminder, text in queue._queue_texts(step.sms_template_id, self).items():
            reminder.sudo().write({"sms_id": text.id, "state": "queued"})

    def _send_letter(self, step):
        """Put the letters on the pile that somebody prints."""
        self.write({"state": "queued"})

    def _drop_opted_out(self, blacklist):
        """Skip clients who do not want such messages; the ladder goes on with other ways.

        :param str blacklist: field of the client that says so
        :return: the others
        """
        refused = self.filtered(lambda r: r.partner_id.sudo()[blacklist])
        told = self.search([("lead_id", "in", refused.ids)])
        (refused + told).write({"state": "skipped", "reason": "opted_out", "date_sent": False})
        return self - refused

    # ----------------------------------------------------------------------------------
    # What became of it
    # ----------------------------------------------------------------------------------

    @api.model
    def _follow_queues(self, company):
        """See what Odoo's queues, and the callers, have done: one statement for all."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH outcome AS (
                    SELECT me.id, me.channel,
                           CASE WHEN mail.state IN ('exception', 'cancel')
                                THEN COALESCE(mail.failure_reason, mail.failure_type, mail.state)
                                WHEN sms.state IN ('error', 'canceled')
                                THEN COALESCE(sms.failure_type, sms.state) END AS error
                      FROM prepaid_reminder me
                 LEFT JOIN mail_mail mail ON mail.id = me.mail_id
                 LEFT JOIN sms_sms sms ON sms.id = me.sms_id
                 LEFT JOIN mail_activity activity ON activity.id = me.activity_id
                     WHERE me.company_id = %(company)s AND me.state = 'queued'
                       AND ((me.channel = 'email'
                             AND COALESCE(mail.state, 'sent') NOT IN ('outgoing'))
                            OR (me.channel = 'sms'
                                AND COALESCE(sms.state, 'sent') NOT IN ('outgoing', 'process'))
                            OR (me.channel = 'call' AND activity.active IS NOT TRUE))
                )
                UPDATE prepaid_reminder r
                   SET state = CASE WHEN outcome.error IS NULL THEN 'done' ELSE 'failed' END,
                       error = outcome.error,
                       date_sent = CASE WHEN outcome.error IS NULL THEN r.date_sent END,
                       sent_at = CASE WHEN outcome.error IS NOT NULL THEN NULL
                                      WHEN outcome.channel = 'call' THEN %(now)s
                                      ELSE r.sent_at END
                  FROM outcome
                 WHERE r.id = outcome.id
                    OR (r.lead_id = outcome.id AND r.state = 'done'
                        AND outcome.error IS NOT NULL)
                """,
                company=company.id,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()
