from contextlib import closing

import psycopg2

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestWayForPayParallel(BaseCase):
    """Two real connections; what they leave is deleted."""

    def setUp(self):
        super().setUp()
        with self._connect() as cr:  # leaving it commits
            self.tx_id = self._create(cr)
        self.addCleanup(self._delete)

    def _connect(self):
        return odoo.sql_db.db_connect(get_db_name()).cursor()

    def _transaction(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["payment.transaction"].browse(self.tx_id)

    def _create(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        provider = env["payment.provider"].search([("code", "=", "wayforpay")], limit=1)
        values = {
            "provider_id": provider.id,
            "payment_method_id": env.ref("payment_wayforpay.payment_method_wayforpay").id,
            "reference": "parallel wayforpay",
            "amount": 1,
            "currency_id": env.ref("base.UAH").id,
            "partner_id": env.company.partner_id.id,
        }
        return env["payment.transaction"].create(values).id

    def _delete(self):
        with self._connect() as cr:
            self._transaction(cr).unlink()

    def test_callback_while_a_refund_is_asked_for(self):
        """The callback does not see the refund yet: it must start anew, not make a second one."""
        with closing(self._connect()) as callback_cr:
            callback = self._transaction(callback_cr)
            self.assertEqual(callback.state, "draft")  # from here on it sees this moment
            with self._connect() as refund_cr:
                self._transaction(refund_cr)._wayforpay_touch()
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                callback._wayforpay_touch()
