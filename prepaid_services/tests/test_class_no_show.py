from odoo.tests import Form, freeze_time, tagged

from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-10 11:30:00")
class TestClassNoShow(DepositCommon):
    """One click does not decide about six people, nor about what is still to come."""

    def _class(self, day="2026-01-10", clients=("Ben", "Clara")):
        event = self._book(day).event_id
        event.prepaid_client_ids |= self.env["res.partner"].union(
            *(self._create_client(name) for name in clients)
        )
        return self._as_desk(event)

    def _dialog(self, action):
        """Return the dialog that an action opens, as a form."""
        self.assertEqual(action["res_model"], "prepaid.cancel")
        Wizard = self._as_desk(self.env["prepaid.cancel"]).with_context(**action["context"])
        return Form(Wizard)

    def test_class(self):
        event = self._class()
        action = event.action_prepaid_no_show()
        self.assertEqual(set(event.booking_ids.mapped("state")), {"confirmed"})
        form = self._dialog(action)
        self.assertEqual(len(form.booking_ids), 3)
        anna = event.booking_ids.filtered(lambda b: b.partner_id == self.client)
        form.booking_ids.remove(anna.id)
        form.save().action_confirm()
        self.assertEqual(anna.state, "confirmed")
        self.assertEqual((event.booking_ids - anna).mapped("state"), ["no_show"] * 2)
        event.action_prepaid_undo_no_show()
        self.assertEqual(set(event.booking_ids.mapped("state")), {"confirmed"})

    def test_one_client_without_money_needs_no_question(self):
        event = self._class(clients=())
        self.assertEqual(event.action_prepaid_no_show(), True)
        self.assertEqual(event.booking_ids.state, "no_show")

    def test_what_costs_something_is_asked(self):
        self._rule()
        with freeze_time("2026-01-05 12:00:00"):
            booking = self._book()
            self._pay(booking)
        form = self._dialog(booking.action_open_no_show())
        self.assertIn("50.00", form.effect)

    def test_what_is_still_to_come(self):
        """Neither by the button nor over the API, for one or for several."""
        event = self._class("2026-01-11")
        self._refused("begins on", event.action_prepaid_no_show)
        self._refused("begins on", event.booking_ids.action_no_show)
        self._refused("begins on", event.booking_ids[0].action_no_show)
        later = self._book("2026-01-10", hour=12)
        self._refused("begins on", later.action_open_no_show)
        with freeze_time("2026-01-10 12:00:00"):
            later.action_open_no_show()
        self.assertEqual(later.state, "no_show")

    def test_done_before_its_day(self):
        self._approve_credit()
        tomorrow = self._book("2026-01-11")
        self._refused("cannot be done before", tomorrow.action_open_done)
        self._refused("cannot be done before", self._as_desk(tomorrow.event_id).action_prepaid_done)
        self._book("2026-01-10", hour=20).action_open_done()
