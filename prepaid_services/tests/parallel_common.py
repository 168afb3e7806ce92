import functools
import threading
from contextlib import closing
from unittest.mock import patch

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import model as rpc
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, config

PRICE = 100.0
PASSWORD = "a password of the desk"


class ParallelCommon(BaseCase):
    """Real connections; a copy of the database bears their commits."""

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
        """Call at the same time and return the results or exceptions, in their order."""
        return self._at_once([functools.partial(self._call, *call) for call in calls])

    def _at_once(self, functions):
        """Run functions at the same time and return their results or exceptions, in their order."""
        results = [None] * len(functions)
        start = threading.Barrier(len(functions))

        def work(number, function):
            start.wait()
            try:
                results[number] = function()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                results[number] = error

        threads = [
            threading.Thread(target=work, args=each, name=f"desk {each[0]}")
            for each in enumerate(functions)
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
