import threading
from contextlib import closing
from datetime import timedelta
from unittest.mock import patch

import odoo.sql_db
from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as rpc
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, config, mute_logger

from odoo.addons.prepaid_services.exceptions import ClientBusyError

SPENDERS = 20
PRICE = 100.0
PASSWORD = "a password of the desk"


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    """Real connections spend the same money; a copy of the database bears their commits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        origin = get_db_name()
        cls.db = f"{origin}_parallel"
        cls.addClassCleanup(cls._drop_copy)
        # A database that somebody is connected to cannot be copied; no test holds a cursor now
        odoo.sql_db.close_db(origin)
        cls._administer("DROP DATABASE IF EXISTS %s WITH (FORCE)", cls.db)
        cls._administer("CREATE DATABASE %s TEMPLATE %s", cls.db, origin)
        # Loading the modules would collect their tests again
        with patch.dict(config.options.maps[0], {"test_enable": False}):
            registry = Registry(cls.db)
        with registry.cursor() as cr:
            cls._furnish(api.Environment(cr, SUPERUSER_ID, {}))

    @classmethod
    def _drop_copy(cls):
        Registry.delete(cls.db)
        odoo.sql_db.close_db(cls.db)
        cls._administer("DROP DATABASE IF EXISTS %s WITH (FORCE)", cls.db)

    @classmethod
    def _administer(cls, statement, *names):
        """Run a statement on whole databases."""
        with closing(odoo.sql_db.db_connect("postgres").cursor()) as cr:
            cr._cnx.autocommit = True
            cr.execute(SQL(statement, *map(SQL.identifier, names)))

    @classmethod
    def _furnish(cls, env):
        """Make a desk, a service and a journal in the first company that has a chart."""
        company = env["res.company"].search([("chart_template", "!=", False)], limit=1)
        company._prepaid_setup()
        # The balance is what is tested, not collisions in the calendar
        company.prepaid_overlap_policy = "allow"
        env = api.Environment(env.cr, SUPERUSER_ID, {"allowed_company_ids": company.ids})
        desk = env["res.users"].create(
            {
                "name": "Desk",
                "login": "parallel desk",
                "password": PASSWORD,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, env.ref("prepaid_services.group_front_desk").ids)],
            }
        )
        service = env["product.product"].create(
            {"name": "Massage", "type": "service", "list_price": PRICE, "taxes_id": [(5,)]}
        )
        journal = env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": company.id}
        )
        cls.desk_id, cls.service_id, cls.journal_id = desk.id, service.id, journal.id

    # -- helpers -------------------------------------------------------------------------

    def _call(self, model, method, *args):
        """Call as an integration does: a connection of its own, repeated on conflicts."""
        return rpc.dispatch("execute_kw", [self.db, self.desk_id, PASSWORD, model, method, args])

    def _client(self, advance):
        client_id = self._call("res.partner", "create", {"name": "Anna"})
        if advance:
            self._call("res.partner", "prepaid_top_up", [client_id], advance, self.journal_id)
        return client_id

    def _visits(self, client_id, count):
        return self._call(
            "prepaid.booking",
            "create",
            [
                {
                    "partner_id": client_id,
                    "service_id": self.service_id,
                    "user_id": self.desk_id,
                    "start": f"2026-01-{10 + number % 5} {8 + number % 10:02}:00:00",
                }
                for number in range(count)
            ],
        )

    def _parallel(self, calls):
        """Run calls at the same time and return their results or exceptions, in their order."""
        results = [None] * len(calls)
        start = threading.Barrier(len(calls))

        def work(number, call):
            start.wait()
            try:
                results[number] = self._call(*call)
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results[number] = error

        threads = [
            threading.Thread(target=work, args=each, name=f"desk {each[0]}")
            for each in enumerate(calls)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def _figures(self, client_id):
        """Return advance and debt of a client."""
        [row] = self._call("res.partner", "read", [client_id], ["prepaid_balance", "prepaid_debt"])
        return row["prepaid_balance"], row["prepaid_debt"]

    # -- tests ---------------------------------------------------------------------------

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_parallel_spenders_never_overdraw_and_lose_nothing(self):
        enough_for = SPENDERS // 2
        client_id = self._client(enough_for * PRICE)
        visit_ids = self._visits(client_id, SPENDERS)
        results = self._parallel([("prepaid.booking", "action_done", [i]) for i in visit_ids])
        done, errors = results.count(True), [error for error in results if error is not True]
        self.assertFalse([error for error in errors if not isinstance(error, UserError)])
        self.assertLessEqual(done, enough_for)
        if not all(isinstance(error, ClientBusyError) for error in errors):
            self.assertEqual(done, enough_for, "refused although there was money")
        self.assertEqual(self._figures(client_id), ((enough_for - done) * PRICE, 0.0))
        # Everybody else comes again with money
        left = (SPENDERS - enough_for) * PRICE
        self._call("res.partner", "prepaid_top_up", [client_id], left, self.journal_id)
        self._call("prepaid.booking", "action_done", visit_ids)
        self.assertEqual(self._figures(client_id), (0.0, 0.0))
        rows = self._call("prepaid.booking", "read", visit_ids, ["invoice_name", "payment_status"])
        self.assertEqual([row["payment_status"] for row in rows], ["paid"] * SPENDERS)
        self.assertEqual(len({row["invoice_name"] for row in rows}), SPENDERS)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_desks_finish_the_same_visit(self):
        client_id = self._client(5 * PRICE)
        [visit_id] = self._visits(client_id, 1)
        call = ("prepaid.booking", "action_done", [visit_id])
        self.assertEqual(self._parallel([call, call]), [True, True])
        self.assertEqual(self._figures(client_id), (4 * PRICE, 0.0))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_top_up_sent_twice_counts_once(self):
        client_id = self._client(0)
        args = ([client_id], PRICE, self.journal_id, False, "", "terminal 1, receipt 7")
        first, second = self._parallel([("res.partner", "prepaid_top_up", *args)] * 2)
        self.assertEqual(first, second)
        self.assertEqual(self._figures(client_id), (PRICE, 0.0))

    # -- deposits ------------------------------------------------------------------------

    def _awaiting(self, count):
        """Return clients' bookings whose time to pay ends right now, with a deposit of 40."""
        with Registry(self.db).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            feature = env.ref("prepaid_services.group_feature_deposit")
            env.ref("base.group_user").implied_ids += feature
            company = env["res.users"].browse(self.desk_id).company_id
            rule = env["prepaid.deposit.rule"].create(
                {"name": "All", "amount_type": "fixed", "amount": 40.0, "company_id": company.id}
            )
            bookings = env["prepaid.booking"].create(
                [
                    {
                        "partner_id": env["res.partner"].create({"name": f"Client {n}"}).id,
                        "service_id": self.service_id,
                        "user_id": self.desk_id,
                        "company_id": company.id,
                        "start": fields.Datetime.now() + timedelta(days=3 + n),
                    }
                    for n in range(count)
                ]
            )
            bookings.action_confirm()
            bookings.deposit_deadline = fields.Datetime.now() - timedelta(seconds=1)
            rule.active = False
            return bookings.ids

    def _expire(self):
        """Run the cron of the deposits on a connection of its own."""
        with Registry(self.db).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["prepaid.booking"]._expire_deposits()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_payment_in_the_second_of_the_expiry(self):
        """Each booking has one outcome, and no money is lost."""
        ids = self._awaiting(6)
        call = ("prepaid.booking", "action_take_deposit")
        cron = threading.Thread(target=self._expire, name="cron")
        payments = [
            threading.Thread(
                target=self._pay_until_done, args=(*call, [i], self.journal_id), name=f"pay {i}"
            )
            for i in ids
        ]
        for thread in (*payments[:3], cron, *payments[3:]):
            thread.start()
        for thread in (*payments, cron):
            thread.join()
        names = ["state", "deposit_state", "deposit_held", "deposit_paid_amount", "partner_id"]
        for row in self._call("prepaid.booking", "read", ids, names):
            # Paid before the expiry, or after it into a seat that is still free
            self.assertEqual((row["state"], row["deposit_state"]), ("confirmed", "paid"))
            self.assertEqual((row["deposit_held"], row["deposit_paid_amount"]), (40.0, 40.0))
            self.assertEqual(self._figures(row["partner_id"][0]), (40.0, 0.0))

    def _pay_until_done(self, model, method, ids, journal_id):
        """Pay as a desk does: when somebody else was faster, once more; the key counts it once."""
        for _attempt in range(10):
            try:
                return self._call(model, method, ids, journal_id, 40.0, f"deposit {ids[0]}")
            except ClientBusyError:
                continue
        raise AssertionError("never free")
