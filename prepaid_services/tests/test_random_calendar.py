"""Any sequence of changes in the calendar leaves seats, meetings, payment and messages agreed."""

from collections import defaultdict
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .calendar_common import CalendarMaker
from .cases import CaseDriver
from .deposit_common import DepositCrons
from .histories import HISTORIES

SEATED = ("draft", "awaiting_payment", "confirmed", "done", "no_show")
OPEN = ("draft", "awaiting_payment", "confirmed")
SETTINGS = ("self_only", "future_events", "all_events")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "drag",
                "drag",
                "drag_booking",
                "machine",
                "service",
                "specialist",
                "client_added",
                "client_removed",
                "client_swapped",
                "longer",
                "shorter_series",
                "delete",
                "archive",
                "restore",
                "duplicate",
                "cancel",
                "reopen",
                "done",
                "undo",
                "no_show",
                "pay",
                "messages",
            ]
        ),
        st.integers(min_value=0, max_value=20),
        st.sampled_from(SETTINGS),
    ),
    min_size=4,
    max_size=10,
)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 08:00:00")
class TestRandomCalendar(CalendarMaker, CaseDriver, DepositCrons):
    @HISTORIES
    @given(steps=STEPS, with_deposit=st.booleans(), with_package=st.booleans())
    def test_seats_and_meetings_agree(self, steps, with_deposit, with_package):
        with self.env.cr.savepoint() as savepoint:
            self._open_salon(with_deposit, with_package)
            what = (with_deposit, with_package)
            for step in steps:
                name, number, setting = step
                self.env.invalidate_all()
                # What cannot be is refused in words, and nothing is written
                try:
                    with self.env.cr.savepoint():
                        getattr(self, f"_step_{name}")(number, setting)
                        self.env.flush_all()
                except UserError:
                    self.env.invalidate_all()
                what += (step,)
                self._assert_sound(what)
            self._assert_told(what)
            self._assert_payable(what)
            savepoint.rollback()
        self.env.invalidate_all()

    def _open_salon(self, with_deposit, with_package):
        """Three clients with money, a package of four sessions, a series and a class."""
        self.salon = self.env["prepaid.booking"].search([("company_id", "=", self.company.id)]).ids
        self.clara = self._create_client("Clara", email="clara@example.com")
        self.dana = self._create_client("Dana", email="dana@example.com")
        self.people = self.client + self.clara + self.dana
        self.pedicure = self._create_service("Pedicure", 80.0, service_duration=0.5)
        self.others = self.specialist + self._create_user(
            "other", "prepaid_services.group_specialist"
        )
        for client in self.people:
            self._top_up(100.0, client=client)
        if with_package:
            self._sell(self._template(100.0, 4, validity_number=1), journal_id=self.bank.id)
        if with_deposit:
            self._rule()
        self._series(count=4)
        self._meet(self.client + self.clara, start=self.tuesday.replace(day=8))
        self.mails = self.env["mail.mail"].sudo().search([])
        self._send()
        self.known = self._state()

    # -- what there is -------------------------------------------------------------------

    def _all(self, *states):
        return self._as_desk(self.env["prepaid.booking"]).search(
            [
                ("company_id", "=", self.company.id),
                ("id", "not in", self.salon),
                ("state", "in", states or [*SEATED, "cancelled"]),
            ],
            order="start, id",
        )

    def _pick(self, number, *states):
        """Return one of the bookings in some states, or none."""
        bookings = self._all(*states)
        return bookings[number % len(bookings)] if bookings else bookings

    def _event(self, number, *states):
        """Return one of the meetings with seats, as the desk sees it."""
        return self._as_desk(self._pick(number, *(states or SEATED)).event_id)

    def _write(self, event, setting, vals):
        if event and event.recurrence_id:
            vals = {**vals, "recurrence_update": setting}
        return event.write(vals)

    def _state(self):
        """Return what each client has to know of each coming visit."""
        return {
            booking.id: (booking.state, booking.start, booking.user_id.id)
            for booking in self._all("awaiting_payment", "confirmed")
        }

    # -- what must hold ------------------------------------------------------------------

    def _assert_sound(self, what):
        """Every seat is on an active meeting at its hour; every package holds what it can pay."""
        self.env.flush_all()
        self.env.invalidate_all()
        seats = defaultdict(list)
        for booking in self._all().sudo():
            event = booking.event_id
            if booking.state in OPEN:
                self.assertTrue(event.active, what)
                self.assertEqual(
                    (booking.start, booking.stop, booking.user_id),
                    (event.start, event.stop, event.user_id),
                    what,
                )
                seats[event].append(booking.partner_id)
            if booking.state == "awaiting_payment":
                self.assertFalse(booking.subscription_id, what)
            if booking.state in ("draft", "cancelled"):
                self.assertFalse(booking.deposit_held, what)
            if booking.subscription_id:
                self.assertFalse(booking.deposit_held, what)
        for event, clients in seats.items():
            self.assertEqual(len(clients), len(set(clients)), what)
            if not event.prepaid_own_title:
                self.assertEqual(event.name, event._prepaid_title(), what)
        self._assert_coverage(what)

    def _assert_coverage(self, what):
        """A package pays the visits that it can pay, and leaves none short that it could pay."""
        packages = self.env["prepaid.subscription"].search([("company_id", "=", self.company.id)])
        for package in packages:
            held = package.booking_ids.filtered(lambda b: b.state == "confirmed")
            units = sum(held.mapped("session_units"))
            self.assertLessEqual(units, package.sessions_left, what)
            self.assertTrue(all(package._fits(b, units) for b in held), what)
            room = package.sessions_left - units
            waiting = self.env["prepaid.booking"]._find_uncovered(package._users())
            if package.state == "active":
                self.assertFalse([b for b in waiting if package._fits(b, room)], what)

    def _assert_payable(self, what):
        """What the screens say is true: *Done* takes the session, or the money that is there."""
        for booking in self._all("confirmed"):
            status = booking.payment_status
            with self.env.cr.savepoint() as savepoint:
                try:
                    booking.action_done()
                    done = True
                except UserError:
                    done = False
                savepoint.rollback()
            self.env.invalidate_all()
            if status == "package":
                self.assertTrue(done, (what, booking))

    def _send(self):
        """Send what waits, and return how often each client was told of each booking."""
        self._run("_cron_deposit_messages")
        mails = self.env["mail.mail"].sudo().search([("id", "not in", self.mails.ids)])
        self.mails |= mails
        return mails

    def _assert_told(self, what):
        """Of each visit that moved its client was told once, and of others nobody."""
        Message = self.env["prepaid.booking.message"].sudo()
        before = Message.search([])
        waiting = before.filtered(lambda m: m.state == "waiting" and m.kind == "moved")
        self.assertEqual(len(waiting), len(waiting.booking_id), what)
        self._send()
        now = self._state()
        told = waiting.filtered(lambda m: m.state == "queued").booking_id
        for booking_id, (_state, *place) in now.items():
            was = self.known.get(booking_id)
            if was and list(was[1:]) != place:
                others = before.filtered(
                    lambda m, b=booking_id: m.booking_id.id == b and m.state == "queued"
                )
                self.assertTrue(others, what)
            elif was:
                self.assertNotIn(booking_id, told.ids, what)

    # -- steps ---------------------------------------------------------------------------

    def _step_drag(self, number, setting):
        event = self._event(number)
        if event:
            self._shift(event, setting, days=number - 5, hours=number % 3)

    def _step_drag_booking(self, number, _setting):
        booking = self._pick(number, *OPEN)
        booking.write({"start": booking.start + timedelta(days=number)} if booking else {})

    def _step_machine(self, number, _setting):
        """A synchronised calendar moves or deletes: never refused."""
        event = self._event(number).sudo().with_context(dont_notify=True)
        try:
            if event and number % 3:
                move = timedelta(days=number)
                event.write({"start": event.start + move, "stop": event.stop + move})
            else:
                event.unlink()
        except UserError as error:
            raise AssertionError("refused a machine") from error

    def _step_service(self, number, setting):
        service = (self.service, self.pedicure)[number % 2]
        self._write(self._event(number), setting, {"prepaid_service_id": service.id})

    def _step_specialist(self, number, setting):
        user = self.others[number % 2]
        self._write(self._event(number), setting, {"user_id": user.id})

    def _step_client_added(self, number, setting):
        client = self.people[number % 3]
        vals = {"prepaid_client_ids": [Command.link(client.id)]}
        self._write(self._event(number), setting, vals)

    def _step_client_removed(self, number, setting):
        event = self._event(number)
        client = event.prepaid_client_ids[:1]
        vals = {"prepaid_client_ids": [Command.unlink(client.id)]}
        self._write(event, setting, vals)

    def _step_client_swapped(self, number, _setting):
        booking = self._pick(number, *OPEN)
        client = self.people[number % 3]
        if booking and client not in booking.event_id.prepaid_client_ids:
            booking.partner_id = client

    def _step_longer(self, number, _setting):
        event = self._event(number)
        if event:
            event.write({"duration": event.duration + number % 3})

    def _step_shorter_series(self, number, _setting):
        event = self._event(number)
        if event.recurrence_id:
            event.write({"recurrence_update": "all_events", "count": 1 + number % 5})

    def _step_delete(self, number, setting):
        event = self._event(number)
        if event.recurrence_id and setting != "self_only":
            event.action_mass_deletion(setting)
        else:
            event.unlink()

    def _step_archive(self, number, setting):
        event = self._event(number)
        if event.recurrence_id:
            event.action_mass_archive(setting)
        else:
            event.action_archive()

    def _step_restore(self, number, _setting):
        event = self._as_desk(self._pick(number, "cancelled").event_id)
        event.action_unarchive()

    def _step_duplicate(self, number, _setting):
        event = self._event(number)
        if event:
            move = timedelta(days=1)
            event.copy({"start": event.start + move, "stop": event.stop + move})

    def _step_cancel(self, number, _setting):
        self._pick(number, *OPEN).action_cancel(by="us" if number % 2 else "client")

    def _step_reopen(self, number, _setting):
        booking = self._pick(number, "cancelled", "no_show")
        if booking.event_id:
            booking.action_reopen()

    def _step_done(self, number, _setting):
        self._pick(number, "confirmed").action_done()

    def _step_undo(self, number, _setting):
        self._pick(number, "done").action_undo_done()

    def _step_no_show(self, number, _setting):
        self._pick(number, *OPEN).action_no_show()

    def _step_pay(self, number, _setting):
        booking = self._pick(number, "awaiting_payment")
        if booking:
            self._pay(booking)

    def _step_messages(self, _number, _setting):
        self._assert_told("on the way")
        self.known = self._state()
