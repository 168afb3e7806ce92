import threading
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.prepaid_services.exceptions import ClientBusyError

from .parallel_common import ParallelCommon


@tagged("post_install", "-at_install")
class TestDepositParallel(ParallelCommon):
    """Money and cron at the same moment, on real connections."""

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
                        "partner_id": env["res.partner"]
                        .create({"name": f"Client {n}", "email": f"client{n}@example.com"})
                        .id,
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
