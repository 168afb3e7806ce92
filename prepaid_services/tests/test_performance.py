from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..door import telling
from .common import PrepaidCommon

#: What a page of the client list shows
PAGE_FIELDS = [
    "display_name",
    "prepaid_balance",
    "prepaid_debt",
    "service_balance",
    "prepaid_reserved",
    "prepaid_available",
]


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPerformance(PrepaidCommon):
    """The number of queries does not grow with the page, and hardly with the batch."""

    def _queries(self, work):
        """Return how many queries some work takes, from an empty cache to the last write."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _clients(self, count, advance=0.0):
        """Return clients, each with an advance."""
        clients = self.env["res.partner"].create(
            [
                {"name": f"Client {n}", "property_account_receivable_id": self.receivable.id}
                for n in range(count)
            ]
        )
        if advance:
            self.env["prepaid.ledger"]._take(
                [
                    {
                        "partner_id": client.id,
                        "company_id": self.company.id,
                        "journal_id": self.bank.id,
                        "amount": advance,
                        "date": "2026-01-05",
                    }
                    for client in clients
                ]
            )
        return clients

    def _visits(self, clients, each=1):
        """Return confirmed visits of clients, at different hours."""
        bookings = self._as_desk(self.env["prepaid.booking"]).create(
            [
                {
                    "partner_id": client.id,
                    "service_id": self.service.id,
                    "user_id": self.specialist.id,
                    "start": f"2026-01-{10 + number % 5} {8 + number % 10:02}:00:00",
                }
                for client in clients
                for number in range(each)
            ]
        )
        bookings.action_confirm()
        return bookings

    def test_a_page_of_clients_costs_as_much_as_one_client(self):
        clients = self._as_desk(self._clients(80))
        self._visits(clients[:10])
        # Whoever comes first pays for what stays in memory
        one = clients.browse(clients[:1].ids)
        self._queries(lambda: one.read(PAGE_FIELDS))
        expected = self._queries(lambda: one.read(PAGE_FIELDS))
        self.assertEqual(self._queries(lambda: clients.read(PAGE_FIELDS)), expected)

    def test_a_page_of_bookings_costs_as_much_as_two(self):
        bookings = self._visits(self._clients(40))
        names = ["display_name", "state", "amount_due", "payment_status", "overlap_warning"]
        two = bookings.browse(bookings[:2].ids)
        self._queries(lambda: two.read(names))
        expected = self._queries(lambda: two.read(names))
        self.assertEqual(self._queries(lambda: bookings.read(names)), expected)

    def test_search_and_order_by_balance_add_the_ledger_up_once(self):
        Partner = self._as_desk(self.env["res.partner"])
        query = Partner._search(
            [("service_balance", "<", 0), ("prepaid_debt", ">", 0)], order="service_balance desc"
        )
        self.assertEqual(query.select().code.count("account_move_line line"), 1)

    def test_done_in_bulk_costs_as_much_as_its_documents(self):
        clients = self._clients(20, advance=5000.0)
        ours = {n: self._visits(clients[:n], 5) for n in (2, 20)}
        plain = {n: self._plain(self._visits(clients[:n], 5)) for n in (2, 20)}
        self._visits(clients[:2]).action_done()
        spent = {n: self._queries(visits.action_done) for n, visits in ours.items()}
        stock = {n: self._queries(work) for n, work in plain.items()}
        self.assertEqual(set(ours[20].mapped("payment_status")), {"paid"})
        self.assertLessEqual(spent[20], 1.2 * stock[20])
        # 90 visits more: no query of our own for any of them
        self.assertLess(spent[20] - spent[2] - (stock[20] - stock[2]), 90)

    def _plain(self, bookings):
        """Return the work of plain Odoo that makes the same documents as finishing visits."""
        bookings = bookings.sudo()
        values = [
            {"move_type": "out_invoice", **booking._prepare_invoice_vals(bookings._sale_journal())}
            for booking in bookings
        ]

        def work():
            # As a screen's call does: the test's own context would leave tracking out
            Move = self.env(context={})["account.move"]
            invoices = Move.create(values)
            invoices.action_post()
            debts = invoices.line_ids.filtered(lambda line: line.account_id == self.receivable)
            entries = Move.create([self._plain_entry(d) for d in debts])
            telling(entries, prepaid_debts_first=False).action_post()
            credits = self.env["prepaid.ledger"]._open_credits(debts.partner_id, self.company)
            by_partner = credits.grouped("partner_id")
            plan = []
            for entry, debt in zip(entries, debts, strict=True):
                used, paid = entry.line_ids.sorted("id")
                plan += [used + by_partner[debt.partner_id], paid + debt]
            self.env["account.move.line"]._reconcile_plan(plan)

        return work

    def _plain_entry(self, debt):
        """Return the values of the entry that moves an advance onto an invoice."""
        lines = [(self.advance, debt.balance), (debt.account_id, -debt.balance)]
        return {
            "move_type": "entry",
            "journal_id": self.company.prepaid_journal_id.id,
            "date": debt.date,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "partner_id": debt.partner_id.id,
                        "balance": balance,
                    }
                )
                for account, balance in lines
            ],
        }

    def test_no_index_within_another(self):
        """An index on the first columns of another one only slows writing down."""
        self.env.cr.execute(
            r"""
            WITH whole AS (
                SELECT indrelid, indexrelid, indisunique, indnkeyatts AS size,
                       (string_to_array(indkey::text, ' '))[1:indnkeyatts] AS columns
                  FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
                 WHERE indpred IS NULL AND indexprs IS NULL AND relname LIKE 'prepaid\_%'
            )
            SELECT short.indexrelid::regclass::text
              FROM whole short JOIN whole long USING (indrelid)
             WHERE short.indexrelid != long.indexrelid AND NOT short.indisunique
               AND short.columns = long.columns[1:short.size]
            """
        )
        self.assertEqual(self.env.cr.fetchall(), [])
