from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.guard import own_defaults

#: A booking in one of these states holds its seat
LIVE_STATES = ("draft", "awaiting_payment", "confirmed", "done")
#: A booking in one of these can still be changed
OPEN_STATES = ("draft", "awaiting_payment", "confirmed")
#: A booking in one of these may hold a part of the balance
RESERVING_STATES = ("awaiting_payment", "confirmed")
#: Nobody has confirmed a booking in one of these yet
UNCONFIRMED_STATES = ("draft", "awaiting_payment")
#: A client has a seat in a meeting, once: every state but cancelled
SEAT_STATES = ("draft", "awaiting_payment", "confirmed", "done", "no_show")
#: The visit took place, or should have: its meeting stays where it was
PAST_STATES = ("done", "no_show")
#: Nothing of a booking in one of these follows its meeting or its price list any more
CLOSED_STATES = ("done", "no_show", "cancelled")
#: From these a booking can be finished or cancelled: a client who was missed may have come
UNSETTLED_STATES = (*OPEN_STATES, "no_show")
#: From these a booking can be opened again without anything to undo
REOPENABLE_STATES = ("cancelled", "no_show")
#: Only the ledger and the state door write these, or they are computed
GUARDED_FIELDS = {
    "amount_total",
    "auto_done_error",
    "cancel_reason",
    "cancelled_by",
    "cancelled_with_event",
    "deposit_accepted_on",
    "deposit_amount",
    "deposit_deadline",
    "deposit_error",
    "deposit_fee_ids",
    "deposit_forgiven",
    "deposit_from_balance",
    "deposit_held",
    "deposit_paid_on",
    "deposit_payment_ids",
    "deposit_policy",
    "deposit_released",
    "deposit_requested_on",
    "deposit_rule_id",
    "deposit_state",
    "deposit_terms",
    "deposit_unasked",
    "deposit_waive_reason",
    "free_cancel_until",
    "invoice_id",
    "moved_by_us_on",
    "override_reason",
    "pay_otherwise",
    "payer_id",
    "session_units",
    "state",
    "subscription_id",
}
#: The invoice of a done visit says these
INVOICED_FIELDS = {"company_id", "partner_id", "price", "service_id"}


#: What hangs on these follows when they change (see ``_watch``)
AGREED_FIELDS = {"event_id", "partner_id", "service_id", "start", "stop", "user_id"}
#: These say when and by whom a visit was given
SCHEDULE_FIELDS = {"event_id", "start", "stop", "user_id"}


