from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-01-20 12:00:00")
class TestReplacedDocuments(CaseDriver):
    """A document that stands in another one's place keeps its terms, and so do its packages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dana = cls._create_client("Dana")

    def _sale_of(self, price=1000.0, sessions=10, **kwargs):
        template = {"is_freestyle": True, "member_limit": 3, "validity_number": 3}
        template.update(kwargs.pop("template", {}))
        self._sell(self._template(price, sessions, **template), date="2026-01-05", **kwargs)
        self.invoice = self.package.sudo().invoice_id.with_user(self.env.user)

    def _replace(self, invoice=None, **line):
        """Reverse an invoice and create it again, as the accountant's dialog does."""
        invoice = invoice or self.invoice
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "date": "2026-01-20"})
        wizard.modify_moves()
        draft = wizard.new_move_ids
        draft.invoice_date = "2026-01-20"
        if line:
            draft.invoice_line_ids.write(line)
        draft.action_post()
        return draft

    def _assert_closed(self, earned):
        """Use what is left: nothing stays deferred, of the package or of anybody."""
        while self.package.sessions_left:
            self.package.use_session()
        self.assertEqual((self.package.state, self.package.amount_deferred), ("used_up", 0.0))
        self._assert_ledger(deferred=0.0, earned=earned)
        for client in (self.client, self.dana):
            self.assertEqual(self._ledger(self.deferred, partner=client), 0.0)

    def test_reversed_and_created_again(self):
        """Three of ten used, two given as a gift, a later end: all of it stays."""
        self._sale_of(member_ids=self.dana.ids, reference="shop-7")
        for day in ("2026-01-06", "2026-01-07", "2026-01-08"):
            self._use(day)
        self.package.extend("2026-06-30", 2, "Sorry", date="2026-01-08")
        new = self._replace()
        package = new.line_ids.prepaid_package_ids
        self.assertEqual(package, self.package)
        self.assertEqual((package.state, package.sessions_used), ("active", 3))
        self.assertEqual((package.sessions_left, str(package.date_end)), (9, "2026-06-30"))
        self.assertEqual((package.member_ids, package.reference), (self.dana, "shop-7"))
        self.assertEqual((package.amount_net, package.amount_refunded), (1000.0, 0.0))
        self._assert_ledger(deferred=700.0, earned=300.0, receivable=1000.0)
        self.assertEqual(package.template_id.sell(self.client.id, reference="shop-7"),
                         self.packages._sale_result())
        self._assert_closed(1000.0)

    def test_another_price(self):
        """400.00 more are spread over the seven sessions that are left."""
        self._sale_of()
        for day in ("2026-01-06", "2026-01-07", "2026-01-08"):
            self._use(day)
        self._replace(price_unit=1400.0)
        self.assertEqual((self.package.amount_net, self.package.sessions_left), (1400.0, 7))
        self._assert_ledger(deferred=1100.0, earned=300.0)
        self._assert_closed(1400.0)

    def test_used_up(self):
        self._sale_of(100.0, 2)
        self._use("2026-01-06", units=2)
        self._replace(price_unit=90.0)
        self._assert_ledger(deferred=0.0, earned=90.0, receivable=90.0)
        self.assertEqual((self.package.state, self.package.amount_net), ("used_up", 90.0))

    def test_fewer_packages(self):
        self._sale_of(quantity=2)
        self._use("2026-01-06")
        new = self._replace(quantity=1.0)
        self.assertEqual(new.line_ids.prepaid_package_ids, self.package)
        self.assertEqual(self.packages.mapped("state"), ["active", "refunded"])
        self._assert_ledger(deferred=900.0, earned=100.0, receivable=1000.0)
        self._assert_closed(1000.0)

    def test_pass(self):
        template = {"is_unlimited": True, "validity_number": 60, "validity_unit": "day"}
        self._sale_of(60.0, 1, template=template)
        with freeze_time("2026-02-02 12:00:00"):
            self._run_crons()
            self._assert_ledger(deferred=33.0, earned=27.0)
            self._replace()
            self._assert_ledger(deferred=33.0, earned=27.0)
        with freeze_time("2026-04-01 12:00:00"):
            self._run_crons()
        self._assert_ledger(deferred=0.0, earned=60.0)
        self.assertEqual(self.package.state, "expired")

    def test_handed_over(self):
        """It stays with its new owner, and deferred revenue of each client is right."""
        self._sale_of()
        self._use("2026-01-06")
        self.package.transfer(self.dana.id, date="2026-01-07")
        self._replace()
        self.assertEqual(self.package.partner_id, self.dana)
        self.assertEqual(self._ledger(self.deferred, partner=self.dana), -900.0)
        self._assert_closed(1000.0)

    def test_added_sessions(self):
        """The invoice of five more is replaced when only three of all are left."""
        self._sale_of()
        self.package.add_sessions(5, 500.0, date="2026-01-06")
        added = self.package.sudo().revision_ids.filtered(lambda r: r.kind == "upgrade").move_id
        self._use("2026-01-07", units=12)
        self._replace(added.with_user(self.env.user))
        self.assertEqual((self.package.state, self.package.sessions_left), ("active", 3))
        self._assert_ledger(deferred=300.0, earned=1200.0)
        self._assert_closed(1500.0)

    def test_duplicate(self):
        """8 + 1 sessions until March are sold again, to whoever stands on the copy."""
        self._sale_of(sessions=10, bonus_sessions=1, date_end="2026-03-31", reference="shop-8")
        self.invoice.button_draft()
        self.invoice.line_ids.filtered("prepaid_terms").prepaid_terms |= {"sessions": 8}
        self.invoice.action_post()
        for partner in (self.client, self.dana):
            copy = self.invoice.copy({"partner_id": partner.id, "invoice_date": "2026-01-20"})
            copy.action_post()
            package = copy.line_ids.prepaid_package_ids
            self.assertEqual((package.sessions_left, str(package.date_end)), (9, "2026-03-31"))
            self.assertEqual((package.partner_id, package.reference), (partner, False))
            self.assertEqual(str(package.date_sale), "2026-01-20")
            self.assertEqual(self._ledger(self.deferred, partner=partner.commercial_partner_id),
                             -1000.0 if partner == self.dana else -2000.0)

    def test_duplicate_of_added_sessions(self):
        self._sale_of()
        self.package.add_sessions(5, 500.0, date="2026-01-06")
        added = self.package.sudo().revision_ids.filtered(lambda r: r.kind == "upgrade").move_id
        added = added.with_user(self.env.user)
        added.copy({"invoice_date": "2026-01-20"}).action_post()
        self.assertEqual(self.package.sessions_left, 20)
        self._assert_ledger(deferred=2000.0)
        stranger = added.copy({"invoice_date": "2026-01-20", "partner_id": self.dana.id})
        with self.assertRaisesRegex(UserError, "belongs to"):
            stranger.action_post()
        self.package.refund()
        again = added.copy({"invoice_date": "2026-01-20"})
        with self.assertRaisesRegex(UserError, "taken back"):
            again.action_post()

    def test_posted_again(self):
        """Draft and post: what was agreed since the sale stays."""
        self._sale_of()
        self.package.extend("2026-09-30", 2, "Sorry")
        self.package.transfer(self.dana.id)
        self.invoice.button_draft()
        self._assert_ledger(deferred=0.0)
        self.invoice.action_post()
        package = self.package
        self.assertEqual((package.state, package.partner_id), ("active", self.dana))
        self.assertEqual((package.sessions_left, str(package.date_end)), (12, "2026-09-30"))
        self.assertEqual(self._ledger(self.deferred, partner=self.dana), -1000.0)
        self._assert_closed(1000.0)

    def test_priced_again_cannot_be_reset(self):
        """More sessions, or a part credited: the first invoice stays as it is."""
        self._sale_of()
        self.package.add_sessions(5, 500.0)
        with self.assertRaisesRegex(UserError, "refund"):
            self.invoice.button_draft()
        self._assert_ledger(deferred=1500.0)

    def test_keys_of_what_is_no_more(self):
        """A repeated call never gets a dead document as if it were alive."""
        client = self._as_desk(self.client)
        paid = self._top_up(50.0, "2026-01-10", reference="r1")
        self.assertEqual(self._top_up(50.0, reference="r1"), paid)
        paid.action_draft()
        self._refused("been cancelled", client.prepaid_top_up, 50.0, self.bank.id, reference="r1")
        paid.action_cancel()
        self._refused("been cancelled", client.prepaid_top_up, 50.0, self.bank.id, reference="r1")
        charged_back = self._top_up(50.0, "2026-01-10", reference="r2")
        charged_back.move_id._reverse_moves(cancel=True)
        self._refused("been cancelled", client.prepaid_top_up, 50.0, self.bank.id, reference="r2")
        self._sale_of(reference="s1")
        template = self.package.template_id
        self.assertEqual(template.sell(self.client.id, reference="s1")["subscription_id"],
                         self.package.id)
        self.invoice.button_draft()
        self._refused("been cancelled", template.sell, self.client.id, reference="s1")
        self._sale_of(reference="s2")
        self.package.refund()
        self._refused(
            "been cancelled", self.package.template_id.sell, self.client.id, reference="s2"
        )
