from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver, load


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageBooking(CaseDriver):
    """A visit takes its session by itself, and gives it back."""

    def setUp(self):
        super().setUp()
        self.template = self._template(100.0, 3)
        self._sell(self.template, date="2026-01-05", journal_id=self.bank.id)

    def _figures(self):
        package = self.package
        package.invalidate_recordset()
        return package.sessions_used, package.sessions_reserved, package.sessions_left

    def test_held_used_returned(self):
        booking = self._book("2026-01-20")
        self.assertEqual(self._figures(), (0, 1, 3))
        self.assertEqual((booking.payment_status, booking.amount_total), ("package", 0.0))
        booking.action_cancel()
        self.assertEqual(self._figures(), (0, 0, 3))
        booking.action_reopen()
        booking.action_done()
        self.assertEqual(self._figures(), (1, 0, 2))
        self.assertFalse(booking.sudo().invoice_id)
        self._assert_ledger(deferred=66.67, earned=33.33, receivable=0.0, advances=0.0)
        booking.action_undo_done()
        self.assertEqual(self._figures(), (0, 1, 3))
        self._assert_ledger(deferred=100.0, earned=0.0)
        booking.action_done()
        self.assertEqual(self._figures(), (1, 0, 2))
        self._assert_ledger(deferred=66.67, earned=33.33)

    def test_not_more_than_there_is(self):
        """The fourth visit is paid from the balance."""
        visits = [self._book(f"2026-01-{day}") for day in (20, 21, 22, 23)]
        self.assertEqual([bool(v.subscription_id) for v in visits], [True, True, True, False])
        with self.assertRaisesRegex(UserError, "120"):
            visits[3].action_done()
        self._top_up(120.0)
        for visit in visits:
            visit.action_done()
        self.assertEqual(self.package.state, "used_up")
        self._assert_ledger(deferred=0.0, earned=220.0, advances=0.0, receivable=0.0)

    def test_pay_this_visit_otherwise(self):
        self._top_up(120.0)
        booking = self._book("2026-01-10")
        booking.action_pay_otherwise()
        self.assertFalse(booking.subscription_id)
        booking.action_use_package()
        self.assertTrue(booking.subscription_id)
        booking.action_pay_otherwise()
        booking.action_done()
        self.assertEqual(self._figures(), (0, 0, 3))
        self._assert_ledger(deferred=100.0, earned=120.0, advances=0.0)

    def test_choice(self):
        """Own before shared, earliest expiry, earliest sale; never-expiring last."""
        chloe = self._create_client("Chloe")
        shared = self._template(90.0, 3, member_limit=2, validity_number=1)
        sold = [
            ("shared", shared, chloe, {"date": "2026-01-02", "member_ids": self.client.ids}),
            ("late", self._template(90.0, 3, validity_number=2), self.client, {}),
            ("early_2", self._template(90.0, 3, validity_number=1), self.client, {}),
            ("early", self._template(90.0, 1, validity_number=1), self.client, {}),
        ]
        packages = {"endless": self.package}
        for name, template, client, kwargs in sold:
            day = {"date": "2026-01-06" if name == "early_2" else "2026-01-05", **kwargs}
            result = template.sell(client.id, **day)
            packages[name] = self.package.browse(result["subscription_id"])
        order = []
        for hour in range(8, 19):
            order.append(self._book("2026-01-20", hour=hour).subscription_id)
        names = ["early"] + ["early_2"] * 3 + ["late"] * 3 + ["endless"] * 3 + ["shared"]
        self.assertEqual(order, [packages[name] for name in names])

    def test_service_and_day(self):
        """A package pays what it covers, while it is valid."""
        massage = self._create_service("Massage", 50.0)
        only = self._template(50.0, 2, service_ids=massage.ids, validity_number=1)
        other = self._create_client("Dana")
        only.sell(other.id, date="2026-01-05")
        self.assertFalse(self._book("2026-01-20", client=other).subscription_id)
        visit = self._book("2026-01-20", hour=14, client=other, service_id=massage.id)
        self.assertTrue(visit.subscription_id)
        late = self._book("2026-02-05", client=other, service_id=massage.id)
        self.assertFalse(late.subscription_id)

    def test_long_visit(self):
        template = self._template(100.0, 5, session_minutes=45)
        dana = self._create_client("Dana")
        sold = template.sell(dana.id)
        booking = self._book("2026-01-20", client=dana)
        self.assertEqual(booking.session_units, 2)
        booking.action_done()
        package = self.package.browse(sold["subscription_id"])
        self.assertEqual((package.sessions_used, package.sudo().amount_earned), (2, 40.0))

    def test_late_cancellation(self):
        template = self._template(100.0, 4, late_cancel_policy="use", late_cancel_hours=24)
        dana = self._create_client("Dana")
        sold = template.sell(dana.id)
        package = self.package.browse(sold["subscription_id"])
        early, late, ours = (
            self._book(day, client=dana, hour=hour)
            for day, hour in (("2026-01-17", 10), ("2026-01-16", 10), ("2026-01-15", 15))
        )
        early.action_cancel()
        late.action_cancel()
        ours.action_cancel(by="us")
        self.assertEqual(package.sessions_used, 1)
        self.assertEqual(package.use_ids.mapped("kind"), ["late_cancel"])
        late.action_reopen()
        self.assertEqual(package.sessions_used, 0)

    def test_no_show(self):
        """Case D09."""
        case = load("D09")["D09"]
        inputs = case["inputs"]
        dana = self._create_client("Dana")
        self.client = dana
        self.company.prepaid_breakage_account_id = self.env["account.account"].create(
            {"name": "Breakage", "code": "450901", "account_type": "income_other"}
        )
        self._refund_setup()
        day = inputs["sold_and_paid_on"]
        sell = {"partner_id": dana.id, "date": day, "journal_id": self.bank.id}
        self._step(day, self._sell, self.template, **sell)
        self._step(inputs["attended"], lambda: self._book(inputs["attended"]).action_done())
        self._step(inputs["no_show_on"], lambda: self._book(inputs["no_show_on"]).action_no_show())
        self._play(case)
        self.assertEqual(self.package.sessions_left, 1)

    def _refund_setup(self):
        """Take the package of setUp back, so that the ledger of the case is alone."""
        invoice = self.package.sudo().invoice_line_id.move_id
        self.env["prepaid.ledger"]._credit(invoice, "not in this case")
        self.env["res.partner"].search([("name", "=", "Anna")]).prepaid_pay_out(
            100.0, self.bank.id, "2026-01-15"
        )

    def test_mistaken_no_show_is_done(self):
        """Coming late after all uses no second session."""
        booking = self._book("2026-01-15", hour=9)
        booking.action_no_show()
        self.assertEqual(self._figures(), (1, 0, 2))
        booking.action_done()
        self.assertEqual(self._figures(), (1, 0, 2))
        self._assert_ledger(deferred=66.67, earned=33.33, receivable=0.0)

    def test_what_is_no_service_cannot_be_booked(self):
        """A package's own product, a fee, goods: over RPC as little as on the screen."""
        package = self._template(100.0, 4).sudo().product_id
        fee = self.company._prepaid_fee_product()
        goods = self._create_service("Shampoo", 9.0, type="consu")
        internal = self._create_service("Cleaning", 9.0, sale_ok=False)
        agreed = self._create_service("Fee of packages", 9.0)
        self.company.prepaid_package_fee_product_id = agreed
        booking = self._book(confirm=False)
        for product in (package, fee, goods, internal, agreed):
            self._refused("cannot be booked", self._book, service_id=product.id, price=50.0)
            with self.assertRaisesRegex(UserError, "cannot be booked"):
                booking.service_id = product
