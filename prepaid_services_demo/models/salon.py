import random
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models

from odoo.addons.prepaid_services.tools.dates import local_day

from .names import FIRST_NAMES, GROUP_CLASS, LAST_NAMES, SERVICES, USERS

#: How clients pay: ahead, at each visit, afterwards, or (so far) not at all
KINDS = ("ahead",) * 7 + ("visit", "credit", "debtor")
CREDIT_LIMIT = 300.0
OPENING, CLOSING, CLASS_HOUR = time(9), time(18), time(18, 30)
#: How past visits ended: share of all, public call, its arguments
ENDINGS = (
    (0.05, "action_cancel", {"reason": "Feeling unwell", "by": "client"}),
    (0.07, "action_cancel", {"reason": "Specialist is ill", "by": "us"}),
    (0.14, "action_no_show", {}),
)
COMING_DAYS = 8


class PrepaidDemoSalon(models.AbstractModel):
    """A salon with some months of history, made with the public calls of the add-on.

    Nothing is written past them, so its ledger is as true as a real salon's. The same seed on the
    same day makes the same salon, of any size.
    """

    _name = "prepaid.demo.salon"
    _description = "Demo Salon"

    @api.model
    def _generate_once(self):
        """Make the salon, unless the database has visits already: an update makes no second one."""
        if not self.env["prepaid.booking"].search_count([], limit=1):
            self._generate()

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Furnish the company with staff, services, clients, and their visits and money.

        :param int clients: how many
        :param int days: length of the history before today; a week of coming visits is added
        :param int seed: of everything that is left to chance
        :return: the bookings
        """
        # Thousands of records at once: without a log entry for each of their changes
        self = self.with_context(tracking_disable=True).with_company(self.env.company)  # noqa: PLW0642
        rng = random.Random(seed)
        self._prepare_company()
        staff, services = self._create_staff(), self._create_services()
        kinds = self._create_clients(clients, rng)
        people = self.env["res.partner"].union(*kinds)
        planned = list(self._plan_visits(people, services, staff, days, rng))
        desk = self.with_user(staff["desk"])
        bookings = desk.env["prepaid.booking"].create(planned)
        bookings.action_confirm()
        bookings += desk._book_classes(people, services, staff, days, rng)
        desk._live_through(bookings, kinds, rng)
        return bookings

    # ----------------------------------------------------------------------------------
    # The house
    # ----------------------------------------------------------------------------------

    @api.model
    def _prepare_company(self):
        """Give the company a chart of accounts, journals for money, and every feature."""
        company = self.env.company
        # The salon's own: wherever its people and clients log in from
        company.partner_id.tz = company._prepaid_tz()
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", company)
        company._prepaid_setup()
        features = self.env["ir.model.data"].search(
            [
                ("module", "=", "prepaid_services"),
                ("model", "=", "res.groups"),
                ("name", "=like", "group\\_feature\\_%"),
            ]
        )
        for group in self.env["res.groups"].browse(features.mapped("res_id")):
            self.env.ref("base.group_user")._apply_group(group)
        for code, name, kind in (("CSH", "Cash", "cash"), ("CARD", "Card Terminal", "bank")):
            self._find_or_create("account.journal", "code", code, name=name, type=kind)

    @api.model
    def _find_or_create(self, model, key, value, **vals):
        """Return the record of the company with this key, made when missing."""
        domain = [(key, "=", value), ("company_id", "in", [self.env.company.id, False])]
        Model = self.env[model].with_context(no_reset_password=True)
        if "company_id" not in vals and model != "product.product":
            vals["company_id"] = self.env.company.id
        return Model.search(domain, limit=1) or Model.create({key: value, **vals})

    @api.model
    def _create_staff(self):
        """Return the users by login."""
        company = self.env.company
        return {
            login: self._find_or_create(
                "res.users",
                "login",
                login,
                name=name,
                password=login,
                tz=company._prepaid_tz(),
                company_ids=[fields.Command.link(company.id)],
                group_ids=[fields.Command.link(self.env.ref(f"prepaid_services.{group}").id)],
            )
            for login, name, group in USERS
        }

    @api.model
    def _create_services(self):
        """Return the services by name; the salon is below the threshold of VAT."""
        return {
            name: self._find_or_create(
                "product.product",
                "name",
                name,
                type="service",
                list_price=price,
                service_duration=hours,
                taxes_id=[fields.Command.clear()],
            )
            for name, hours, price in SERVICES
        }

    @api.model
    def _create_clients(self, count, rng):
        """Return new clients with the way they pay; the manager approves credit for some.

        :rtype: dict
        """
        names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
        rng.shuffle(names)
        vals_list = [
            {
                "name": names[i % len(names)],
                "email": f"{names[i % len(names)].lower().replace(' ', '.')}@example.com",
                "phone": f"+1 555 {100 + i // 10000:03} {i % 10000:04}",
            }
            for i in range(count)
        ]
        clients = self.env["res.partner"].create(vals_list)
        # A daughter's visits are paid by her mother
        for mother, daughter in zip(clients[::20], clients[1::20], strict=False):
            daughter.parent_id = mother
        kinds = {
            client: KINDS[i % len(KINDS)] for i, client in enumerate(clients.commercial_partner_id)
        }
        trusted = clients.filtered(lambda c: kinds.get(c) in ("credit", "debtor"))
        manager = self.env["res.users"].search([("login", "=", "manager")])
        trusted.with_user(manager).write(
            {"service_credit_state": "approved", "service_credit_limit": CREDIT_LIMIT}
        )
        return {client: kinds[client.commercial_partner_id] for client in clients}

    # ----------------------------------------------------------------------------------
    # The calendar
    # ----------------------------------------------------------------------------------

    @api.model
    def _moment(self, day, clock):
        """Return a local time at the company as Odoo stores it."""
        zone = ZoneInfo(self.env.company._prepaid_tz())
        return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _plan_visits(self, clients, services, staff, days, rng):
        """Yield the values of the bookings: fewer in the past, busy from today on."""
        today = self.env.company._prepaid_today()
        specialists = [staff[login] for login, _name, group in USERS if group == "group_specialist"]
        offered = [service for name, service in services.items() if name != GROUP_CLASS]
        for offset in range(-days, COMING_DAYS):
            day = today + timedelta(days=offset)
            if day.weekday() == 6 and offset:
                continue
            visitors = max(1, len(clients) // (20 if offset < 0 else 7))
            free = {specialist: self._moment(day, OPENING) for specialist in specialists}
            for number, client in enumerate(rng.sample(list(clients), visitors)):
                specialist = specialists[number % len(specialists)]
                service = rng.choice(offered)
                start = free[specialist] + timedelta(minutes=rng.choice((0, 0, 15, 30)))
                free[specialist] = start + timedelta(hours=service.service_duration)
                if free[specialist] <= self._moment(day, CLOSING):
                    yield {
                        "partner_id": client.id,
                        "service_id": service.id,
                        "user_id": specialist.id,
                        "start": start,
                    }

    @api.model
    def _book_classes(self, clients, services, staff, days, rng):
        """Make a weekly group class, and a series of one client; return their bookings."""
        today, weeks = self.env.company._prepaid_today(), days // 7
        first = today - timedelta(weeks=weeks, days=-1)
        several = rng.sample(list(clients), min(6, len(clients)))
        events = self._repeat(services[GROUP_CLASS], staff["elena"], first, weeks + 3, several)
        series = self._repeat(
            services["Massage"], staff["clara"], today + timedelta(days=2), 5, several[:1]
        )
        return (events + series).booking_ids

    @api.model
    def _repeat(self, service, specialist, day, count, clients):
        """Return the meetings of a weekly series for some clients."""
        start = self._moment(day, CLASS_HOUR)
        weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
        event = self.env["calendar.event"].create(
            {
                "name": service.name,
                "prepaid_service_id": service.id,
                "user_id": specialist.id,
                "start": start,
                "stop": start + timedelta(hours=service.service_duration),
                "prepaid_client_ids": [fields.Command.set([client.id for client in clients])],
                "event_tz": self.env.company._prepaid_tz(),
                "recurrency": True,
                "rrule_type": "weekly",
                "end_type": "count",
                "count": count,
                weekday: True,
            }
        )
        return event.recurrence_id.calendar_event_ids or event

    # ----------------------------------------------------------------------------------
    # The money
    # ----------------------------------------------------------------------------------

    @api.model
    def _live_through(self, bookings, kinds, rng):
        """End past visits week by week: money comes in, visits are finished. Half of today too."""
        company, today = self.env.company, self.env.company._prepaid_today()
        ordered = bookings.sorted("start")
        now = ordered.filtered(lambda b: b._service_day() == today)
        past = ordered.filtered(lambda b: b._service_day() < today) + now[: len(now) // 2]
        endings = past.grouped(lambda b: self._draw_ending(rng))
        for share, method, arguments in ENDINGS:
            if share in endings:
                getattr(endings[share], method)(**arguments)
        purse = defaultdict(float)
        tz_name = company._prepaid_tz()
        came = past.filtered(lambda b: b.state == "confirmed")
        weeks = came.grouped(lambda b: local_day(b.start, tz_name).isocalendar()[:2])
        for visits in weeks.values():
            for visit in visits:
                self._pay(visit, kinds[visit.partner_id], purse, rng)
            visits.action_done()

    @api.model
    def _draw_ending(self, rng):
        """Return the key of one of ``ENDINGS``, or 1 for a visit that took place."""
        chance = rng.random()
        return next((share for share, *_call in ENDINGS if chance < share), 1)

    @api.model
    def _pay(self, visit, kind, purse, rng):
        """Take what the client pays in on the day of a visit, in the manner of the client.

        :param dict purse: payer -> advance less debt, kept here
        """
        payer, price = visit.payer_id, visit.amount_total
        amount = self._amount_paid(kind, purse[payer], price, rng)
        if amount > 0:
            journals = payer._prepaid_money_journals()
            payer.prepaid_top_up(
                amount, rng.choice(journals.ids), fields.Date.to_string(visit._service_day())
            )
        purse[payer] += amount - price

    @api.model
    def _amount_paid(self, kind, balance, price, rng):
        """Return how much a client of some kind pays in before a visit.

        :param float balance: advance less debt
        """
        short = max(price - balance, 0.0)
        if kind == "ahead":
            return -(-short // 100) * 100 + rng.choice((0, 100, 200)) if short else 0.0
        if kind == "visit":
            return short
        if short > CREDIT_LIMIT:
            # Even then the debtor pays no more than this visit
            return price if kind == "debtor" else -balance
        return -balance if kind == "credit" and balance < 0 and rng.random() < 0.2 else 0.0
