"""Aged receivable: as of any day, beside the ledger."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..tools.ageing import bucket_keys, bucket_of
from .cases import load
from .common import PrepaidCommon

REPORT = "prepaid.receivable.report"


class AgeingCommon(PrepaidCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("accountant", "account.group_account_invoice")
        cls.sales = cls.company_data["default_journal_sale"]
        cls.report = cls.env[REPORT].with_user(cls.accountant).with_company(cls.company)

    def _document(self, amount, day, due=None, move_type="out_invoice", client=None, **vals):
        """Return a posted invoice or credit note of one untaxed line."""
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "company_id": self.company.id,
                "partner_id": (client or self.client).id,
                "invoice_date": day,
                "date": day,
                "invoice_date_due": due or day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "name": "Service",
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": self.income.id,
                            "tax_ids": [],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def _match(self, *moves):
        lines = self.env["account.move"].union(*moves).line_ids
        lines.filtered(lambda line: line.account_id == self.receivable).reconcile()

    def _pay(self, invoice, amount, day):
        """Pay an invoice past the client balance, as an accountant does."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create(
            {"amount": amount, "payment_date": day, "journal_id": self.bank.id}
        )._create_payments()

    def _total(self, as_of=False, **kwargs):
        """Return the amounts of the total that are not zero."""
        total = self.report.ageing(as_of, **kwargs)["total"]
        return {key: value for key, value in total.items() if value}

    def _assert_ties(self, as_of=False):
        check = self.report.ledger_check(as_of)
        self.assertEqual((check["difference"], check["advance_difference"]), (0, 0), check)


@tagged("post_install", "-at_install")
class TestAgeingCases(AgeingCommon):
    def test_case_c03(self):
        """Every dated row of the worked case: credits in the period of their own date."""
        case = load("C03")["C03"]
        inputs = case["inputs"]
        invoices = {
            each["n"]: self._document(float(each["amount"]), each["date"], each["due"])
            for each in inputs["invoices"]
            if each["date"] <= inputs["topup"]["date"]
        }
        self._top_up(float(inputs["topup"]["amount"]), inputs["topup"]["date"])
        late = inputs["invoices"][-1]
        invoices["C"] = self._document(float(late["amount"]), late["date"], late["due"])
        against, alone = inputs["credit_notes"]
        note = self._document(float(against["amount"]), against["date"], move_type="out_refund")
        self._match(note, invoices["C"])
        self._document(float(alone["amount"]), alone["date"], alone["due"], "out_refund")
        for day, expected in case["expected_extra"]["aging"].items():
            with self.subTest(day=day):
                total = self._total(day, net=True)
                aged = {key: total.get(key, 0.0) for key in bucket_keys(30)}
                aged["90+"] = aged.pop("91-120") + aged.pop("121+")
                aged["total"] = total.get("receivable", 0.0)
                self.assertEqual(
                    {key: value for key, value in aged.items() if value},
                    {key: float(value) for key, value in expected.items()},
                )
                self._assert_ties(day)

    def test_gross_and_net(self):
        self._document(100, "2026-01-01", "2026-01-31")
        self._document(30, "2026-03-01", move_type="out_refund")
        self.company.prepaid_debts_first = False
        self._top_up(20, "2026-03-02")
        self.assertEqual(
            self._total("2026-03-15"),
            {"31-60": 100, "credit": -30, "receivable": 70, "advance": 20, "net": 50},
        )
        self.assertEqual(
            self._total("2026-03-15", net=True),
            {"31-60": 100, "1-30": -30, "receivable": 70, "advance": 20, "net": 50},
        )

    def test_width_and_base(self):
        self._document(100, "2026-01-01", "2026-01-31")
        self.assertEqual(self._total("2026-02-10", width=7)["8-14"], 100)
        self.assertEqual(self._total("2026-02-10", base="invoice")["31-60"], 100)
        self.assertEqual(self._total("2026-02-10", base="invoice", width=7)["29+"], 100)

    def test_buckets_of_sql_and_python_are_the_same(self):
        start = fields.Date.to_date("2026-05-01")
        self._document(100, start, start)
        for width in (1, 7, 30):
            keys = bucket_keys(width)
            for days in (0, 1, width, width + 1, 4 * width, 4 * width + 1, 9 * width):
                total = self._total(start + timedelta(days=days), width=width)
                self.assertEqual(total[keys[bucket_of(days, width)]], 100, (width, days))

    def test_as_of_today_is_amount_residual(self):
        invoice = self._document(100, "2026-01-01")
        self._pay(invoice, 40, "2026-02-01")
        self._document(70, "2026-02-01")
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.receivable.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(self._total()["receivable"], sum(lines.mapped("amount_residual")))
        self.assertEqual(self._total("2026-01-31")["receivable"], 100)
        self.assertEqual(self._total("2025-12-31"), {})

    def test_a_payment_counts_on_its_own_day(self):
        """The day's end counts: what was paid on it is paid, what was paid later is not."""
        invoice = self._document(100, "2026-01-01")
        self._pay(invoice, 100, "2026-02-01")
        self.assertEqual(self._total("2026-01-31"), {"1-30": 100, "receivable": 100, "net": 100})
        self.assertEqual(self._total("2026-02-01"), {})
        # a payment before its invoice is a credit until then
        early = self._document(50, "2026-04-10")
        self._pay(early, 50, "2026-04-01")
        self.assertEqual(self._total("2026-04-05"), {"credit": -50, "receivable": -50, "net": -50})
        self._assert_ties("2026-04-05")

    def test_foreign_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-02-01", 4.0)])
        invoice = self._document(100, "2026-01-10", currency_id=euro.id)
        self.assertEqual(self._total("2026-01-31")["receivable"], 50)
        journal = self.bank.copy({"currency_id": euro.id, "code": "EUR1", "name": "Euro bank"})
        self.bank = journal
        self._pay(invoice, 100, "2026-02-10")
        for day in ("2026-01-31", "2026-02-09"):
            result = self.report.ageing(day, by="currency")
            self.assertEqual([row["name"] for row in result["rows"]], ["EUR"])
            self.assertEqual(result["total"]["receivable"], 50, day)
            [item] = self.report.with_context(prepaid_as_of=day).search([])
            self.assertEqual((item.amount_currency, item.amount_receivable), (100, 50))
        # Odoo books the exchange difference at the end of that month; the ledger has it until then
        self.assertEqual(self._total("2026-02-10")["receivable"], 25)
        self.assertEqual(self._total("2026-02-28"), {})
        for day in ("2026-02-09", "2026-02-10", "2026-02-28", False):
            self._assert_ties(day)


