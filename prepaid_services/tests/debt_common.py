"""What the tests of debts nobody pays share."""

from .test_ageing import AgeingCommon

TODAY = "2026-03-20 12:00:00"


class DebtCommon(AgeingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bad_debt = cls.company.prepaid_bad_debt_account_id
        cls.allowance = cls.company.prepaid_allowance_account_id
        cls.books = cls._create_user("books", "account.group_account_user")

    def _request(self, user=None, client=None, **vals):
        """Return a request of the front desk to write a client's debt off."""
        return (
            self.env["prepaid.write.off"]
            .with_user(user or self.desk)
            .with_company(self.company)
            .create({"partner_id": (client or self.client).id, "reason": "Moved abroad", **vals})
        )

    def _approve(self, request):
        request.with_user(self.manager).action_approve()
        return request.sudo().move_ids

    def _assert_loss(self, as_of=None, **expected):
        accounts = {
            "receivable": self.receivable,
            "bad_debt": self.bad_debt,
            "allowance": self.allowance,
            "cash": self.bank.default_account_id
            | self.env["account.account"].search([("code", "=like", "1014%")]),
            "earned": self.income,
        }
        actual = {name: self._ledger(accounts[name], as_of) for name in expected}
        self.assertEqual(actual, expected)
