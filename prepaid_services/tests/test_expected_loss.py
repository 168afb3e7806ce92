"""Debts nobody pays: expected to be lost."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .debt_common import TODAY, DebtCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestExpectedLoss(DebtCommon):
    def _proposal(self, as_of="2026-02-28", **rates):
        proposal = (
            self.env["prepaid.loss.proposal"]
            .with_user(self.accountant)
            .with_company(self.company)
            .create({"as_of": as_of})
        )
        for line in proposal.line_ids:
            line.rate = rates.get(f"b{line.bucket}", 0.0)
        return proposal

    def _entry(self, proposal):
        return self.env["account.move"].browse(proposal.action_propose()["res_id"])

    def test_matrix_by_age(self):
        self._document(1000, "2026-02-01", "2026-03-31")
        self._document(500, "2026-01-01", "2026-02-10")
        self._document(200, "2025-09-01", "2025-10-01")
        self._document(50, "2026-02-01", move_type="out_refund")
        proposal = self._proposal(b0=1, b1=4, b5=50)
        self.assertEqual(
            [(line.amount, line.expected) for line in proposal.line_ids],
            [(1000, 10), (500, 20), (0, 0), (0, 0), (0, 0), (200, 100)],
        )
        entry = self._entry(proposal)
        self.assertRecordValues(
            entry,
            [
                {
                    "state": "draft",
                    "date": date(2026, 2, 28),
                    "prepaid_loss_as_of": date(2026, 2, 28),
                }
            ],
        )
        self._assert_loss(allowance=0)
        entry.action_post()
        self._assert_loss(bad_debt=130, allowance=-130)
        # a month later only the change is proposed, with the rates kept
        proposal = self.env["prepaid.loss.proposal"].with_user(self.accountant).create({})
        proposal.as_of = "2026-02-28"
        self.assertEqual((proposal.expected, proposal.allowance, proposal.change), (130, 130, 0))
        self.assertEqual(proposal.action_propose()["tag"], "display_notification")

    def test_less_than_before(self):
        invoice = self._document(1000, "2026-01-01", "2026-01-31")
        self._entry(self._proposal("2026-02-15", b1=10)).action_post()
        self._pay(invoice, 600, "2026-02-20")
        entry = self._entry(self._proposal(b1=10))
        entry.action_post()
        self._assert_loss("2026-02-15", bad_debt=100, allowance=-100)
        self._assert_loss(bad_debt=40, allowance=-40)

    def test_twice_leaves_one_draft(self):
        self._document(1000, "2026-01-01", "2026-01-31")
        first = self._entry(self._proposal(b1=10))
        second = self._entry(self._proposal(b1=20))
        self.assertFalse(first.exists())
        self.assertEqual(second.amount_total, 200)

    def test_write_off_uses_the_allowance(self):
        self._document(100, "2026-01-01", "2026-01-31")
        self._entry(self._proposal(b1=100)).action_post()
        self._approve(self._request(method="allowance"))
        self._assert_loss(bad_debt=100, allowance=0, receivable=0)
        self.assertEqual(self._proposal("2026-03-20").change, 0)

    def test_locked_and_rights(self):
        self._document(100, "2026-01-01", "2026-01-31")
        self.company.fiscalyear_lock_date = "2026-02-28"
        self._refused("closed period", self._proposal(b1=10).action_propose)
        with self.assertRaises(AccessError):
            self.env["prepaid.loss.proposal"].with_user(self.manager).create({})

    def test_allowance_among_the_receivables(self):
        """Some charts keep the allowance there: it is never counted as a debt."""
        account = self.receivable.copy({"code": "121950", "name": "Allowance"})
        self.company.prepaid_allowance_account_id = account
        self._document(100, "2026-01-01", "2026-01-31")
        self._entry(self._proposal(b1=10)).action_post()
        self.assertEqual(self._total()["receivable"], 100)
        self._assert_ties()
        self.assertEqual(self._ledger(account), -10)
        with self.assertRaises(UserError):
            self.company.prepaid_allowance_account_id = self.receivable
