from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..booking.prepaid_booking import RESERVING_STATES

#: kind of message -> (field of the booking, values with which it is still true)
TRUE_WITH = {
    "request": ("state", ("awaiting_payment",)),
    "reminder": ("state", ("awaiting_payment",)),
    "paid": ("state", ("confirmed",)),
    "moved": ("state", RESERVING_STATES),
    "expired": ("deposit_state", ("expired",)),
    "cancelled": ("state", ("cancelled",)),
    "late": ("deposit_state", ("late",)),
}
#: With these the client gets the visit for the own calendar
WITH_CALENDAR = ("paid", "moved")


class PrepaidBookingMessage(models.Model):
    """A message to a client about the deposit of a booking."""

    _name = "prepaid.booking.message"
    _description = "Booking Message"
    _inherit = ["prepaid.message.mixin"]
    _rec_name = "booking_id"
    _subject = "booking_id"
    _templates = "deposit"

    booking_id = fields.Many2one(
        "prepaid.booking", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="booking_id.company_id")
    kind = fields.Selection(
        [
            ("request", "Deposit Requested"),
            ("reminder", "Deposit Reminder"),
            ("paid", "Deposit Paid, Confirmed"),
            ("moved", "Visit Moved"),
            ("expired", "Not Paid in Time"),
            ("cancelled", "Cancelled"),
            ("late", "Paid Too Late"),
        ],
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex("(booking_id, kind, key)", "This message was noted already.")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def _is_due(self):
        """Override: as long as the booking is as the text says."""
        self.ensure_one()
        name, values = TRUE_WITH[self.kind]
        return self.booking_id[name] in values

    def _fail(self, reason):
        """Extend: a client who was not asked must not lose the seat for it."""
        res = super()._fail(reason)
        asking = self.filtered(lambda m: m.kind == "request")
        asking.booking_id.filtered(lambda b: b.state == "awaiting_payment")._note_unasked()
        return res

    @api.model
    def _wants_sms(self):
        """Override: as the settings say."""
        return self.env.company.prepaid_deposit_sms

    @api.model
    def _wake(self):
        """Override: the cron of the deposits' messages."""
        self.env.ref("prepaid_services.ir_cron_deposit_messages").sudo()._trigger()

    @api.model
    def _prepare_mails(self, kind, mails):
        """Override: the confirmation brings the visit for the client's own calendar."""
        if kind not in WITH_CALENDAR:
            return
        Attachment = self.env["ir.attachment"]
        files = Attachment.create(
            [
                {
                    "name": "visit.ics",
                    "mimetype": "text/calendar",
                    "raw": visit.with_context(lang=booking.partner_id.lang)._ics(),
                    "res_model": "mail.message",
                    "res_id": mail.mail_message_id.id,
                }
                for booking, mail in mails.items()
                for visit in booking._together()
            ]
        )
        of_message = files.grouped("res_id")
        for mail in mails.values():
            mail.attachment_ids = [
                fields.Command.link(file.id) for file in of_message[mail.mail_message_id.id]
            ]


class PrepaidBooking(models.Model):
    """What clients and desk are told about deposits, and when."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # The client
    # ----------------------------------------------------------------------------------

    def _note_message(self, kind, key=""):
        """Note a message to the clients of these bookings, one statement for all.

        :param str kind: kind of message
        :param str key: the occasion; by default the present second
        """
        if not self:
            return
        Message = self.env["prepaid.booking.message"]
        self.flush_recordset()
        query = self.sudo()._search([("id", "in", self.ids)])
        Message._note(kind, query, self._table, SQL("%s", key or str(fields.Datetime.now())))
        Message._wake()

    @api.model
    def _note_reminders(self):
        """Note a reminder for each booking whose time to pay ends soon; for each deadline once.

        One that was asked within that time anyway gets none.
        """
        now = fields.Datetime.now()
        Message = self.env["prepaid.booking.message"]
        for company in self.env["res.company"].search([("prepaid_deposit_reminder_hours", ">", 0)]):
            ahead = timedelta(hours=company.prepaid_deposit_reminder_hours)
            query = self._search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "awaiting_payment"),
                    ("deposit_state", "!=", "paid"),
                    ("deposit_deadline", ">", now),
                    ("deposit_deadline", "<=", now + ahead),
                ]
            )
            deadline = SQL.identifier(self._table, "deposit_deadline")
            asked = SQL.identifier(self._table, "deposit_requested_on")
            query.add_where(SQL("%s > %s + %s", deadline, asked, ahead))
            Message._note("reminder", query, self._table, SQL("%s::text", deadline))

    @api.model
    def _cron_deposit_messages(self):
        """Note the reminders that are due, then queue all that waits."""
        self._note_reminders()
        self.env["prepaid.booking.message"]._queue_waiting()

    # ----------------------------------------------------------------------------------
    # The desk's screens
    # ----------------------------------------------------------------------------------

    def _notify_desk(self, what):
        """Tell the open screens of those who look after these bookings, at once.

        The calendar reads its visits again, and a note appears. One notification per user and
        call, however many bookings.

        :param str what: ``paid``, ``part``, ``late``, ``expired`` or ``unasked``
        """
        desk = self.env.ref("prepaid_services.group_front_desk").sudo().all_user_ids
        for company, ours in self.sudo().grouped("company_id").items():
            users = desk.filtered(lambda u, c=company: c in u.company_ids) | ours.user_id
            for user in users.filtered("active"):
                seen = ours if user in desk else ours.filtered(lambda b, u=user: b.user_id == u)
                user._bus_send(
                    "prepaid_deposit",
                    {
                        "what": what,
                        "count": len(seen),
                        "booking": seen.display_name if len(seen) == 1 else "",
                        "amount": (
                            seen.currency_id.format(seen.deposit_amount) if len(seen) == 1 else ""
                        ),
                    },
                )
