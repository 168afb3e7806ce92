from odoo import api, fields, models

#: These tell what is over: the meetings have left their series by then
ENDED = ("cancelled", "expired")


class Together(tuple):
    """Which visits a message tells of: pairs of the first one's id and the ids of all.

    A caller's context cannot hold one.
    """


class PrepaidBookingMessage(models.Model):
    """One message for all visits of a series, with one link."""

    _inherit = "prepaid.booking.message"

    def _tell_together(self):
        """Override: of a series, the message about the earliest visit tells of all of them."""
        ordered = self.sorted(lambda m: (m.booking_id.start or fields.Datetime.now(), m.id))
        groups = ordered.grouped(lambda m: m._series_key()).values()
        told = Together((group[0].booking_id.id, tuple(group.booking_id.ids)) for group in groups)
        leads = self.browse([group[0].id for group in groups])
        return leads.with_context(prepaid_together=told)

    def _series_key(self):
        """Return what messages of one kind have in common that are told together."""
        self.ensure_one()
        booking = self.booking_id
        series = booking.event_id.recurrence_id.id
        if self.kind in ENDED:
            series = self.kind
        return booking.partner_id, booking.service_id, booking.user_id, series or -booking.id


class PrepaidBooking(models.Model):
    """The visits that belong together for a client."""

    _inherit = "prepaid.booking"

    together_count = fields.Integer(
        "Visits in the Message",
        compute="_compute_together",
        compute_sudo=True,
        help="How many visits the message that is written tells of; one, unless it is a series.",
    )
    together_amount = fields.Monetary(
        "Deposits in the Message",
        compute="_compute_together",
        compute_sudo=True,
        help="What is asked for all visits that the message tells of.",
    )

    @api.depends("deposit_amount")
    @api.depends_context("prepaid_together")
    def _compute_together(self):
        """Add up what the message that is written tells of."""
        for booking in self:
            visits = booking._together()
            booking.together_count = len(visits)
            booking.together_amount = sum(visits.mapped("deposit_amount"))

    def _together(self):
        """Return the visits that the message which is written tells of, this one included.

        :return: soonest first
        """
        self.ensure_one()
        told = self.env.context.get("prepaid_together")
        ids = dict(told).get(self._origin.id) if isinstance(told, Together) else None
        return self.browse(ids).sorted("start") if ids else self

    def _portal_series(self):
        """Return the other coming visits of the same client in the same series."""
        self.ensure_one()
        series = self.event_id.recurrence_id
        if not series:
            return self.browse()
        return self.search(
            [
                *self._portal_coming_domain(),
                ("partner_id", "=", self.partner_id.id),
                ("event_id.recurrence_id", "=", series.id),
                ("id", "!=", self.id),
            ],
            order="start, id",
        )
