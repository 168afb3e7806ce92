from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.prepaid_services.tools.phone import phone_digits

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestClientsByPhone(PrepaidCommon):
    """Whoever calls is found by the number, however it is written, and never noted twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        cls.client.write({"phone": "+32 456 00 11 22", "country_id": cls.env.ref("base.be").id})
        cls.other = cls._create_client("Bea", phone="0456 99 88 77")

    def _found(self, text):
        """Return whom the field of the clients proposes to the front desk."""
        Partner = self._as_desk(self.env["res.partner"])
        return Partner.browse([found[0] for found in Partner.name_search(text)])

    def test_however_it_is_written(self):
        for text in (
            "+32 456 00 11 22",
            "+32456001122",
            "0032456001122",
            "0456 00 11 22",
            "0456/00.11.22",
            "0456001122",
            "001122",
            " 00 11 22 ",
        ):
            self.assertEqual(self._found(text), self.client, text)
        self.assertEqual(self._found("998877"), self.other)
        self.assertFalse(self._found("0456 11 11 11"))

    def test_names_are_found_as_before(self):
        self.assertIn(self.client, self._found("anna"))
        self.assertFalse(self._found("anna 2"))
        numbered = self._create_client("4711 Cologne")
        self.assertIn(numbered, self._found("4711"))

    def test_bookings_of_a_number(self):
        booking = self._book()
        found = self._as_desk(self.env["prepaid.booking"]).search(
            [("partner_id", "ilike", "0456 00 11 22")]
        )
        self.assertEqual(found, booking)
        self.assertEqual(
            [r[0] for r in self._as_desk(self.env["prepaid.booking"]).name_search("0456001122")],
            booking.ids,
        )

    def test_unknown_number_becomes_a_client_with_a_phone(self):
        Partner = self._as_desk(self.env["res.partner"]).with_context(default_customer_rank=1)
        partner = Partner.browse(Partner.name_create("0456 12 34 56")[0])
        # As it is written abroad where the library for that is installed, else as it was typed
        self.assertEqual(phone_digits(partner.phone)[-9:], "456123456")
        self.assertEqual(partner.name, "0456 12 34 56")
        self.assertEqual(self._found("0456123456"), partner)
        values = Partner.with_context(default_name="0456 12 34 57").default_get(["name", "phone"])
        self.assertEqual(phone_digits(values["phone"])[-9:], "456123457")

    def test_other_names_are_no_numbers(self):
        Partner = self._as_desk(self.env["res.partner"])
        for name in ("Dana", "Studio 54", "2026", "Dana 0456 12 34 56"):
            partner = Partner.browse(Partner.name_create(name)[0])
            self.assertEqual((partner.name, partner.phone), (name, False))


@tagged("post_install", "-at_install")
class TestWhoIsWrittenTo(PrepaidCommon):
    """Messages about visits are for clients; the desk's lists hold clients and services."""

    def test_message_about_a_visit(self):
        event = self._as_desk(self._book().event_id)
        event.prepaid_client_ids |= self._create_client("Clara")
        context = event.action_open_composer()["context"]
        clients = event.prepaid_client_ids
        self.assertEqual(len(clients), 2)
        self.assertEqual(context["default_partner_ids"], clients.ids)
        self.assertFalse(context["default_template_id"])
        event.booking_ids[0].action_cancel()
        context = event.action_open_composer()["context"]
        self.assertEqual(len(context["default_partner_ids"]), 1)

    def test_message_about_a_meeting(self):
        meeting = (
            self.env["calendar.event"]
            .with_user(self.desk)
            .create(
                {"name": "Staff", "start": "2026-01-10 10:00:00", "stop": "2026-01-10 11:00:00"}
            )
        )
        context = meeting.action_open_composer()["context"]
        self.assertEqual(context["default_partner_ids"], meeting.partner_ids.ids)

    def _action(self, name):
        return self.env["ir.actions.act_window"]._for_xml_id(f"prepaid_services.{name}")

    def test_clients_are_no_suppliers(self):
        action = self._action("prepaid_client_action")
        self.assertIn("search_default_prepaid_clients", action["context"])
        view = (
            self.env["res.partner"]
            .with_user(self.desk)
            .get_view(self.env.ref("base.view_res_partner_filter").id, "search")
        )
        self.assertIn('name="prepaid_clients"', view["arch"])

    def test_fee_is_no_service(self):
        fee = self.company._prepaid_fee_product()
        action = self._action("prepaid_service_action")
        domain = safe_eval(action["domain"])
        self.assertFalse(fee.product_tmpl_id.filtered_domain(domain))
        self.assertTrue(self.service.product_tmpl_id.filtered_domain(domain))

    def test_managers_write_the_texts(self):
        action = self._action("prepaid_text_mail_action")
        Template = self.env["mail.template"].with_user(self.manager)
        found = Template.search(safe_eval(action["domain"]))
        request = self.env.ref("prepaid_services.mail_template_deposit_request")
        self.assertIn(request, found)
        found.browse(request.id).subject = "Please pay"
        self.assertEqual(request.subject, "Please pay")
        action = self._action("prepaid_text_sms_action")
        texts = self.env["sms.template"].with_user(self.manager).search(safe_eval(action["domain"]))
        texts[:1].body = "Please pay {{ object.deposit_until }}"
        menus = self.env["ir.ui.menu"].with_user(self.manager).load_web_menus(False)
        self.assertIn(self.env.ref("prepaid_services.menu_mail_texts").id, menus)