@tagged("post_install", "-at_install")
class TestAgeingGroups(AgeingCommon):
    def test_clients_and_their_payers(self):
        """A child's debt is the payer's; the largest debt comes first, page after page."""
        boris, zoe = self._create_client("Boris"), self._create_client("Zoe")
        self._document(10, "2026-01-01")
        self._document(30, "2026-01-01", client=boris)
        child = self._create_client("Little Bo", parent_id=boris.id)
        self._document(5, "2026-01-01", client=child)
        self._document(20, "2026-01-01", client=zoe)
        result = self.report.ageing("2026-01-20")
        self.assertEqual(
            [(row["name"], row["1-30"]) for row in result["rows"]],
            [("Boris", 35), ("Zoe", 20), ("Anna", 10)],
        )
        self.assertEqual((result["count"], result["total"]["net"]), (3, 65))
        page = self.report.ageing("2026-01-20", limit=1, offset=1)
        self.assertEqual([row["id"] for row in page["rows"]], zoe.ids)
        self.assertEqual((page["count"], page["total"]["net"]), (3, 65))

    def test_list_groups_and_documents(self):
        """What the list shows, with the documents behind a client."""
        self._document(10, "2026-01-01")
        invoice = self._document(30, "2026-02-01")
        report = self.report.with_context(prepaid_as_of="2026-03-10")
        [[client, old, new]] = report._read_group(
            [], ["partner_id"], ["amount_3:sum", "amount_2:sum"]
        )
        self.assertEqual((client, old, new), (self.client, 10, 30))
        items = report.search([("amount_2", ">", 0)])
        self.assertEqual(items.move_id, invoice)
        self.assertEqual(items.days, 37)
        self.assertEqual(items.action_open_document()["res_id"], invoice.id)
        # the same item on another day, in the same transaction
        self.assertEqual(items.with_context(prepaid_as_of="2026-02-01").days, 0)

    def test_headings_follow_the_width(self):
        names = self.report.fields_get(["amount_1", "amount_4", "amount_5"], ["string"])
        self.assertEqual(names["amount_1"]["string"], "1-30 Days")
        weeks = self.report.with_context(prepaid_ageing_view_ref="7")
        names = weeks.fields_get(["amount_1", "amount_4", "amount_5"], ["string"])
        self.assertEqual(names["amount_4"]["string"], "22-28 Days")

    def test_specialist(self):
        self.service.taxes_id = False
        self._approve_credit()
        with freeze_time("2026-01-11 12:00:00"):
            self._book("2026-01-10").action_done()
        result = self.report.ageing("2026-02-01", by="user")
        self.assertEqual([row["id"] for row in result["rows"]], self.specialist.ids)

    def test_branches_and_other_companies(self):
        self._document(10, "2026-01-01")
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids |= branch
        self.client.with_company(branch).property_account_receivable_id = self.receivable
        self._document(5, "2026-01-01", company_id=branch.id, journal_id=self.sales.id)
        other = self.setup_other_company()["company"]
        self.accountant.company_ids |= branch | other
        entity = self.report.with_context(allowed_company_ids=[self.company.id, branch.id])
        result = entity.ageing("2026-02-01", by="company")
        self.assertEqual(
            {row["name"]: row["net"] for row in result["rows"]},
            {self.company.name: 10, "Branch": 5},
        )
        self.assertEqual(self._total("2026-02-01")["net"], 10, "the branch is switched off")
        self.assertEqual(self.report._buckets(self.company, "2026-02-01")["1-30"], 0)
        self.assertEqual(self.report._buckets(self.company, "2026-02-01")["31-60"], 15)
        self.assertEqual(self.report._buckets(other, "2026-02-01")["net"], 0)
        self.assertEqual(entity.ledger_check("2026-02-01")["receivable_ledger"], 15)

    def test_constant_queries(self):
        for number in range(30):
            self._document(10, "2026-01-01", client=self._create_client(f"C{number}"))
        self.env.flush_all()
        self.report.ageing()
        before = self.env.cr.sql_log_count
        result = self.report.ageing("2026-03-01")
        self.assertEqual(result["count"], 30)
        self.assertLessEqual(self.env.cr.sql_log_count - before, 6)

    def test_dialog(self):
        self._document(10, "2026-01-01")
        with Form(self.env["prepaid.ageing"].with_user(self.accountant)) as form:
            form.as_of = "2026-02-15"
            self.assertEqual((form.receivable, form.receivable_ledger), (10, 10))
            form.width = 15
            form.by = "client"
        action = form.record.action_show()
        self.assertEqual(action["context"]["prepaid_as_of"], "2026-02-15")
        self.assertEqual(action["context"]["search_default_by_client"], 1)
        self.assertIn("by=client", form.record.action_excel()["url"])
        Report = self.env["ir.actions.report"].with_user(self.accountant)
        html, _type = Report._render_qweb_html("prepaid_services.report_ageing", form.record.ids)
        text = " ".join(html.decode().split())
        for words in ("Anna", "46-60 Days", "Trial balance", "10.00"):
            self.assertIn(words, text)

    def test_who_may(self):
        for user in (self.specialist, self.desk):
            with self.assertRaises(AccessError):
                self.env[REPORT].with_user(user).ageing()
        auditor = self._create_user("auditor", "account.group_account_readonly")
        for user in (self.manager, auditor):
            self.assertEqual(self.env[REPORT].with_user(user).ageing()["rows"], [])

    def test_bad_arguments(self):
        bad = (
            ("by", "colour"),
            ("base", "birthday"),
            ("width", 0),
            ("width", "wide"),
            ("width", 100000),
            ("limit", -1),
            ("offset", "two"),
            ("as_of", "yesterday"),
            ("as_of", 20260101),
        )
        for name, value in bad:
            with self.subTest(name=name, value=value):
                self._refused(r"\w", self.report.ageing, **{name: value})
        with self.assertRaises(UserError):
            self.report.with_context(prepaid_width="1; DROP TABLE").search([])
