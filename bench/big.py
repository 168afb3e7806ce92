"""A big salon in minutes: three years of visits, each with the entries it has in a real house.

One of everything is made by the public calls; its rows are multiplied by SQL, in the order of their
days, as a house that has lived them has them on its disk. The ledger balances, residuals and
matchings say the same, packages tie with deferred revenue.

=================== =============================================================================
``N`` visits        160 of them today, the rest over three years; 20 specialists
``N / 5`` clients   each with five visits: one paid by a package (every second client) or from the
                    balance, two from the balance, one collected at the till, one on credit
``N / 10`` packages ten sessions each, a year long, some used without a booking, old ones lapsed
on credit           a fifth open, a fifth half paid, the rest paid 10 to 39 days later
idle money          a quarter of the clients left 20 on the balance
coming visits       five days of 160, and ``N / 100`` within two months
=================== =============================================================================
"""

from datetime import timedelta

from measure import Salon, vacuum

from odoo.tools import SQL

DAYS, PER_DAY, NEAR = 3 * 365, 160, 5
#: Whose multiples visit all clients, in an order that looks like chance
PRIME = 7919
TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
    "calendar_attendee",
    "calendar_event",
    "calendar_event_res_partner_rel",
    "prepaid_booking",
    "prepaid_subscription",
    "prepaid_subscription_revision",
    "prepaid_subscription_use",
    "res_partner",
)


