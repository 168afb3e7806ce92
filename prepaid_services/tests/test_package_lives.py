"""Any life of a package: at every step the rows, the figures and the ledger are the same."""

from contextlib import suppress
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver
from .histories import HISTORIES

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["use", "use", "use", "undo", "bonus", "extend", "wait", "transfer", "refund", "credit"]
        ),
        st.integers(1, 40),
    ),
    min_size=4,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestPackageLives(CaseDriver):
    @HISTORIES
    @given(
        steps=STEPS,
        cents=st.integers(0, 30_000),
        sessions=st.integers(1, 12),
        breakage=st.sampled_from([0.0, 0.0, 25.0]),
        tax=st.sampled_from([0, 21]),
    )
    def test_figures_are_the_ledger(self, steps, cents, sessions, breakage, tax):
        with self.env.cr.savepoint() as savepoint:
            day = date(2026, 1, 5)
            template = self._template(
                cents / 100,
                sessions,
                self._tax(tax, True),
                validity_number=2,
                breakage_policy="proportional" if breakage else "expiry",
                breakage_percent=breakage,
                refund_fee_percent=5.0,
            )
            self.dana = self._create_client("Dana")
            with freeze_time(f"{day} 12:00:00"):
                self._sell(template, date=day, journal_id=self.bank.id)
            for name, number in steps:
                day += timedelta(days=number if name == "wait" else 1)
                with freeze_time(f"{day} 12:00:00"):
                    self._run_crons()
                    # A step that the rules refuse leaves nothing behind
                    with suppress(UserError), self.env.cr.savepoint():
                        getattr(self, f"_do_{name}")(number)
                    self._assert_sound(steps)
            savepoint.rollback()
        self.env.invalidate_all()

    def _assert_sound(self, steps):
        """Deferred in the ledger = sold - earned - broken - refunded; nothing below zero."""
        package = self.package.sudo()
        package.invalidate_recordset()
        compare = self.company.currency_id.compare_amounts
        rest = (
            package.amount_net
            - package.amount_earned
            - package.amount_broken
            - package.amount_refunded
        )
        self.assertEqual(compare(package.amount_deferred, rest), 0, steps)
        self.assertEqual(compare(-self._ledger(self.deferred), rest), 0, steps)
        self.assertGreaterEqual(compare(package.amount_deferred, 0), 0, steps)
        self.assertGreaterEqual(compare(package.amount_broken, 0), 0, steps)
        self.assertGreaterEqual(package.sessions_used, 0, steps)
        if package.state in ("used_up", "refunded") or (
            package.state == "expired" and not package.sessions_left
        ):
            self.assertEqual(compare(package.amount_deferred, 0), 0, steps)

    # -- what people do ------------------------------------------------------------------

    def _do_use(self, number):
        self.package.use_session(units=1 + number % 2)

    def _do_undo(self, _number):
        self.package.action_undo_last()

    def _do_bonus(self, number):
        self.package.extend(bonus_sessions=number % 3, reason="Bonus")

    def _do_extend(self, number):
        end = self.package.date_end + timedelta(days=number * 3)
        self.package.extend(end, number % 2, "Later", goodwill=number % 5 == 0)

    def _do_wait(self, _number):
        """Time passes; the crons ran."""

    def _do_transfer(self, _number):
        other = self.dana if self.package.partner_id == self.client else self.client
        self.package.transfer(other.id)

    def _do_refund(self, _number):
        self.package.refund(to_balance=True)

    def _do_credit(self, number):
        """The accountant lowers the price with a credit note."""
        invoice = self.package.sudo().invoice_line_id.move_id
        today = self.company._prepaid_today()
        note = invoice._reverse_moves([{"invoice_date": today, "date": today}])
        note.invoice_line_ids.price_unit = float(number)
        note.action_post()
