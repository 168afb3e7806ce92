from datetime import timedelta

from odoo import api, fields, models

#: name, services, sessions (0: unlimited), price, months valid, clients who may share it
TEMPLATES = [
    ("10 Manicures", ("Manicure",), 10, 300.0, 0, 1),
    ("5 Massages", ("Massage",), 5, 350.0, 3, 1),
    ("Family Haircuts", ("Haircut",), 8, 320.0, 6, 3),
    ("Yoga Month", ("Yoga Class",), 0, 50.0, 1, 1),
]
#: template, days since the sale, after how many days each session was used
SALES = (
    ("10 Manicures", 180, (2,)),
    ("10 Manicures", 60, (3, 15, 29, 44)),
    ("10 Manicures", 12, (1,)),
    ("5 Massages", 130, (5, 12, 30)),
    ("5 Massages", 40, (4, 11, 25)),
    ("5 Massages", 6, ()),
    ("Family Haircuts", 90, (1, 1, 34, 70)),
    ("Yoga Month", 20, ()),
    ("Yoga Month", 45, ()),
)


class PrepaidDemoSalon(models.AbstractModel):
    """Packages of the demo salon: half used, shared, run out, and one client who stopped coming."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: sell packages to some of the clients, in the past."""
        bookings = super()._generate(clients, days, seed)
        payers = bookings.payer_id.sorted("id").with_company(self.env.company)
        desk = self.env["res.users"].search([("login", "=", "desk")])
        self.with_user(desk)._sell_packages(self._create_templates(), payers, days)
        return bookings

    @api.model
    def _create_templates(self):
        """Return the subscription templates by name; like the services they carry no VAT."""
        Template = self.env["prepaid.subscription.template"].with_company(self.env.company)
        services = self._create_services()
        templates = Template.create(
            [
                {
                    "name": name,
                    "service_ids": [fields.Command.set([services[each].id for each in covered])],
                    "sessions": sessions,
                    "is_unlimited": not sessions,
                    "price": price,
                    "validity_number": months,
                    "validity_unit": "month",
                    "member_limit": members,
                }
                for name, covered, sessions, price, months, members in TEMPLATES
            ]
        )
        templates.product_id.taxes_id = [fields.Command.clear()]
        return {template.name: template for template in templates}

    @api.model
    def _sell_packages(self, templates, clients, days, sales=SALES):
        """Sell each package on its day and use its sessions as the client came.

        :param sales: template's name, sold how many days ago, days of visits since then; one
            for each client
        """
        today = self.env.company._prepaid_today()
        journal = clients._prepaid_money_journals()[:1]
        for (name, ago, visits), client in zip(sales, clients, strict=False):
            if ago > days:
                continue
            sold = today - timedelta(days=ago)
            sale = (
                templates[name]
                .with_user(self.env.user)
                .sell(client.id, date=fields.Date.to_string(sold), journal_id=journal.id)
            )
            package = self.env["prepaid.subscription"].browse(sale["subscription_id"])
            for day in visits:
                package.use_session(fields.Date.to_string(sold + timedelta(days=day)))
