from odoo import fields
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 12:00:00")
class TestStorno(CaseDriver):
    """Where the company uses storno, what is taken back leaves no turnover."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.account_storno = True
        cls.lapsed = cls.deferred.copy({"code": "450902", "account_type": "income_other"})
        cls.company.prepaid_breakage_account_id = cls.lapsed

    def _turnover(self, account):
        """Return the debits and credits of an account."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        sums = (sum(lines.mapped("debit")), sum(lines.mapped("credit")))
        return tuple(map(self.company.currency_id.round, sums))

    def test_undone_session(self):
        self._sell(self._template(100.0, 4), date="2026-01-05", journal_id=self.bank.id)
        self._use("2026-01-10")
        self.package.undo_use(self.use["use_id"])
        self.assertEqual(self._turnover(self.income), (0.0, 0.0))
        self.assertEqual(self._turnover(self.deferred), (0.0, 100.0))

    def test_undone_in_the_entry_of_the_day(self):
        """One entry for a session and one that was undone: the columns are not mixed."""
        self.company.prepaid_earn_policy = "day"
        self._sell(self._template(100.0, 4), date="2026-01-05", journal_id=self.bank.id)
        for _again in range(2):
            self._use("2026-01-10")
        self.package.undo_use(self.use["use_id"], "2026-01-10")
        self._run_crons()
        self.assertEqual(self._turnover(self.income), (0.0, 25.0))
        self.assertEqual(self._turnover(self.deferred), (25.0, 100.0))

    def test_restored(self):
        with freeze_time("2026-01-05 12:00:00"):
            template = self._template(100.0, 4, validity_number=10, validity_unit="day")
            self._sell(template, journal_id=self.bank.id)
        self._run_crons()
        self.assertEqual(self._turnover(self.lapsed), (0.0, 100.0))
        self.package.extend("2026-03-31", reason="Ill")
        self.assertEqual(self._turnover(self.lapsed), (0.0, 0.0))
        self.assertEqual(self._turnover(self.deferred), (0.0, 100.0))

    def test_deferred_by_a_correction(self):
        """Forced onto income, with a discount of its own: as if it had been booked right."""
        product = self._template(100.0, 4).sudo().product_id
        vals = [
            {"product_id": product.id, "account_id": self.income.id},
            {"name": "Discount", "price_unit": -20.0, "account_id": self.income.id, "tax_ids": []},
        ]
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2026-01-20",
                "invoice_line_ids": [fields.Command.create(line) for line in vals],
            }
        ).action_post()
        self.assertEqual(self._turnover(self.income), (0.0, 0.0))
        self.assertEqual(self._turnover(self.deferred), (0.0, 80.0))
