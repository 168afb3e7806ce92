from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 12:00:00")
class TestChangedCompany(CaseDriver):
    """Whose money: documents keep the payer they were made with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls._create_client("Acme", is_company=True)
        cls.globex = cls._create_client("Globex", is_company=True)
        cls.eva = cls._create_client("Eva", parent_id=cls.acme.id)

    def _deferred_of(self, partner):
        return -self._ledger(self.deferred, partner=partner)

    def test_employee_changes_the_company(self):
        """What Acme paid stays Acme's: the done visit, the coming one, the package."""
        self._top_up(500.0, "2026-01-10", client=self.eva)
        done = self._book("2026-01-15", client=self.eva)
        done.action_done()
        coming = self._book("2026-01-25", client=self.eva)
        self._sell(self._template(100.0, 4, service_ids=self._create_service("Hair", 5.0).ids),
                   partner_id=self.eva.id)
        self.package.use_session()
        for parent in (self.globex, self.env["res.partner"]):
            self.eva.parent_id = parent
            for record in (done, coming, self.package):
                self.assertEqual(record.sudo().payer_id, self.acme)
            self.assertEqual(self._deferred_of(self.acme), 75.0)
        self.assertEqual(self._book("2026-01-26", client=self.eva).sudo().payer_id, self.eva)
        self.package.use_session()
        refunded = self.package.refund(to_balance=True)
        note = self.env["account.move"].browse(refunded["credit_note_id"])
        self.assertEqual((note.partner_id, refunded["refund"]), (self.acme, 50.0))
        self.assertEqual(self._deferred_of(self.acme), 0.0)
        self.assertEqual(self._as_desk(self.acme).prepaid_balance, 330.0)
        self.assertEqual(self._as_desk(self.eva).prepaid_balance, 0.0)
        self._assert_balance_is_ledger(self.acme)

    def test_handed_over_to_the_new_company(self):
        """The entry that Transfer makes moves the value, for the same client."""
        self._sell(self._template(100.0, 4), partner_id=self.eva.id)
        self._refused("another", self.package.transfer, self.eva.id)
        self.eva.parent_id = self.globex
        self.assertEqual(self.package.transfer(self.eva.id)["amount"], 100.0)
        self.assertEqual(self.package.sudo().payer_id, self.globex)
        self.assertEqual(self._deferred_of(self.acme), 0.0)
        self.assertEqual(self._deferred_of(self.globex), 100.0)

    def test_client_joins_a_company(self):
        """Odoo moves the client's entries to the company; visits and packages follow."""
        self._top_up(200.0, "2026-01-10")
        booking = self._book("2026-01-25")
        self._sell(self._template(80.0, 4), date="2026-01-11")
        self._use("2026-01-12")
        self.client.parent_id = self.acme
        self.assertEqual(booking.sudo().payer_id, self.acme)
        self.assertEqual(self.package.sudo().payer_id, self.acme)
        self.assertEqual(self.package.use_ids.sudo().payer_id, self.acme)
        self.assertEqual(self._deferred_of(self.acme), 60.0)
        self.assertEqual(self._as_desk(self.acme).prepaid_balance, 120.0)
        self.client.parent_id = False
        self.package.refund(to_balance=True)
        self.assertEqual((self._deferred_of(self.acme), self._deferred_of(self.client)), (0.0, 0.0))
        self.assertEqual(self._as_desk(self.acme).prepaid_balance, 180.0)

    def test_client_of_the_booking_changes(self):
        """Another client is another payer, as before."""
        booking = self._book("2026-01-25", client=self.eva)
        booking.partner_id = self.client
        self.assertEqual(booking.sudo().payer_id, self.client)

    def _handed_over_unpaid(self):
        """Eva's firm has not paid the package; its new owner pays for more sessions."""
        template = self._template(1000.0, 10, is_freestyle=True)
        self._sell(template, partner_id=self.eva.id, date="2026-01-10")
        self.package.transfer(self.client.id, date="2026-01-11")
        self.package.add_sessions(5, 500.0, date="2026-01-12", journal_id=self.bank.id)

    def test_refund_goes_to_who_paid(self):
        """The debt is not owed any more, and what the owner paid comes back."""
        self._handed_over_unpaid()
        preview = self.package.refund_preview()
        self.assertEqual((preview["open"], preview["refund"]), (1000.0, 500.0))
        refunded = self.package.refund(to_balance=True)
        self.assertEqual(len(refunded["credit_note_ids"]), 2)
        self.assertEqual(self._as_desk(self.client).service_balance, 500.0)
        self.assertEqual(self._as_desk(self.acme).service_balance, 0.0)
        self.assertEqual((self.package.state, self.package.amount_deferred), ("refunded", 0.0))
        for partner in (self.acme, self.client):
            self.assertEqual(self._deferred_of(partner), 0.0)
            self._assert_balance_is_ledger(partner)
        self._assert_ledger(deferred=0.0, earned=0.0, advances=500.0, receivable=0.0)

    def test_refund_of_what_is_left_less_a_fee(self):
        """Nine of fifteen are left, 900.00: 600.00 of the first invoice, 300.00 of the other."""
        self._handed_over_unpaid()
        self.package.use_session(units=6)
        refunded = self.package.refund(to_balance=True, fee_percent=10)
        self.assertEqual((refunded["open"], refunded["refund"]), (600.0 - 60.0, 270.0))
        self.assertEqual(self._as_desk(self.client).service_balance, 270.0)
        self.assertEqual(self._as_desk(self.acme).service_balance, -460.0)
        for partner in (self.acme, self.client):
            self.assertEqual(self._deferred_of(partner), 0.0)
        self._assert_ledger(deferred=0.0, earned=600.0, other_income=90.0)
