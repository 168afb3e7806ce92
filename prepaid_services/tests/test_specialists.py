from ast import literal_eval

from odoo.tests import Form, freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-05 12:00:00")
class TestSpecialists(PrepaidCommon):
    """Who gives services: whose visits the desk sees, and whose hour has a price."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._create_user("owner", "prepaid_services.group_manager")
        cls.clerk = cls._create_user("clerk", "account.group_account_invoice")

    def _specialists(self):
        """Return who is a specialist, of the users of this test; the field says it both ways."""
        staff = self.specialist | self.desk | self.manager | self.owner | self.clerk
        staff = self._as_desk(staff).sudo()
        staff.invalidate_recordset()
        of_staff = [("id", "in", staff.ids)]
        found = staff.search([("prepaid_is_specialist", "=", True), *of_staff])
        others = staff.search([("prepaid_is_specialist", "=", False), *of_staff])
        self.assertEqual(set(found), set(staff.filtered("prepaid_is_specialist")))
        self.assertEqual(set(others), set(staff - found))
        return found.with_env(self.env)

    def _shown(self, checked=True):
        """Return who is in the side panel of the desk's calendar."""
        domain = [("user_id", "=", self.desk.id), ("partner_checked", "=", checked)]
        return self.env["calendar.filters"].search(domain).partner_id

    def _open(self, user):
        """Open the calendar by the menu."""
        action = self.env.ref("prepaid_services.menu_calendar").with_user(user).action
        return action.with_user(user).with_company(self.company).run()

    def test_role_or_visits(self):
        self.assertEqual(self._specialists(), self.specialist)
        # The owner works as well; a year later that is forgotten
        self._book(user_id=self.owner.id)
        self.assertEqual(self._specialists(), self.specialist | self.owner)
        with freeze_time("2027-02-05 12:00:00"):
            self.assertEqual(self._specialists(), self.specialist)

    def test_not_of_another_company(self):
        other = self.setup_other_company()["company"]
        self.specialist.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(self._specialists())

    def test_desk_sees_the_specialists(self):
        """Visits that others booked are on the desk's first screen."""
        self._book(user_id=self.owner.id)
        self.env["calendar.filters"].search([("user_id", "=", self.desk.id)]).unlink()
        self.assertEqual(self._open(self.desk)["res_model"], "calendar.event")
        self.assertLessEqual((self.specialist | self.owner).partner_id, self._shown())
        self.assertNotIn((self.clerk | self.manager).partner_id, self._shown())

    def test_who_was_unticked_stays_unticked(self):
        self._open(self.desk)
        mine = [
            ("user_id", "=", self.desk.id),
            ("partner_id", "=", self.specialist.partner_id.id),
        ]
        self.env["calendar.filters"].search(mine).partner_checked = False
        self._open(self.desk)
        self.assertIn(self.specialist.partner_id, self._shown(checked=False))

    def test_specialist_sees_the_own_calendar_only(self):
        self._open(self.specialist)
        filters = self.env["calendar.filters"].search([("user_id", "=", self.specialist.id)])
        self.assertFalse(filters)

    def test_hourly_rates_list_specialists(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_specialist_action"
        )
        users = self.env["res.users"].with_user(self.manager).with_company(self.company)
        listed = users.search(literal_eval(action["domain"]))
        self.assertIn(self.specialist, listed)
        self.assertFalse((self.clerk | self.manager) & listed)

    def _columns(self, user):
        """Return whose columns the screen of the day has."""
        Booking = self.env["prepaid.booking"].with_user(user).with_company(self.company)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_booking_action_today"
        )
        context = {**literal_eval(action["context"]), "read_group_expand": True}
        domain = [("start", ">=", "2026-01-05"), ("start", "<", "2026-01-06")]
        result = Booking.with_context(**context).web_read_group(domain, ["user_id"])
        return {group["user_id"][0]: group["__count"] for group in result["groups"]}

    def test_a_column_for_each_specialist(self):
        """Who is free today is on the screen as well, also in a salon that has just begun."""
        self.assertEqual(self._columns(self.desk), {self.specialist.id: 0})
        self._book("2026-01-05", hour=15, user_id=self.owner.id)
        columns = {self.specialist.id: 0, self.owner.id: 1}
        self.assertEqual(self._columns(self.desk), columns)
        self.assertEqual(self._columns(self.specialist), {self.specialist.id: 0})

    def _new_visit(self, user):
        """Return the specialist whom the small dialog of the calendar proposes."""
        Event = self.env["calendar.event"].with_user(user).with_company(self.company)
        Event = Event.with_context(default_start="2026-01-10 10:00:00")
        form = Form(Event, "calendar.view_calendar_event_form_quick_create")
        self.assertEqual(form.user_id, user)
        form.prepaid_service_id = self.service
        booking = Form(self.env["prepaid.booking"].with_user(user).with_company(self.company))
        booking.service_id = self.service
        self.assertEqual(booking.user_id, form.user_id)
        return form.user_id

    def test_a_visit_is_not_given_by_who_books_it(self):
        """The desk chooses whose visit it is, unless there is only one specialist."""
        self.assertEqual(self._new_visit(self.desk), self.specialist)
        other = self._create_user("other", "prepaid_services.group_specialist")
        self.assertFalse(self._new_visit(self.desk))
        self.assertEqual(self._new_visit(other), other)
        self._book(user_id=self.owner.id)
        self.assertEqual(self._new_visit(self.owner), self.owner)

    def test_packages_are_no_services(self):
        """A package is sold; what can be booked are its services."""
        templates = self.env["prepaid.subscription.template"].with_user(self.manager)
        package = templates.with_company(self.company).create(
            {"name": "10 Manicures", "price": 900.0, "sessions": 10}
        )
        Product = self._as_desk(self.env["product.product"])
        for model, name in (
            ("prepaid.booking", "service_id"),
            ("calendar.event", "prepaid_service_id"),
            ("prepaid.subscription.template", "service_ids"),
        ):
            offered = Product.search(self.env[model]._fields[name].domain)
            self.assertIn(self.service, offered, model)
            self.assertNotIn(package.sudo().product_id, offered, model)
