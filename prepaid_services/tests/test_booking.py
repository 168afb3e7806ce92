from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestBooking(PrepaidCommon):
    """States of a booking, double bookings, and the day on which a visit counts."""

    # -- states --------------------------------------------------------------------------

    def test_repeated_buttons_do_nothing(self):
        self._top_up(500.0)
        booking = self._book("2026-01-10")
        booking.action_confirm()
        booking.action_done()
        invoice = booking.sudo().invoice_id
        booking.action_done()
        self.assertEqual(booking.sudo().invoice_id, invoice)
        self._assert_ledger(advances=380.0, earned=120.0)

    def test_refused_changes_of_state(self):
        self._top_up(500.0)
        done, cancelled = self._book("2026-01-10"), self._book("2026-01-11")
        done.action_done()
        cancelled.action_cancel("ill")
        for call in (
            done.action_confirm,
            done.action_cancel,
            done.action_no_show,
            cancelled.action_confirm,
            cancelled.action_done,
            cancelled.action_no_show,
        ):
            self._refused("done|cancelled", call)
        booking = self._book("2026-01-12")
        self._refused("'client' or by 'us'", booking.action_cancel, by="nobody")

    def test_no_show_then_came_after_all(self):
        self._top_up(500.0)
        booking = self._book("2026-01-10")
        booking.action_no_show()
        self._assert_ledger(advances=500.0, earned=0.0)
        booking.action_done()
        self._assert_ledger(advances=380.0, earned=120.0)

    def test_done_visit_keeps_what_was_invoiced(self):
        """Client, service and price of a done visit follow its invoice."""
        self._top_up(500.0)
        booking = self._book("2026-01-10")
        booking.action_done()
        for vals in (
            {"price": 1.0},
            {"partner_id": self._create_client("Clara").id},
            {"service_id": self._create_service("Pedicure", 80.0).id},
        ):
            self._refused("undo", booking.write, vals)
        booking.note = "was nice"
        self.assertEqual(booking.price, 120.0)
        booking.action_undo_done()
        booking.price = 100.0
        booking.action_done()
        self._assert_ledger(advances=400.0, earned=100.0)

    def test_done_visit_is_not_deleted(self):
        self._top_up(500.0)
        booking = self._book("2026-01-10")
        booking.action_done()
        self._refused("cannot be deleted", booking.unlink)
        booking.action_undo_done()
        event = booking.event_id
        booking.unlink()
        self.assertFalse(event.active)

    def test_free_visit_makes_no_invoice(self):
        booking = self._book("2026-01-10", price=0.0)
        booking.action_done()
        self.assertEqual((booking.state, booking.payment_status), ("done", "free"))
        self.assertFalse(booking.sudo().invoice_id)
        booking.action_undo_done()
        self.assertEqual(booking.state, "confirmed")

    def test_to_pay_is_what_the_invoice_says(self):
        """Taxes of the service, or those of its income account, as on any invoice."""
        self._top_up(1000.0)
        tax = self.company_data["default_tax_sale"]
        taxed = self._create_service("Taxed", 100.0, taxes_id=tax.ids)
        by_account = self._create_service("By account", 100.0)
        self.income.tax_ids = tax
        for service in taxed + by_account:
            booking = self._book("2026-01-10", service_id=service.id)
            self.assertEqual(booking.amount_total, 115.0)
            booking.action_done()
            self.assertEqual(booking.sudo().invoice_id.amount_total, 115.0)
            self.assertEqual(booking.payment_status, "paid")

    def test_in_bulk_one_refusal_leaves_nothing_behind(self):
        self._top_up(200.0)
        rich, poor = self._book("2026-01-10"), self._book("2026-01-11")
        self._refused("missing", (rich + poor).action_done)
        self.assertEqual((rich + poor).mapped("state"), ["confirmed"] * 2)
        self._assert_ledger(advances=200.0, earned=0.0, receivable=0.0)

    def test_child_contact_spends_its_parents_money(self):
        child = self._create_client("Ben", parent_id=self.client.id)
        self._top_up(500.0)
        self._book("2026-01-10", client=child).action_done()
        self._assert_ledger(advances=380.0, earned=120.0)
        self._assert_balance_is_ledger()

    # -- overlaps ------------------------------------------------------------------------

    def _policy(self, policy):
        self.company.prepaid_overlap_policy = policy

    def test_overlap_of_the_specialist(self):
        clara = self._create_client("Clara")
        self._policy("allow")
        self._book(hour=10)
        second = self._book(hour=10, client=clara)
        self.assertFalse(second.overlap_warning)
        self._policy("warn")
        second.invalidate_recordset()
        self.assertIn("specialist", second.overlap_warning)
        self.assertIn("busy", second.overlap_warning)
        self._policy("refuse")
        self._refused("busy at that time", self._book, hour=10, client=clara)

    def test_overlap_of_the_client(self):
        self._policy("refuse")
        other = self._create_user("other", "prepaid_services.group_specialist")
        self._book(hour=10)
        self._refused("Anna is already booked", self._book, hour=10, user_id=other.id)

    def test_adjacent_visits_do_not_overlap(self):
        self._policy("refuse")
        middle = self._book(hour=10)
        before, after = self._book(hour=9), self._book(hour=11)
        for booking in before + middle + after:
            self.assertFalse(booking.overlap_warning)

    def test_seats_of_a_group_do_not_overlap(self):
        self._policy("refuse")
        event = self._book(hour=10).event_id
        event.prepaid_client_ids += self._create_client("Clara")
        self.assertEqual(len(event.booking_ids), 2)
        event.booking_ids.invalidate_recordset()
        self.assertFalse(any(event.booking_ids.mapped("overlap_warning")))

    def test_moving_into_an_overlap(self):
        """By the booking, by its meeting, and by bringing a cancelled one back."""
        self._policy("refuse")
        self._book(hour=10)
        late = self._book(hour=14)
        for record in (late, self._as_desk(late.event_id)):
            self._refused(
                "already booked|busy", record.write, {"start": datetime(2026, 1, 10, 10, 30)}
            )
        self.assertEqual(late.start, datetime(2026, 1, 10, 14))
        late.action_cancel()
        self._book(hour=14)
        self._refused("already booked|busy", late.action_reopen)

    def test_cancelled_visits_free_their_time(self):
        self._policy("refuse")
        self._book(hour=10).action_cancel("ill")
        self.assertEqual(self._book(hour=10).state, "confirmed")

    # -- days ----------------------------------------------------------------------------

    def test_day_of_a_late_visit(self):
        """23:30 in Kyiv on the last of a month belongs to that month; it is 21:30 UTC."""
        self.company.partner_id.tz = "Europe/Kyiv"
        self._top_up(500.0, "2026-01-01")
        late = self._book("2025-12-31", hour=21)
        late.start += timedelta(minutes=30)
        early = self._book("2025-12-31", hour=22)
        (late + early).action_done()
        self.assertEqual(late.sudo().invoice_id.invoice_date, date(2025, 12, 31))
        self.assertEqual(early.sudo().invoice_id.invoice_date, date(2026, 1, 1))

    @freeze_time("2026-04-02 12:00:00")
    def test_days_around_summer_time(self):
        """Kyiv is UTC+2 until 29 March 2026 03:00, then UTC+3."""
        self.company.partner_id.tz = "Europe/Kyiv"
        self._top_up(500.0)
        days = {}
        for day, hour in (("2026-03-28", 21), ("2026-03-28", 22), ("2026-03-29", 20)):
            booking = self._book(day, hour=hour)
            booking.action_done()
            days[day, hour] = booking.sudo().invoice_id.invoice_date
        last = self._book("2026-03-29", hour=21)
        self.assertEqual(days["2026-03-28", 21], date(2026, 3, 28))
        self.assertEqual(days["2026-03-28", 22], date(2026, 3, 29))
        self.assertEqual(days["2026-03-29", 20], date(2026, 3, 29))
        self.assertEqual(last._service_day(), date(2026, 3, 30))

    @freeze_time("2026-01-31 22:30:00")
    def test_today_is_the_companys_day(self):
        """A top-up at half past midnight in Kyiv is of the new day."""
        self.company.partner_id.tz = "Europe/Kyiv"
        self.assertEqual(self._top_up(10.0).date, date(2026, 2, 1))

    def test_visit_in_a_locked_month(self):
        """Invoiced on the first open day, and the visit keeps its own day."""
        self._top_up(500.0, "2025-12-01")
        booking = self._book("2025-12-20")
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        booking.action_done()
        self.assertEqual(booking.start, datetime(2025, 12, 20, 10))
        self.assertEqual(booking.sudo().invoice_id.invoice_date, date(2026, 1, 1))
        self.assertEqual(booking.sudo().invoice_id.date, date(2026, 1, 1))
        self._assert_ledger("2025-12-31", advances=500.0, earned=0.0, receivable=0.0)
        self._assert_ledger("2026-01-01", advances=380.0, earned=120.0, receivable=0.0)

    def test_undo_after_the_month_was_locked(self):
        self._top_up(500.0, "2025-12-01")
        booking = self._book("2025-12-20")
        booking.action_done()
        self.company.sudo().fiscalyear_lock_date = "2025-12-31"
        booking.action_undo_done()
        self._assert_ledger("2025-12-31", advances=380.0, earned=120.0, receivable=0.0)
        self._assert_ledger(advances=500.0, earned=0.0, receivable=0.0)
        self._assert_balance_is_ledger()

    # -- rights of the calls -------------------------------------------------------------

    def test_specialist_finishes_but_takes_no_money(self):
        self._top_up(120.0)
        own = self._book("2026-01-10").with_user(self.specialist)
        own.action_done()
        self.assertEqual(own.payment_status, "paid")
        with self.assertRaises(AccessError):
            own.action_undo_done()
        short = self._book("2026-01-11").with_user(self.specialist)
        with self.assertRaises(AccessError):
            short.action_done(journal_id=self.cash.id)
        self.assertEqual(short.state, "confirmed")
