from datetime import time, timedelta

from odoo import api, fields, models

#: name, values; the first one that matches decides
RULES = [
    ("Club members: no deposit", {"amount_type": "none"}),
    ("New clients", {"amount_type": "percent", "percent": 50.0, "client_kind": "new"}),
    (
        "Clients who did not come",
        {"amount_type": "percent", "percent": 100.0, "client_kind": "no_show", "min_no_shows": 2},
    ),
    (
        "Before New Year",
        {"amount_type": "fixed", "amount": 10.0, "date_from": "-12-20", "date_to": "-12-31"},
    ),
    ("Everybody else", {"amount_type": "percent", "percent": 20.0, "late_keep": "part"}),
]
#: login -> price of an hour
HOURLY_RATES = {"anna": 45.0, "bella": 40.0, "clara": 70.0, "david": 38.0, "elena": 30.0}
#: How bookings with a deposit go on, one after the other
WAYS = ("awaiting", "paid", "awaiting", "late cancellation", "paid", "cancelled by us", "expired")


class PrepaidDemoSalon(models.AbstractModel):
    """Deposits of the demo salon: awaited, paid, kept, returned and not paid in time."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: rules, and bookings of the next days with deposits in every state."""
        bookings = super()._generate(clients, days, seed)
        self = self.with_context(tracking_disable=True).with_company(self.env.company)  # noqa: PLW0642
        people = self._create_deposit_rules(bookings.partner_id.sorted("id"))
        desk = self.env["res.users"].search([("login", "=", "desk")])
        self._set_hourly_rates()
        self.with_user(desk)._look_back_on_deposits(
            people, bookings[0].service_id, bookings[0].user_id
        )
        self.with_user(desk)._book_with_deposits(people, bookings)
        return bookings

    @api.model
    def _set_hourly_rates(self):
        """Say what an hour of each specialist costs, for rules that ask a part of it."""
        specialists = self.env["res.users"].search([("login", "in", list(HOURLY_RATES))])
        for specialist in specialists:
            specialist.prepaid_hourly_rate = HOURLY_RATES[specialist.login]

    @api.model
    def _create_deposit_rules(self, people):
        """Create the rules, and make some clients members of the club.

        :return: the other clients
        """
        club = self.env["res.partner.category"].create({"name": "Club"})
        members = people[::6]
        members.category_id = [fields.Command.link(club.id)]
        year = fields.Date.today().year
        for sequence, (name, vals) in enumerate(RULES):
            vals = {k: f"{year}{v}" if k.startswith("date_") else v for k, v in vals.items()}
            if vals["amount_type"] == "none":
                vals["partner_category_ids"] = club.ids
            self.env["prepaid.deposit.rule"].create({"name": name, "sequence": sequence, **vals})
        return people - members

    @api.model
    def _book_with_deposits(self, people, bookings):
        """Book visits of the next days in free hours, and let each go on in its way."""
        service, specialist = bookings[0].service_id, bookings[0].user_id
        cash = self.env["res.partner"]._prepaid_money_journals()[:1]
        today = self.env.company._prepaid_today()
        soon = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        for number, client in enumerate(people[: 2 * len(WAYS)]):
            way = WAYS[number % len(WAYS)]
            # In the evening, when the other visits are over
            day = self._moment(today + timedelta(days=2 + number // 3), time(18 + number % 3))
            booking = self.env["prepaid.booking"].create(
                {
                    "partner_id": client.id,
                    "service_id": service.id,
                    "user_id": specialist.id,
                    # Late is what the terms say: less than a day before
                    "start": soon + timedelta(hours=3) if way == "late cancellation" else day,
                }
            )
            booking.action_confirm()
            if booking.state == "awaiting_payment":
                self._go_on(booking, way, cash)

    @api.model
    def _go_on(self, booking, way, cash):
        """Let a booking that waits for its deposit go on in some way."""
        if way == "expired":
            booking.sudo()._expire()
        elif way != "awaiting":
            booking.action_take_deposit(cash.id)
        if way == "late cancellation":
            booking.action_cancel("Changed her mind")
        elif way == "cancelled by us":
            booking.action_cancel("Specialist is ill", by="us")
