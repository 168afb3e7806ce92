"""Any sequence of what happens to packages leaves their rows and the ledger in agreement."""

from hypothesis import example, given
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver
from .histories import HISTORIES

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "use",
                "use",
                "use_two",
                "undo",
                "bonus",
                "extend",
                "restore_some",
                "goodwill",
                "add",
                "freeze",
                "unfreeze",
                "transfer",
                "refund",
                "part_credit",
                "full_credit",
                "reset",
                "replace",
                "duplicate",
                "move",
                "pay",
            ]
        ),
        st.integers(min_value=0, max_value=25),
    ),
    min_size=4,
    max_size=12,
)
SALES = st.tuples(
    st.integers(min_value=0, max_value=30_000),
    st.integers(min_value=1, max_value=7),
    st.sampled_from(["expiry", "none", "proportional"]),
    st.integers(min_value=1, max_value=3),
    st.booleans(),
)


@tagged("post_install", "-at_install")
class TestRandomPackages(CaseDriver):
    @HISTORIES
    @example(sale=(73, 6, "none", 3, True), steps=[("full_credit", 6), ("part_credit", 2)])
    @given(sale=SALES, steps=STEPS)
    def test_rows_and_ledger_agree(self, sale, steps):
        with self.env.cr.savepoint() as savepoint:
            self.day = fields.Date.to_date("2026-01-05")
            self._sell_any(*sale)
            self._assert_sound((sale, steps))
            for step, number in steps:
                self.day = fields.Date.add(self.day, days=number)
                with freeze_time(f"{self.day} 12:00:00"):
                    self._run_crons()
                    # What the terms or the state forbid is refused, and nothing is written
                    try:
                        with self.env.cr.savepoint():
                            getattr(self, f"_step_{step}")(number)
                    except UserError:
                        self.env.invalidate_all()
                    self._assert_sound((sale, steps, step, self.day))
            savepoint.rollback()
        self.env.invalidate_all()

    def _sell_any(self, cents, sessions, policy, quantity, unlimited):
        self.dana = self._create_client("Dana")
        self.firms = self._create_client("Acme", is_company=True)
        self.firms += self._create_client("Globex", is_company=True)
        with freeze_time(f"{self.day} 12:00:00"):
            template = self._template(
                cents / 100,
                sessions,
                self._tax(21, True),
                breakage_policy=policy,
                breakage_percent=20.0,
                validity_number=1,
                is_unlimited=unlimited,
                is_freestyle=True,
            )
            self._sell(template, quantity=quantity)

    def _assert_sound(self, what):
        """Deferred = net - earned - broken - refunded = what the ledger says, of each package."""
        self.env.flush_all()
        total = 0.0
        for package in self.packages.sudo():
            rounding = package.currency_id.round
            left = rounding(
                package.amount_net
                - package.amount_earned
                - package.amount_broken
                - package.amount_refunded
            )
            self.assertEqual(package.amount_deferred, left, what)
            self.assertGreaterEqual(left, 0.0, what)
            # What accountants credit beyond the price comes out of revenue. The odd cent of a
            # refund is revenue, and may be one too much
            beyond = max(package.amount_refunded - package.amount_net, 0.0)
            self.assertGreaterEqual(rounding(package.amount_earned + beyond), -0.01, what)
            self.assertGreaterEqual(package.amount_broken, 0.0, what)
            reached = package._reached()
            self.assertEqual(reached["deferred_currency"], left, what)
            if package.state in ("used_up", "refunded", "cancelled"):
                self.assertEqual(left, 0.0, what)
            if package.state == "expired" and package.breakage_policy != "none":
                self.assertEqual(left, 0.0, what)
            total += left
        self.assertEqual(-self._ledger(self.deferred), rounding(total), what)
        income = self.income + self.company.prepaid_breakage_account_id
        earned = rounding(
            sum(self.packages.sudo().mapped("amount_earned"))
            + sum(self.packages.sudo().mapped("amount_broken"))
        )
        self.assertEqual(-self._ledger(income), earned, what)
        clients = self.client + self.dana + self.firms
        for client in clients.filtered(lambda c: c == c.commercial_partner_id):
            self._assert_figures(client, what)
            ours = self.packages.sudo().filtered(lambda p, c=client: p.payer_id == c)
            value = rounding(sum(ours.mapped("amount_deferred")))
            self.assertEqual(-self._ledger(self.deferred, partner=client), value, what)
        self.assertFalse(self.packages.filtered("cron_error"), what)

    def _assert_figures(self, client, what):
        """What the card shows is in the ledger; credits of the accountant can be spent as well."""
        client.invalidate_recordset()
        card, compare = self._as_desk(client), self.company.currency_id.compare_amounts
        total = -self._ledger(self.advance + self.receivable, partner=client)
        self.assertEqual(compare(card.service_balance, total), 0, what)
        self.assertEqual(compare(card.prepaid_balance - card.prepaid_debt, total), 0, what)

    # -- steps ---------------------------------------------------------------------------

    def _some(self, number):
        return self.packages[number % len(self.packages)]

    def _step_use(self, number):
        self._some(number).use_session()

    def _step_use_two(self, number):
        self._some(number).use_session(units=2)

    def _step_undo(self, number):
        package = self._some(number)
        uses = package.use_ids.filtered(lambda u: u.units > 0 and not u.reversal_ids)
        if uses:
            package.undo_use(uses[number % len(uses)].id)

    def _step_bonus(self, number):
        self._some(number).extend(bonus_sessions=1 + number % 3)

    def _step_extend(self, number):
        self._some(number).extend(fields.Date.add(self.day, days=number))

    def _step_restore_some(self, number):
        end = fields.Date.add(self.day, days=20)
        self._some(number).extend(end, restored_sessions=number % 3)

    def _step_goodwill(self, number):
        self._some(number).extend(fields.Date.add(self.day, days=20), goodwill=True)

    def _step_add(self, number):
        self._some(number).add_sessions(1 + number % 4, number * 3.33)

    def _step_freeze(self, number):
        day = fields.Date.add(self.day, days=1)
        self._some(number).freeze(day, fields.Date.add(day, days=number))

    def _step_unfreeze(self, number):
        self._some(number).unfreeze()

    def _step_transfer(self, number):
        package = self._some(number)
        other = self.dana if package.partner_id == self.client else self.client
        package.transfer(other.id)

    def _step_refund(self, number):
        self._some(number).refund(to_balance=True, fee_percent=0)

    def _invoices(self):
        return self.packages.sudo().invoice_line_id.move_id.with_user(self.env.user)

    def _credit(self, price=None):
        invoice = self._invoices()[:1]
        note = invoice._reverse_moves([{"invoice_date": self.day, "date": self.day}])
        if price is not None:
            note.invoice_line_ids.write({"price_unit": price, "quantity": 1.0})
        note.action_post()

    def _step_part_credit(self, number):
        self._credit(number * 1.11)

    def _step_full_credit(self, _number):
        self._credit()

    def _step_reset(self, _number):
        invoice = self._invoices()
        invoice.button_draft()
        invoice.action_post()

    def _step_replace(self, number):
        """Reverse and Create Invoice, perhaps at another price."""
        invoice = self.packages[:1].sudo().invoice_line_id.move_id.with_user(self.env.user)
        if invoice.reversal_move_ids:
            # More would be credited than was sold
            return
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": self.day})
        wizard.modify_moves()
        new = wizard.new_move_ids
        new.invoice_date = self.day
        if number % 2:
            new.invoice_line_ids.price_unit += number
        new.action_post()

    def _step_duplicate(self, _number):
        copy = self._invoices()[:1].copy({"invoice_date": self.day})
        copy.action_post()
        self.packages |= self._as_desk(copy.line_ids.prepaid_package_ids)

    def _step_move(self, number):
        """An employee changes the company, or leaves; a client joins one."""
        self.dana.parent_id = self.firms[number % 3 : number % 3 + 1]

    def _step_pay(self, number):
        self._top_up(10.0 + number, str(self.day))
