from unittest import SkipTest

from odoo import fields
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageSaleOrder(CaseDriver):
    """Packages sold by Odoo's own Sales application."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "sale.order" not in cls.env:
            raise SkipTest("needs sale, see dev/apps.txt")
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")

    def _order(self, template, quantity=1.0, **line):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": template.sudo().product_id.id,
                            "product_uom_qty": quantity,
                            **line,
                        }
                    ),
                    fields.Command.create(
                        {"product_id": self.service.id, "product_uom_qty": 1.0, "price_unit": 50.0}
                    ),
                ],
            }
        )
        return order

    def _confirm_and_invoice(self, order):
        order.action_confirm()
        order.order_line.qty_delivered = 1.0
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_order_with_quantity_and_line_discount(self):
        template = self._template(200.0, 10)
        invoice = self._confirm_and_invoice(self._order(template, 2.0, discount=25.0))
        packages = invoice.line_ids.prepaid_package_ids
        self.assertEqual(packages.mapped("amount_net"), [150.0, 150.0])
        self.assertEqual(packages.mapped("sessions_left"), [10, 10])
        self._assert_ledger(deferred=300.0, earned=50.0, receivable=350.0)

    def test_discount_for_the_whole_order(self):
        """IFRS 15.81: the discount line reduces package and service in proportion."""
        order = self._order(self._template(200.0, 10))
        wizard = self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "amount",
                "discount_amount": 25.0,
            }
        )
        wizard.action_apply_discount()
        invoice = self._confirm_and_invoice(order)
        package = invoice.line_ids.prepaid_package_ids
        self.assertEqual(package.amount_net, 180.0)
        self._assert_ledger(deferred=180.0, receivable=225.0)

    def test_reversed_invoice_takes_the_package_back(self):
        invoice = self._confirm_and_invoice(self._order(self._template(200.0, 10)))
        package = invoice.line_ids.prepaid_package_ids
        invoice._reverse_moves(cancel=True)
        self.assertIn(package.state, ("refunded", "cancelled"))
        self._assert_ledger(deferred=0.0, earned=0.0, receivable=0.0)

    def _down_payment(self, order, percent):
        """Invoice a down payment as a salesperson does, then the order less what was paid."""
        order.action_confirm()
        order.order_line.qty_delivered = 1.0
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        before = wizard.create({"advance_payment_method": "percentage", "amount": percent})
        first = before._create_invoices(order)
        first.action_post()
        after = wizard.create({"advance_payment_method": "delivered"})._create_invoices(order)
        after.action_post()
        return first, after

    def _only_package(self, template):
        order = self._order(template)
        order.order_line.filtered(lambda line: line.product_id == self.service).unlink()
        return order

    def test_down_payment_is_no_discount(self):
        """1,000.00 of which 30 % are paid before: a package of 1,000.00, as if sold at once."""
        order = self._only_package(self._template(1000.0, 10))
        first, last = self._down_payment(order, 30.0)
        self.assertFalse(first.line_ids.prepaid_package_ids)
        package = last.line_ids.prepaid_package_ids
        self.assertEqual(package.amount_net, 1000.0)
        self.assertEqual((first.amount_total, last.amount_total), (300.0, 700.0))
        self._assert_ledger(deferred=1000.0, earned=0.0)
        for _session in range(10):
            self._as_desk(package).use_session()
        self._assert_ledger(deferred=0.0, earned=1000.0)

    def test_down_payment_on_an_account_of_its_own(self):
        self.company.downpayment_account_id = self.deferred.copy({"code": "212700"})
        order = self._only_package(self._template(1000.0, 10))
        _first, last = self._down_payment(order, 30.0)
        package = last.line_ids.prepaid_package_ids
        self.assertEqual(package.amount_net, 1000.0)
        self._assert_ledger(deferred=1000.0, earned=0.0)
        self.assertEqual(self._ledger(self.company.downpayment_account_id), 0.0)

    def test_down_payment_of_services_and_a_package(self):
        """Half of 600.00 and 1,000.00: nothing of the package is income before a session."""
        order = self._order(self._template(1000.0, 10))
        order.order_line.filtered(lambda li: li.product_id == self.service).price_unit = 600.0
        _first, last = self._down_payment(order, 50.0)
        package = last.line_ids.prepaid_package_ids
        self.assertEqual(package.amount_net, 1000.0)
        self._assert_ledger(deferred=1000.0, earned=600.0, receivable=1600.0)
        self._as_desk(package).refund()
        self._assert_ledger(deferred=0.0, earned=600.0, receivable=600.0)

    def test_down_payment_and_a_discount(self):
        """The discount lowers the price, the down payment does not."""
        order = self._only_package(self._template(1000.0, 10))
        discount = {"sale_order_id": order.id, "discount_type": "amount", "discount_amount": 100.0}
        self.env["sale.order.discount"].create(discount).action_apply_discount()
        _first, last = self._down_payment(order, 30.0)
        self.assertEqual(last.line_ids.prepaid_package_ids.amount_net, 900.0)
        self._assert_ledger(deferred=900.0, earned=0.0, receivable=900.0)
