from functools import partial

from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.cases import CaseDriver

REPORTS = (
    "prepaid.client.movement",
    "prepaid.client.risk",
    "prepaid.daily.sale",
    "prepaid.earned.check",
    "prepaid.earned.report",
)
#: No columns of their own
RATIOS = {"display_name", "days_to_service", "earned_share", "earned_sold_share"}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-15 12:00:00")
class TestReportRows(CaseDriver):
    """Lists that are read by one statement: told what is asked for, they say the same."""

    def setUp(self):
        super().setUp()
        self._top_up(30.0, "2025-01-05", client=self._create_client("Idle"))
        self._top_up(900.0, "2026-01-05")
        for day in ("2026-01-20", "2026-02-03", "2026-03-10"):
            self._book(day).action_done()
        self._sell(self._template(100.0, 4), date="2026-01-20", journal_id=self.bank.id)
        self.package.use_session("2026-02-10")
        self._as_desk(self.client).prepaid_pay_out(50.0, self.bank.id, "2026-03-01")
        self.env.flush_all()
        self.env.invalidate_all()

    def _reports(self):
        """Return each report as the manager sees it, with the names of its columns."""
        for name in REPORTS:
            report = self.env[name].with_user(self.manager).with_company(self.company)
            report = report.with_context(allowed_company_ids=self.company.ids)
            yield report, [field for field in report.fields_get() if field not in RATIOS]

    def _rows(self, report, names, domain=()):
        """Return rows by their ids, read from the database."""
        report.env.invalidate_all()
        return {row["id"]: row for row in report.search_read(list(domain), names)}

    # -- tests ---------------------------------------------------------------------------

    def test_a_row_that_is_opened_is_the_row_of_the_list(self):
        for report, names in self._reports():
            with self.subTest(report=report._name):
                rows = self._rows(report, names)
                self.assertTrue(rows)
                for key, row in rows.items():
                    report.env.invalidate_all()
                    record = report.browse(key)
                    self.assertEqual(record.exists(), record)
                    self.assertEqual(record.read(names), [row])
                self.assertFalse(report.browse(max(rows) + 7).exists())

    def test_days_that_are_asked_for_are_the_days_of_all(self):
        for report, names in self._reports():
            if "date" not in names:
                continue
            every = self._rows(report, names)
            for first, last in (("2026-01-20", "2026-02-03"), ("2026-02-04", "2026-12-31")):
                between = [("date", ">=", first), ("date", "<=", last)]
                expected = {k: r for k, r in every.items() if first <= str(r["date"]) <= last}
                with self.subTest(report=report._name, first=first):
                    self.assertEqual(self._rows(report, names, between), expected)
            with self.subTest(report=report._name):
                either = ["|", ("date", "<", "2026-01-01"), ("date", ">=", "2026-01-01")]
                self.assertEqual(self._rows(report, names, either), every)
                single = [("date", "=", "2026-01-20")]
                expected = {k: r for k, r in every.items() if str(r["date"]) == "2026-01-20"}
                self.assertEqual(self._rows(report, names, single), expected)

    def test_a_page_and_its_count(self):
        for report, _names in self._reports():
            with self.subTest(report=report._name):
                every = report.search([])
                for offset in (0, 1):
                    page = report.web_search_read([], {"display_name": {}}, offset, 2)
                    ids = [row["id"] for row in page["records"]]
                    self.assertEqual(ids, every[offset : offset + 2].ids)
                    self.assertEqual(page["length"], len(every))
                page = report.web_search_read([], {}, 0, 1, count_limit=1)
                self.assertEqual(page["length"], 1)

    def test_what_a_caller_puts_into_the_context_narrows_nothing(self):
        for report, names in self._reports():
            for asked in ({"ids": [1]}, [[1], None, None, report._name], "1"):
                with self.subTest(report=report._name, asked=asked):
                    forged = report.with_context(prepaid_asked=asked)
                    self.assertEqual(self._rows(forged, names), self._rows(report, names))

    def test_a_page_reads_the_rows_twice_and_not_more(self):
        for report, names in self._reports():
            with self.subTest(report=report._name):
                spec = {name: {} for name in names}
                report.web_search_read([], spec, limit=1)
                report.env.invalidate_all()
                work = partial(report.web_search_read, [], spec, limit=1)
                statements = self._statements(work)
                own = [each for each in statements if f'AS "{report._table}"' in each]
                self.assertEqual(len(own), 2)

    def _statements(self, work):
        """Return the statements that some work sends to the database."""
        sent, cursor = [], type(self.env.cr)
        execute = cursor.execute

        def listen(cr, query, *args, **kwargs):
            sent.append(getattr(query, "code", str(query)))
            return execute(cr, query, *args, **kwargs)

        self.patch(cursor, "execute", listen)
        work()
        self.patch(cursor, "execute", execute)
        return sent
