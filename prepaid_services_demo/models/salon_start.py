from datetime import timedelta

from odoo import api, fields, models

#: Who paid and stays away: name, template, sold how many days ago, days of visits since then
AWAY = [
    ("Beatrice Long", "5 Massages", 20, ()),
    ("Gloria Stone", "10 Manicures", 75, (2, 12, 25, 33)),
    ("Helen Frost", "5 Massages", 84, (3, 60)),
    ("Monica Reyes", "Family Haircuts", 120, (5, 30, 62)),
    ("Irene Walsh", "10 Manicures", 12, ()),
]
#: Name, money paid in, how many days before the history begins
IDLE = ("Ursula Brandt", 240.0, 8)


class PrepaidDemoSalon(models.AbstractModel):
    """The start desk of the demo salon knows whom to call on the first morning."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: some clients paid and do not come; the start desk finds them."""
        bookings = super()._generate(clients, days, seed)
        company = self.env.company
        desk = self.env["res.users"].search([("login", "=", "desk")])
        salon = self.with_user(desk).with_company(company).with_context(tracking_disable=True)
        salon._stay_away(days)
        self.env["prepaid.start.task"].sudo().with_company(company)._find(company)
        return bookings

    @api.model
    def _stay_away(self, days):
        """Sell packages and take money long ago, as far as the history reaches."""
        names = [name for name, _template, ago, _visits in AWAY if ago <= days]
        people = self._create_away([*names, IDLE[0]])
        Template = self.env["prepaid.subscription.template"]
        templates = {
            name: Template.search([("name", "=", name)], order="id desc", limit=1)
            for name in {row[1] for row in AWAY}
        }
        self._sell_packages(
            templates, people[: len(names)], days, [row[1:] for row in AWAY if row[2] <= days]
        )
        _name, amount, before = IDLE
        day = self.env.company._prepaid_today() - timedelta(days=days + before)
        client = people[-1:]
        journal = client._prepaid_money_journals()[:1]
        client.prepaid_top_up(amount, journal.id, fields.Date.to_string(day))

    @api.model
    def _create_away(self, names):
        """Return new clients with these names."""
        return self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": f"{name.lower().replace(' ', '.')}@example.com",
                    "phone": f"+1 555 200 {number:04}",
                }
                for number, name in enumerate(names)
            ]
        )
