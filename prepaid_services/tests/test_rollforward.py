from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestRollforward(CaseDriver):
    """Opening, causes and closing beside the ledger; and what explains a difference."""

    def setUp(self):
        super().setUp()
        self._sell(self._template(100.0, 4), date="2026-01-10")
        self.package.use_session("2026-01-20")

    def _report(self, group="month", first="2026-01-01", last="2026-03-31"):
        report = (
            self.env["prepaid.deferred.rollforward"]
            .with_user(self.manager)
            .with_company(self.company)
            .create({"date_from": first, "date_to": last, "group_by": group})
        )
        report.action_show()
        return report

    def _stray(self, day, amount, partner=None):
        """Book something on deferred revenue that no package knows of."""
        lines = ((self.deferred, -amount), (self.income, amount))
        move = self.env["account.move"].create(
            {
                "date": day,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": account.id,
                            "balance": balance,
                            "partner_id": partner.id if partner else False,
                        }
                    )
                    for account, balance in lines
                ],
            }
        )
        move.action_post()
        return move

    def _explained(self, record):
        lines = self.env["account.move.line"].search(record.action_explain()["domain"])
        return lines.move_id

    def test_months_before_the_first_sale_are_left_out(self):
        report = self._report(first="2025-03-01")
        self.assertEqual(str(report.line_ids[0].month), "2026-01-01")
        self.assertEqual(len(report.line_ids), 3)

    def test_pdf_and_spreadsheet(self):
        report = self._report()
        action = report.action_print()
        self.assertEqual(action["report_name"], "prepaid_services.report_rollforward")
        Report = self.env["ir.actions.report"].with_user(self.manager).with_company(self.company)
        html, _type = Report._render_qweb_html(action["report_name"], report.ids)
        for words in ("2026-01", "100.00", "25.00", "75.00", "Lapsed"):
            check = self.assertNotIn if words == "Lapsed" else self.assertIn
            check(words, html.decode())
        self.assertIn(f"{report.id}.xlsx", report.action_excel()["url"])
        table = report._printed()
        self.assertEqual(table["rows"][0], ("2026-01", [0.0, 100.0, 25.0, 75.0, 75.0]))
        self.assertEqual(table["total"], [None, 100.0, 25.0, None, None])

    def test_every_month_has_a_line(self):
        report = self._report()
        figures = [(str(line.month), line.opening, line.closing) for line in report.line_ids]
        self.assertEqual(
            figures,
            [("2026-01-01", 0.0, 75.0), ("2026-02-01", 75.0, 75.0), ("2026-03-01", 75.0, 75.0)],
        )
        self.assertFalse(self._explained(report))

    def test_opening_within_a_month(self):
        report = self._report(first="2026-01-15", last="2026-01-31")
        [line] = report.line_ids
        self.assertEqual(
            (line.opening, line.sold, line.earned, line.closing, line.difference),
            (100.0, 0.0, 25.0, 75.0, 0.0),
        )
        movements = self.env["prepaid.deferred.movement"].search(
            line.action_open_movements()["domain"]
        )
        self.assertEqual(movements.mapped("amount_earned"), [25.0])

    def test_stray_entry_in_a_month_without_packages(self):
        stray = self._stray("2026-02-10", 7.0)
        report = self._report()
        self.assertEqual(report.line_ids.mapped("difference"), [0.0, -7.0, -7.0])
        january, february, _march = report.line_ids
        self.assertFalse(self._explained(january))
        self.assertEqual(self._explained(february), stray)

    def test_stray_entry_of_a_client_without_packages(self):
        dana = self._create_client("Dana")
        stray = self._stray("2026-02-10", 7.0, dana)
        self._stray("2026-02-10", 5.0)
        report = self._report("client")
        differences = {line.partner_id: line.difference for line in report.line_ids}
        self.assertEqual(
            differences, {self.client: 0.0, dana: -7.0, self.env["res.partner"]: -5.0}
        )
        line = report.line_ids.filtered(lambda each: each.partner_id == dana)
        self.assertEqual(self._explained(line), stray)

    def test_client_who_got_a_parent_since(self):
        """Both sides follow the payer of today."""
        family = self._create_client("Family", is_company=True)
        self.client.parent_id = family
        line = self._report("client").line_ids
        self.assertEqual((line.partner_id, line.difference), (family, 0.0))
        movements = self.env["prepaid.deferred.movement"].search(
            line.action_open_movements()["domain"]
        )
        self.assertEqual(len(movements), 2)

    def test_corrected_document_is_no_stranger(self):
        """A forced account, put right by an entry of its own; also after it was taken back."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2026-02-05",
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": self.package.template_id.sudo().product_id.id,
                            "account_id": self.income.id,
                        }
                    )
                ],
            }
        )
        for change in (invoice.action_post, invoice.button_draft):
            change()
            report = self._report()
            self.assertEqual(set(report.line_ids.mapped("difference")), {0.0})
            self.assertFalse(self._explained(report))

    def test_other_company(self):
        other = self.setup_other_company(name="Other Salon")["company"]
        report = self._report()
        report.sudo().company_id = other
        with self.assertRaises(AccessError):
            report.action_show()

    def test_statements_do_not_grow(self):
        self._report()
        counts = []
        for _more in range(2):
            for group in ("month", "client"):
                self.env.flush_all()
                movements = self.env["prepaid.deferred.movement"].sudo()
                before = self.env.cr.sql_log_count
                movements._rollforward(group, self.company, *self._days())
                movements._ledger_balances(group, self.company, *self._days())
                counts.append(self.env.cr.sql_log_count - before)
            self._sell(self.package.template_id, date="2026-02-10", quantity=3)
        self.assertEqual(counts[:2], counts[2:])

    def _days(self):
        return fields.Date.to_date("2026-01-01"), fields.Date.to_date("2026-03-31")
