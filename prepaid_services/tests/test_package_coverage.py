from datetime import datetime, timedelta

from odoo.tests import freeze_time, tagged

from .calendar_common import CalendarMaker
from .cases import CaseDriver
from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestPackageCoverage(CalendarMaker, CaseDriver):
    """What a package holds for visits is looked at again when one of its inputs changes."""

    def setUp(self):
        super().setUp()
        self.dana = self._create_client("Dana")
        template = self._template(
            100.0, 2, validity_number=1, freeze_allowed=True, member_limit=2, session_minutes=60
        )
        self._sell(template, date="2026-01-05", journal_id=self.bank.id)
        self._top_up(500.0)
        self.desk_package = self._as_desk(self.package)

    def _assert_paid(self, *expected):
        """Check which visits (pairs of booking and yes or no) the package pays; Done agrees."""
        self.env.flush_all()
        self.env.invalidate_all()
        for booking, covered in expected:
            self.assertEqual(booking.subscription_id, self.package if covered else self.package[:0])
            self.assertEqual(booking.payment_status, "package" if covered else "covered")
            self.assertEqual(booking.amount_total, 0.0 if covered else booking.price)
        held = sum(booking.session_units for booking, covered in expected if covered)
        self.assertEqual(self.package.sessions_reserved, held)
        with self.env.cr.savepoint() as savepoint:
            for booking, covered in sorted(expected, key=lambda pair: pair[0].start):
                booking.action_done()
                self.assertEqual(bool(booking.use_ids), covered)
                self.assertEqual(bool(booking.sudo().invoice_id), not covered)
            savepoint.rollback()
        self.env.invalidate_all()

    def _two_and_one(self):
        """Return three visits: the package pays the first two."""
        visits = [self._book(f"2026-01-{day}") for day in (10, 20, 25)]
        self._assert_paid(*zip(visits, (True, True, False), strict=True))
        return visits

    def test_moved_past_the_end_by_any_door(self):
        first, second, third = self._two_and_one()
        late = datetime(2026, 3, 1, 10)
        second.event_id.write({"start": late, "stop": late + timedelta(hours=1)})
        self._assert_paid((first, True), (second, False), (third, True))
        first.start = late + timedelta(hours=3)
        self._assert_paid((first, False), (second, False), (third, True))
        first.action_reschedule("2026-01-11 10:00:00")
        self._assert_paid((first, True), (second, False), (third, True))

    def test_series_moved_past_the_end(self):
        events = self._series(count=2)
        visits = self._bookings()
        self._assert_paid((visits[0], True), (visits[1], True))
        self._shift(events[0], "all_events", weeks=4)
        self._assert_paid((visits[0], True), (visits[1], False))
        self._shift(visits[0].event_id, "all_events", weeks=-2)
        self._assert_paid((visits[0], True), (visits[1], True))

    def test_other_client(self):
        first, second, third = self._two_and_one()
        first.partner_id = self.dana
        self._top_up(500.0, client=self.dana)
        self._assert_paid((first, False), (second, True), (third, True))
        self.desk_package.add_member(self.dana.id)
        self._assert_paid((first, False), (second, True), (third, True))
        third.action_cancel()
        self._assert_paid((first, True), (second, True))
        self.desk_package.remove_member(self.dana.id)
        self._assert_paid((first, False), (second, True))

    def test_other_service(self):
        massage = self._create_service("Massage", 50.0)
        only = self._template(50.0, 1, service_ids=massage.ids)
        sold = only.sell(self.dana.id, date="2026-01-05")
        self._top_up(500.0, client=self.dana)
        self.package = self.package.browse(sold["subscription_id"])
        visit = self._book("2026-01-20", client=self.dana)
        self._assert_paid((visit, False))
        visit.event_id.prepaid_service_id = massage
        self._assert_paid((visit, True))
        visit.service_id = self.service
        self._assert_paid((visit, False))

    def test_longer(self):
        first, second, third = self._two_and_one()
        first.event_id.duration = 2.0
        self._assert_paid((first, False), (second, True), (third, True))
        third.action_cancel()
        self._assert_paid((first, False), (second, True))
        second.stop = second.stop + timedelta(hours=1)
        self._assert_paid((first, False), (second, True))
        self.assertEqual(second.session_units, 2)

    def test_frozen_over_the_day(self):
        first, second, third = self._two_and_one()
        self.desk_package.freeze("2026-01-16", "2026-01-22")
        self._assert_paid((first, True), (second, False), (third, True))
        with freeze_time("2026-01-16 08:00:00"):
            self._run_crons()
            self.assertEqual(self.package.state, "frozen")
            third.start = datetime(2026, 1, 26, 10)
            self.assertEqual(third.subscription_id, self.package, "valid again by then")
        with freeze_time("2026-01-17 08:00:00"):
            self.desk_package.unfreeze()
            third.action_cancel()
            self.assertEqual(second.subscription_id, self.package)

    def test_used_up_by_another(self):
        """Where sessions are short, the later visit finds another way to be paid."""
        first, second, third = self._two_and_one()
        use = self.desk_package.use_session()
        self._assert_paid((first, True), (second, False), (third, False))
        self.desk_package.undo_use(use["use_id"])
        self._assert_paid((first, True), (second, True), (third, False))

    def test_extended(self):
        visits = [self._book(day) for day in ("2026-01-10", "2026-02-20", "2026-02-25")]
        self._assert_paid(*zip(visits, (True, False, False), strict=True))
        self.desk_package.extend("2026-02-22")
        self._assert_paid(*zip(visits, (True, True, False), strict=True))
        self.desk_package.with_user(self.manager).extend("2026-02-28", bonus_sessions=1)
        self._assert_paid(*zip(visits, (True, True, True), strict=True))

    def test_refunded(self):
        first, second, third = self._two_and_one()
        self.desk_package.with_user(self.manager).refund()
        self._assert_paid((first, False), (second, False), (third, False))

    def test_freed_by_a_cancellation(self):
        first, second, third = self._two_and_one()
        first.action_cancel()
        self._assert_paid((second, True), (third, True))
        second.action_pay_otherwise()
        first.action_reopen()
        self._assert_paid((first, True), (second, False), (third, True))


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestPackageAndDeposit(CaseDriver, DepositCommon):
    """A visit is paid by one means."""

    def setUp(self):
        super().setUp()
        self._rule(free_cancel_hours=24, late_keep="all")
        self.template = self._template(
            100.0, 2, validity_number=1, late_cancel_policy="use", late_cancel_hours=24
        )

    def test_late_cancellation_costs_once(self):
        booking = self._book("2026-01-10")
        self._pay(booking)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self._sell(self.template, journal_id=self.bank.id)
        self._assert_deposit(booking, "confirmed", "released", 0.0)
        self.assertEqual(booking.deposit_released, 50.0)
        self.assertEqual(self._as_desk(self.client).prepaid_available, 50.0)
        with freeze_time("2026-01-10 09:00:00"):
            booking.action_cancel(by="client")
        self.assertEqual((self.package.sessions_used, booking.deposit_released), (1, 50.0))
        self.assertFalse(booking.sudo().deposit_fee_ids)
        self._assert_ledger(advances=50.0)

    def test_package_refunded_the_deposit_is_held_again(self):
        booking = self._book("2026-01-10")
        self._pay(booking)
        self._sell(self.template, journal_id=self.bank.id)
        self._as_desk(self.package).with_user(self.manager).refund()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        booking.action_cancel(by="us")
        self._assert_deposit(booking, "cancelled", "released")

    def test_waiting_visit_is_confirmed(self):
        booking = self._book("2026-01-10")
        self._pay(booking, 20.0)
        self._assert_deposit(booking, "awaiting_payment", "awaiting", 20.0)
        self._sell(self.template, journal_id=self.bank.id)
        self._assert_deposit(booking, "confirmed", "released", 0.0)
        self.assertEqual(booking.payment_status, "package")
        self.assertFalse(booking._has_to_be_paid())
        with freeze_time("2026-01-10 12:00:00"):
            booking.action_done()
        self.assertEqual(self.package.sessions_used, 1)
