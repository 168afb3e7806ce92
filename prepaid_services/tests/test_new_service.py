from ast import literal_eval

from lxml import etree

from odoo.tests import Form, tagged

from ..models.package.product_product import BOOKABLE
from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestNewService(PrepaidCommon):
    """An empty house: a service created from any screen is one, and is found again."""

    def _own_views(self):
        ids = self.env["ir.model.data"].search(
            [("module", "=like", "prepaid_services%"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(ids.mapped("res_id"))
        return views.filtered(lambda view: view.type == "form" and view.model)

    def test_every_field_that_creates_asks_for_a_service(self):
        found = 0
        for view in self._own_views():
            for node in etree.fromstring(view.arch).iter("field"):
                field = self.env[view.model]._fields.get(node.get("name"))
                if not field or field.comodel_name != "product.product":
                    continue
                options = literal_eval(node.get("options") or "{}")
                if "service" not in field.name or options.get("no_create") or options.get("icon"):
                    continue
                if node.get("readonly") == "1" or node.get("optional"):
                    continue
                with self.subTest(view=view.name, field=field.name):
                    found += 1
                    self.assertTrue(options.get("no_quick_create"))
                    context = literal_eval(node.get("context"))
                    self.assertEqual(context["default_type"], "service")
                    self.assertIn("prepaid_service_view_form", context["form_view_ref"])
        self.assertGreater(found, 4)

    def test_what_is_created_can_be_booked(self):
        context = {"default_type": "service", "default_sale_ok": True, "default_list_price": 0}
        Product = self.env["product.product"].with_company(self.company).with_context(**context)
        form = Form(Product, "prepaid_services.prepaid_service_view_form")
        self.assertEqual((form.list_price, form.service_duration), (0.0, 1.0))
        form.name = "Pedicure"
        form.list_price = 350.0
        form.service_duration = 1.5
        service = form.save()
        self.assertEqual(
            service.taxes_id & self.company.account_sale_tax_id, self.company.account_sale_tax_id
        )
        self.assertIn(service, self.env["product.product"].search(BOOKABLE))
        action = self.env.ref("prepaid_services.prepaid_service_action")
        shown = self.env["product.template"].search(literal_eval(action.domain))
        self.assertIn(service.product_tmpl_id, shown)
        self.assertEqual(self._book(service_id=service.id).price, 350.0)

    def test_template_says_what_the_client_pays(self):
        """The company's tax comes on top of the price of a new template: it is said at once."""
        tax = self.company.account_sale_tax_id
        template = Form(
            self.env["prepaid.subscription.template"]
            .with_user(self.manager)
            .with_company(self.company)
        )
        template.name = "Ten Times"
        template.price = 400.0
        self.assertEqual((tax.amount, tax.price_include), (15.0, False))
        self.assertIn("460.00", template.price_with_tax)
        saved = template.save()
        self.assertIn("460.00", saved.price_with_tax)
        saved.sudo().product_id.taxes_id = False
        self.assertFalse(saved.price_with_tax)
