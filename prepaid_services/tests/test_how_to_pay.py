"""Letters, bills and statements say how to pay."""

from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .test_reminder_truth import TruthCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")  # a Monday
class TestHowToPay(TruthCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["res.partner.bank"].create(
            {
                "acc_number": "BE71 0961 2345 6769",
                "partner_id": cls.company.partner_id.id,
                "acc_holder_name": "Salon Ltd.",
                "bank_id": cls.env["res.bank"].create({"name": "Good Bank", "bic": "GOODBEBB"}).id,
            }
        )
        cls.env["res.partner.bank"].create(
            {"acc_number": "FR76 SOMEBODY", "partner_id": cls.client.id}
        )

    def _letter(self):
        self._only("last")
        line = self._debt("2026-03-01", 70.0)
        self._run()
        letter = self._as_desk(self._of(line))
        letter.action_print_letters()
        report = self.env["ir.actions.report"].with_user(self.desk)
        html, _type = report._render_qweb_html(
            "prepaid_services.report_reminder_letter", letter.ids
        )
        return line, html.decode()

    def test_letter(self):
        line, html = self._letter()
        for words in ("BE71 0961 2345 6769", "GOODBEBB", "Salon Ltd.", "03/23/2026", "Anna"):
            self.assertIn(words, html)
        self.assertIn(line.move_id.name, html)
        self.assertIn("last notice", html.lower())
        for words in ("See what is open", "/my/balance", "SOMEBODY"):
            self.assertNotIn(words, html)

    def test_code_where_there_is_one(self):
        bank = type(self.env["res.partner.bank"])
        with patch.object(bank, "build_qr_code_base64", lambda *a, **k: "data:image/png;base64,x"):
            _line, html = self._letter()
            self.assertIn("data:image/png;base64,x", html)
            mail = self._debt("2026-03-01", 5.0, self._create_client("Olga", email="o@example.com"))
            self.steps["friendly"].active = True
            self._run()
            self.assertFalse("base64,x" in (self._mails().body_html or ""), mail)

    def test_email(self):
        self._debt("2026-03-01", 70.0)
        self._run()
        body = self._mails().body_html
        self.assertIn("BE71 0961 2345 6769", body)
        self.assertIn("03/23/2026", body)
        self.assertIn("See what is open", body, "a button is good on a screen")

    def test_before_the_due_date(self):
        self._debt("2026-03-18", 70.0)
        self._run()
        self.assertIn("03/18/2026", self._mails().body_html)

    def test_statement_of_who_owes(self):
        self._debt("2026-03-01", 70.0)
        report = self.env["ir.actions.report"].with_user(self.desk).with_company(self.company)
        html, _type = report._render_qweb_html("prepaid_services.report_statement", self.client.ids)
        self.assertIn("BE71 0961 2345 6769", html.decode())
        self._top_up(100.0)
        html, _type = report._render_qweb_html("prepaid_services.report_statement", self.client.ids)
        self.assertNotIn("BE71 0961 2345 6769", html.decode(), "nothing to pay")

    def test_account_in_another_currency(self):
        self.account.currency_id = self.env.ref("base.EUR")
        self.account.currency_id.active = True
        if self.company.currency_id == self.account.currency_id:
            self.account.currency_id = self.env.ref("base.USD")
        self.assertFalse(self.company._prepaid_own_banks(self.company.currency_id))
