from contextlib import closing

import psycopg2

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestWayForPayParallel(BaseCase):
    """Two real connections; what they leave is deleted."""

    def _cursor(self):
        cr = odoo.sql_db.db_connect(get_db_name()).cursor()
        self.addCleanup(cr.close)
        return cr

    def _create(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        provider = env["payment.provider"].search([("code", "=", "wayforpay")], limit=1)
        tx = env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": env.ref("payment_wayforpay.payment_method_wayforpay").id,
                "reference": "parallel wayforpay",
                "amount": 1,
                "currency_id": env.ref("base.UAH").id,
                "partner_id": env.company.partner_id.id,
            }
        )
        cr.commit()
        return tx

    def test_callback_while_a_refund_is_asked_for(self):
        """The callback does not see the refund yet: it must start anew, not make a second one."""
        with closing(odoo.sql_db.db_connect(get_db_name()).cursor()) as cr:
            tx = self._create(cr)
            try:
                refund_cr, callback_cr = self._cursor(), self._cursor()
                refund, callback = (
                    tx.with_env(api.Environment(cursor, SUPERUSER_ID, {}))
                    for cursor in (refund_cr, callback_cr)
                )
                self.assertEqual(callback.state, "draft")  # from here on it sees this moment
                refund._wayforpay_touch()
                refund_cr.commit()
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.SerializationFailure),
                ):
                    callback._wayforpay_touch()
            finally:
                tx.unlink()
                cr.commit()
