from odoo.tests import freeze_time, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestClient(PrepaidCommon):
    """Figures, filters and sort order of the client list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rich, cls.debtor, cls.over, cls.new = (
            cls._create_client(name) for name in ("Rich", "Debtor", "Over", "New")
        )
        cls.everybody = cls.rich + cls.debtor + cls.over + cls.new

    def setUp(self):
        super().setUp()
        self._top_up(500.0, client=self.rich)
        self._approve_credit(self.debtor, 200.0)
        self._approve_credit(self.over, 200.0)
        self._book("2026-01-10", client=self.debtor).action_done()
        self._book("2026-01-10", hour=12, client=self.over).action_done()
        self._approve_credit(self.over, 50.0)

    def _search(self, *condition):
        partners = self._as_desk(self.env["res.partner"])
        return partners.search([condition, ("id", "in", self.everybody.ids)])

    def test_filters(self):
        self.assertEqual(self._search("prepaid_balance", ">", 0), self.rich)
        self.assertEqual(self._search("service_balance", "<", 0), self.debtor + self.over)
        self.assertEqual(self._search("prepaid_over_limit", "=", True), self.over)
        self.assertEqual(
            self._search("prepaid_over_limit", "=", False), self.everybody - self.over
        )

    def test_clients_without_entries_have_zero(self):
        self.assertEqual(self._search("service_balance", "=", 0), self.new)
        self.assertEqual(self._search("service_balance", ">=", 0), self.rich + self.new)
        self.assertEqual(self._search("prepaid_debt", "!=", 0), self.debtor + self.over)
        self.assertEqual(self._search("prepaid_debt", "<=", 119), self.rich + self.new)
        self.assertEqual(self._search("prepaid_debt", "in", [120.0]), self.debtor + self.over)

    def test_sort(self):
        partners = self._as_desk(self.env["res.partner"])
        domain = [("id", "in", self.everybody.ids)]
        self.assertEqual(
            partners.search(domain, order="service_balance desc, id"),
            self.rich + self.new + self.debtor + self.over,
        )
        self.assertEqual(
            partners.search(domain, order="prepaid_debt, service_balance desc, id"),
            self.rich + self.new + self.debtor + self.over,
        )
        self.assertTrue(partners.fields_get(["service_balance"])["service_balance"]["sortable"])

    def test_contact_spends_the_money_of_its_parent(self):
        child = self._create_client("Child", parent_id=self.rich.id, type="other")
        self.assertEqual(self._as_desk(child).prepaid_balance, 500.0)
        self._book("2026-01-11", client=child).action_done()
        self.assertEqual(self._as_desk(self.rich).prepaid_balance, 380.0)
        self.assertIn(child, self._as_desk(child).search([("prepaid_balance", "=", 380.0)]))

    def test_reserved_and_available(self):
        first = self._book("2026-01-20", client=self.rich, price=300.0)
        second = self._book("2026-01-21", client=self.rich, price=300.0)
        card = self._as_desk(self.rich)
        self.assertEqual((card.prepaid_reserved, card.prepaid_available), (500.0, 0.0))
        self.assertRecordValues(
            first + second,
            [
                {"payment_status": "covered", "amount_due": 0.0},
                {"payment_status": "short", "amount_due": 100.0},
            ],
        )
        first.action_cancel(reason="ill", by="client")
        self.assertEqual((card.prepaid_reserved, card.prepaid_available), (300.0, 200.0))
        self.assertEqual(second.payment_status, "covered")

    def test_draft_journal_items_do_not_count(self):
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.new.id,
                "amount": 50.0,
                "journal_id": self.bank.id,
                "prepaid_topup": True,
            }
        )
        self.assertEqual(self._as_desk(self.new).prepaid_balance, 0.0)
        payment.action_post()
        self.assertEqual(self._as_desk(self.new).prepaid_balance, 50.0)

    def test_pay_out(self):
        """Case F05: what is left is paid back, and nothing beyond."""
        payment_id = self._as_desk(self.rich).prepaid_pay_out(500.0, self.cash.id)
        payment = self.env["account.payment"].browse(payment_id)
        self.assertRecordValues(
            payment.move_id.line_ids.sorted("balance"),
            [
                {"account_id": payment.outstanding_account_id.id, "balance": -500.0},
                {"account_id": self.advance.id, "balance": 500.0},
            ],
        )
        self.assertEqual(self._as_desk(self.rich).service_balance, 0.0)

    def test_write_off(self):
        """Case A02: an unclaimed balance becomes income by an explicit act."""
        manager = self.rich.with_user(self.manager).with_company(self.company)
        move = self.env["account.move"].browse(manager.prepaid_write_off(memo="Unclaimed"))
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {"account_id": self.other_income.id, "balance": -500.0, "name": "Unclaimed"},
                {"account_id": self.advance.id, "balance": 500.0, "name": "Unclaimed"},
            ],
        )
        self._assert_balance_is_ledger(self.rich)

    def test_visits_on_the_card(self):
        """A payer's card has the family's visits, a member's card only the own ones."""
        mother = self._create_client("Mother")
        daughter = self._create_client("Daughter", parent_id=mother.id)
        self._book("2026-01-20", client=mother)
        self._book("2026-01-21", client=daughter)
        cards = self._as_desk(mother | daughter | self.client)
        self.assertEqual(cards.mapped("prepaid_visit_count"), [2, 1, 0])
        action = cards[0].action_prepaid_visits()
        bookings = self._as_desk(self.env["prepaid.booking"]).search(action["domain"])
        self.assertEqual(set(bookings.partner_id), set(cards[:2]))
        other = self._create_user("other", "prepaid_services.group_specialist")
        self.assertEqual(mother.with_user(other).prepaid_visit_count, 0)
