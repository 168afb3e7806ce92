from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.prepaid_services.controllers.portal import PrepaidPortal

from .common import PrepaidCommon


class PortalCommon(PrepaidCommon, HttpCase):
    """A salon whose client has a portal login, money and a visit to come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.email = "anna@example.com"
        cls.portal_user = new_test_user(
            cls.env,
            login="anna",
            groups="base.group_portal",
            partner_id=cls.client.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.client.name = "Anna"
        cls.other = cls._create_client("Olga Other")

    def _path(self, client, company=None, url=None):
        """Return the link of a client as the front desk reads it, without the host."""
        client = self._as_desk(client)
        link = url or (client.with_company(company) if company else client).prepaid_portal_url
        return link.removeprefix(client.get_base_url())

    def _get(self, url, **params):
        return self.url_open(url, params=params or None)


@tagged("post_install", "-at_install")
class TestPortal(PortalCommon):
    def test_client_sees_balance_history_and_visits(self):
        self._top_up(100, "2026-01-05", memo="Gift for the birthday")
        self._top_up(77, "2026-01-05", client=self.other, memo="Not Anna's")
        self._book("2126-01-10")
        self._book("2126-01-11", client=self.other, service_id=self._create_service("Tattoo", 5).id)
        self.authenticate("anna", "anna")
        page = self._get("/my/balance")
        self.assertEqual(page.status_code, 200)
        for text in ("100.00", "Gift for the birthday", "Top-up", "Manicure", "120.00", "Anna"):
            self.assertIn(text, page.text)
        for text in ("Not Anna", "77.00", "Tattoo", "Olga"):
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_history_row_of_a_visit(self):
        self._top_up(200, "2026-01-05")
        self._book("2026-01-10").action_done()
        self.authenticate("anna", "anna")
        page = self._get("/my/balance").text
        self.assertIn("Manicure", page)
        self.assertIn("80.00", page)
        self.assertNotIn("Paid from Balance", page, "an application does not change the balance")

    def test_visit_is_shown_in_the_time_of_the_company(self):
        self.company.partner_id.tz = "Europe/Kyiv"
        self._book("2126-01-10", hour=10)
        self.assertIn("12:00", self._get(self._path(self.client)).text)

    def test_debt_is_shown_as_what_the_client_owes(self):
        self._approve_credit()
        self._book("2026-01-10").action_done()
        page = self._get(self._path(self.client)).text
        self.assertIn("You owe", page)
        self.assertIn("120.00", page)

    def test_link_works_without_login(self):
        self._top_up(100)
        page = self._get(self._path(self.client))
        self.assertEqual(page.status_code, 200)
        self.assertIn("100.00", page.text)
        self.assertNotIn("o_portal_submenu", page.text, "no way into a portal without login")
        self.assertEqual(page.headers["Referrer-Policy"], "same-origin")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_wrong_links_are_refused_alike(self):
        self._top_up(100)
        path = self._path(self.client)
        token = path.split("access_token=")[1].split("&")[0]
        bad = [
            f"/my/balance/{self.client.id}",
            f"/my/balance/{self.client.id}?access_token=",
            f"/my/balance/{self.client.id}?access_token={token[:-1]}x",
            f"/my/balance/{self.client.id}?access_token=%D1%8F",
            f"/my/balance/{self.other.id}?access_token={token}",
            f"/my/balance/0?access_token={token}",
            f"/my/balance/2147483647?access_token={token}",
            f"/my/balance/99999999999999999999?access_token={token}",
            f"/my/balance/{self.other.id}/page/2?access_token={token}",
            f"/my/balance/{self.other.id}/statement?access_token={token}",
            f"/my/balance/{self.client.id}/statement",
        ]
        for url in bad:
            with self.subTest(url=url):
                page = self._get(url)
                self.assertEqual(page.status_code, 404)
                self.assertIn("This link does not work", page.text)
                self.assertNotIn("100.00", page.text)

    def test_login_opens_no_other_clients_page(self):
        self._top_up(100, client=self.other)
        self.authenticate("anna", "anna")
        for url in ("", "/statement", "/page/1"):
            self.assertEqual(self._get(f"/my/balance/{self.other.id}{url}").status_code, 404)

    def test_page_without_login_leads_to_the_login(self):
        for url in ("/my/balance", "/my/balance/statement", "/my/balance/page/2"):
            page = self.url_open(url, allow_redirects=False)
            self.assertEqual(page.status_code, 303)
            self.assertIn("/web/login", page.headers["Location"])

    def test_renewed_link_makes_the_old_one_invalid(self):
        old = self._path(self.client)
        self.assertTrue(self._as_desk(self.client).action_prepaid_renew_link())
        self.assertEqual(self._get(old).status_code, 404)
        self.assertEqual(self._get(self._path(self.client)).status_code, 200)
        self.assertEqual(self._get(self._path(self.other)).status_code, 200)

    def test_archived_client_has_no_page(self):
        path = self._path(self.client)
        self.portal_user.active = False
        self.client.active = False
        self.assertEqual(self._get(path).status_code, 404)
        self.client.active = True
        self.assertEqual(self._get(path).status_code, 200)

    def test_pages_and_bad_parameters(self):
        for number in range(5):
            self._top_up(10 + number, "2026-01-05", memo=f"Payment number {number}")
        path = self._path(self.client)
        base, query = path.split("?")
        with patch.object(PrepaidPortal, "_items_per_page", 2):
            first = self._get(path).text
            self.assertIn("Payment number 4", first)
            self.assertNotIn("Payment number 2", first)
            self.assertIn("/page/2?", first)
            self.assertIn("Payment number 2", self._get(f"{base}/page/2?{query}").text)
            last = self._get(f"{base}/page/99?{query}")
            self.assertIn("Payment number 0", last.text)
            oldest = self._get(f"{path}&sortby=oldest").text
            self.assertIn("Payment number 0", oldest)
            for bad in ("sortby=date;drop", "sortby=", "company=abc", "company=0", "company=9999"):
                self.assertIn("Payment number 4", self._get(f"{path}&{bad}").text, bad)
        self.assertEqual(self._get(f"{base}/page/x?{query}").status_code, 404)
        self.assertEqual(self._get(f"{base}/page/0?{query}").status_code, 200)

    def test_empty_page(self):
        page = self._get(self._path(self.other)).text
        self.assertIn("No money moved yet", page)
        self.assertIn("No visit is booked", page)

    def test_family(self):
        """A member sees the payer's money and the member's own visits; the payer sees all."""
        child = self._create_client("Little Bo", parent_id=self.client.id)
        sister = self._create_client("Sister Su", parent_id=self.client.id)
        piercing = self._create_service("Piercing", 30)
        self._top_up(200, "2026-01-05")
        self._book("2026-01-10", client=sister, service_id=piercing.id).action_done()
        self._book("2126-01-10", client=child)
        self._book("2126-01-11", client=sister, service_id=piercing.id)
        payer, member = (self._get(self._path(c)).text for c in (self.client, child))
        for page in (payer, member):
            self.assertIn("170.00", page)
            self.assertIn("Little Bo" if page == payer else "Manicure", page)
        self.assertIn("Sister Su", payer)
        self.assertIn("Piercing", payer)
        self.assertNotIn("Sister Su", member)
        self.assertNotIn("Piercing", member)

    def test_two_companies(self):
        other = self.setup_other_company()
        company, journal = other["company"], other["default_journal_bank"]
        self.client.with_company(company).property_account_receivable_id = other[
            "default_account_receivable"
        ]
        self._top_up(100, "2026-01-05", memo="First salon money")
        self.client.with_company(company).sudo().prepaid_top_up(
            55, journal.id, "2026-01-05", memo="Second salon money"
        )
        path = self._path(self.client)
        first = self._get(path).text
        self.assertIn("First salon money", first)
        self.assertNotIn("Second salon money", first)
        self.assertIn(company.name, first)
        second = self._get(path.replace(f"company={self.company.id}", f"company={company.id}")).text
        self.assertIn("Second salon money", second)
        self.assertNotIn("First salon money", second)

    def test_home_card(self):
        self.authenticate("anna", "anna")
        self.assertIn("prepaid_balance_count", self._get("/my").text)
        self.assertEqual(self._counter(), 0)
        self._top_up(100)
        self._book("2126-01-10")
        self._top_up(100, client=self.other)
        self.assertEqual(self._counter(), 2)

    def _counter(self):
        counters = {"counters": ["prepaid_balance_count"]}
        return self.make_jsonrpc_request("/my/counters", counters)["prepaid_balance_count"]

    def test_statement(self):
        """Over HTTP a real PDF; its text is tested in test_reports."""
        self._top_up(100)
        path = self._path(self.client).replace("?", "/statement?")
        with patch.object(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", return_value=(b"%PDF-", "pdf")
        ) as render:
            reply = self._get(path)
            self.authenticate("anna", "anna")
            own = self._get("/my/balance/statement?download=1")
        self.assertEqual(
            [call.args[1] for call in render.call_args_list], [self.client.ids, self.client.ids]
        )
        self.assertEqual(reply.content, b"%PDF-")
        self.assertEqual(reply.headers["Content-Type"], "application/pdf")
        self.assertIn("inline", reply.headers["Content-Disposition"])
        self.assertIn("attachment", own.headers["Content-Disposition"])

    def test_page_speaks_the_clients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client.lang = "fr_FR"
        self._top_up(100)
        self.assertIn("100,00", self._get(self._path(self.client)).text)
        chosen = self.url_open(self._path(self.client), cookies={"frontend_lang": "en_US"})
        self.assertIn("100.00", chosen.text, "a language chosen on the page stays")

    def test_portal_user_reads_nothing_over_rpc(self):
        self._top_up(100)
        anna = self.client.with_user(self.portal_user)
        with self.assertRaises(AccessError):
            anna.read(["prepaid_portal_url"])
        with self.assertRaises(AccessError):
            anna.read(["service_balance"])
        with self.assertRaises(AccessError):
            self.env["prepaid.client.movement"].with_user(self.portal_user).search([])
        with self.assertRaises(AccessError):
            anna._prepaid_statement()

    def test_tour_at_phone_width(self):
        with freeze_time("2026-01-12"):
            self._top_up(300, "2026-01-05", memo="Gift for the birthday")
            self._book("2026-01-10").action_done()
            self._book("2126-01-10")
        self.start_tour("/my", "prepaid_portal_balance_tour", login="anna")


TestPortal.browser_size = "390x844"
TestPortal.touch_enabled = True


@tagged("post_install", "-at_install")
class TestBalanceLink(PrepaidCommon):
    def test_mail_is_queued_in_the_clients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("prepaid_services.mail_template_balance_link")
        template.with_context(lang="fr_FR").subject = "Votre solde"
        self.client.write({"email": "anna@example.com", "lang": "fr_FR"})
        self._top_up(100)
        client = self._as_desk(self.client)
        with patch.object(type(self.env["mail.mail"]), "send") as send:
            action = client.action_prepaid_send_link()
        send.assert_not_called()
        self.assertEqual(action["tag"], "display_notification")
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.client.ids)], limit=1)
        self.assertFalse(mail.model, "every employee reads what hangs on a contact")
        self.assertEqual(mail.state, "outgoing", "queued, sent by the mail queue")
        self.assertEqual(mail.subject, "Votre solde")
        self.assertEqual(mail.recipient_ids, self.client)
        self.assertIn("100,00", mail.body_html)
        token = self.client._prepaid_portal_token()
        self.assertIn(token, mail.body_html)
        self.assertNotIn(token, mail.body)
        notes = self.client.message_ids.filtered(lambda m: "anna@example.com" in (m.body or ""))
        self.assertTrue(notes)
        self.assertNotIn(token, "".join(notes.mapped("body")))

    def test_client_without_address(self):
        with self.assertRaisesRegex(UserError, "Anna has no e-mail"):
            self._as_desk(self.client).action_prepaid_send_link()

    def test_specialist_has_no_link(self):
        with self.assertRaises(AccessError):
            self.client.with_user(self.specialist).read(["prepaid_portal_url"])
        with self.assertRaises(AccessError):
            self.client.with_user(self.specialist).action_prepaid_send_link()
        with self.assertRaises(AccessError):
            self.client.with_user(self.specialist).action_prepaid_renew_link()

    def test_reading_the_link_writes_nothing(self):
        desk = self._as_desk(self.client)
        self.assertEqual(desk.prepaid_portal_url, desk.copy().browse(desk.id).prepaid_portal_url)
        self.assertFalse(self.env["res.partner"].new({"name": "x"}).prepaid_portal_url)
