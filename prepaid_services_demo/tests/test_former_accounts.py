from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.common import PrepaidCommon


class FormerAccountsCommon(PrepaidCommon):
    """What is set up now is not all that holds clients' money."""

    def _choose_new_advance_account(self, company=None):
        """Return the account that the settings name from now on."""
        account = self.advance.copy({"code": "211888", "name": "New Prepayments"})
        settings = self.env["res.config.settings"].with_company(company or self.company)
        settings.create({"prepaid_advance_account_id": account.id}).execute()
        return account

    def _figures(self, client=None):
        """Return what card, buttons and the check against the ledger say."""
        client = (client or self.client).with_user(self.manager).with_company(self.company)
        client.invalidate_recordset()
        check = self.env["prepaid.receivable.report"].with_user(self.manager)
        check = check.with_company(self.company).ledger_check()
        return client.prepaid_balance, check["advance"], check["advance_difference"]


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestFormerAdvanceAccount(FormerAccountsCommon):
    """Another customer prepayments account takes nobody's money away."""

    def test_another_account_in_the_settings(self):
        self._top_up(100.0, "2026-01-05")
        new = self._choose_new_advance_account()
        self.assertEqual(self._figures(), (100.0, 100.0, 0.0))
        self._top_up(50.0, "2026-01-06")
        self.assertEqual(self._ledger(new), -50.0)
        self.assertEqual(self._figures(), (150.0, 150.0, 0.0))
        booking = self._book("2026-01-08")
        booking.action_done()
        self.assertEqual(booking.payment_status, "paid")
        self.assertEqual(self._figures(), (30.0, 30.0, 0.0))
        self.assertEqual((self._ledger(self.advance), self._ledger(new)), (0.0, -30.0))

    def test_money_on_an_earlier_account_is_paid_back(self):
        self._top_up(100.0, "2026-01-05")
        new = self._choose_new_advance_account()
        self._top_up(50.0, "2026-01-06")
        self._refused("missing", self._as_desk(self.client).prepaid_pay_out, 151.0, self.bank.id)
        self._as_desk(self.client).prepaid_pay_out(120.0, self.bank.id, "2026-01-10")
        self.assertEqual(self._figures(), (30.0, 30.0, 0.0))
        self.assertEqual((self._ledger(self.advance), self._ledger(new)), (-30.0, 0.0))
        self.advance.active = False
        self._as_desk(self.client).prepaid_pay_out(30.0, self.bank.id, "2026-01-11")
        self.assertEqual(self._figures(), (0.0, 0.0, 0.0))
        self.assertEqual((self._ledger(self.advance), self._ledger(new)), (0.0, 0.0))

    def test_money_on_an_earlier_account_is_written_off(self):
        self._top_up(100.0, "2026-01-05")
        new = self._choose_new_advance_account()
        self.advance.active = False
        client = self.client.with_user(self.manager).with_company(self.company)
        client.prepaid_write_off(100.0)
        self.assertEqual(self._figures(), (0.0, 0.0, 0.0))
        self.assertEqual((self._ledger(self.advance), self._ledger(new)), (0.0, 0.0))

    def test_money_comes_back_to_an_archived_account(self):
        """An application is undone long after its account was archived."""
        self._top_up(120.0, "2026-01-05")
        booking = self._book("2026-01-08")
        booking.action_done()
        self._choose_new_advance_account()
        self.advance.active = False
        booking.with_user(self.manager).action_undo_done()
        self.assertEqual(self._figures(), (120.0, 120.0, 0.0))

    def test_account_that_never_held_money_is_forgotten(self):
        first = self._choose_new_advance_account()
        self.company.prepaid_advance_account_id = self.advance
        self._top_up(100.0, "2026-01-05")
        self.assertNotIn(first, self.company._prepaid_advance_accounts())

    def test_account_in_use_is_not_archived(self):
        for account in (self.advance, self.deferred, self.other_income):
            self._refused("choose another one in the settings", account.action_archive)
        self._refused(
            "Prepayments Journal", self.company.prepaid_journal_id.write, {"active": False}
        )

    def test_archived_branch(self):
        """The clients of a closed branch are clients of the house."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.cr.precommit.run()
        own = self.advance.copy({"code": "211777", "name": "Prepayments of the Branch"})
        branch.prepaid_advance_account_id = own
        self.desk.sudo().company_ids += branch
        client = self.client.with_user(self.desk).with_company(branch)
        client.prepaid_top_up(100.0, self.bank.id, "2026-01-05")
        self.assertEqual(self._ledger(own), -100.0)
        self.desk.sudo().company_ids -= branch
        branch.active = False
        self.assertEqual(self._figures(), (100.0, 100.0, 0.0))
        self._as_desk(self.client).prepaid_pay_out(40.0, self.bank.id, "2026-01-10")
        self.assertEqual(self._figures(), (60.0, 60.0, 0.0))
        self.assertEqual((self._ledger(own), self._ledger(self.advance)), (-60.0, 0.0))

    def test_reports_count_an_earlier_account(self):
        self._top_up(100.0, "2026-01-05")
        self._choose_new_advance_account()
        self.env.flush_all()
        owed = self.env["prepaid.earned.report"].search([("company_id", "=", self.company.id)])
        self.assertEqual(sum(owed.mapped("amount_owed")), 100.0)
        history = self.env["prepaid.client.movement"].search(
            [("partner_id", "=", self.client.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(sum(history.mapped("amount")), 100.0)


    def test_earlier_accounts_of_fees_are_still_revenue(self):
        """The check against the ledger finds no difference in months that are past."""
        self._top_up(100.0, "2026-01-05")
        self.client.with_user(self.manager).with_company(self.company).prepaid_write_off(40.0)
        self.company.prepaid_other_income_account_id = self.other_income.copy({"code": "450888"})
        self.company.prepaid_breakage_account_id = self.company.prepaid_other_income_account_id
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        report = self.env["prepaid.earned.report"].search(domain)
        self.assertEqual(sum(report.mapped("amount_other")), 40.0)
        check = self.env["prepaid.earned.check"].search(domain)
        self.assertEqual(sum(check.mapped("income_ledger")), 40.0)
        self.assertEqual(sum(check.mapped("income_difference")), 0.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestArchivedDeferredAccount(FormerAccountsCommon):
    """Packages live on with the account they were sold with."""

    def _sell(self):
        product = self._create_service("Ten Massages", 1000.0)
        template = self.env["prepaid.subscription.template"].with_user(self.manager)
        template = template.with_company(self.company).create(
            {
                "name": "Ten Massages",
                "product_id": product.id,
                "sessions": 10,
                "company_id": self.company.id,
                "service_ids": [Command.set(self.service.ids)],
                "refund_policy": "pro_rata",
            }
        )
        self._top_up(1000.0, "2026-01-05")
        sold = self._as_desk(template).sell(self.client.id, date="2026-01-05")
        return self.env["prepaid.subscription"].browse(sold["subscription_id"])

    def test_use_and_refund(self):
        package = self._sell()
        new = self.deferred.copy({"code": "212888", "name": "New Deferred Revenue"})
        self.company.prepaid_deferred_account_id = new
        self.deferred.active = False
        self._as_desk(package).use_session()
        self.assertEqual(self._ledger(self.deferred), -900.0)
        package.with_user(self.manager).with_company(self.company).refund(to_balance=True)
        self.assertEqual((self._ledger(self.deferred), self._ledger(new)), (0.0, 0.0))
        self.assertEqual(self._figures(), (900.0, 900.0, 0.0))

    def test_accountant_takes_an_archived_account_empty(self):
        """The credit note of Odoo's own button, and an entry by hand."""
        package = self._sell()
        self.company.prepaid_deferred_account_id = self.deferred.copy({"code": "212888"})
        self.deferred.active = False
        invoice = package.invoice_line_id.move_id
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.refund_moves()
        wizard.new_move_ids.action_post()
        self.assertEqual(package.state, "refunded")
        self.assertEqual(self._ledger(self.deferred), 0.0)

    def test_other_archived_accounts_stay_closed(self):
        account = self.income.copy({"code": "400888", "active": False})
        with self.assertRaises(UserError):
            self.env["account.move"].create(
                {
                    "journal_id": self.company.prepaid_journal_id.id,
                    "line_ids": [
                        Command.create({"account_id": account.id, "balance": 1.0}),
                        Command.create({"account_id": self.income.id, "balance": -1.0}),
                    ],
                }
            ).action_post()
