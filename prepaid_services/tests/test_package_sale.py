from odoo import fields
from odoo.tests import Form, freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageSale(CaseDriver):
    """What can be agreed at a sale: instalments, a second one, visits that are booked already."""

    def setUp(self):
        super().setUp()
        self.terms = self.env["account.payment.term"].create(
            {
                "name": "40 % now, the rest in a month",
                "line_ids": [
                    fields.Command.create(
                        {"value": "percent", "value_amount": 40.0, "nb_days": 0}
                    ),
                    fields.Command.create(
                        {"value": "percent", "value_amount": 60.0, "nb_days": 30}
                    ),
                ],
            }
        )

    def _sell_in_instalments(self, price=100.0, **kwargs):
        self._sell(self._template(price, 4), payment_term_id=self.terms.id, **kwargs)

    def _open(self):
        """Return what is open of the invoice, by due date."""
        lines = self.env["account.move"].browse(self.sale["invoice_id"])._prepaid_debts()
        return {str(line.date_maturity): line.amount_residual for line in lines}

    # -- instalments ---------------------------------------------------------------------

    def test_instalments(self):
        """The first one is collected now, the next one is a debt that new money pays when due."""
        self._sell_in_instalments(journal_id=self.cash.id)
        self.assertEqual((self.sale["amount_total"], self.sale["amount_due"]), (100.0, 60.0))
        self.assertEqual(self._open(), {"2026-01-15": 0.0, "2026-02-14": 60.0})
        self._assert_ledger(deferred=100.0, receivable=60.0, advances=0.0)
        self.assertEqual(self.package.state, "active")
        self.company.prepaid_debts_first = True
        self._top_up(75.0)
        self.assertEqual(self._open(), {"2026-01-15": 0.0, "2026-02-14": 60.0}, "not due yet")
        with freeze_time("2026-02-14 10:00:00"):
            self._top_up(60.0, "2026-02-14")
            self.assertEqual(self._open(), {"2026-01-15": 0.0, "2026-02-14": 0.0})
        self._assert_ledger(receivable=0.0, advances=75.0)
        self._assert_balance_is_ledger()

    def test_balance_pays_what_is_due_only(self):
        self._top_up(90.0)
        self._sell_in_instalments()
        self.assertEqual(self._open(), {"2026-01-15": 0.0, "2026-02-14": 60.0})
        self._assert_ledger(advances=50.0, receivable=60.0)

    def test_nothing_now(self):
        self._sell_in_instalments(from_balance=False)
        self.assertEqual(self._open(), {"2026-01-15": 40.0, "2026-02-14": 60.0})

    def test_refund_of_instalments(self):
        """What was not paid is not owed any more; the rest of the money comes back."""
        self._sell_in_instalments(journal_id=self.cash.id)
        self.package.use_session()
        preview = self.package.refund_preview()
        self.assertEqual(
            (preview["unused"], preview["open"], preview["refund"]), (75.0, 60.0, 15.0)
        )
        self.package.refund(to_balance=True)
        self._assert_ledger(deferred=0.0, receivable=0.0, advances=15.0, earned=25.0)

    def test_usable_when_the_last_instalment_is_paid(self):
        template = self._template(100.0, 4, activation="payment")
        self._sell(template, payment_term_id=self.terms.id, journal_id=self.cash.id)
        self.assertEqual(self.package.state, "draft")
        self.company.prepaid_debts_first = True
        with freeze_time("2026-02-14 10:00:00"):
            self._top_up(60.0, "2026-02-14")
        self.assertEqual(self.package.state, "active")

    def test_bad_terms(self):
        template = self._template(100.0, 4)
        archived = self.terms.copy({"active": False})
        other = self.setup_other_company(name="Other Salon")["company"]
        foreign = self.terms.copy({"company_id": other.id})
        for wrong in (archived.id, foreign.id, 10**9, "x", -1, [1]):
            self._refused(
                "payment.term", template.sell, self.client.id, payment_term_id=wrong
            )

    def test_dialog(self):
        template = self._template(100.0, 4, self._tax(20, False))
        self.desk.group_ids += self.env.ref("prepaid_services.group_feature_balance")
        context = {"default_partner_id": self.client.id}
        env = self.env(user=self.desk, context=context)
        with Form(env["prepaid.subscription.sell"].with_company(self.company)) as form:
            form.template_id = template
            form.payment = "instalments"
            form.payment_term_id = self.terms
            form.journal_id = self.env["prepaid.payment.way"].browse(self.cash.id)
            self.assertRegex(form.instalments, r"(?s)01/15/2026.*48\.00.*02/14/2026.*72\.00")
        wizard = form.save()
        package = self.env["prepaid.subscription"].browse(wizard.action_confirm()["res_id"])
        self.assertEqual(package.sudo().invoice_id.amount_residual, 72.0)

    # -- two of them ---------------------------------------------------------------------

    def test_one_after_the_other(self):
        """Where two may not be valid together, a later one may, and one before a later one."""
        template = self._template(100.0, 4, allow_overlap=False, validity_number=1)
        self._sell(template, date_start="2026-03-01")
        self._refused("later start", template.sell, self.client.id, date_start="2026-03-31")
        self._sell(template, date_start="2026-04-01")
        self._sell(template)
        self.assertEqual(str(self.package.date_end), "2026-02-14")
        self._refused("later start", template.sell, self.client.id)
        self._refused("two at the same time", template.sell, self.client.id, quantity=2)

    # -- visits that are there already ----------------------------------------------------

    def test_booked_visit_takes_the_new_package(self):
        booking = self._book("2026-01-20")
        otherwise = self._book("2026-01-21")
        otherwise.action_pay_otherwise()
        self.assertEqual(booking.payment_status, "short")
        self._sell(self._template(100.0, 4))
        self.assertEqual(booking.subscription_id, self.package)
        self.assertEqual(booking.payment_status, "package")
        self.assertFalse(otherwise.subscription_id)
        self.assertEqual(self.package.sessions_reserved, 1)

    def test_specialist_sees_what_pays_own_visits(self):
        template = self._template(100.0, 4)
        self._sell(template, partner_id=self._create_client("Dana").id)
        self._book("2026-01-20")
        self._sell(template)
        mine = self.env["prepaid.subscription"].with_user(self.specialist).search([])
        self.assertEqual(mine, self.package)
        self.assertTrue(mine.display_name)
        booking = mine.booking_ids
        booking.action_done()
        self.assertEqual((booking.state, mine.sessions_left), ("done", 3))

    def test_sold_from_the_calendar(self):
        booking = self._book("2026-01-20")
        action = self._as_desk(booking.event_id).action_prepaid_sell()
        self.assertEqual(action["context"]["default_partner_id"], self.client.id)
        self.assertEqual(action["res_model"], "prepaid.subscription.sell")
