from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import inside
from ...tools.groups import STAFF
from .prepaid_booking import SEAT_STATES


class CalendarEvent(models.Model):
    """A meeting for a service: what is offered, by whom, to which clients."""

    _inherit = "calendar.event"

    prepaid_service_id = fields.Many2one(
        "product.product",
        "Service",
        index="btree_not_null",
        ondelete="set null",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        groups=STAFF,
    )
    # No groups: what every employee sees of the form depends on it
    prepaid_is_visit = fields.Boolean(
        "Is a Visit", compute="_compute_prepaid_is_visit", compute_sudo=True,
    )
    prepaid_company_id = fields.Many2one(
        "res.company",
        "Company",
        default=lambda self: self.env.company,
        groups=STAFF,
    )
    prepaid_currency_id = fields.Many2one(related="prepaid_company_id.currency_id", groups=STAFF)
    prepaid_price = fields.Monetary(
        "Income",
        currency_field="prepaid_currency_id",
        compute="_compute_prepaid_price",
        store=True,
        readonly=False,
        precompute=True,
        help="Price for each client of this meeting. Single seats can have their own.",
        groups=STAFF,
    )
    booking_ids = fields.One2many("prepaid.booking", "event_id", "Bookings", groups=STAFF)
    prepaid_client_ids = fields.Many2many(
        "res.partner",
        string="Clients",
        compute="_compute_prepaid_client_ids",
        inverse="_inverse_prepaid_client_ids",
        compute_sudo=True,
        context={"active_test": False},
        help="Each client gets a seat with an own price and state.",
        groups=STAFF,
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("prepaid_service_id")
    def _compute_prepaid_is_visit(self):
        """Whether a meeting is for a service."""
        for event in self:
            event.prepaid_is_visit = bool(event.prepaid_service_id)

    @api.depends("prepaid_service_id")
    def _compute_prepaid_price(self):
        """The service brings its price; it can be changed."""
        for event in self:
            event.prepaid_price = event._service_price()

    def _service_price(self):
        """Return the price of the service as it is sold, in company currency."""
        self.ensure_one()
        company = self.prepaid_company_id or self.env.company
        service = self.prepaid_service_id.with_company(company)
        return service.lst_price if service else 0.0

    @api.depends("start", "duration", "prepaid_service_id")
    def _compute_stop(self):
        """Extend: a meeting that gets a service lasts as long as the service."""
        res = super()._compute_stop()
        for event in self:
            service = event.prepaid_service_id
            if event.start and service and service != event._origin.prepaid_service_id:
                event.stop = event.start + service._prepaid_duration()
                # Core has just said that it need not be computed any more
                event.duration = event._get_duration(event.start, event.stop)
        return res

    @api.depends("booking_ids.partner_id", "booking_ids.state")
    def _compute_prepaid_client_ids(self):
        """The clients who have a seat."""
        self.booking_ids.mapped("partner_id")  # all at once, not meeting by meeting
        for event in self:
            live = event.booking_ids.filtered(lambda b: b.state in SEAT_STATES)
            event.prepaid_client_ids = live.partner_id

    def _inverse_prepaid_client_ids(self):
        """Added clients get a confirmed booking, removed ones lose it."""
        vals_list = []
        for event in self:
            # All seats, also those the caller may not change: removing one is refused then
            live = event.sudo().booking_ids.filtered(lambda b: b.state in SEAT_STATES)
            clients = event.prepaid_client_ids
            gone = live.filtered(lambda b, clients=clients: b.partner_id not in clients)
            inside(gone.with_env(self.env), prepaid_keep_event=True).action_cancel(by="us")
            new = clients - live.partner_id
            if new and not event.prepaid_service_id:
                raise UserError(self.env._("Choose the service before adding clients."))
            if new and not event.active:
                raise UserError(
                    self.env._("%(meeting)s is archived. Restore it first.", meeting=event.name)
                )
            vals_list += [event._prepare_booking_vals(client) for client in new]
        # A seat that went to somebody else just now must not look taken
        self.env["prepaid.booking"].flush_model(["event_id", "partner_id", "state"])
        # The calendar's defaults (start, stop, ...) are the meeting's, not the bookings'
        inside(self.env["prepaid.booking"]).create(vals_list).action_confirm()

    @api.depends("partner_ids", "prepaid_service_id")
    @api.depends_context("uid")
    def _compute_user_can_edit(self):
        """Extend: the front desk edits the meetings of specialists that are visits."""
        res = super()._compute_user_can_edit()
        if self.env.user.has_group("prepaid_services.group_front_desk"):
            self.filtered("prepaid_service_id").user_can_edit = True
        return res

    # ----------------------------------------------------------------------------------
    # Values
    # ----------------------------------------------------------------------------------

    def _prepare_booking_vals(self, client):
        """Return the values of the seat of one client."""
        self.ensure_one()
        return {
            "event_id": self.id,
            "partner_id": client.id,
            "service_id": self.prepaid_service_id.id,
            "company_id": (self.prepaid_company_id or self.env.company).id,
        }

    @api.model
    def _prepaid_specialist_vals(self, user):
        """Return the values that put a meeting on a specialist's calendar.

        Clients are seats, not attendees: they get the salon's messages, not calendar invitations.
        """
        partner = user.sudo().partner_id
        return {"user_id": user.id, "partner_ids": [fields.Command.set(partner.ids)]}

    @api.model
    def _prepaid_event_name(self, service, clients):
        """Return the name of a meeting that has none."""
        if len(clients) > 2:
            return self.env._(
                "%(service)s (%(count)s clients)", service=service.name, count=len(clients)
            )
        names = sorted(client.name or "" for client in clients)
        return " - ".join([service.name or "", *names])

    def _check_private_event_conditions(self):
        """Extend: visits are the salon's business, also on a specialist's private calendar."""
        if self.sudo().prepaid_service_id and self.env.user.has_group(
            "prepaid_services.group_front_desk"
        ):
            return False
        return super()._check_private_event_conditions()

    @api.model
    def _get_public_fields(self):
        """Extend: what is masked for others would be masked for the seats as well."""
        return super()._get_public_fields() | {
            "prepaid_service_id",
            "prepaid_company_id",
            "prepaid_currency_id",
            "prepaid_price",
            "prepaid_client_ids",
            "booking_ids",
        }
