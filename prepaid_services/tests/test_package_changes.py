from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageChanges(CaseDriver):
    """Extend, freeze, hand over, refund: what the desk does with a sold package."""

    def test_sale_is_idempotent(self):
        template = self._template(100.0, 4)
        first = template.sell(self.client.id, reference="web-1", quantity=2)
        self.assertEqual(template.sell(self.client.id, reference="web-1"), first)
        with self.assertRaisesRegex(UserError, "web-1"):
            template.sell(self._create_client("Dana").id, reference="web-1")
        self._assert_ledger(deferred=200.0)

    def test_template_does_not_change_what_was_sold(self):
        template = self._template(100.0, 4, grace_days=3)
        self._sell(template)
        template.with_user(self.manager).write({"sessions": 8, "grace_days": 0, "price": 5.0})
        self.assertEqual((self.package.sessions_total, self.package.grace_days), (4, 3))
        self._assert_ledger(deferred=100.0)

    def test_freestyle(self):
        template = self._template(100.0, 4)
        with self.assertRaisesRegex(UserError, "freestyle"):
            template.sell(self.client.id, price=50.0)
        template.with_user(self.manager).is_freestyle = True
        self._sell(template, price=50.0, sessions=2, bonus_sessions=1, date_end="2026-03-31")
        self.assertEqual(self.package.sessions_left, 3)
        self.assertEqual(str(self.package.date_end), "2026-03-31")

    def test_bad_sales(self):
        template = self._template(100.0, 4, allow_overlap=False, validity_number=1)
        for kwargs in (
            {"partner_id": 0},
            {"quantity": 0},
            {"quantity": 1.5},
            {"price": -1.0},
            {"sessions": -1},
            {"date": "yesterday"},
            {"member_ids": [self._create_client("Bohdan").id]},
            {"date_end": "2025-01-01"},
            {"journal_id": self.company_data["default_journal_misc"].id},
        ):
            with self.assertRaises(UserError, msg=kwargs), self.env.cr.savepoint():
                template.sell(**{"partner_id": self.client.id, **kwargs})
        self._assert_ledger(deferred=0.0, receivable=0.0)
        self._sell(template)
        with self.assertRaisesRegex(UserError, "two at the same time"):
            template.sell(self.client.id)
        template.sell(self.client.id, date_start="2026-02-15")

    def test_access(self):
        template = self._template(100.0, 4)
        self._sell(template)
        for call in (
            lambda: template.with_user(self.specialist).sell(self.client.id),
            lambda: self.package.with_user(self.specialist).use_session(),
            lambda: self.package.with_user(self.specialist).extend("2027-01-01"),
            lambda: self.package.with_user(self.specialist).refund(),
            lambda: self.package.write({"state": "cancelled"}),
            lambda: self.package.with_user(self.specialist).read(["amount_deferred"]),
            lambda: template.write({"sessions": 9}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_bad_uses(self):
        self._sell(self._template(100.0, 2, validity_number=1), date="2026-01-10")
        stranger = self._create_client("Dana")
        for kwargs in (
            {"units": 0},
            {"units": 3},
            {"units": 1.0},
            {"kind": "x"},
            {"date": "2026-01-09"},
            {"date": "2026-02-10"},
            {"partner_id": stranger.id},
            {"partner_id": 10**9},
        ):
            with self.assertRaises(UserError, msg=kwargs), self.env.cr.savepoint():
                self.package.use_session(**kwargs)
        use = self.package.use_session(units=2)
        self.assertEqual(use["state"], "used_up")
        self.package.undo_use(use["use_id"])
        with self.assertRaisesRegex(UserError, "undone already"):
            self.package.undo_use(use["use_id"])
        self._assert_ledger(deferred=100.0, earned=0.0)

    def test_clock_starts_at_first_use(self):
        template = self._template(100.0, 4, clock_start="forced", clock_days=30, validity_number=1)
        self._sell(template, quantity=2)
        used, waiting = self.packages
        self.assertFalse(used.date_end)
        with freeze_time("2026-01-21 12:00:00"):
            used.use_session("2026-01-20")
        self.assertEqual((str(used.date_start), str(used.date_end)), ("2026-01-20", "2026-02-19"))
        with freeze_time("2026-02-14 12:00:00"):
            self._run_crons()
        self.assertEqual(str(waiting.date_start), "2026-02-14")

    def test_freeze_moves_the_end(self):
        self._sell(self._template(100.0, 4, validity_number=1, freeze_max_days=20))
        end = self.package.date_end
        result = self.package.freeze("2026-01-20", "2026-01-29", "Ill")
        self.assertEqual((result["state"], (self.package.date_end - end).days), ("active", 10))
        with freeze_time("2026-01-20 12:00:00"):
            self._run_crons()
            self.assertEqual(self.package.state, "frozen")
            with self.assertRaisesRegex(UserError, "frozen"):
                self.package.use_session()
        with freeze_time("2026-01-24 12:00:00"):
            self.package.unfreeze()
        self.assertEqual((self.package.state, (self.package.date_end - end).days), ("active", 4))
        with self.assertRaisesRegex(UserError, "frozen days in all"):
            self.package.freeze("2026-01-24", "2026-02-12")

    def test_frozen_pass_earns_nothing(self):
        """31 days from 1 January; frozen from the 11th to the 20th: earned until 10 February."""
        template = self._template(310.0, 1, is_unlimited=True, validity_number=1)
        with freeze_time("2026-01-01 12:00:00"):
            self._sell(template, date="2026-01-01")
        with freeze_time("2026-01-11 12:00:00"):
            self.package.freeze()
        with freeze_time("2026-01-21 12:00:00"):
            self.package.unfreeze()
        self.assertEqual(str(self.package.date_end), "2026-02-10")
        with freeze_time("2026-03-01 12:00:00"):
            self._run_crons()
        self._assert_ledger("2026-01-31", deferred=100.0, earned=210.0)
        self._assert_ledger("2026-02-10", deferred=0.0, earned=310.0)
        self.assertEqual(self.package.state, "expired")

    def test_extended_pass(self):
        """Half of 28 days are over; the other half of the price is spread over 28 days more."""
        template = self._template(280.0, 1, is_unlimited=True, validity_number=1)
        with freeze_time("2026-02-01 12:00:00"):
            self._sell(template, date="2026-02-01")
        with freeze_time("2026-02-15 12:00:00"):
            self.package.extend("2026-03-14", reason="Moved house")
        with freeze_time("2026-03-20 12:00:00"):
            self._run_crons()
            self._run_crons()
        self._assert_ledger("2026-02-28", deferred=70.0, earned=210.0)
        self._assert_ledger("2026-03-14", deferred=0.0, earned=280.0)

    def test_goodwill(self):
        """Sessions that come back as goodwill earn nothing."""
        with freeze_time("2025-11-01 12:00:00"):
            self._sell(self._template(100.0, 4, validity_number=1), date="2025-11-01")
            self.package.use_session()
        self._run_crons()
        breakage = self.company.prepaid_breakage_account_id
        self.assertEqual(self._ledger(breakage), -75.0)
        self.package.extend("2026-06-30", reason="Nice client", goodwill=True)
        self.package.use_session()
        self.assertEqual(self._ledger(breakage), -75.0)
        self._assert_ledger(deferred=0.0, earned=25.0)
        self.assertEqual((self.package.state, self.package.sessions_left), ("active", 2))

    def test_bad_extensions(self):
        self._sell(self._template(100.0, 4, validity_number=1))
        for args in ((), ("2026-01-20",), (False, -1), (False, 1.5), ("tomorrow",)):
            with self.assertRaises(UserError, msg=args), self.env.cr.savepoint():
                self.package.extend(*args)
        with self.assertRaises(UserError):
            self.package.extend("2026-06-30", restored_sessions=1)

    def test_transfer(self):
        """The value moves to the new payer, no revenue; both partners are right in the ledger."""
        self._sell(self._template(100.0, 4))
        self.package.use_session()
        dana = self._create_client("Dana")
        result = self.package.transfer(dana.id, "Sister")
        self.assertEqual(result["amount"], 75.0)
        self.assertEqual(self._ledger(self.deferred, partner=self.client), 0.0)
        self.assertEqual(self._ledger(self.deferred, partner=dana), -75.0)
        self.package.use_session()
        self.assertEqual(self._ledger(self.income, partner=dana), -25.0)
        self._assert_ledger(deferred=50.0, earned=50.0)

    def test_members(self):
        self._sell(self._template(100.0, 4, member_limit=2))
        dana, chloe = self._create_client("Dana"), self._create_client("Chloe")
        self.package.use_session(partner_id=dana.id)
        with self.assertRaisesRegex(UserError, "Chloe"):
            self.package.add_member(chloe.id)
        self.package.remove_member(dana.id)
        self.assertEqual(self.package.add_member(chloe.id), (self.client + chloe).ids)

    def test_refund_to_the_balance(self):
        """21 % included over 3: the odd cent is revenue, nothing stays deferred."""
        self._sell(self._template(100.0, 3, self._tax(21, True)), journal_id=self.cash.id)
        self.package.use_session()
        preview = self.package.refund_preview()
        self.assertEqual((preview["paid"], preview["refund"]), (100.0, 66.67))
        booking = self._book("2026-01-20")
        self.package.refund(to_balance=True, reason="Moved away")
        self._assert_ledger(deferred=0.0, earned=27.54, advances=66.67, receivable=0.0)
        self.assertFalse(booking.subscription_id)
        with self.assertRaisesRegex(UserError, "nothing left"):
            self.package.refund()

    def test_refund_at_the_single_price(self):
        template = self._template(
            80.0, 10, refund_policy="list_price", session_price=12.0, refund_fee_percent=10.0
        )
        self._sell(template, journal_id=self.cash.id)
        self.package.use_session(units=3)
        preview = self.package.refund_preview()
        self.assertEqual((preview["unused"], preview["fee"], preview["refund"]), (44.0, 4.4, 39.6))
        self.package.refund(journal_id=self.cash.id)
        self._assert_ledger(deferred=0.0, earned=36.0, other_income=4.4, receivable=0.0)

    def test_refund_of_an_unpaid_package(self):
        """What was never paid is not paid out."""
        self._sell(self._template(100.0, 4))
        self.package.use_session()
        preview = self.package.refund_preview()
        self.assertEqual((preview["open"], preview["refund"]), (75.0, 0.0))
        self.package.refund(journal_id=self.cash.id)
        self._assert_ledger(deferred=0.0, earned=25.0, receivable=25.0)

    def test_failing_package_is_set_aside(self):
        """One that cannot be booked does not stop the others, and says why."""
        with freeze_time("2025-11-01 12:00:00"):
            self._sell(self._template(100.0, 4, validity_number=1), date="2025-11-01", quantity=2)
        broken, healthy = self.packages.sudo()
        account = self.deferred.copy({"code": "212599"})
        broken.deferred_account_id = account
        # It takes euros only
        account.currency_id = self.env.ref("base.EUR")
        self._run_crons()
        self.assertEqual(healthy.state, "expired")
        self.assertEqual(broken.state, "active")
        self.assertTrue(broken.cron_error)
        account.currency_id = False
        broken.action_retry()
        self._run_crons()
        self.assertEqual(broken.state, "expired")
