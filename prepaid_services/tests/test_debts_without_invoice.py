"""Debts that are no invoices: what ages and is reminded of can be written off and handed over."""

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .debt_common import TODAY, DebtCommon


class OpeningCommon(DebtCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_client("Boris")

    def _opening(self, amounts, day="2026-01-10", due=None, account=None, **vals):
        """Return an opening entry of the accountant: what clients owed in the old books.

        :param dict amounts: client -> amount
        """
        account = account or self.receivable
        lines = [
            {
                "account_id": account.id,
                "partner_id": client.id,
                "balance": amount,
                "date_maturity": due or day,
            }
            for client, amount in amounts.items()
        ]
        lines.append({"account_id": self.income.id, "balance": -sum(amounts.values())})
        move = self.env["account.move"].create(
            {
                "company_id": self.company.id,
                "date": day,
                "line_ids": [fields.Command.create(line) for line in lines],
                **vals,
            }
        )
        move.action_post()
        return move


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestDebtsWithoutInvoice(OpeningCommon):
    def test_opening_entry_is_written_off(self):
        """Of the entry of many clients only the one who does not pay."""
        self._opening({self.client: 80.0, self.other: 50.0})
        request = self._request()
        self.assertEqual(request.amount_open, 80.0)
        self.assertRegex(request.documents, "80.00 open of .*80.00")
        self.assertNotIn("50.00", request.documents)
        self._approve(request)
        self.assertEqual(request.sudo().amount, 80.0)
        self.assertEqual(request.sudo().amount_open, 0.0)
        self._assert_loss(bad_debt=80.0, receivable=50.0)
        self.assertEqual(self._as_desk(self.client).prepaid_debt, 0.0)
        self.assertEqual(self._as_desk(self.other).prepaid_debt, 50.0)

    def test_taken_back(self):
        self._opening({self.client: 80.0})
        request = self._request()
        self._approve(request)
        request.with_user(self.manager).action_take_back()
        self.assertEqual(self._as_desk(self.client).prepaid_debt, 80.0)
        self.assertEqual(request.sudo().amount_open, 80.0)

    def test_a_part_the_oldest_first(self):
        self._document(100, "2026-02-01")
        opening = self._opening({self.client: 80.0}, due="2026-01-15")
        request = self._request(amount_asked=90.0)
        self.assertEqual(request.amount_open, 180.0)
        self._approve(request)
        self.assertEqual(sum(opening.line_ids.mapped("amount_residual")), 0.0)
        self.assertEqual(self._as_desk(self.client).prepaid_debt, 90.0)

    def test_by_credit_note(self):
        """An opening entry has no tax to give back: it is lost as it stands."""
        self._document(100, "2026-02-01")
        self._opening({self.client: 80.0})
        moves = self._approve(self._request(method="credit_note"))
        self.assertEqual(set(moves.mapped("move_type")), {"out_refund", "entry"})
        self._assert_loss(bad_debt=180.0, receivable=0.0)

    def test_to_an_allowance_among_the_receivables(self):
        self.allowance.account_type = "asset_receivable"
        self._opening({self.client: 80.0})
        request = self._request(method="allowance")
        self._approve(request)
        self.assertEqual(request.sudo().amount, 80.0)

    def test_recovered(self):
        self._opening({self.client: 80.0})
        request = self._request()
        self._approve(request)
        request.with_user(self.desk).recover(30, self.bank.id)
        self.assertEqual(request.sudo().amount_recovered, 30.0)

    def test_document_of_somebody_else(self):
        self._opening({self.client: 80.0})
        foreign = self._opening({self.other: 50.0})
        with self.assertRaises(ValidationError):
            self._request().sudo().invoice_ids = foreign

    def test_handed_over_with_dossier(self):
        self._opening({self.client: 80.0, self.other: 50.0})
        case = (
            self.env["prepaid.collection"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"partner_id": self.client.id, "agent_id": self.other.id})
        )
        case.action_hand_over()
        self.assertEqual((case.amount, case.state), (80.0, "handed_over"))
        Report = self.env["ir.actions.report"].with_user(self.manager)
        html, _type = Report._render_qweb_html("prepaid_services.report_dossier", case.ids)
        self.assertIn("80.00", html.decode())
        self.assertNotIn("50.00", html.decode())
        self.assertTrue(case.action_dossier()["url"])

    def test_instalments_and_payment(self):
        self._opening({self.client: 80.0})
        client = self._as_desk(self.client)
        client.prepaid_instalments([["2026-04-01", 40], ["2026-05-01", 40]])
        self._top_up(80)
        self.assertEqual(client.prepaid_debt, 0.0)

    def test_ages_and_is_covered_in_the_same_way(self):
        self._opening({self.client: 80.0})
        rows = self.report.ageing()["rows"]
        self.assertEqual([(row["id"], row["31-60"] + row["61-90"]) for row in rows], [
            (self.client.id, 80.0)
        ])

    def test_balance_below_zero(self):
        """Money that was given back twice: a debt that ages, is chased and written off."""
        self._opening({self.client: 40.0}, account=self.advance)
        self.assertEqual(self._as_desk(self.client).prepaid_debt, 40.0)
        total = self.report.ageing()["total"]
        self.assertEqual((total["advance"], total["61-90"]), (0.0, 40.0))
        self.env.flush_all()
        reminders = self.env["prepaid.reminder"].sudo().with_company(self.company)
        due = self.env.execute_query(
            reminders._due_sql("debt", self.company, self.company._prepaid_today())
        )
        self.assertEqual([row[1] for row in due], [self.client.id])
        case = (
            self.env["prepaid.collection"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"partner_id": self.client.id, "agent_id": self.other.id})
        )
        case.action_hand_over()
        self.assertEqual(case.amount, 40.0)
        request = self._request()
        self._approve(request)
        self.assertEqual(request.sudo().amount, 40.0)
        self._assert_loss(bad_debt=40.0)
        self.assertEqual(self._as_desk(self.client).prepaid_debt, 0.0)
        self.assertEqual(self._ledger(self.advance), 0.0)
