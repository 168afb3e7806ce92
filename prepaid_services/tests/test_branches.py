from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestBranches(PrepaidCommon):
    """Root and branch are one house for its clients: money, packages and what is sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        cls.env.cr.precommit.run()  # Core prepares a branch when it is committed
        cls.service.with_company(cls.branch).property_account_income_id = cls.income
        cls.service.taxes_id = False  # Core gave it the branch's default tax
        cls.template = (
            cls.env["prepaid.subscription.template"]
            .with_user(cls.manager)
            .with_company(cls.company)
            .create({"name": "Ten Times", "price": 1000.0, "sessions": 10})
        )
        product = cls.template.sudo().product_id
        product.write({"taxes_id": False, "property_account_income_id": cls.income.id})
        product.with_company(cls.branch).property_account_income_id = cls.income
        cls.branch_desk = new_test_user(
            cls.env,
            login="branch-desk",
            groups="base.group_user,prepaid_services.group_front_desk",
            company_id=cls.branch.id,
            company_ids=[fields.Command.set(cls.branch.ids)],
            tz="UTC",
        )

    def _at_branch(self, record):
        """Return a record as the branch's own desk sees it, over RPC too."""
        return record.with_env(self.env(user=self.branch_desk, context={}))

    def _sell(self, template, **kwargs):
        sold = template.sell(self.client.id, **kwargs)
        return self.env["prepaid.subscription"].browse(sold["subscription_id"])

    def _check(self, *companies):
        """Return the differences of the check, with these companies ticked."""
        report = self.env["prepaid.receivable.report"].with_user(self.manager)
        check = report.with_context(allowed_company_ids=[c.id for c in companies]).ledger_check()
        return check["difference"], check["advance_difference"], check["advance"]

    def test_package_of_the_house_pays_a_visit_at_the_branch(self):
        self._top_up(1000.0)
        package = self._sell(self._as_desk(self.template))
        booking = self._at_branch(self.env["prepaid.booking"]).create(
            {
                "partner_id": self.client.id,
                "service_id": self.service.id,
                "user_id": self.branch_desk.id,
                "start": "2026-01-15 09:00:00",
            }
        )
        self.assertEqual(booking.company_id, self.branch)
        booking.action_confirm()
        self.assertEqual(booking.sudo().subscription_id, package)
        booking.action_done()
        self.assertEqual(package.sessions_left, 9)
        self.assertEqual(self._ledger(self.deferred), -900.0)
        self._assert_ledger(earned=100.0, advances=0.0)
        booking.action_undo_done()
        self.assertEqual(self._ledger(self.deferred), -1000.0)

    def test_the_branch_sells_and_changes_what_the_house_sells(self):
        """In the books of the house: it is one legal entity."""
        self._top_up(1000.0)
        template = self._at_branch(self.template)
        self.assertEqual(template.read(["name"])[0]["name"], "Ten Times")
        package = self._at_branch(self._sell(template, date="2026-01-14"))
        self.assertEqual(package.sudo().company_id, self.company)
        self.assertEqual(package.use_session()["sessions_left"], 9)
        self.assertEqual(package.refund_preview()["refund"], 900.0)
        package.refund(to_balance=True)
        self._assert_ledger(deferred=0.0, advances=900.0)
        self.assertEqual(self._at_branch(self.client).prepaid_balance, 900.0)

    def test_package_of_a_branch_is_used_at_the_house(self):
        self._top_up(1000.0)
        template = self.template.sudo().with_context(allowed_company_ids=self.branch.ids)
        template = template.create({"name": "Of the Branch", "price": 1000.0, "sessions": 10})
        template.product_id.taxes_id = False
        template.product_id.with_company(self.branch).property_account_income_id = self.income
        package = self._sell(self._at_branch(template))
        self.assertEqual(package.company_id, self.branch)
        booking = self._book("2026-01-15", hour=9)
        self.assertEqual(booking.sudo().subscription_id, package)
        booking.action_done()
        self.assertEqual(package.sessions_left, 9)

    def test_check_with_one_of_them_ticked(self):
        self.manager.sudo().company_ids += self.branch
        self._top_up(600.0)
        booking = self._at_branch(self.env["prepaid.booking"]).create(
            {
                "partner_id": self.client.id,
                "service_id": self.service.id,
                "user_id": self.branch_desk.id,
                "start": "2026-01-15 09:00:00",
            }
        )
        booking.action_confirm()
        booking.action_done()
        for companies in ((self.company,), (self.branch,), (self.company, self.branch)):
            with self.subTest(companies=[company.name for company in companies]):
                self.assertEqual(self._check(*companies), (0.0, 0.0, 480.0))

    def test_another_house_sees_nothing(self):
        other = self.setup_other_company(name="Other Salon")["company"]
        self._top_up(1000.0)
        package = self._sell(self._as_desk(self.template))
        stranger = new_test_user(
            self.env,
            login="stranger",
            groups="base.group_user,prepaid_services.group_manager",
            company_id=other.id,
            company_ids=[fields.Command.set(other.ids)],
        )
        for record in (self.template, package):
            with self.assertRaises(AccessError):
                record.with_env(self.env(user=stranger, context={})).read(["display_name"])
