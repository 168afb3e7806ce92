from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestSpecialistLeaves(PrepaidCommon):
    """An archived specialist is not booked any more, and the coming visits are handed over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user("colleague", "prepaid_services.group_specialist")

    def _employee(self):
        """Return the resource whose hours the specialist has, as an employee."""
        return (
            self.env["resource.resource"]
            .sudo()
            .create(
                {"name": "Specialist", "user_id": self.specialist.id, "company_id": self.company.id}
            )
        )

    def _archive(self, employee=None):
        record = employee or self.specialist.sudo()
        return record.action_archive()

    def _assert_not_bookable(self):
        start = "2026-01-20 10:00:00"
        self._refused("specialist.* is archived", self._book, day="2026-01-20")
        Event = self._as_desk(self.env["calendar.event"])
        vals = {
            "prepaid_service_id": self.service.id,
            "user_id": self.specialist.id,
            "prepaid_client_ids": [(6, 0, self.client.ids)],
            "start": start,
        }
        self._refused("is archived", Event.create, vals)
        series = {"recurrency": True, "rrule_type": "weekly", "tue": True, "end_type": "count"}
        self._refused("is archived", Event.create, {**vals, **series, "count": 3})
        booking = self._book(day="2026-01-20", user_id=self.colleague.id)
        self._refused("is archived", booking.write, {"user_id": self.specialist.id})
        self._refused(
            "is archived", self._as_desk(booking.event_id).write, {"user_id": self.specialist.id}
        )
        self.assertFalse(self.specialist.prepaid_is_specialist)
        self.assertNotIn(
            self.specialist,
            self._as_desk(self.env["res.users"]).search([("prepaid_is_specialist", "=", True)]),
        )

    def test_archived_user(self):
        past, coming = self._book(day="2026-01-03"), self._book(day="2026-01-10")
        action = self._archive()
        self.assertEqual(action["domain"], [("id", "in", coming.ids)])
        self.assertRegex(coming.activity_ids.summary, "1 coming visit")
        self.assertFalse(past.activity_ids)
        found = self._as_desk(self.env["prepaid.booking"]).search([("specialist_left", "=", True)])
        self.assertEqual(found, coming)
        self.assertEqual((past.specialist_left, coming.specialist_left), (False, True))
        self.assertEqual(coming._portal_free_starts(), [])
        self._refused("is archived", coming.action_reschedule, "2026-01-11 10:00:00")
        self._assert_not_bookable()
        coming.user_id = self.colleague
        self.assertEqual(coming.event_id.user_id, self.colleague)
        self.assertFalse(coming.specialist_left)

    def test_archived_employee_of_an_active_user(self):
        employee = self._employee()
        coming = self._book(day="2026-01-10")
        self._archive(employee)
        self.assertTrue(coming.specialist_left)
        self.assertRegex(coming.activity_ids.summary, "1 coming visit")
        self._assert_not_bookable()

    def test_what_was_given_can_still_be_noted(self):
        self._approve_credit()
        visit = self._book(day="2026-01-05", hour=8)
        self._archive()
        visit.action_done()
        self.assertEqual(self._book(day="2026-01-04").state, "confirmed")

    def test_cancelled_visit_does_not_come_back_to_nobody(self):
        visit = self._book()
        visit.action_cancel()
        self._archive()
        self._refused("is archived", visit.action_reopen)

    def test_deleted_user(self):
        visit = self._book()
        with self.assertRaisesRegex(UserError, "has visits. Archive"):
            self.specialist.sudo().unlink()
        self.assertEqual(visit.user_id, self.specialist)
        self.colleague.sudo().unlink()
