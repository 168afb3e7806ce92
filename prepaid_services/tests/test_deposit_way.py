from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .deposit_common import DepositCommon, DepositCrons

EXPIRE = "odoo.addons.prepaid_services.models.deposit.prepaid_booking_expire"


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositExpiry(DepositCrons):
    """Not paid in time; paid at the last moment, too late, too little, twice."""

    def test_reminded_then_cancelled_once(self):
        self._rule()
        booking = self._book()
        self.assertEqual(len(self._mails()), 1)
        with freeze_time("2026-01-09 06:59:00"):
            self.assertEqual(len(self._mails()), 1)
        with freeze_time("2026-01-09 07:01:00"):
            self.assertRegex(self._mails()[-1], "not confirmed yet")
            self.assertEqual(len(self._mails()), 2, "the reminder of one deadline comes once")
        with freeze_time("2026-01-09 09:59:00"):
            self._run()
            self._assert_deposit(booking, "awaiting_payment", "awaiting")
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
            self._run()
            self._assert_deposit(booking, "cancelled", "expired")
            self.assertFalse(booking.event_id.active, "the seat is free")
            self.assertRegex(self._mails()[-1], "is cancelled")
            self.assertEqual(len(self._mails()), 3)
            again = self._book()
            self.assertFalse(again.overlap_warning)

    def test_paid_too_late_and_the_seat_is_free(self):
        self._rule()
        booking = self._book()
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
            self._pay(booking)
            self._assert_deposit(booking, "confirmed", "paid", 50.0)
            self.assertTrue(booking.event_id.active)
            self.assertRegex(self._mails()[-1], "is confirmed")

    def test_paid_too_late_and_the_seat_is_taken(self):
        self._rule(date_to="2026-01-31")
        booking = self._book()
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
            other = self._book(client=self._create_client("Dana"), confirm=False)
            self._pay(booking)
            self._assert_deposit(booking, "cancelled", "late")
            self.assertEqual(booking.deposit_paid_amount, 50.0)
            self.assertRegex(self._mails()[-1], "came too late")
            self.assertTrue(booking.activity_ids)
            self._assert_ledger(advances=50.0)
            wizard = self.env["prepaid.money"].with_user(self.desk).with_company(self.company)
            action = booking.action_open_refund()
            self.assertEqual(action["context"]["default_amount"], 50.0)
            wizard.with_context(**action["context"]).create({}).action_confirm()
        booking.invalidate_recordset()
        self.assertEqual(booking.deposit_paid_amount, 0.0)
        self._assert_ledger(advances=0.0)
        self.assertEqual(other.state, "draft")

    def test_the_desk_confirms_what_is_paid(self):
        """Where the company wants it: paid, held and safe from the clock, but not confirmed."""
        self.company.prepaid_deposit_desk_confirms = True
        self._rule()
        booking = self._book()
        vals = booking._prepare_deposit_vals(self.bank.id, 50.0)
        booking._on_deposit_paid(self.env["prepaid.ledger"]._take([vals], debts_first=False))
        self._assert_deposit(booking, "awaiting_payment", "paid", 50.0)
        self.assertEqual(booking._portal_status(), "paid")
        self.assertRegex(booking.activity_ids.summary, "Confirm the visit")
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
            self._assert_deposit(booking, "awaiting_payment", "paid", 50.0)
            told = [each for each in self._mails() if "assigned to you" not in each]
            self.assertEqual(len(told), 1, "neither reminded nor cancelled")
            booking.action_confirm()
            self._assert_deposit(booking, "confirmed", "paid", 50.0)
            self.assertRegex(self._mails()[-1], "is confirmed")
        other = self._book(client=self._create_client("Dana"), hour=15)
        other.action_take_deposit(self.cash.id)
        self._assert_deposit(other, "confirmed", "paid", 50.0)

    def test_paid_in_parts_and_twice(self):
        self._rule()
        booking = self._book()
        first = self._pay(booking, 20.0, reference="terminal 1")
        self.assertEqual(self._pay(booking, 20.0, reference="terminal 1"), first)
        self._assert_deposit(booking, "awaiting_payment", "awaiting", 20.0)
        self._pay(booking)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertEqual(booking.deposit_paid_amount, 50.0)
        self._refused("No deposit is to be paid", self._pay, booking, 10.0)
        again = self._top_up(50.0)
        booking.sudo()._on_deposit_paid(again)
        booking.sudo()._on_deposit_paid(again)
        self._assert_deposit(booking, "confirmed", "paid", 50.0)
        self.assertEqual(booking.deposit_excess, 50.0)
        self.assertIn("more than the deposit", booking.activity_ids.summary)
        self._assert_ledger(advances=100.0)

    def test_part_is_paid_then_time_is_over(self):
        self._rule()
        booking = self._book()
        self._pay(booking, 20.0)
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
        self._assert_deposit(booking, "cancelled", "expired")
        self.assertEqual(booking.deposit_released, 20.0)
        self.assertEqual(self._as_desk(self.client).prepaid_available, 20.0)

    def test_balance_covers_it_by_now(self):
        self._rule()
        booking = self._book()
        self._top_up(60.0)
        with freeze_time("2026-01-09 10:00:00"):
            self._run()
        self._assert_deposit(booking, "confirmed", "paid", 50.0)

    def test_never_while_a_payment_is_pending(self):
        self._rule()
        booking = self._book()
        Booking = type(self.env["prepaid.booking"])
        with (
            freeze_time("2026-01-09 10:00:00"),
            patch.object(Booking, "_deposit_payment_pending", lambda self: True),
        ):
            self._run()
        self._assert_deposit(booking, "awaiting_payment", "awaiting")

    def test_one_that_fails_is_set_aside(self):
        self._rule()
        dana = self._create_client("Dana", email="dana@example.com")
        bad, good = self._book(), self._book(day="2026-01-11", client=dana)
        Booking = type(self.env["prepaid.booking"])
        expire = Booking._expire

        def fail(bookings):
            if bad in bookings:
                raise UserError(bookings.env._("No luck"))
            return expire(bookings)

        with (
            freeze_time("2026-01-10 12:00:00"),
            patch.object(Booking, "_expire", fail),
            mute_logger(EXPIRE),
        ):
            self._run()
            self._run()
        self._assert_deposit(bad, "awaiting_payment", "awaiting")
        self._assert_deposit(good, "cancelled", "expired")
        self.assertEqual(bad.deposit_error, "No luck")
        self.assertEqual(len(bad.activity_ids), 1)

    def test_killed_half_way_everybody_is_told_once(self):
        self._rule()
        clients = [
            self._create_client(f"Client {n}", email=f"client{n}@example.com") for n in range(5)
        ]
        bookings = [self._book(hour=8 + n, client=client) for n, client in enumerate(clients)]
        self._mails()
        with freeze_time("2026-01-10 12:00:00"), patch(f"{EXPIRE}.BATCH", 2):
            self._run(left=0)
            states = [booking.state for booking in bookings]
            self.assertEqual(states.count("cancelled"), 2)
            self._run()
            subjects = self._mails()[5:]
        self.assertEqual(len(subjects), 5)
        self.assertEqual({booking.deposit_state for booking in bookings}, {"expired"})

    def test_asked_again(self):
        self._rule()
        booking = self._book()
        self._mails()
        with freeze_time("2026-01-06 12:00:00"):
            booking.action_request_payment()
            booking.action_request_payment()
            self.assertEqual(len(self._mails()), 2)
        with freeze_time("2026-01-09 11:00:00"):
            self._run()
            booking.action_request_payment()
            self._assert_deposit(booking, "awaiting_payment", "awaiting")
            self.assertEqual(str(booking.deposit_deadline), "2026-01-09 11:30:00")
            self.assertTrue(booking.event_id.active)
        free = self._book(day="2026-02-01", confirm=False)
        self.env["prepaid.deposit.rule"].sudo().search([]).active = False
        self._refused("No deposit rule", free.action_request_payment)

    def test_waived(self):
        self._rule()
        booking = self._book()
        with self.assertRaises(AccessError):
            booking.action_waive_deposit("a friend")
        manager = booking.with_user(self.manager)
        self._refused("Say why", manager.action_waive_deposit, "")
        manager.action_waive_deposit("a friend")
        self._assert_deposit(booking, "confirmed", "none")
        self.company.prepaid_deposit_desk_waives = True
        self._book(day="2026-01-12").action_waive_deposit("the mother of the boss")


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestDepositRules(DepositCommon):
    """The first rule that matches wins; the tester says why."""

    def _match(self, booking=None):
        """Return the name of the rule of a booking."""
        booking = booking or self._book(confirm=False)
        rule = self.env["prepaid.deposit.rule"]._match(booking).get(booking)
        return rule.name if rule else ""

    def test_exceptions_above_the_general_rule(self):
        tag = self.env["res.partner.category"].create({"name": "Club"})
        promo = self.env["product.tag"].create({"name": "Promotion"})
        category = self.env["product.category"].create({"name": "Hair"})
        below = self.env["product.category"].create({"name": "Colour", "parent_id": category.id})
        names = iter(range(1, 20))

        def rule(name, **vals):
            return self._rule(name=name, sequence=next(names), **vals)

        rule("club", amount_type="none", partner_category_ids=tag.ids)
        rule("no-shows", client_kind="no_show", min_no_shows=2)
        rule("new year", date_from="2026-12-20", date_to="2026-12-31")
        rule("promotion", product_tag_ids=promo.ids)
        rule("hair", category_ids=category.ids)
        rule("specialist", user_ids=self.manager.ids)
        rule("expensive", min_price=500.0)
        rule("new", client_kind="new")
        rule("the rest", amount_type="percent")
        self.assertEqual(self._match(), "new")
        self._book(confirm=False).action_done(journal_id=self.cash.id)
        self.assertEqual(self._match(self._book("2026-01-11", confirm=False)), "the rest")
        booking = self._book("2026-12-31", confirm=False)
        self.assertEqual(self._match(booking), "new year")
        booking = self._book("2026-02-10", confirm=False)
        booking.price = 500.0
        self.assertEqual(self._match(booking), "expensive")
        booking.sudo().user_id = self.manager
        self.assertEqual(self._match(booking), "specialist")
        self.service.categ_id = below
        self.assertEqual(self._match(booking), "hair")
        self.service.product_tag_ids = promo
        self.assertEqual(self._match(booking), "promotion")
        for day in ("2026-01-03", "2026-01-04"):
            self._book(day, confirm=False).action_no_show()
        self.assertEqual(self._match(booking), "no-shows")
        self.client.category_id = tag
        self.assertEqual(self._match(booking), "club")
        booking.action_confirm()
        self._assert_deposit(booking, "confirmed", "none")

    def test_tester(self):
        tag = self.env["res.partner.category"].create({"name": "Club"})
        self._rule(name="Club", amount_type="none", partner_category_ids=tag.ids, sequence=1)
        rule = self._rule(name="A fifth", amount_type="percent", percent=20.0, sequence=2)
        Tester = self.env["prepaid.deposit.tester"].with_user(self.manager)
        before = self._count()
        tester = Tester.with_company(self.company).create(
            {
                "partner_id": self.client.id,
                "service_id": self.service.id,
                "user_id": self.specialist.id,
                "start": "2026-01-10 10:00:00",
            }
        )
        self.assertEqual((tester.rule_id, tester.amount), (rule, 24.0))
        self.assertEqual(
            tester.because.split("\n"),
            ["Club: not this one, the client has none of its tags.", "A fifth: applies."],
        )
        self.assertEqual(self._count(), before)

    def test_number_of_queries(self):
        """A hundred bookings are matched with as many queries as one."""
        self._rule(client_kind="new")
        clients = [self._create_client(f"Client {n}") for n in range(20)]
        bookings = self.env["prepaid.booking"].browse(
            [
                self._book(f"2026-01-{n:02}", client=clients[n - 10], confirm=False).id
                for n in range(10, 30)
            ]
        )
        counts = []
        for some in (bookings[:1], bookings):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["prepaid.deposit.rule"]._match(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_hour_of_the_specialist(self):
        self._rule(amount_type="hour", percent=50.0)
        booking = self._book(confirm=False)
        booking.action_confirm()
        self._assert_deposit(booking, "confirmed", "none")
        wizard = self.env["prepaid.hourly.rate"].with_company(self.company)
        vals = {"user_id": self.specialist.id, "rate": 90.0, "company_id": self.company.id}
        with self.assertRaises(AccessError):
            wizard.with_user(self.desk).create(vals)
        wizard.with_user(self.manager).create(vals).action_confirm()
        self.assertEqual(self._book(day="2026-01-12").deposit_amount, 45.0)

    def test_time_to_pay(self):
        rule = self._rule(desk_hold="after", desk_hours=2.0)
        self.assertEqual(str(self._book().deposit_deadline), "2026-01-05 14:00:00")
        rule.desk_hold, rule.desk_hours = "before", 1.0
        soon = self._book("2026-01-05", hour=12, start="2026-01-05 13:10:00")
        self.assertEqual(str(soon.deposit_deadline), "2026-01-05 12:30:00")
        very_soon = self._book("2026-01-05", start="2026-01-05 12:10:00")
        self.assertEqual(str(very_soon.deposit_deadline), "2026-01-05 12:10:00")
        online = self._book("2026-01-11", confirm=False)
        online.sudo().booked_online = True
        online.action_confirm()
        self.assertEqual(str(online.deposit_deadline), "2026-01-05 12:30:00")

    def test_bad_numbers(self):
        for vals in (
            {"percent": 101.0},
            {"late_keep_percent": -1.0},
            {"free_cancel_hours": -1.0},
            {"date_from": "2026-02-01", "date_to": "2026-01-01"},
        ):
            with self.assertRaises(ValidationError):
                self._rule(**vals)
        self._refused("greater than zero", self._rule, amount=0.0)

    def test_rights(self):
        rule = self._rule()
        for user in (self.desk, self.specialist):
            with self.assertRaises(AccessError):
                rule.with_user(user).name = "Mine"
        other = self.env["res.company"].create({"name": "Elsewhere"})
        rule.sudo().company_id = other
        self.assertFalse(self._match(self._book(confirm=False)))
        with self.assertRaises(AccessError):
            rule.with_user(self.manager).with_company(self.company).read(["name"])
        booking = self._book()
        for name, value in (("deposit_state", "paid"), ("deposit_amount", 1.0)):
            with self.assertRaises(UserError):
                booking.write({name: value})

    def test_client_of_a_paid_deposit_stays(self):
        self._rule()
        booking = self._book()
        self._pay(booking)
        self._refused(
            "A deposit was paid", booking.write, {"partner_id": self.manager.partner_id.id}
        )
        booking.action_cancel()
        self._refused("Cancel it instead", booking.unlink)

    def test_calendar_and_bus(self):
        self._rule()
        booking = self._book()
        event = self._as_desk(booking.event_id)
        [seat] = event.prepaid_seats
        self.assertEqual((seat["state"], seat["deposit"]), ("awaiting_payment", "awaiting"))
        self.assertIn("awaited until", seat["deposit_label"])
        with patch.object(type(self.env["bus.bus"]), "_sendone") as send:
            self._pay(booking)
        told = {call.args[0] for call in send.call_args_list if call.args[1] == "prepaid_deposit"}
        self.assertIn(self.desk.partner_id, told)
        event.invalidate_recordset()
        self.assertEqual(event.prepaid_seats[0]["deposit"], "paid")

    def test_package_needs_no_deposit(self):
        self._rule()
        template = (
            self.env["prepaid.subscription.template"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"name": "Ten", "price": 100.0, "sessions": 10})
        )
        self._as_desk(template).sell(self.client.id)
        booking = self._book()
        self._assert_deposit(booking, "confirmed", "none")
        self.assertTrue(booking.subscription_id)
