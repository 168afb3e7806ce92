from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import psycopg2
import requests

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_wayforpay.tests.common import WayForPayCommon


@tagged("post_install", "-at_install")
class TestWayForPayStatus(WayForPayCommon):
    """Asking WayForPay, when nobody told us."""

    def _run_cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("payment_wayforpay.ir_cron_wayforpay_sync_status").method_direct_trigger()
        self.env.invalidate_all()

    def _age(self, tx, asked=None, **age):
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s, wayforpay_asked_on = %s"
            " WHERE id = %s",
            (now - timedelta(**age), asked and now - asked, tx.id),
        )
        tx.invalidate_recordset()

    def test_lost_callback(self):
        tx = self._tx()
        self._ends(tx, "paid")
        tx._wayforpay_sync_status()
        self.assertEqual(tx.state, "done")

    def test_page_never_finished(self):
        tx = self._tx()
        tx._wayforpay_sync_status()  # no failure: WayForPay does know that there is no payment
        self.assertEqual(tx.state, "draft")

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_no_answer(self):
        tx = self._tx()
        self._ends(tx, "paid")
        with self._faults(api_500="1"), self.assertRaises(ValidationError):
            tx._wayforpay_sync_status()
        timeout = patch.object(requests, "request", side_effect=requests.exceptions.Timeout)
        with timeout, self.assertRaisesRegex(ValidationError, "connection"):
            tx._wayforpay_sync_status()
        self.assertEqual(tx.state, "draft")

    def test_by_the_front_desk(self):
        """Who may not read the keys may still ask."""
        tx = self._tx()
        self._ends(tx, "paid")
        user = self._prepare_user(self.internal_user, "base.group_user")
        tx.with_user(user)._wayforpay_sync_status()
        self.assertEqual(tx.state, "done")

    def test_other_providers_are_left_alone(self):
        other = self._create_transaction(
            "redirect",
            provider_id=self.dummy_provider.id,
            payment_method_id=self.pm_unknown.id,
            reference="other",
        )
        other._wayforpay_sync_status()
        self.assertEqual(other.state, "draft")

    def test_waiting_refund(self):
        tx = self._paid_tx()
        with self._faults(slow_refund="1"):
            refund = tx._refund(100)
        self.world.pay_out(self._order(tx))
        refund._wayforpay_sync_status()
        self.assertEqual(refund.state, "done")

    def test_answer_must_be_signed(self):
        tx = self._tx()
        self._ends(tx, "paid")
        with self._faults(unsigned_answer="1"), self.assertRaises(ValidationError):
            tx._wayforpay_sync_status()
        self.assertEqual(tx.state, "draft")

    def test_cron(self):
        paid = self._tx(reference="paid")
        open_page = self._tx(reference="open")
        waiting = self._process(self._tx(reference="waiting"), "processing")
        old = self._tx(reference="old")
        self._age(old, hours=25)
        for tx in paid | waiting | old:
            self._ends(tx, "paid")
        self._run_cron()
        self.assertRecordValues(
            paid | open_page | waiting | old,
            [{"state": "done"}, {"state": "draft"}, {"state": "done"}, {"state": "draft"}],
        )
        self.assertTrue(open_page.wayforpay_asked_on)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_cron_without_an_answer(self):
        txs = self._tx(reference="one") | self._tx(reference="two")
        with self._faults(api_500="1"):
            self._run_cron()
        self.assertEqual(set(txs.mapped("state")), {"draft"})
        self.assertTrue(all(tx.wayforpay_asked_on for tx in txs))

    def test_cron_asks_old_ones_seldom(self):
        tx = self._tx()
        to_ask = self.env["payment.transaction"]._wayforpay_to_ask
        self._age(tx, hours=10)
        self.assertIn(tx, to_ask())
        self._age(tx, hours=10, asked=timedelta(minutes=50))
        self.assertNotIn(tx, to_ask())
        self._age(tx, hours=10, asked=timedelta(minutes=70))
        self.assertIn(tx, to_ask())
        self._age(tx, minutes=30, asked=timedelta(minutes=5))
        self.assertIn(tx, to_ask())

    def test_cron_goes_on_after_it_was_killed(self):
        """The one that fails is asked last the next time."""
        bad, good = self._tx(reference="bad"), self._tx(reference="good")
        self._ends(good, "paid")
        model = type(bad)
        real = model._wayforpay_sync_status

        def killed_at_bad(tx):
            if tx == bad:
                raise KeyboardInterrupt
            return real(tx)

        with patch.object(model, "_wayforpay_sync_status", killed_at_bad):
            with suppress(KeyboardInterrupt):  # assertRaises would take back what was committed
                self._run_cron()
            self.assertTrue(bad.wayforpay_asked_on)
            self.assertEqual(self.env["payment.transaction"]._wayforpay_to_ask()[:1], good)
        self._run_cron()
        self.assertEqual(good.state, "done")

    def test_cron_meets_a_callback(self):
        """The callback changed the same row a moment ago: it knows better, the others are asked."""
        busy, good = self._tx(reference="busy"), self._tx(reference="good")
        self._ends(good, "paid")
        model = type(busy)
        real = model._wayforpay_sync_status

        def collide(tx):
            if tx == busy:
                raise psycopg2.errors.SerializationFailure
            return real(tx)

        with patch.object(model, "_wayforpay_sync_status", collide):
            self._run_cron()
        self.assertRecordValues(busy | good, [{"state": "draft"}, {"state": "done"}])
