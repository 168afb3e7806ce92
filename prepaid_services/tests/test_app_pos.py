from unittest import SkipTest
from uuid import uuid4

from odoo import fields
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageFromPointOfSale(CaseDriver):
    """Packages sold at the till, with Odoo's point of sale: the invoice makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.config" not in cls.env:
            raise SkipTest("needs point_of_sale, see dev/apps.txt")
        cls.env.user.group_ids += cls.env.ref("point_of_sale.group_pos_manager")
        config = cls.env["pos.config"].create(
            {
                "name": "Till",
                "company_id": cls.company.id,
                "payment_method_ids": [
                    fields.Command.create({"name": "Cash", "journal_id": cls.cash.id})
                ],
            }
        )
        config.open_ui()
        cls.session = config.current_session_id
        cls.session.set_opening_control(0, None)
        cls.method = config.payment_method_ids

    def _order(self, *lines, invoiced=True):
        """Return an order as the till sends it: lines are (product, quantity, discount)."""
        currency, vals_list, total, net = self.company.currency_id, [], 0.0, 0.0
        for product, quantity, discount in lines:
            price = product.lst_price
            amounts = product.taxes_id.compute_all(
                price * (1 - discount / 100.0), currency, quantity, product
            )
            total += amounts["total_included"]
            net += amounts["total_excluded"]
            vals = {
                "product_id": product.id,
                "full_product_name": product.name,
                "qty": quantity,
                "price_unit": price,
                "discount": discount,
                "price_subtotal": amounts["total_excluded"],
                "price_subtotal_incl": amounts["total_included"],
                "tax_ids": [fields.Command.set(product.taxes_id.ids)],
                "pack_lot_ids": [],
                "uuid": str(uuid4()),
            }
            vals_list.append(fields.Command.create(vals))
        payment = {
            "amount": total,
            "name": fields.Datetime.now(),
            "payment_method_id": self.method.id,
        }
        order = {
            "uuid": str(uuid4()),
            "name": "Order",
            "session_id": self.session.id,
            "user_id": self.env.uid,
            "partner_id": self.client.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "pricelist_id": self.session.config_id.pricelist_id.id,
            "fiscal_position_id": False,
            "amount_total": total,
            "amount_tax": total - net,
            "amount_paid": total,
            "amount_return": 0.0,
            "lines": vals_list,
            "payment_ids": [fields.Command.create(payment)],
            "last_order_preparation_change": "{}",
            "to_invoice": invoiced,
        }
        result = self.env["pos.order"].sync_from_ui([order])
        return self.env["pos.order"].browse(result["pos.order"][0]["id"])

    def _refund(self, order):
        """Return the invoiced refund of an order, paid back in cash."""
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        context = {"active_id": refund.id, "active_ids": refund.ids}
        payment = {"amount": refund.amount_total, "payment_method_id": self.method.id}
        self.env["pos.make.payment"].with_context(**context).create(payment).check()
        refund.action_pos_order_invoice()
        return refund

    def _product(self, *args, **kwargs):
        product = self._template(*args, **kwargs).sudo().product_id
        product.available_in_pos = True
        return product

    def _packages(self, order):
        packages = order.account_move.line_ids.prepaid_package_ids.sorted("id")
        return self._as_desk(packages)

    def _close(self):
        self.session.post_closing_cash_details(self.session.cash_register_balance_end)
        self.session.close_session_from_ui()

    def test_quantity_discount_and_tax(self):
        """Two packages at 10 % off with the tax in the price, and a visit on the same receipt."""
        product = self._product(99.99, 5, self._tax(20, True))
        order = self._order((product, 2, 10.0), (self.service, 1, 0.0))
        packages = self._packages(order)
        # 2 x 99.99 less 10 % = 179.98 with tax, 149.98 without
        self.assertEqual(packages.sudo().mapped("amount_net"), [74.99, 74.99])
        self.assertEqual(set(packages.mapped("state")), {"active"})
        self.assertEqual(packages.partner_id, self.client)
        self._assert_ledger(deferred=149.98, earned=120.0)
        packages[0].use_session()
        self._assert_ledger(deferred=134.98, earned=135.0)
        self._close()
        self._assert_ledger(deferred=134.98, earned=135.0, receivable=0.0)
        self._assert_balance_is_ledger()

    def test_refund_at_the_till(self):
        """The refund's credit note takes the package back; what was used stays earned."""
        product = self._product(100.0, 4)
        order = self._order((product, 1, 0.0))
        [package] = self._packages(order)
        refund = self._refund(order)
        self.assertEqual(refund.account_move.move_type, "out_refund")
        self.assertEqual((package.state, package.sudo().amount_deferred), ("refunded", 0.0))
        self._close()
        self._assert_ledger(deferred=0.0, earned=0.0)

    def test_exchange_at_the_till(self):
        """One receipt: the old package comes back, another one is sold."""
        small, large = self._product(100.0, 4), self._product(180.0, 8)
        [old] = self._packages(self._order((small, 1, 0.0)))
        old.use_session()
        [new] = self._packages(self._order((large, 1, 0.0), (small, -1, 0.0)))
        self.assertEqual((old.state, new.state), ("refunded", "active"))
        self.assertEqual(new.sudo().amount_net, 180.0)
        # All of 100.00 was given back: the session used earned nothing in the end
        self._assert_ledger(deferred=180.0, earned=0.0)
        self._close()
        self._assert_ledger(deferred=180.0, earned=0.0)

    def test_usable_when_paid(self):
        """Paid at the till is paid, also before the session is closed."""
        product = self._product(100.0, 4, activation="payment")
        [package] = self._packages(self._order((product, 1, 0.0)))
        self.assertEqual(package.state, "active")

    def test_receipt_without_invoice(self):
        """Without an invoice there is no package: the report shows what is in the account."""
        self._order((self._product(100.0, 4), 1, 0.0), invoiced=False)
        self._close()
        self._assert_ledger(deferred=100.0)
        report = (
            self.env["prepaid.deferred.rollforward"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"date_from": "2026-01-01", "date_to": "2026-01-31"})
        )
        report.action_show()
        self.assertEqual(report.line_ids.difference, -100.0)
        items = self.env["account.move.line"].search(report.action_explain()["domain"])
        self.assertEqual(sum(items.mapped("balance")), -100.0)
