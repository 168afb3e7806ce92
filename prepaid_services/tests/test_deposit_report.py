from odoo.tests import freeze_time, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositReport(DepositCommon):
    """What became of all deposits, to the cent."""

    def _rows(self, bookings, *names):
        """Return columns of the report, by booking."""
        self.env.flush_all()
        self.env.invalidate_all()
        Report = self.env["prepaid.deposit.report"].with_user(self.desk)
        rows = Report.with_company(self.company).search([("booking_id", "in", bookings.ids)])
        found = {row.booking_id: tuple(row[name] for name in names) for row in rows}
        return [found[self._as_desk(booking)] for booking in bookings]

    def _expire(self):
        self.env["prepaid.booking"].sudo().search([("state", "=", "awaiting_payment")])._expire()

    def test_states_and_amounts(self):
        self._rule(late_keep="part")
        names = ("status", "amount", "amount_paid", "amount_kept", "amount_released")
        bookings = self._as_desk(self.env["prepaid.booking"])
        for number in range(7):
            bookings |= self._book(f"2026-01-{10 + number}", client=self._create_client("X"))
        awaiting, paid, done, in_time, late, missed, expired = bookings
        for booking in bookings - awaiting - expired:
            self._pay(booking)
        in_time.action_cancel(by="us")
        done.action_done(journal_id=self.cash.id)
        with freeze_time("2026-01-15 12:00:00"):
            missed.action_no_show()
        with freeze_time("2026-01-14 08:00:00"):
            late.action_cancel()
        with freeze_time("2026-01-15 11:00:00"):
            expired.sudo()._expire()
        self.assertEqual(
            self._rows(bookings, *names),
            [
                ("awaiting", 50.0, 0.0, 0.0, 0.0),
                ("paid", 50.0, 50.0, 0.0, 0.0),
                ("applied", 50.0, 50.0, 0.0, 0.0),
                ("released", 50.0, 50.0, 0.0, 50.0),
                ("forfeited", 50.0, 50.0, 25.0, 25.0),
                ("forfeited", 50.0, 50.0, 50.0, 0.0),
                ("expired", 50.0, 0.0, 0.0, 0.0),
            ],
        )
        dialog = in_time.action_open_refund()["context"]
        wizard = self.env["prepaid.money"].with_user(self.desk).with_company(self.company)
        wizard.with_context(**dialog).create({}).action_confirm()
        found = self._rows(in_time, "status", "amount_refunded")
        self.assertEqual(found, [("refunded", 50.0)])

    def test_cancelled_ahead_counts_on_its_day(self):
        """Who cancels a visit of next week is compared with those who come next week."""
        came, cancelled = self._book("2026-01-10"), self._book("2026-01-10", hour=12)
        cancelled.action_cancel()
        self.assertEqual(self._rows(cancelled, "cancel_rate"), [(0.0,)])
        self.assertEqual(self._cancel_rate(), False)
        with freeze_time("2026-01-10 20:00:00"):
            came.action_done(journal_id=self.cash.id)
            self.assertEqual(self._rows(cancelled, "cancel_rate"), [(100.0,)])
            self.assertEqual(self._cancel_rate(), 50.0)

    def _cancel_rate(self):
        """Return the rate of the whole company."""
        Report = self.env["prepaid.deposit.report"].with_user(self.desk)
        domain = [("company_id", "=", self.company.id)]
        [[rate]] = Report._read_group(domain, [], ["cancel_rate:avg"])
        return rate

    def test_median_rates_and_money_saved(self):
        before = [self._book(f"2026-01-{10 + n}") for n in range(4)]
        with freeze_time("2026-01-10 12:00:00"):
            before[0].action_no_show()
        for booking in before[1:]:
            booking.action_done(journal_id=self.cash.id)
        with freeze_time("2026-01-15 12:00:00"):
            self._rule(late_keep="none")
            bookings = self._as_desk(self.env["prepaid.booking"])
            for number in range(3):
                bookings |= self._book(
                    "2026-02-10", hour=8 + number, client=self._create_client("Y")
                )
            freed = self._book("2026-02-10", hour=15, client=self._create_client("Z"))
        for minutes, booking in zip((2, 4, 59), bookings, strict=True):
            with freeze_time(f"2026-01-15 12:{minutes:02}:00"):
                self._pay(booking)
                booking.action_done(journal_id=self.cash.id)
        self.env.flush_all()
        # Odoo takes the time of creation from the transaction
        ids = tuple((bookings + freed).ids)
        self.env.cr.execute(
            "UPDATE prepaid_booking SET create_date = '2026-01-15 12:00:00' WHERE id IN %s", [ids]
        )
        self.env.cr.execute(
            "UPDATE prepaid_booking SET create_date = '2026-01-05' WHERE id IN %s",
            [tuple(booking.id for booking in before)],
        )
        with freeze_time("2026-02-09 16:00:00"):
            freed.sudo()._expire()
            other = self._book("2026-02-10", hour=15, confirm=False)
            other.action_done(journal_id=self.cash.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE prepaid_booking SET create_date = '2026-02-09 16:00:00' WHERE id = %s",
            [other.id],
        )
        self.env.invalidate_all()
        Report = self.env["prepaid.deposit.report"].with_user(self.desk)
        groups = Report._read_group(
            [("company_id", "=", self.company.id)],
            ["era"],
            ["no_show_rate:avg", "minutes_to_pay:avg", "amount_saved:sum"],
        )
        found = {era: tuple(values) for era, *values in groups}
        self.assertEqual(found["before"], (25.0, False, False))
        self.assertEqual(found["with"], (0.0, 4.0, 120.0))
        self.assertEqual(found["without"], (0.0, False, False))
