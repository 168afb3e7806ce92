from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import HandMadeCase


@tagged("post_install", "-at_install")
class TestUnseenCorrections(HandMadeCase):
    """Corrections beyond the worked cases, from the rules alone."""

    # -- invoices taken back -------------------------------------------------------------

    def test_credit_note_keeps_history(self):
        """An invoice paid from the balance gets a credit note: the months between stay."""
        self._begin()
        self.service.taxes_id = self._tax(20, True)
        visit = []
        self._step("2026-01-05", self._top_up, 500.0, "2026-01-05")

        def come():
            visit.append(self._book("2026-01-10", price=360.0))
            visit[0].action_done()

        self._step("2026-01-10", come)
        self._step("2026-02-12", lambda: visit[0].action_undo_done("Wrong"))
        self._row("2026-01-10", cash=500, advances=140, earned=300, tax=60)
        self._row("2026-01-31", cash=500, advances=140, earned=300, tax=60)
        self._row("2026-02-12", cash=500, advances=500)
        self._play(self.case)
        self._assert_balance_is_ledger()

    # -- corrections ---------------------------------------------------------------------

    def test_session_of_the_wrong_client(self):
        """Marked for Anna, who was not there: undone, and used by Bohdan on the real day."""
        self._begin()
        bohdan = self._create_client("Bohdan")
        template = self._template(100.0, 3)
        anna, other = [], []
        self._step("2026-01-05", lambda: (self._sell(template), anna.append(self.package)))
        self._step(
            "2026-01-05",
            lambda: (
                self._sell(template, partner_id=bohdan.id, price=None),
                other.append(self.package),
            ),
        )
        self._step("2026-01-06", lambda: self.__dict__.update(use=anna[0].use_session()))
        self._step("2026-01-08", lambda: anna[0].undo_use(self.use["use_id"]))
        self._step("2026-01-08", lambda: other[0].use_session("2026-01-06", kind="correction"))
        self._row("2026-01-06", receivable=200, deferred="133.34", earned="66.66")
        self._row("2026-01-08", receivable=200, deferred="166.67", earned="33.33")
        self._play(self.case)
        self.assertEqual(self._ledger(self.deferred, partner=self.client), -100.0)
        self.assertEqual(self._ledger(self.deferred, partner=bohdan), -66.67)

    def test_backdated_use(self):
        """Written down later: booked on its own day, in the order of writing."""
        self._begin()
        self._plan(100.0, 3, "2026-01-05")
        self._step("2026-01-20", self._use, "2026-01-20")
        self._step("2026-01-21", self._use, "2026-01-10")
        self._row("2026-01-10", cash=100, deferred="66.66", earned="33.34")
        self._row("2026-01-20", cash=100, deferred="33.33", earned="66.67")
        self._play(self.case)

    def test_two_uses_on_a_day_undone(self):
        self._begin()
        self._plan(100.0, 3, "2026-01-05")
        for _index in range(2):
            self._step("2026-01-10", self._use, "2026-01-10")
        self._step("2026-01-11", lambda: self.package.undo_use(self.use["use_id"]))
        self._step("2026-01-12", self._use, "2026-01-12")
        self._step("2026-01-13", self._use, "2026-01-13")
        self._row("2026-01-10", cash=100, deferred="33.33", earned="66.67")
        self._row("2026-01-11", cash=100, deferred="66.67", earned="33.33")
        self._row("2026-01-13", cash=100, earned=100)
        self._play(self.case)

    def test_locked_month(self):
        """A use in a locked month is booked on the first open day, breakage too."""
        self._begin()
        self._plan(100.0, 4, "2026-01-05", sell={"date_end": "2026-01-31"}, is_freestyle=True)

        def lock():
            self.company.fiscalyear_lock_date = "2026-01-31"

        self._step("2026-01-20", lock)
        self._step("2026-01-21", self._use, "2026-01-20")
        self._row("2026-01-31", cash=100, deferred=100)
        self._row("2026-02-01", cash=100, earned=25, breakage=75)
        self._play(self.case)
        use = self.package.use_ids
        self.assertEqual((str(use.date), str(use.accounting_date)), ("2026-01-20", "2026-02-01"))

    def test_storno(self):
        """In a chart with storno the balances are the same."""
        self._begin("UAH")
        self.company.account_storno = True
        self._plan(1200.0, 3, "2026-01-05", self._tax(20, True))
        self._step("2026-01-06", self._use, "2026-01-06")
        self._step("2026-01-07", lambda: self.package.undo_use(self.use["use_id"]))
        self._step("2026-01-08", self._use, "2026-01-08")
        self._step("2026-01-09", lambda: self.package.refund(journal_id=self.bank.id))
        self._row("2026-01-07", cash=1200, tax=200, deferred=1000)
        self._row("2026-01-08", cash=1200, tax=200, deferred="666.67", earned="333.33")
        self._row("2026-01-09", cash=400, tax="66.67", earned="333.33")
        self._play(self.case)

    def test_transferred_package_is_refunded_to_the_new_owner(self):
        """The old payer's open invoice stays the old payer's debt."""
        self._begin()
        dana = self._create_client("Dana")
        self._plan(100.0, 4, "2026-01-05", sell={"journal_id": False})
        self._step("2026-01-06", lambda: self.package.transfer(dana.id))
        self._step("2026-01-07", lambda: self.package.refund())
        self._row("2026-01-06", receivable=100, deferred=100)
        self._row("2026-01-07")
        self._play(self.case)
        for client in (self.client, dana):
            self._assert_balance_is_ledger(client)
            self.assertEqual(self._ledger(self.receivable, partner=client), 0.0)
            self.assertEqual(self._ledger(self.deferred, partner=client), 0.0)

    def test_bad_terms(self):
        """What cannot be sold is refused in words, not with a traceback."""
        template = self._template(100.0, 4, is_freestyle=True)
        with freeze_time("2026-01-15 12:00:00"):
            for kwargs in (
                {"sessions": 0},
                {"sessions": True},
                {"bonus_sessions": 1.5},
                {"price": "12"},
                {"price": float("nan")},
                {"discount": 150.0},
                {"discount": -5.0},
                {"discount": "x"},
                {"currency_id": 10**9},
                {"member_ids": [10**9]},
                {"journal_id": 10**9},
                {"partner_id": "x"},
            ):
                self._refused(".", template.sell, **{"partner_id": self.client.id, **kwargs})

    def test_zero_is_a_value(self):
        """A price, gift or fee of nothing is no missing argument."""
        vals = {"is_freestyle": True, "bonus_sessions": 2, "refund_fee_percent": 10.0}
        template = self._template(100.0, 4, **vals)
        with freeze_time("2026-01-15 12:00:00"):
            self._sell(template, price=0, bonus_sessions=0)
            self.assertEqual((self.sale["amount_total"], self.package.sessions_left), (0.0, 4))
            self._sell(template, price=False, bonus_sessions=False)
            self.assertEqual((self.sale["amount_total"], self.package.sessions_left), (100.0, 6))
            self.assertEqual(self.package.refund_preview(fee_percent=0)["fee"], 0.0)
            self.assertEqual(self.package.refund_preview(fee_percent=False)["fee"], 10.0)
            self._sell(self._template(100.0, 4))
            self._refused("freestyle", self.package.template_id.sell, self.client.id, price=0)

    def test_added_sessions_are_taken_back(self):
        """A credit note for the whole addition takes its sessions; the next is worth as before."""
        with freeze_time("2026-01-15 12:00:00"):
            for used, left in ((4, 6), (10, 0)):
                self._sell(self._template(1000.0, 10, is_freestyle=True))
                more = self.package.add_sessions(5, 500.0)
                self.package.use_session(units=used)
                invoice = self.env["account.move"].browse(more["invoice_id"])
                with self.assertRaisesRegex(UserError, "credit note"):
                    invoice.button_draft()
                invoice._reverse_moves([{"invoice_date": "2026-01-15"}], cancel=True)
                self.assertEqual(self.package.sessions_left if left else 0, left)
                self.assertEqual(self.package.amount_deferred, 100.0 * left)
                self._assert_balance_is_ledger()
