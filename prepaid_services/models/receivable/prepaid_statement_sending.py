import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import REFUSALS, reason_of

_logger = logging.getLogger(__name__)

#: Statements printed and queued in one transaction
BATCH = 20


class PrepaidStatementSending(models.Model):
    """A client's statement of a period by e-mail: noted once, queued once.

    The night notes who is due in one statement, then prints and queues in batches. A killed run
    leaves the rest waiting; the unique row keeps anything from being sent twice.
    """

    _name = "prepaid.statement.sending"
    _description = "Statement by E-mail"
    _order = "date_to desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("queued", "Sent"),
            ("skipped", "No E-mail Address"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    queued_on = fields.Datetime("Sent on", readonly=True)
    error = fields.Char(readonly=True, help="Why the statement could not be written.")
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", groups="base.group_system"
    )

    _once = models.UniqueIndex(
        "(company_id, partner_id, date_to)", "The client has the statement of this period."
    )
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    @public
    def action_retry(self):
        """Let the next run try again what failed or had no address.

        :return: True
        """
        self.check_access("read")
        self.env["res.partner"]._prepaid_check_money_group()
        self.sudo().filtered(lambda s: s.state in ("failed", "skipped")).write(
            {"state": "waiting", "error": False}
        )
        self.env.ref("prepaid_services.ir_cron_statements").sudo()._trigger()
        return True

    # ----------------------------------------------------------------------------------
    # Who is due
    # ----------------------------------------------------------------------------------

    @api.model
    def _cron_statements(self):
        """Note who is due in every legal entity, then print and queue in batches."""
        companies = self.env["res.company"].search(
            [
                ("prepaid_statement_interval", "in", ("weekly", "monthly")),
                ("parent_id", "=", False),
            ]
        )
        for company in companies:
            self.with_company(company)._note_due(company)
        self._follow_queue()
        self._queue_waiting()

    @api.model
    def _follow_queue(self):
        """Show which e-mails did not leave, so that somebody tries again."""
        lost = [("state", "=", "queued"), ("mail_id.state", "in", ("exception", "cancel"))]
        for sending in self.search(lost):
            mail = sending.mail_id
            sending.write(
                {"state": "failed", "error": mail.failure_reason or mail.failure_type or mail.state}
            )

    @api.model
    def _period(self, company, today):
        """Return the last period that is over: Monday to Sunday, or the month.

        :param date today: local date
        :return: first and last day
        :rtype: tuple[date, date]
        """
        if company.prepaid_statement_interval == "weekly":
            last = today - timedelta(days=today.isoweekday())
            return last - timedelta(days=6), last
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    @api.model
    def _note_due(self, company):
        """Note the clients with a movement in the period or a debt at its end, in one query.

        :param res.company company: root of a legal entity
        """
        first, last = self._period(company, company._prepaid_today())
        if last < (company.prepaid_statement_since or last):
            return
        lines, partners = self.env["account.move.line"], self.env["res.partner"]
        lines.flush_model(
            ["account_id", "balance", "company_id", "date", "parent_state", "partner_id"]
        )
        partners.flush_model(["active", "commercial_partner_id", "prepaid_no_statement"])
        family = company._prepaid_family()
        receivable = partners._receivable_ids(family)
        accounts = (*receivable, *family.prepaid_advance_account_ids.ids, 0)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO prepaid_statement_sending (partner_id, company_id, date_from, date_to,
                            state, create_uid, create_date, write_uid, write_date)
                SELECT payer.id, %(company)s, %(first)s, %(last)s,
                       'waiting', %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM account_move_line line
                  JOIN res_partner client ON client.id = line.partner_id
                  JOIN res_partner payer ON payer.id = client.commercial_partner_id
                 WHERE line.account_id IN %(accounts)s AND line.parent_state = 'posted'
                   AND line.company_id IN %(companies)s AND line.date <= %(last)s
                   AND payer.active AND payer.prepaid_no_statement IS NOT TRUE
                   AND payer.id NOT IN %(handed_over)s
              GROUP BY payer.id
                HAVING COUNT(*) FILTER (WHERE line.date >= %(first)s) > 0
                    OR SUM(line.balance) FILTER (WHERE line.account_id IN %(receivable)s) > 0
                    ON CONFLICT DO NOTHING
                """,
                company=company.id,
                first=first,
                last=last,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                accounts=accounts,
                receivable=(*receivable, 0),
                companies=tuple(family.ids),
                handed_over=self.env["prepaid.collection"]._handed_over_sql(company),
            )
        )

    # ----------------------------------------------------------------------------------
    # Sending
    # ----------------------------------------------------------------------------------

    @api.model
    def _queue_waiting(self):
        """Print and queue what waits where it is a working hour, each batch committed by itself."""
        waiting = [("state", "=", "waiting")]
        waiting.append(("company_id", "in", self._open_companies(waiting).ids))
        left = 1
        while left and (batch := self.search(waiting, limit=BATCH, order="id")):
            for company, ours in batch.grouped("company_id").items():
                for sending in ours.with_company(company):
                    sending._try_queue()
            left = self.env["ir.cron"]._commit_progress(
                len(batch), remaining=self.search_count(waiting)
            )

    @api.model
    def _open_companies(self, waiting):
        """Return where clients may be contacted now; elsewhere the run comes back when they may.

        :param list waiting: domain of what is to be sent
        """
        open_now = self.env["res.company"]
        for [company] in self._read_group(waiting, ["company_id"]):
            if company._prepaid_may_send():
                open_now += company
            elif moment := company._prepaid_next_sending():
                self.env.ref("prepaid_services.ir_cron_statements").sudo()._trigger(moment)
        return open_now

    def _try_queue(self):
        """Queue one e-mail; a client without address is set aside, one that fails is shown."""
        self.ensure_one()
        if not self.partner_id.email_normalized:
            self.state = "skipped"
            return
        try:
            with self.env.cr.savepoint():
                mail = self.partner_id._prepaid_mail_statement(self.date_from, self.date_to)
                self.write(
                    {
                        "state": "queued",
                        "queued_on": fields.Datetime.now(),
                        "mail_id": mail.id,
                    }
                )
        except REFUSALS as error:
            _logger.warning("Statement of client %s: %s", self.partner_id.id, error)
            self.write({"state": "failed", "error": reason_of(error)})