class PrepaidBooking(models.Model):
    """One client's seat for one service in one meeting."""

    _name = "prepaid.booking"
    _description = "Booking"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "start desc, id desc"
    _rec_names_search = ["partner_id", "service_id"]
    _check_company_auto = True

    # Who and what
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    payer_id = fields.Many2one(
        "res.partner",
        compute="_compute_payer_id",
        store=True,
        precompute=True,
        index=True,
        help="Whose balance pays the visit: the client, or the client's parent.",
    )
    service_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_service_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
    )
    # When and by whom: the meeting's, while there is one
    event_id = fields.Many2one(
        "calendar.event", "Meeting", index="btree_not_null", ondelete="set null", copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        "Specialist",
        compute="_compute_schedule",
        inverse="_inverse_schedule",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        group_expand="_group_expand_user_id",
    )
    start = fields.Datetime(
        compute="_compute_schedule",
        inverse="_inverse_schedule",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
    )
    stop = fields.Datetime(
        "End",
        compute="_compute_stop",
        inverse="_inverse_schedule",
        store=True,
        readonly=False,
        precompute=True,
    )
    # Money; see prepaid_booking_money.py
    price = fields.Monetary(
        "Income",
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Price of this visit, as on the price list. Change it for this client if you like.",
    )
    # State
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("awaiting_payment", "Awaiting Payment"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("no_show", "No-show"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    cancelled_by = fields.Selection(
        [("client", "Client"), ("us", "Us")], readonly=True, copy=False
    )
    cancel_reason = fields.Char(readonly=True, copy=False)
    cancelled_with_event = fields.Boolean(
        readonly=True,
        copy=False,
        help="Cancelled because its meeting was archived; comes back with the meeting.",
    )
    note = fields.Text()

    _one_seat_per_client = models.UniqueIndex(
        "(event_id, partner_id) WHERE event_id IS NOT NULL AND state != 'cancelled'",
        "This client already has a seat in this meeting.",
    )
    _price_positive = models.Constraint("CHECK (price >= 0)", "The income may not be negative.")
    _upcoming_idx = models.Index(
        "(payer_id, start) WHERE state IN ('awaiting_payment', 'confirmed')"
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("partner_id", "service_id", "start")
    def _compute_display_name(self):
        for booking in self:
            parts = (booking.partner_id.display_name, booking.service_id.name)
            booking.display_name = " - ".join(part for part in parts if part)

    @api.depends("event_id.prepaid_service_id")
    def _compute_service_id(self):
        """A meeting for another service changes the seats that are not finished."""
        for booking in self:
            keep = booking.service_id and booking.state not in OPEN_STATES
            service = booking.event_id.prepaid_service_id
            booking.service_id = booking.service_id if keep else service or booking.service_id

    # ----------------------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_payer_id(self):
        """Who pays for the client now; a client who changes the company later changes nothing."""
        for booking in self:
            booking.payer_id = booking.partner_id.commercial_partner_id

    @api.constrains("partner_id")
    def _check_partner_active(self):
        """An archived client gets no new booking."""
        for booking in self.filtered(lambda b: not b.partner_id.active and b.state == "draft"):
            raise ValidationError(
                self.env._(
                    "%(client)s is archived. Restore the client before booking.",
                    client=booking.partner_id.name,
                )
            )

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    @api.model
    def default_get(self, field_names):
        """Override: what only the buttons change begins as the model says, whoever asks how."""
        guarded = set() if self.env.su else GUARDED_FIELDS & set(field_names)
        defaults = super().default_get([name for name in field_names if name not in guarded])
        return {**defaults, **own_defaults(self, guarded)}

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a booking without a meeting gets one on the specialist's calendar."""
        if not self.env.su and any(GUARDED_FIELDS & set(vals) for vals in vals_list):
            vals_list = [
                {name: value for name, value in vals.items() if name not in GUARDED_FIELDS}
                for vals in vals_list
            ]
        for vals in vals_list:
            self._check_price(vals.get("price"))
        bookings = super().create(vals_list)
        bookings._check_stop_after_start()
        bookings._create_events()
        bookings.sudo().event_id._prepaid_retitle()
        if watch := self._open_watch():
            watch.before.update(dict.fromkeys(bookings.ids))
        else:
            bookings._check_overlap()
        self.env["res.partner"]._prepaid_forget()
        return bookings

    def write(self, vals):
        """Override: states change through their actions only, so that the ledger follows."""
        guarded = GUARDED_FIELDS & set(vals)
        if guarded and not self.env.su:
            raise UserError(
                self.env._("Use the buttons Confirm, Done, No-show and Cancel to change a booking.")
            )
        self._check_price(vals.get("price"))
        if INVOICED_FIELDS & set(vals):
            self._check_not_done()
        if not AGREED_FIELDS & set(vals):
            res = super().write(vals)
        else:
            self._check_not_past(vals)
            with self._watch(self) as watched:
                res = super(PrepaidBooking, watched).write(vals)
                self._check_stop_after_start()
        self.env["res.partner"]._prepaid_forget()
        return res

    def _check_not_done(self):
        """Refuse to change what the invoice of a done visit says.

        :raise UserError: names the visit
        """
        for booking in self.filtered(lambda b: b.state == "done"):
            raise UserError(
                self.env._(
                    "The visit %(visit)s is done and invoiced. Undo it before changing the "
                    "client, the service or the income.",
                    visit=booking.display_name,
                )
            )

    def _check_not_past(self, vals):
        """Refuse to move visits that are over, or to give them to another specialist.

        :param dict vals: values of ``write``
        :raise UserError: names the visit and the way out
        """
        if self.env.su:
            return  # Our own code, e.g. when clients are merged
        for booking in self.filtered(lambda b: b.state in PAST_STATES):
            for name in SCHEDULE_FIELDS & set(vals):
                field = self._fields[name]
                if booking[name] and field.convert_to_cache(
                    vals[name], booking
                ) != field.convert_to_cache(booking[name], booking):
                    raise booking._past_error()

    def _past_error(self):
        """Return the refusal to move a visit that is over: it names the visit and the way out."""
        self.ensure_one()
        if self.state == "no_show":
            text = self.env._(
                "The client of %(visit)s did not come. Reopen the visit before moving it or "
                "giving it to another specialist.",
                visit=self.display_name,
            )
        else:
            text = self.env._(
                "The visit %(visit)s is done. Undo it before moving it or giving it to another "
                "specialist.",
                visit=self.display_name,
            )
        return UserError(text)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invoiced(self):
        """What was done stays on record."""
        for booking in self.filtered(lambda b: b.state == "done" or b.sudo().invoice_id):
            raise UserError(
                self.env._(
                    "The visit %(visit)s was done or invoiced and cannot be deleted. "
                    "Undo it and cancel it instead.",
                    visit=booking.display_name,
                )
            )

    def unlink(self):
        """Override: a meeting without any booking left goes as well."""
        events = self.event_id
        res = super().unlink()
        events._prepaid_archive_empty()
        return res

    # ----------------------------------------------------------------------------------
    # Rights
    # ----------------------------------------------------------------------------------

    def _for_dialog(self):
        """Return these bookings for what a dialog works out as superuser.

        :raise AccessError: the caller, who may name any, may not read one of them
        """
        self._origin.sudo(False).check_access("read")
        return self._origin

    def _check_desk(self):
        """Refuse callers who may not handle money.

        :raise AccessError: the caller is not front desk, manager or accountant
        """
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_front_desk"):
            raise AccessError(self.env._("Only the front desk takes money for a visit."))
