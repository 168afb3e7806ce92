"""The last session of a package is taken by exactly one of many connections."""

import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

CONNECTIONS = 10


@tagged("post_install", "-at_install", "prepaid_parallel")
class TestPackageParallel(BaseCase):
    """Real connections and commits: what was made is removed at the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # A package without any money needs no chart of accounts, and can be removed again
            company = env.ref("base.main_company")
            template = (
                env["prepaid.subscription.template"]
                .with_company(company)
                .create({"name": "Parallel", "sessions": 1, "company_id": company.id})
            )
            client = env["res.partner"].create({"name": "Parallel"})
            package = env["prepaid.subscription"].create(
                {
                    **template._terms_vals(),
                    "company_id": company.id,
                    "template_id": template.id,
                    "partner_id": client.id,
                    "sale_currency_id": company.currency_id.id,
                    "date_sale": "2026-01-05",
                    "date_start": "2026-01-05",
                    "state": "active",
                }
            )
            package._revise("sale", "2026-01-05", rebase={"total_units": 1})
            self.ids = (package.id, template.id, template.product_id.id, client.id)
        self.addCleanup(self._remove)

    def _remove(self):
        package, template, product, client = self.ids
        with self.registry.cursor() as cr:
            for query, record in (
                ("UPDATE prepaid_subscription SET revision_id = NULL WHERE id = %s", package),
                ("DELETE FROM prepaid_subscription_use WHERE subscription_id = %s", package),
                ("DELETE FROM prepaid_subscription_revision WHERE subscription_id = %s", package),
                ("DELETE FROM prepaid_subscription WHERE id = %s", package),
                ("DELETE FROM prepaid_subscription_template WHERE id = %s", template),
            ):
                cr.execute(query, (record,))
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["product.product"].browse(product).unlink()
            env["res.partner"].browse(client).unlink()

    def test_last_session(self):
        barrier, results = threading.Barrier(CONNECTIONS), []

        def use():
            barrier.wait()
            for _attempt in range(CONNECTIONS + 1):
                try:
                    with self.registry.cursor() as cr:
                        env = api.Environment(cr, SUPERUSER_ID, {})
                        env["prepaid.subscription"].browse(self.ids[0]).use_session("2026-01-10")
                    results.append("used")
                    return
                except SerializationFailure:
                    # What Odoo's server does with a request: again, on fresh data
                    continue
                except UserError:
                    results.append("refused")
                    return

        threads = [threading.Thread(target=use) for _index in range(CONNECTIONS)]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(sorted(results), ["refused"] * (CONNECTIONS - 1) + ["used"])
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            package = env["prepaid.subscription"].browse(self.ids[0])
            self.assertEqual((package.sessions_used, package.state), (1, "used_up"))
