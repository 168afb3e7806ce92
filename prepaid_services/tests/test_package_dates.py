from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver, HandMadeCase


@tagged("post_install", "-at_install")
class TestPackageDays(HandMadeCase):
    """On which days revenue of packages is booked; the rows are computed by hand."""

    def _plan_pass(self, price, days, day, **vals):
        vals = {"is_unlimited": True, "validity_number": days, "validity_unit": "day", **vals}
        return self._plan(price, 1, day, **vals)

    def test_pass_given_back_on_the_day_of_the_sale(self):
        self._begin()
        self._plan_pass(30.0, 30, "2026-04-01")
        self._step("2026-04-01", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-01", cash=0)
        self._play(self.case)
        self.assertEqual(self.package.amount_deferred, 0.0)

    def test_pass_given_back_is_charged_to_the_day_before(self):
        """Ten days of thirty at 1.00."""
        self._begin()
        self._plan_pass(30.0, 30, "2026-04-01")
        self._step("2026-04-11", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-11", cash=10, earned=10)
        self._play(self.case)

    def test_pass_given_back_after_a_visit(self):
        """The day counts when a visit was given on it; an undone one is none."""
        self._begin()
        self._plan_pass(30.0, 30, "2026-04-01")
        self._step("2026-04-11", self._use, "2026-04-11")
        self._step("2026-04-11", lambda: self.package.undo_use(self.use["use_id"]))
        self._step("2026-04-11", self._use, "2026-04-11")
        self._step("2026-04-11", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-04-11", cash=11, earned=11)
        self._play(self.case)

    def test_frozen_pass(self):
        """Nothing on the eve of a freeze; the month's end, and the last day when it is known."""
        self._begin()
        self._plan_pass(31.0, 31, "2026-01-10")  # to 9 February
        self._step("2026-02-05", lambda: self.package.freeze())
        self._step("2026-03-05", lambda: self.package.unfreeze())
        for day, earned in (
            ("2026-01-31", 22),
            ("2026-02-04", 22),
            ("2026-02-09", 22),
            ("2026-02-27", 22),
            ("2026-02-28", 26),
            ("2026-03-08", 26),
            ("2026-03-09", 31),
        ):
            self._row(day, cash=31, earned=earned, deferred=31 - earned)
        self._play(self.case)
        self.assertEqual(str(self.package.date_end), "2026-03-09")

    def test_unfrozen_for_days_that_were_booked_as_frozen(self):
        """Nothing stays deferred, although its end is now before the last entry."""
        self._begin()
        self._plan_pass(31.0, 31, "2026-01-10")
        self._step("2026-02-05", lambda: self.package.freeze())
        self._step("2026-03-05", lambda: self.package.unfreeze("2026-02-10"))
        self._row("2026-02-28", cash=31, earned=31)
        self._row("2026-03-10", cash=31, earned=31)
        self._play(self.case)
        self.assertEqual(self.package.state, "expired")
        self.assertEqual(self.package.amount_deferred, 0.0)

    def test_pass_sold_after_its_start(self):
        """92 days from October; no revenue before the sale in December."""
        self._begin()
        sell = {"date_start": "2026-10-01"}
        self._plan_pass(92.0, 92, "2026-12-01", sell=sell)
        self._row("2026-11-30")
        self._row("2026-12-01", cash=92, deferred=92)
        self._row("2026-12-31", cash=92, earned=92)
        self._play(self.case)
        self.assertFalse(self.package.use_ids.filtered(lambda u: str(u.date) < "2026-12-01"))

    def test_pass_sold_after_its_end(self):
        self._begin()
        self._plan_pass(10.0, 10, "2026-12-01", sell={"date_start": "2026-10-01"})
        self._step("2026-12-01", self._run_crons)
        self._row("2026-12-01", cash=10, earned=10)
        self._play(self.case)
        self.assertEqual(self.package.state, "expired")

    def test_session_given_before_the_sale(self):
        """A visit of October is earned when the package is sold."""
        self._begin()
        self._plan(40.0, 4, "2026-12-01", sell={"date_start": "2026-10-01"})
        self._step("2026-12-02", self._use, "2026-10-15")
        self._row("2026-11-30")
        self._row("2026-12-01", cash=40, earned=10, deferred=30)
        self._play(self.case)
        self.assertEqual(str(self.package.use_ids.date), "2026-10-15")

    def test_pass_that_never_started_lapses(self):
        """Its clock waits for the first visit, its end does not. It comes back with its value."""
        self._restore_unstarted(goodwill=False)
        self._row("2026-03-05", cash=50, earned=50)
        self._play(self.case)
        self.assertEqual(self.package.amount_deferred, 0.0)

    def test_pass_that_never_started_comes_back_as_goodwill(self):
        self._restore_unstarted(goodwill=True)
        self._row("2026-03-05", cash=50, breakage=50)
        self._play(self.case)
        self.assertEqual(self.package.amount_deferred, 0.0)

    def _restore_unstarted(self, goodwill):
        self._begin()
        vals = {"clock_start": "first_use", "is_freestyle": True}
        self._plan_pass(50.0, 10, "2026-01-05", sell={"date_end": "2026-02-10"}, **vals)
        self._step("2026-02-20", self._restore_and_use, goodwill)
        self._row("2026-02-10", cash=50, breakage=50)

    def _restore_and_use(self, goodwill):
        self.package.extend("2026-03-05", reason="Ill", goodwill=goodwill)
        self.package.use_session()

    def test_session_lost_by_cancelling_late(self):
        """It is lost on the day on which the client cancels."""
        self._begin()
        self._plan(40.0, 4, "2026-01-05", late_cancel_policy="use", late_cancel_hours=100)
        self._step("2026-01-28", self._book_visit, "2026-02-01")
        self._step("2026-01-30", lambda: self.booking.action_cancel("Cold", by="client"))
        self._row("2026-01-29", cash=40, deferred=40)
        self._row("2026-01-30", cash=40, earned=10, deferred=30)
        self._play(self.case)
        self.assertEqual(str(self.package.use_ids.date), "2026-01-30")

    def _book_visit(self, day):
        self.booking = self._book(day)

    def test_cancelling_late_what_a_package_cannot_lose_any_more(self):
        """The package lapsed in the night: the client has lost the session already."""
        self._begin()
        self._plan(
            40.0, 4, "2026-01-05", late_cancel_policy="use", validity_number=20,
            validity_unit="day",
        )
        self._step("2026-01-20", self._book_visit, "2026-01-24")
        self._step("2026-01-26", lambda: self.booking.action_cancel("Cold", by="client"))
        self._row("2026-01-26", cash=40, breakage=40)
        self._play(self.case)
        self.assertEqual(self.booking.state, "cancelled")


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestPossibleDates(CaseDriver):
    """Each date lies between what it depends on and today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls._create_client("Olga")

    def _impossible(self, call, *dates, **kwargs):
        for date in (*dates, "1900-01-01", "9999-12-31", "2026-02-30", "soon", 7):
            with self.assertRaises(UserError, msg=date), self.env.cr.savepoint():
                call(date=date, **kwargs)

    def test_money(self):
        self._top_up(100.0, "2026-03-10")
        client, journal = self._as_desk(self.client), self.bank.id
        self._impossible(client.prepaid_top_up, "2026-03-21", amount=10.0, journal_id=journal)
        self._impossible(
            client.prepaid_pay_out, "2026-03-21", "2026-03-09", amount=10.0, journal_id=journal
        )
        manager = client.with_user(self.manager)
        self._impossible(manager.prepaid_write_off, "2026-03-21", "2026-03-09", amount=10.0)
        self._top_up(50.0, "2026-03-15")
        # 100.00 of the tenth, 20.00 of the fifteenth
        self._impossible(client.prepaid_pay_out, "2026-03-14", amount=120.0, journal_id=journal)
        client.prepaid_pay_out(100.0, journal, "2026-03-10")
        manager.prepaid_write_off(50.0, "2026-03-15")
        self._assert_balance_is_ledger()

    def test_sale(self):
        template = self._template(100.0, 10, is_freestyle=True)
        self._impossible(template.sell, "2026-03-21", partner_id=self.client.id)
        for name in ("date_start", "date_end"):
            for date in ("1900-01-01", "9999-12-31"):
                with self.assertRaises(UserError, msg=date), self.env.cr.savepoint():
                    template.sell(self.client.id, **{name: date})
        self._assert_ledger(deferred=0.0, receivable=0.0)

    def test_sessions(self):
        self._sell(self._template(100.0, 10), date="2026-03-02", journal_id=self.bank.id)
        self._impossible(self.package.use_session, "2026-03-21", "2026-03-01")
        use = self.package.use_session("2026-03-10")["use_id"]
        self._impossible(self.package.undo_use, "2026-03-21", "2026-03-09", use_id=use)
        other = {"partner_id": self.olga.id}
        for call, kwargs in (
            (self.package.extend, {"bonus_sessions": 1}),
            (self.package.transfer, other),
            (self.package.add_sessions, {"sessions": 2, "price": 20.0}),
            (self.package.refund_preview, {}),
            (self.package.refund, {}),
        ):
            self._impossible(call, "2026-03-21", "2026-03-09", "2026-03-01", **kwargs)
        self.package.undo_use(use, "2026-03-10")
        self.assertEqual(self.package.refund("", True, "2026-03-10")["refund"], 100.0)

    def test_freeze(self):
        self._sell(self._template(100.0, 10, validity_number=3), date="2026-03-02")
        for first, last in (
            ("2026-03-01", "2026-03-05"),
            ("2025-01-01", "2026-03-19"),
            ("2026-03-10", "9999-12-31"),
            ("1900-01-01", "2026-03-19"),
        ):
            with self.assertRaises(UserError, msg=first):
                self.package.freeze(first, last)
        self.package.freeze("2026-03-10", "2026-03-19", "Was ill")
        self.assertEqual(str(self.package.date_end), "2026-06-11")

    def test_pass_cannot_be_dated_back(self):
        """28 of 30 days used, and all of it back: only from today on; managers say why."""
        template = self._template(30.0, 1, is_unlimited=True, validity_number=30,
                                  validity_unit="day")
        self._sell(template, date="2026-03-05", journal_id=self.bank.id)
        with self.assertRaises(AccessError):
            self.package.refund_preview(date="2026-03-05")
        with self.assertRaises(AccessError):
            self.package.refund(date="2026-03-05", reason="Please", to_balance=True)
        self.assertEqual(self.package.refund_preview()["unused"], 15.0)
        package = self.package.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "reason"):
            package.refund(date="2026-03-11", to_balance=True)
        self.company.sudo().sale_lock_date = fields.Date.to_date("2026-03-08")
        with self.assertRaisesRegex(UserError, "closed"):
            package.refund(date="2026-03-06", reason="In hospital", to_balance=True)
        refunded = package.refund(date="2026-03-11", reason="In hospital", to_balance=True)
        self.assertEqual(refunded["refund"], 24.0)
        self._assert_ledger("2026-03-11", advances=24.0, deferred=0.0, earned=6.0)
