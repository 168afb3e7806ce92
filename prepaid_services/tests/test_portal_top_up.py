from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .online_common import OnlineCommon, OnlineHttpCommon

LOGGERS = ("odoo.http", "odoo.addons.payment.models.payment_transaction")


@tagged("post_install", "-at_install")
class TestPortalTopUp(OnlineHttpCommon):
    """The client tops up the balance, or pays what is owed, on the own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_client("Olga")
        cls.token = cls.client._prepaid_portal_token()

    def setUp(self):
        super().setUp()
        # The page is about the company where the client has something
        self._book("2126-02-10", service_id=self._create_service("Pedicure", 40).id)

    def _page(self, **params):
        params = {"access_token": self.token, "company": self.company.id, **params}
        return self.url_open(f"/my/balance/{self.client.id}/pay", params=params)

    def _owe(self, amount=120.0):
        self._approve_credit()
        service = self._create_service("Massage", amount)
        self._book("2026-01-10", service_id=service.id).action_done()

    def _route(self, purpose="balance", client=None):
        client = client or self.client
        return f"/my/balance/{client.id}/transaction/{purpose}/{self.company.id}"

    def _signature(self, amount, purpose="balance", client=None):
        client = (client or self.client).with_company(self.company)
        return client._prepaid_signature(purpose, amount)

    # -- golden path ---------------------------------------------------------------------

    def test_top_up(self):
        page = self._page(amount="50,5").text
        self.assertIn("50.50", page)
        self.assertIn('data-amount="50.5"', page)
        self.assertIn(f'data-access-token="{self._signature(50.5)}"', page)
        self.assertIn(f'href="/my/balance/{self.client.id}?access_token={self.token}"', page)
        values = self._start(self._route(), amount=50.5, access_token=self._signature(50.5))
        self._simulate(values["reference"])
        landing = self._poll()["landing_route"]
        self.assertRegex(landing, rf"^/my/balance/{self.client.id}\?access_token=")
        transaction = self._transactions()
        self.assertRecordValues(
            transaction, [{"state": "done", "amount": 50.5, "prepaid_purpose": "balance"}]
        )
        self.assertRegex(transaction.reference, r"^TOPUP-\d{14}$")
        self.assertRecordValues(
            transaction.payment_id,
            [
                {
                    "amount": 50.5,
                    "prepaid_topup": True,
                    "prepaid_purpose": "balance",
                    "destination_account_id": self.advance.id,
                    "date": self.company._prepaid_today(),
                }
            ],
        )
        self._assert_ledger(advances=50.5)
        self._assert_balance_is_ledger()
        self.assertIn("50.50", self.url_open(landing).text)

    def test_debt(self):
        self._owe()
        self.company.prepaid_debts_first = False
        balance = self.url_open(f"/my/balance/{self.client.id}?access_token={self.token}").text
        self.assertIn("Pay now", balance)
        page = self._page(amount="debt").text
        self.assertIn("What you owe", page)
        self.assertIn('data-amount="120.0"', page)
        route = self._route("debt")
        values = self._start(route, amount=120.0, access_token=self._signature(120, "debt"))
        self._simulate(values["reference"])
        self._poll()
        self._assert_ledger(advances=0.0, receivable=0.0)
        self._assert_balance_is_ledger()

    def test_receipt_is_in_the_sales_of_the_day(self):
        transaction = self._create_transaction(40)
        self._answer(transaction)
        transaction._post_process()
        self.env.flush_all()
        row = self.env["prepaid.daily.sale"].search([("partner_id", "=", self.client.id)])
        self.assertRecordValues(
            row, [{"kind": "receipt", "amount_money": 40.0, "date": self.company._prepaid_today()}]
        )
        # The way of paying is called as the reader calls it
        self.env["res.lang"]._activate_lang("uk_UA")
        reader = row.with_context(lang="uk_UA")
        journal = transaction.payment_id.journal_id
        journal.with_context(lang="uk_UA").name = "Банк"
        self.env.flush_all()
        row.invalidate_recordset()
        self.assertEqual(reader.method, "Банк")

    def test_money_pays_old_debts_only_when_the_company_wants_that(self):
        self._owe(30)
        transaction = self._create_transaction(50)
        self._answer(transaction)
        transaction._post_process()
        self._assert_ledger(advances=20.0, receivable=0.0)

    def test_closed_period(self):
        """Money that came cannot be refused: it is booked on the first open day."""
        today = self.company._prepaid_today()
        self.company.sudo().fiscalyear_lock_date = today
        transaction = self._create_transaction(40)
        self._answer(transaction)
        transaction._post_process()
        self.assertGreater(transaction.payment_id.date, today)
        self._assert_ledger(advances=40.0)

    def test_refund_leaves_the_balance(self):
        transaction = self._create_transaction(40)
        self._answer(transaction)
        transaction._post_process()
        refund = transaction._refund(15)
        refund._post_process()
        refund._post_process()
        self._assert_ledger(advances=25.0)
        self._assert_balance_is_ledger()
        lines = refund.payment_id.move_id._prepaid_advance_lines()
        self.assertTrue(lines.reconciled, "matched with the payment it gives back")

    def test_refund_of_money_that_was_used(self):
        """The provider gave it back: the ledger says so, and the client owes it."""
        transaction = self._create_transaction(40)
        self._answer(transaction)
        transaction._post_process()
        self._as_desk(self.client).prepaid_pay_out(30, self.bank.id)
        transaction._refund(40)._post_process()
        self._assert_ledger(advances=-30.0)
        self._assert_balance_is_ledger()

    def test_logged_in(self):
        self.client.email = "anna@example.com"
        new_test_user(
            self.env,
            login="anna",
            groups="base.group_portal",
            partner_id=self.client.id,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate("anna", "anna")
        page = self.url_open("/my/balance/pay?amount=20").text
        self.assertIn('data-amount="20.0"', page)
        values = self._start(self._route(), amount=20.0, access_token=self._signature(20))
        self._simulate(values["reference"])
        self.assertEqual(self._poll()["landing_route"], "/my/balance")

    # -- what is refused -----------------------------------------------------------------

    def test_page_asks_for_a_sensible_amount(self):
        for amount in ("0", "-5", "abc", "nan", "inf", "1e15", "0.001"):
            with self.subTest(amount=amount):
                page = self._page(amount=amount)
                self.assertEqual(page.status_code, 200)
                self.assertIn("o_prepaid_problem", page.text)
                self.assertNotIn("o_payment_form", page.text)
        self.assertFalse(self._transactions())

    @mute_logger(*LOGGERS)
    def test_amount_from_the_browser(self):
        """The amount is the one the server has signed, for this client, company and purpose."""
        self._owe()
        signed = self._signature(50)
        self._not_found(self._route(), amount=1.0, access_token=signed)
        self._not_found(self._route("debt"), amount=50.0, access_token=signed)
        self._not_found(self._route(client=self.other), amount=50.0, access_token=signed)
        self._not_found(self._route("deposit"), amount=50.0, access_token=signed)
        self._not_found(self._route(), amount=50.0, access_token=self.token)
        self._not_found(self._route(), amount=50.0, access_token="")
        self._not_found(self._route(), amount="x", access_token=signed)
        self._not_found("/my/balance/0/transaction/balance/0", amount=50.0, access_token=signed)
        far = f"/my/balance/{2**31}/transaction/balance/{2**31}"
        self._not_found(far, amount=50.0, access_token=signed)
        self._not_found(self._route(), amount=50.0, access_token="я")
        self.assertFalse(self._transactions())

    def test_debt_that_has_changed(self):
        self._owe()
        self._top_up(20)
        signed = self._signature(120, "debt")
        values = self._start(self._route("debt"), amount=120.0, access_token=signed)
        self.assertEqual(values["state"], "error")
        self.assertIn("changed", values["state_message"])
        self.assertFalse(self._transactions())

    def test_provider_of_another_company(self):
        """It would bring the money to somebody else."""
        other = self.provider.copy({"company_id": self.env.ref("base.main_company").id})
        other.write({"is_published": True, "state": "test"})
        values = self._start(
            self._route(), amount=50.0, access_token=self._signature(50), provider_id=other.id
        )
        self.assertEqual(values["state"], "error")
        self.assertFalse(self._transactions())

    def test_card_of_somebody_who_is_not_logged_in(self):
        token = self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "payment_details": "1234",
                "partner_id": self.client.id,
                "provider_ref": "card",
            }
        )
        self.assertNotIn("1234", self._page(amount="50").text, "a link shows no saved cards")
        values = self._start(
            self._route(),
            amount=50.0,
            access_token=self._signature(50),
            flow="token",
            token_id=token.id,
        )
        self.assertEqual(values["state"], "error")
        self.assertFalse(self._transactions())

    def test_switched_off(self):
        self.company.prepaid_portal_top_up = False
        url = f"/my/balance/{self.client.id}?access_token={self.token}"
        self.assertNotIn("o_prepaid_top_up", self.url_open(url).text)
        values = self._start(self._route(), amount=50.0, access_token=self._signature(50))
        self.assertEqual(values["state"], "error")

    def test_wrong_links(self):
        for url in (
            f"/my/balance/{self.client.id}/pay",
            f"/my/balance/{self.client.id}/pay?access_token=x",
            f"/my/balance/{self.other.id}/pay?access_token={self.token}",
        ):
            self.assertEqual(self.url_open(url).status_code, 404, url)


@tagged("post_install", "-at_install")
class TestOnlinePayment(OnlineCommon):
    @mute_logger("odoo.addons.payment.models.payment_transaction")
    def test_paid_after_the_transaction_was_cancelled(self):
        transaction = self._create_transaction(40)
        self._answer(transaction, "cancel")
        transaction._post_process()
        self._answer(transaction)
        self.assertEqual(transaction.state, "done")
        transaction._post_process()
        self._assert_ledger(advances=40.0)

    def test_other_transactions_stay_cores(self):
        transaction = self._create_transaction(40, purpose=False)
        self._answer(transaction)
        transaction._post_process()
        self.assertFalse(transaction.payment_id.prepaid_topup)
        self._assert_ledger(advances=0.0, receivable=-40.0)

    def test_done_is_processed_at_once(self):
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        transaction = self._create_transaction(40)
        with patch.object(type(cron), "_trigger", autospec=True) as trigger:
            self._answer(transaction, "pending")
            trigger.assert_not_called()
            self._answer(transaction)
        self.assertEqual(trigger.call_args.args[0], cron)

    def test_twice(self):
        transaction = self._create_transaction(40)
        self._answer(transaction)
        transaction._post_process()
        self._answer(transaction)
        self._answer(transaction, "error")
        transaction._post_process()
        self.assertEqual(transaction.state, "done")
        payments = self.env["account.payment"].search([("partner_id", "=", self.client.id)])
        self.assertEqual(payments, transaction.payment_id)
        self._assert_ledger(advances=40.0)