class Big:
    """A salon of so many visits; ``desk`` and ``manager`` are environments of its people."""

    def __init__(self, env, visits):
        self.env, self.visits = env, visits
        self.clients = visits // 5
        self.today = env.company._prepaid_today()
        self.salon = Salon(env, clients=2)
        self.staff = self._staff()
        self._one_of_each()
        env.flush_all()
        indexes = self._drop_indexes()
        # What is copied refers to what is there: checking each foreign key would take minutes
        env.cr.execute("SET session_replication_role = replica")
        self._plan()
        self._people_and_meetings()
        self._money()
        self._packages()
        env.cr.execute("SET session_replication_role = DEFAULT")
        for statement in indexes:
            env.cr.execute(statement)
        env.invalidate_all()
        vacuum(env)
        self.desk = self.salon.env
        manager = self.salon.staff["manager"]
        manager.group_ids += env.ref("account.group_account_invoice")
        self.manager = self.salon.env(user=manager)
        env.cr.commit()

    # -- one of each, by the public calls ------------------------------------------------

    def _staff(self):
        """Return the ids of 20 specialists."""
        users = self.env["res.users"].with_context(no_reset_password=True)
        group = self.env.ref("prepaid_services.group_specialist")
        return users.create(
            [
                {
                    "name": f"Specialist {number:02}",
                    "login": f"specialist{number}",
                    "tz": self.env.company._prepaid_tz(),
                    "group_ids": [(4, group.id)],
                }
                for number in range(20)
            ]
        )

    def _one_of_each(self):
        """Make a visit paid from the balance, one on credit with its payment, and a package."""
        env, salon = self.env, self.salon
        env.company.prepaid_overlap_policy = "allow"
        self.client, other = salon.clients.with_env(env)
        other.service_credit_limit = 1000.0
        visit = salon.visits(1).sudo()
        visit.action_done()
        self.booking = visit
        self.top_up = env["account.payment"].search(
            [("partner_id", "=", self.client.id), ("prepaid_topup", "=", True)]
        )
        self.application = visit.invoice_id._prepaid_applications()
        template = env["prepaid.subscription.template"].create(
            {
                "name": "Ten",
                "price": 500.0,
                "sessions": 10,
                "validity_number": 12,
                "service_ids": salon.service.ids,
            }
        )
        template.product_id.taxes_id = False
        sale = template.with_env(salon.env).sell(self.client.id)
        self.package = env["prepaid.subscription"].browse(sale["subscription_id"])
        self.package.with_env(salon.env).use_session()
        self.payment = env["account.payment"].create(
            {
                "partner_id": other.id,
                "amount": 80.0,
                "journal_id": self.top_up.journal_id.id,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        self.payment.with_context(force_payment_move=True).action_post()
        assert self.payment.move_id and not self.payment.prepaid_topup  # noqa: S101

    # -- copying -------------------------------------------------------------------------

    def _drop_indexes(self):
        """Drop what slows inserting down, and return the statements that make it again."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT indexname, indexdef FROM pg_indexes
                 WHERE schemaname = current_schema AND tablename IN %s
                   AND indexname NOT IN (SELECT conname FROM pg_constraint)
                """,
                TABLES,
            )
        )
        for name, _definition in rows:
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
        return [definition for _name, definition in rows]

    def _copy(self, record, source, **values):
        """Insert a copy of a record's row for each row of a source; ``id`` may be given.

        :param str source: items of FROM
        :param str values: column -> expression over ``source`` that differs from copy to copy
        """
        table = record._table
        rows = self.env.execute_query(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema AND table_name = %s"
                "   AND is_generated = 'NEVER' ORDER BY 1",
                table,
            )
        )
        names = [name for (name,) in rows if name != "id" or "id" in values]
        unknown = values.keys() - {*names, "id"}
        assert not unknown, (table, unknown)  # noqa: S101
        expressions = ", ".join(str(values.get(name, f'original."{name}"')) for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        self.env.cr.execute(
            f"INSERT INTO {table} ({columns}) SELECT {expressions}"  # noqa: S608
            f" FROM {table} original, {source} WHERE original.id = {record.id}"
        )
        if "id" in values:
            self.env.cr.execute(
                f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))"  # noqa: S608
            )

    def _base(self, table, count):
        """Reserve ids of a table, and return the one before the first."""
        sequence = f"{table}_id_seq"
        [(last,)] = self.env.execute_query(SQL("SELECT nextval(%s::regclass)", sequence))
        self.env.cr.execute(SQL("SELECT setval(%s::regclass, %s)", sequence, last + count + 1))
        return last + 1

    def _copy_move(self, move, source, lines, **values):
        """Copy an entry with its items.

        :param list lines: for each item of the entry (item, values)
        """
        days = {"date": "day"}
        self._copy(
            move,
            source,
            **{
                "partner_id": "client",
                "commercial_partner_id": "client",
                "sequence_number": "number + 1000",
                "invoice_date_due": "day",
                "access_token": "NULL",
                "create_date": "day + TIME '10:00'",
                **days,
                **values,
            },
        )
        for line, line_values in lines:
            balance = line_values["balance"]
            self._copy(
                line,
                source,
                **{
                    "move_id": values["id"],
                    "move_name": values["name"],
                    "partner_id": "client",
                    "full_reconcile_id": "NULL",
                    "date_maturity": "day",
                    "amount_currency": balance,
                    "debit": f"GREATEST({balance}, 0)",
                    "credit": f"GREATEST(-({balance}), 0)",
                    **({"invoice_date": "day"} if move.move_type != "entry" else {}),
                    **days,
                    **line_values,
                },
            )

    def _match(self, source, debit, credit, amount, day="day"):
        """Insert matchings of items."""
        [partial] = self.application.line_ids.matched_credit_ids[:1]
        self._copy(
            partial,
            source,
            debit_move_id=debit,
            credit_move_id=credit,
            amount=amount,
            debit_amount_currency=amount,
            credit_amount_currency=amount,
            full_reconcile_id="NULL",
            max_date=day,
        )

    # -- who comes when, and how it is paid ----------------------------------------------

    def _plan(self):
        """Write the plan of the visits: whose, when, and the ids of what belongs to each."""
        env, visits, clients = self.env, self.visits, self.clients
        assert clients % PRIME, "every client must get a turn"  # noqa: S101
        near = PER_DAY * (2 * NEAR + 1)
        coming = visits // 100
        self.count = count = visits + coming
        ids = {
            "client": self._base("res_partner", clients),
            "event": self._base("calendar_event", count),
            "booking": self._base("prepaid_booking", count),
            "move": self._base("account_move", 12 * visits),
            "line": self._base("account_move_line", 24 * visits),
            "payment": self._base("account_payment", 6 * visits),
            "package": self._base("prepaid_subscription", visits),
        }
        self.ids, self.first_client = ids, ids["client"]
        env.cr.execute(
            f"""
            CREATE TEMP TABLE visit AS
            WITH placed AS (
                SELECT number,
                       CASE WHEN number < {visits - near}
                            THEN {DAYS - NEAR}
                               - (number::bigint * {DAYS - NEAR - 1} / {visits - near})::int
                            WHEN number < {visits}
                            THEN {NEAR} - (number - {visits - near}) / {PER_DAY}
                            ELSE -{NEAR} - 1 - (number - {visits})::bigint * 55 / {coming} END::int
                           AS ago,
                       (number::bigint * {PRIME} % {clients})::int AS place
                  FROM generate_series(0, {count - 1}) AS number
            )
            SELECT number, place, {ids["client"]} + place AS client,
                   DATE '{self.today}' - ago AS day, ago,
                   (ARRAY{self.staff.ids})[number % 20 + 1] AS specialist,
                   DATE '{self.today}' - ago + TIME '08:00'
                       + (number / 20 % 8) * INTERVAL '1 hour' AS start,
                   CASE WHEN number >= {visits} OR ago < 0 THEN 'coming'
                        WHEN (number / {clients} + place) % 5 = 0 AND place % 2 = 0 THEN 'package'
                        WHEN (number / {clients} + place) % 5 = 3 THEN 'till'
                        WHEN (number / {clients} + place) % 5 = 4 THEN 'credit'
                        ELSE 'balance' END AS kind,
                   40 + number % 9 * 10 AS price,
                   CASE WHEN place % 4 = 0 AND (number / {clients} + place) % 5 = 1
                        THEN 20 ELSE 0 END AS rest,
                   {ids["event"]} + number AS event, {ids["booking"]} + number AS booking
              FROM placed
            """  # noqa: S608
        )

    def _people_and_meetings(self):
        """Copy clients, meetings with the specialist as attendee, and bookings."""
        env, first = self.env, self.first_client
        env.cr.execute("ANALYZE visit")
        self._copy(
            self.client,
            f"generate_series(0, {self.clients - 1}) AS number",
            id=f"{first} + number",
            name="'Client ' || number",
            complete_name="'Client ' || number",
            email="'client' || number || '@example.com'",
            commercial_partner_id=f"{first} + number",
        )
        event = self.booking.event_id
        self._copy(
            event,
            "visit",
            id="event",
            name="'Massage - Client ' || place",
            user_id="specialist",
            start="visit.start",
            stop="visit.start + INTERVAL '1 hour'",
        )
        partners = "(SELECT u.id AS who, u.partner_id FROM res_users u) who"
        self._copy(
            event.attendee_ids,
            f"visit JOIN {partners} ON who.who = visit.specialist",
            event_id="event",
            partner_id="who.partner_id",
            access_token="md5(event::text)",
        )
        env.cr.execute(
            "INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)"
            " SELECT event, u.partner_id FROM visit JOIN res_users u ON u.id = visit.specialist"
        )
        invoice = f"{self.ids['move']} + number"
        self._copy(
            self.booking,
            "visit",
            id="booking",
            partner_id="client",
            payer_id="client",
            event_id="event",
            user_id="specialist",
            start="visit.start",
            stop="visit.start + INTERVAL '1 hour'",
            state="CASE kind WHEN 'coming' THEN 'confirmed' ELSE 'done' END",
            invoice_id=f"CASE WHEN kind NOT IN ('coming', 'package') THEN {invoice} END",
            price="visit.price",
            amount_total="CASE kind WHEN 'package' THEN 0 ELSE visit.price END",
        )

    def _money(self):
        """Copy invoices, top-ups with what they pay, and payments of what was on credit."""
        n, move, line = self.visits, self.ids["move"], self.ids["line"]
        invoice = self.booking.invoice_id
        debt = invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        sold = "(SELECT * FROM visit WHERE kind NOT IN ('coming', 'package')) sold"
        late = "LEAST(day + 10 + number % 30, CURRENT_DATE)"
        open_share = (
            "CASE WHEN kind != 'credit' THEN 0 WHEN place / 5 % 5 = 0 THEN price"
            " WHEN place / 5 % 5 = 1 THEN price / 2.0 ELSE 0 END"
        )
        state = (
            "CASE WHEN kind != 'credit' OR place / 5 % 5 > 1 THEN 'paid'"
            " WHEN place / 5 % 5 = 1 THEN 'partial' ELSE 'not_paid' END"
        )
        amounts = (
            "amount_untaxed", "amount_total", "amount_untaxed_signed", "amount_total_signed",
            "amount_untaxed_in_currency_signed", "amount_total_in_currency_signed",
        )
        self._copy_move(
            invoice,
            sold,
            [
                (
                    invoice.line_ids - debt,
                    {
                        "id": f"{line} + number",
                        "balance": "-price",
                        "price_unit": "price",
                        "price_subtotal": "price",
                        "price_total": "price",
                        "date_maturity": "NULL",
                    },
                ),
                (
                    debt,
                    {
                        "id": f"{line + n} + number",
                        "balance": "price",
                        "amount_residual": open_share,
                        "amount_residual_currency": open_share,
                        "reconciled": f"({open_share}) = 0",
                        "matching_number": "'P1'",
                    },
                ),
            ],
            id=f"{move} + number",
            name="'INV/B/' || number",
            payment_reference="'INV/B/' || number",
            partner_shipping_id="client",
            invoice_date="day",
            invoice_user_id="specialist",
            payment_state=state,
            amount_residual=open_share,
            amount_residual_signed=open_share,
            **dict.fromkeys(amounts, "price"),
        )
        self._top_ups(
            "(SELECT number, client, price, price + rest AS amount, rest,"
            " day - CASE kind WHEN 'till' THEN 0 ELSE number % 20 END AS day"
            " FROM visit WHERE kind IN ('balance', 'till')) paid",
            0,
        )
        self._apply("(SELECT * FROM visit WHERE kind IN ('balance', 'till')) paid", 0, line + n)
        paid = (
            f"(SELECT number, client, {late} AS day,"
            " CASE place / 5 % 5 WHEN 1 THEN price / 2.0 ELSE price END AS amount"
            " FROM visit WHERE kind = 'credit' AND place / 5 % 5 > 0) paid"
        )
        self._payments(self.payment, paid, 3, 0)
        self._match(paid, f"{line + n} + number", f"{line + 7 * n} + number", "paid.amount")

    def _top_ups(self, source, block):
        """Copy top-ups; the entries are block 1, the items of prepayments block 3 of their kind."""
        self._payments(self.top_up, source, 1 + block, "rest")

    def _payments(self, payment, source, block, rest):
        """Copy a payment with its entry; items: blocks ``2 * block`` and the next one."""
        n, line = self.visits, self.ids["line"]
        move = f"{self.ids['move'] + block * n} + number"
        paid = payment.move_id.line_ids.filtered(
            lambda item: item.account_id == payment.destination_account_id
        )
        key = f"{self.ids['payment'] + block * n} + number"
        common = {"payment_id": key, "name": "original.name"}
        self._copy_move(
            payment.move_id,
            source,
            [
                (
                    payment.move_id.line_ids - paid,
                    {
                        "id": f"{line + 2 * block * n} + number",
                        "balance": "amount",
                        "amount_residual": "amount",
                        "amount_residual_currency": "amount",
                        **common,
                    },
                ),
                (
                    paid,
                    {
                        "id": f"{line + (2 * block + 1) * n} + number",
                        "balance": "-amount",
                        "amount_residual": f"-{rest}",
                        "amount_residual_currency": f"-{rest}",
                        "reconciled": f"{rest} = 0",
                        "matching_number": "'P1'",
                        **common,
                    },
                ),
            ],
            id=move,
            name=f"'PAY{block}/' || number",
            origin_payment_id=key,
            amount_total="amount",
            amount_total_signed="amount",
            amount_total_in_currency_signed="amount",
        )
        self._copy(
            payment,
            source,
            id=key,
            name=f"'PAY{block}/' || number",
            move_id=move,
            partner_id="client",
            date="day",
            amount="paid.amount",
            amount_company_currency_signed="paid.amount",
        )

    def _apply(self, source, block, debt):
        """Copy the entries that pay debts from top-ups; entries 2, items 4 and 5 of their kind."""
        n, line = self.visits, self.ids["line"]
        used, settled = self.application.line_ids.sorted(lambda item: item.balance, reverse=True)
        closed = {"amount_residual": "0", "reconciled": "TRUE", "matching_number": "'P1'"}
        used_id = f"{line + (4 + block) * n} + number"
        settled_id = f"{line + (5 + block) * n} + number"
        self._copy_move(
            self.application,
            source,
            [
                (used, {"id": used_id, "balance": "price", "date_maturity": "NULL", **closed}),
                (
                    settled,
                    {"id": settled_id, "balance": "-price", "date_maturity": "NULL", **closed},
                ),
            ],
            id=f"{self.ids['move'] + (2 + block) * n} + number",
            name=f"'PREP{block}/' || number",
            amount_total="price",
            amount_total_signed="price",
            amount_total_in_currency_signed="price",
        )
        self._match(source, used_id, f"{line + (3 + block) * n} + number", "price")
        self._match(source, f"{debt} + number", settled_id, "price")

    # -- packages ------------------------------------------------------------------------

    def _packages(self):
        """Copy packages: each was sold up to two months before its booked visit."""
        n, move, line = self.visits, self.ids["move"], self.ids["line"]
        old, left = "day < CURRENT_DATE - 365", "(500 - 50 * used)"
        self.env.cr.execute(
            f"""
            CREATE TEMP TABLE package AS
            SELECT number, client, place, visit.day - number % 60 AS day, 500 AS price, 0 AS rest,
                   500 AS amount, visit.day AS visit_day, booking, specialist,
                   {self.ids["package"]} + number AS package,
                   1 + (SELECT COUNT(*) FROM generate_series(1, 4) each
                         WHERE visit.day - number % 60 + each * 7 < CURRENT_DATE)::int AS used
              FROM visit WHERE kind = 'package'
            """  # noqa: S608
        )
        self.env.cr.execute("ANALYZE package")
        self.env.cr.execute("ANALYZE prepaid_booking")
        self.env.cr.execute(
            "UPDATE prepaid_booking SET subscription_id = package, session_units = 1"
            "  FROM package WHERE package.booking = prepaid_booking.id"
        )
        sold, paid = "package", "(SELECT * FROM package) paid"
        one, invoice = self.package, self.package.invoice_line_id.move_id
        debt = invoice.line_ids.filtered(lambda item: item.account_type == "asset_receivable")
        self._copy_move(
            invoice,
            sold,
            [
                (
                    one.invoice_line_id,
                    {"id": f"{line + 8 * n} + number", "balance": "-500", "date_maturity": "NULL"},
                ),
                (debt, {"id": f"{line + 9 * n} + number", "balance": "500"}),
            ],
            id=f"{move + 4 * n} + number",
            name="'INV/P/' || number",
            payment_reference="'INV/P/' || number",
            partner_shipping_id="client",
            invoice_date="day",
        )
        self._package_payments(paid)
        self._copy(
            one,
            sold,
            id="package",
            partner_id="client",
            payer_id="client",
            invoice_line_id=f"{line + 8 * n} + number",
            revision_id="NULL",
            date_sale="day",
            date_start="day",
            date_end="day + 364",
            date_last="day + 364",
            state=f"CASE WHEN {old} THEN 'expired' ELSE 'active' END",
            sessions_used="used",
            sessions_left=f"CASE WHEN {old} THEN 0 ELSE 10 - used END",
            amount_earned="50 * used",
            amount_broken=f"CASE WHEN {old} THEN {left} ELSE 0 END",
            amount_deferred=f"CASE WHEN {old} THEN 0 ELSE {left} END",
        )
        self._package_rows(old, left)

    def _package_payments(self, paid):
        """Pay the packages with a top-up of the same day."""
        n, line = self.visits, self.ids["line"]
        self._payments(self.top_up, paid, 5, "rest")
        self._apply_package(paid, n, line)

    def _apply_package(self, paid, n, line):
        """Copy what pays the packages' invoices."""
        used, settled = self.application.line_ids.sorted(lambda item: item.balance, reverse=True)
        closed = {
            "amount_residual": "0",
            "reconciled": "TRUE",
            "matching_number": "'P1'",
            "date_maturity": "NULL",
        }
        self._copy_move(
            self.application,
            paid,
            [
                (
                    used,
                    {"id": f"{line + 12 * n} + number", "balance": "500", **closed},
                ),
                (
                    settled,
                    {"id": f"{line + 13 * n} + number", "balance": "-500", **closed},
                ),
            ],
            id=f"{self.ids['move'] + 6 * n} + number",
            name="'PREPP/' || number",
            amount_total="500",
            amount_total_signed="500",
            amount_total_in_currency_signed="500",
        )
        self._match(paid, f"{line + 12 * n} + number", f"{line + 11 * n} + number", "500")
        self._match(paid, f"{line + 9 * n} + number", f"{line + 13 * n} + number", "500")

    def _package_rows(self, old, left):
        """Copy revisions and uses of packages, each with its entry."""
        n, move = self.visits, self.ids["move"]
        revision, use = self.package.revision_ids, self.package.use_ids
        earning = use.move_id
        spent, income = earning.line_ids.sorted(lambda item: item.balance, reverse=True)
        self._copy(
            revision,
            "package",
            subscription_id="package",
            payer_id="client",
            move_id=f"{move + 4 * n} + number",
            date="day",
            accounting_date="day",
            date_end="day + 364",
        )
        lapsed = (
            f"(SELECT number, client, package, day + 365 AS day, {left} AS amount"
            f" FROM package WHERE {old}) lapsed"
        )
        self._earn(earning, lapsed, 7, (spent, income), breakage=True)
        self._copy(
            revision,
            lapsed,
            subscription_id="package",
            payer_id="client",
            move_id=f"{move + 7 * n} + number",
            kind="'expiry'",
            date="day",
            accounting_date="day",
            amount_sold="0",
            amount_broken="amount",
            amount_deferred="-amount",
            deferred_currency="-amount",
        )
        uses = (
            "(SELECT number, client, package, visit_day AS day, booking, 50 AS amount, 0 AS each"
            " FROM package UNION ALL SELECT number, client, package, day + each * 7, NULL, 50, each"
            " FROM package, generate_series(1, 4) each WHERE day + each * 7 < CURRENT_DATE) used"
        )
        self.env.cr.execute(
            f"CREATE TEMP TABLE used AS SELECT ROW_NUMBER() OVER (ORDER BY day) AS number,"  # noqa: S608
            f" client, package, day, booking, amount FROM {uses} ORDER BY day"
        )
        self._earn(earning, "used", 8, (spent, income))
        self._copy(
            use,
            "used",
            subscription_id="package",
            payer_id="client",
            partner_id="client",
            move_id=f"{move + 8 * n} + number",
            booking_id="booking",
            date="day",
            accounting_date="day",
        )
        self.env.cr.execute("ANALYZE prepaid_subscription, prepaid_subscription_revision")
        self.env.cr.execute(
            "UPDATE prepaid_subscription SET revision_id = last.id FROM ("
            " SELECT subscription_id, MAX(id) AS id FROM prepaid_subscription_revision"
            " GROUP BY subscription_id) last"
            " WHERE last.subscription_id = prepaid_subscription.id AND revision_id IS NULL"
        )

    def _earn(self, earning, source, block, lines, breakage=False):
        """Copy entries that move deferred revenue to income."""
        n, line = self.visits, self.ids["line"]
        spent, income = lines
        other = {"account_id": str(self.env.company.prepaid_breakage_account_id.id)}
        shared = {"prepaid_subscription_id": "package", "date_maturity": "NULL"}
        self._copy_move(
            earning,
            source,
            [
                (spent, {"id": f"{line + 2 * block * n} + number", "balance": "amount", **shared}),
                (
                    income,
                    {
                        "id": f"{line + (2 * block + 1) * n} + number",
                        "balance": "-amount",
                        **shared,
                        **(other if breakage else {}),
                    },
                ),
            ],
            id=f"{self.ids['move'] + block * n} + number",
            name=f"'EARN{block}/' || number",
            amount_total="amount",
            amount_total_signed="amount",
            amount_total_in_currency_signed="amount",
        )

    # -- who to look at ------------------------------------------------------------------

    def one_client(self):
        """Return a client with the usual history: visits, top-ups and a package."""
        return self.env["res.partner"].browse(self.first_client + self.clients // 3 // 20 * 20 + 4)

    def period(self):
        """Return the first and last day of the last 30 days."""
        return self.today - timedelta(days=29), self.today
