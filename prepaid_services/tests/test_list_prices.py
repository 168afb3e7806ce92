from odoo import fields
from odoo.tests import Form, freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestListPrices(CaseDriver):
    """What packages and visits cost when nobody agreed on a price, and what dialogs show."""

    def _pricelist(self, currency=None, **rule):
        """Return a price list of the client with one rule."""
        rule = {"compute_price": "fixed", "applied_on": "3_global", **rule}
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "List",
                "currency_id": (currency or self.company.currency_id).id,
                "company_id": self.company.id,
                "item_ids": [fields.Command.create(rule)],
            }
        )
        feature = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += feature
        self.client.with_company(self.company).property_product_pricelist = pricelist
        return pricelist

    def _euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        for day, rate in (("2026-01-01", 0.5), ("2026-03-01", 0.8)):
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                }
            )
        return euro

    def _dialog(self, template, **vals):
        """Return the sell dialog as the front desk fills it in."""
        dialog = Form(
            self._as_desk(self.env["prepaid.subscription.sell"]).with_context(
                default_partner_id=self.client.id
            )
        )
        dialog.template_id = template
        for name, value in vals.items():
            dialog[name] = value
        return dialog

    def test_fixed_price_in_another_currency(self):
        """80.00 of the list's euros are 100.00 here, and 160.00 by the rate of January."""
        euro = self._euro()
        self._pricelist(euro, fixed_price=80.0)
        template = self._template(500.0, 10)
        self._sell(template)
        self.assertEqual(self.package.sudo().amount_net, 100.0)
        self._sell(template, date="2026-01-10")
        self.assertEqual(self.package.sudo().amount_net, 160.0)
        self._sell(template, currency_id=euro.id)
        self.assertEqual(self.sale["amount_total"], 80.0)
        self.assertEqual(self._dialog(template).price, 100.0)
        self.assertEqual(self._book("2026-03-25").price, 100.0)

    def test_list_of_the_day(self):
        """A back-dated sale asks the list of its day, in the dialog as well."""
        self._pricelist(fixed_price=90.0, date_end="2026-02-28 23:59:59")
        template = self._template(100.0, 10)
        for day, price in (("2026-02-10", 90.0), ("2026-03-10", 100.0), (False, 100.0)):
            self._sell(template, date=day)
            self.assertEqual(self.package.sudo().amount_net, price, day)
            shown = self._dialog(template, **({"date": day} if day else {}))
            self.assertEqual((shown.price, shown.amount_total), (price, price), day)

    def test_tax_included_for_a_client_without_tax(self):
        """121.00 with 21 % is 100.00 where no tax is due; what was agreed by hand stays."""
        tax = self._tax(21, True)
        free = self._tax(0.0001, False)
        free.write({"amount": 0.0, "original_tax_ids": [fields.Command.set(tax.ids)]})
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "company_id": self.company.id, "tax_ids": [(6, 0, free.ids)]}
        )
        self.client.with_company(self.company).property_account_position_id = position
        self.service.write({"lst_price": 121.0, "taxes_id": [fields.Command.set(tax.ids)]})
        visit = self._book("2026-03-25")
        self.assertEqual((visit.price, visit.amount_total), (100.0, 100.0))
        self.assertEqual(self._book("2026-03-26", price=121.0).amount_total, 121.0)
        template = self._template(121.0, 10, tax, is_freestyle=True)
        self._sell(template)
        self.assertEqual((self.sale["amount_total"], self.sale["amount_due"]), (100.0, 100.0))
        dialog = self._dialog(template)
        self.assertEqual((dialog.price, dialog.amount_total), (100.0, 100.0))
        self._sell(template, price=121.0)
        self.assertEqual(self.sale["amount_total"], 121.0)

    def test_meeting_with_the_usual_price(self):
        """Each seat costs what the client's list says, until somebody agrees on a price."""
        self._pricelist(fixed_price=90.0)
        vals = {
            "name": "Manicure",
            "start": "2026-03-25 10:00:00",
            "stop": "2026-03-25 11:00:00",
            "user_id": self.specialist.id,
            "prepaid_service_id": self.service.id,
            "prepaid_client_ids": [fields.Command.set(self.client.ids)],
        }
        Event = self._as_desk(self.env["calendar.event"])
        self.assertEqual(Event.create(vals).booking_ids.price, 90.0)
        later = {"start": "2026-03-26 10:00:00", "stop": "2026-03-26 11:00:00"}
        agreed = Event.create({**vals, **later, "prepaid_price": 70.0})
        self.assertEqual(agreed.booking_ids.price, 70.0)

    def test_dialog_shows_what_it_takes(self):
        """A tax on top: 400.00 is shown with its total, and that is what is collected."""
        template = self._template(400.0, 10, self._tax(15, False))
        dialog = self._dialog(template, quantity=2, discount=10.0)
        self.assertEqual((dialog.price, dialog.amount_total), (400.0, 828.0))
        dialog.save().action_confirm()
        self._assert_ledger(receivable=0.0, deferred=720.0)
        payment = self.env["account.payment"].search([("partner_id", "=", self.client.id)])
        self.assertEqual(payment.amount, 828.0)
