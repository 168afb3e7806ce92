"""Any history, matched in any order: the report equals an independent recomputation."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged

from ..tools.ageing import bucket_keys, bucket_of
from .histories import HISTORIES
from .test_ageing import AgeingCommon

START = fields.Date.to_date("2026-01-01")
DAYS = st.integers(min_value=0, max_value=200)
CENTS = st.integers(min_value=1, max_value=50_000).map(lambda cents: cents / 100)
DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(["invoice", "invoice", "credit_note", "payment", "top_up"]),
        st.sampled_from([0, 1]),  # client
        DAYS,
        st.integers(min_value=0, max_value=60),  # days until due
        CENTS,
        st.booleans(),  # in the foreign currency
    ),
    min_size=2,
    max_size=8,
)


@tagged("post_install", "-at_install")
class TestRandomAgeing(AgeingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.prepaid_debts_first = False
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2025-12-01", 2.0), ("2026-03-01", 3.0), ("2026-06-01", 1.5)]
        )
        cls.clients = cls.client | cls._create_client("Boris")

    @HISTORIES
    @given(documents=DOCUMENTS, order=st.randoms(use_true_random=False), as_of=DAYS)
    def test_report_is_the_recomputation(self, documents, order, as_of):
        with self.env.cr.savepoint() as savepoint:
            for document in documents:
                self._make(*document)
            self._match_some(order)
            for day in (START + timedelta(days=as_of), START + timedelta(days=400)):
                self._compare(day)
            savepoint.rollback()
        self.env.invalidate_all()

    def _make(self, kind, client, day, due, amount, foreign):
        client, day = self.clients[client], START + timedelta(days=day)
        vals = {"currency_id": self.euro.id} if foreign else {}
        if kind == "top_up":
            self._top_up(amount, day, client=client)
        elif kind == "payment":
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": client.id,
                    "amount": amount,
                    "date": day,
                    "journal_id": self.bank.id,
                    **vals,
                }
            )
            payment.action_post()
        else:
            move_type = "out_invoice" if kind == "invoice" else "out_refund"
            due = day + timedelta(days=due)
            self._document(amount, day, due, move_type, client=client, **vals)

    def _match_some(self, order):
        """Match debits and credits of each client in a random order, some not at all."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", self.receivable.id), ("parent_state", "=", "posted")]
        )
        for group in lines.grouped(lambda line: (line.partner_id, line.currency_id)).values():
            chosen = [line for line in group if order.random() < 0.8]
            order.shuffle(chosen)
            for debit in (line for line in chosen if line.balance > 0):
                for credit in (line for line in chosen if line.balance < 0):
                    if debit.amount_residual > 0 > credit.amount_residual:
                        (debit + credit).reconcile()

    def _compare(self, day):
        """Compare with the textbook: balance less every matching until the day, line by line."""
        keys, expected = bucket_keys(30), {}
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "in", (self.receivable | self.advance).ids),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ]
        )
        for line in lines:
            matched = sum(p.amount for p in line.matched_credit_ids if p.max_date <= day)
            matched -= sum(p.amount for p in line.matched_debit_ids if p.max_date <= day)
            residual = line.balance - matched
            row = expected.setdefault(line.partner_id.id, dict.fromkeys([*keys, "advance"], 0.0))
            if line.account_id == self.advance:
                row["advance"] -= residual
            else:
                days = (day - (line.date_maturity or line.date)).days
                row[keys[bucket_of(days, 30)]] += residual
        result = self.report.ageing(day, net=True)
        actual = {row["id"]: row for row in result["rows"]}
        for client_id, row in expected.items():
            for key, amount in row.items():
                shown = actual.get(client_id, {}).get(key, 0.0)
                self.assertAlmostEqual(shown, amount, 2, (day, client_id, key))
        self._assert_ties(day)
