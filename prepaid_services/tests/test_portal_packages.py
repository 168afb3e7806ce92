import re
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_portal import PortalCommon
from .test_reports import ReportCommon

RECEIPT = "prepaid_services.action_report_package_receipt"


class PackageCommon(PortalCommon):
    """Anna has ten sessions; the salon's manager decides about refunds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls._create_template(name="Ten times")
        cls.today = fields.Date.to_string(cls.company._prepaid_today())

    @classmethod
    def _create_template(cls, **vals):
        Template = cls.env["prepaid.subscription.template"].with_user(cls.manager)
        template = Template.with_company(cls.company).create(
            {"price": 100.0, "sessions": 10, "member_limit": 3, **vals}
        )
        template.sudo().product_id.write(
            {
                "taxes_id": [fields.Command.clear()],
                "property_account_income_id": cls.income.id,
            }
        )
        return template.with_user(cls.desk)

    def _sell(self, client=None, template=None, journal=True, **kwargs):
        """Return a package that the front desk sold and was paid for."""
        journal_id = self.cash.id if journal else False
        sale = (template or self.template).sell(
            (client or self.client).id, journal_id=journal_id, **kwargs
        )
        package = self.env["prepaid.subscription"].browse(sale["subscription_id"])
        return self._as_desk(package)

    def _package_path(self, package, client=None, what=""):
        """Return the address of a package with the client's link."""
        path = self._path(client or self.client)
        return path.replace("?", f"/packages/{package.id}{what}?")

    def _token(self, client):
        return re.search(r"access_token=(\w+)", self._path(client))[1]

    def _ask(self, page, action, token=None, **data):
        """Send the form that stands on a page."""
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        values = {"csrf_token": csrf and csrf[1] or "", "access_token": token, **data}
        return self.url_open(action, data={k: v for k, v in values.items() if v is not None})


@tagged("post_install", "-at_install")
class TestPortalPackages(PackageCommon):
    def test_balance_page_lists_own_packages(self):
        package = self._sell()
        package.use_session()
        self._sell(self.other, self._create_template(name="Not for Anna"))
        self.authenticate("anna", "anna")
        for page in (self._get("/my/balance"), self._get(self._path(self.client))):
            text = " ".join(re.sub("<[^>]+>", " ", page.text).split())
            self.assertIn("My packages", text)
            self.assertIn("Ten times", text)
            self.assertIn("9 of 10 sessions left", text)
            self.assertIn("Active", text)
            self.assertIn("● used 1 · ○ left 9", text)
            self.assertNotIn("Not for Anna", text)
        self.assertNotIn("My packages", self._get(self._path(self._create_client("New"))).text)

    def test_states_and_ends_are_named(self):
        frozen = self._sell(template=self._create_template(name="Cold", validity_number=3))
        frozen.freeze()
        expired = self._sell()
        expired.sudo()._update_state("expired")
        cancelled = self._sell(template=self._create_template(name="Undone"), journal=False)
        cancelled.sudo()._update_state("cancelled")
        page = self._get(self._path(self.client)).text
        self.assertIn("Frozen", page)
        self.assertIn("Valid until", page)
        self.assertIn("Expired", page)
        self.assertIn("No end", page)
        self.assertNotIn("Undone", page)
        self.assertLess(page.index("Cold"), page.index("Ten times"), "the valid ones first")

    def test_queries_do_not_grow_with_packages(self):
        """Ten packages are shown with the queries of one."""
        Package = self.env["prepaid.subscription"].sudo().with_company(self.company)

        def read():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for package in Package._portal_packages(self.client):
                self.assertTrue(package.sessions_html)
                self.assertTrue(package.template_id.name)
            return self.env.cr.sql_log_count - before

        self._sell()
        read()
        one = read()
        for _index in range(4):
            self._sell()
        self.assertEqual(read(), one)

    def test_package_page(self):
        package = self._sell()
        self._book(self.today, hour=0).action_done()
        undone = package.use_session()
        package.undo_use(undone["use_id"])
        self.authenticate("anna", "anna")
        for url in (f"/my/packages/{package.id}", self._package_path(package)):
            page = self._get(url)
            self.assertEqual(page.status_code, 200)
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            self.assertEqual(page.text.count("Sessions: "), 1, "nothing that was undone")
            for text in ("Ten times", "Manicure", "Receipt (PDF)", "Comes back", "90.00"):
                self.assertIn(text, page.text)
        self.assertIn("/my/balance#packages", self._redirect("/my/packages"))

    def _redirect(self, url):
        return self.url_open(url, allow_redirects=False).headers["Location"]

    def test_nobody_elses_package(self):
        package = self._sell(self.other)
        cancelled = self._sell(journal=False)
        cancelled.sudo()._update_state("cancelled")
        self.authenticate("anna", "anna")
        token = self._token(self.client)
        bad = [
            f"/my/packages/{package.id}",
            f"/my/packages/{package.id}/receipt",
            f"/my/packages/{cancelled.id}",
            "/my/packages/0",
            "/my/packages/99999999999999999999",
            self._package_path(package),
            self._package_path(package, what="/receipt"),
            f"/my/balance/{self.other.id}/packages/{package.id}?access_token={token}",
            f"/my/balance/{self.other.id}/packages/{package.id}",
            f"/my/balance/{self.other.id}/packages/{package.id}/receipt?access_token={token}",
        ]
        for url in bad:
            with self.subTest(url=url):
                page = self._get(url)
                self.assertEqual(page.status_code, 404)
                self.assertIn("This link does not work", page.text)
                self.assertNotIn("Ten times", page.text)

    def test_login_is_asked_for(self):
        package = self._sell()
        for url in ("", f"/{package.id}", f"/{package.id}/receipt"):
            self.assertIn("/web/login", self._redirect(f"/my/packages{url}"))

    def test_member_sees_own_visits_and_no_money(self):
        """A member outside the family, too; the payer sees everybody's visits."""
        package = self._sell(member_ids=[self.other.id])
        package.use_session(partner_id=self.client.id)
        package.use_session(partner_id=self.other.id)
        payer = self._get(self._package_path(package)).text
        self.assertEqual(payer.count("Sessions: "), 2)
        self.assertIn("Olga Other", payer)
        self.assertIn("Ten times", self._get(self._path(self.other)).text)
        path = self._package_path(package, self.other)
        member = self._get(path).text
        self.assertEqual(member.count("Sessions: "), 1)
        for text in ("Receipt", "refund", "100.00", "80.00"):
            self.assertNotIn(text, member)
        refused = self._get(path.replace("?", "/receipt?"))
        self.assertEqual(refused.status_code, 404)

    def test_receipt_over_http(self):
        package = self._sell()
        with patch.object(
            type(self.env["ir.actions.report"]), "_render_qweb_pdf", return_value=(b"%PDF-", "pdf")
        ) as render:
            reply = self._get(self._package_path(package, what="/receipt"))
            self.authenticate("anna", "anna")
            own = self._get(f"/my/packages/{package.id}/receipt?download=1")
        self.assertEqual([call.args[1] for call in render.call_args_list], [package.ids] * 2)
        self.assertEqual(reply.headers["Content-Type"], "application/pdf")
        self.assertEqual(reply.content, b"%PDF-")
        self.assertIn("attachment", own.headers["Content-Disposition"])

    # -- asking for a refund -------------------------------------------------------------

    def test_request_with_the_link(self):
        package = self._sell()
        path = self._package_path(package)
        token = self._token(self.client)
        action = f"/my/balance/{self.client.id}/packages/{package.id}/refund"
        page = self._get(path)
        answer = self._ask(page, action, token, reason="I moved <b>away</b>")
        self.assertEqual(answer.status_code, 200, "shown again after the redirect")
        self.assertIn("You asked for a refund", answer.text)
        self.assertNotIn("Send the request", answer.text)
        self._ask(page, action, token, reason="Again")
        package.invalidate_recordset()
        self.assertEqual(package.refund_request, "requested")
        self.assertEqual(package.refund_request_reason, "I moved <b>away</b>")
        self.assertEqual(fields.Date.to_string(package.refund_request_date), self.today)
        activity = package.activity_ids
        self.assertEqual(len(activity), 1, "asking twice is asking once")
        self.assertTrue(activity.user_id.has_group("prepaid_services.group_manager"))
        self.assertIn("Comes back", activity.note)
        self.assertNotIn("<b>", activity.note)
        self.assertEqual(package.state, "active", "nothing is booked yet")

    def test_request_with_login(self):
        package = self._sell()
        self.authenticate("anna", "anna")
        page = self._get(f"/my/packages/{package.id}")
        answer = self._ask(page, f"/my/packages/{package.id}/refund")
        self.assertIn("You asked for a refund", answer.text)
        self.assertEqual(package.refund_request, "requested")

    @mute_logger("odoo.http")
    def test_request_is_refused(self):
        """Without the form's key, by GET, by a member, for somebody else's package."""
        package = self._sell(member_ids=[self.other.id])
        foreign = self._sell(self.other)
        token = self._token(self.client)
        url = f"/my/balance/{self.client.id}/packages/{package.id}/refund"
        page = self._get(self._package_path(package))
        no_key = self.url_open(url, data={"access_token": token})
        self.assertEqual(no_key.status_code, 400)
        by_get = self._get(f"{url}?access_token={token}")
        self.assertEqual(by_get.status_code, 405)
        member_url = url.replace(str(self.client.id), str(self.other.id), 1)
        cases = [
            (member_url, self._token(self.other)),
            (url, self._token(self.other)),
            (url, "x"),
            (url, None),
            (f"/my/balance/{self.client.id}/packages/{foreign.id}/refund", token),
        ]
        for address, key in cases:
            with self.subTest(address=address, key=key):
                self.assertEqual(self._ask(page, address, key).status_code, 404)
        self.authenticate("anna", "anna")
        page = self._get(f"/my/packages/{package.id}")
        other = self._ask(page, f"/my/packages/{foreign.id}/refund")
        self.assertEqual(other.status_code, 404)
        (package + foreign).invalidate_recordset()
        self.assertFalse(package.refund_request or foreign.refund_request)
        self.assertFalse((package + foreign).activity_ids)

    def test_no_button_when_nothing_comes_back(self):
        strict = self._sell(template=self._create_template(name="Strict", refund_policy="none"))
        unpaid = self._sell(journal=False)
        for package in (strict, unpaid):
            page = self._get(self._package_path(package))
            self.assertNotIn("Ask for a refund", page.text)
            with self.assertRaises(UserError):
                package.request_refund()
        # the page was opened before the last session was used
        package = self._sell()
        page = self._get(self._package_path(package))
        package.use_session(units=10)
        action = f"/my/balance/{self.client.id}/packages/{package.id}/refund"
        answer = self._ask(page, action, self._token(self.client))
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(package.refund_request)

    # -- the desk's answer ---------------------------------------------------------------

    def test_desk_approves(self):
        package = self._sell()
        package.request_refund("Moved")
        action = package.action_approve_refund()
        Dialog = self.env[action["res_model"]].with_user(self.desk).with_company(self.company)
        with Form(Dialog.with_context(**action["context"])) as form:
            self.assertEqual(form.reason, "Moved")
            self.assertIn("Comes back", form.preview)
        self.assertEqual(package.refund_request, "requested", "a closed dialog answers nothing")
        form.save().action_confirm()
        self.assertEqual((package.state, package.refund_request), ("refunded", "approved"))
        self.assertFalse(package.activity_ids)
        self.assertIn("Your refund was approved", self._get(self._package_path(package)).text)

    def test_desk_refuses(self):
        package = self._sell()
        package.request_refund("Moved")
        Dialog = self.env["prepaid.subscription.refuse"].with_user(self.desk)
        with Form(Dialog.with_context(default_subscription_id=package.id)) as form:
            form.reason = "It is a gift"
        form.save().action_confirm()
        self.assertEqual(package.refund_request, "refused")
        self.assertFalse(package.activity_ids)
        page = self._get(self._package_path(package)).text
        self.assertIn("It is a gift", page)
        self.assertIn("Ask for a refund", page, "a new reason may be given")
        package.request_refund("But still")
        self.assertEqual((package.refund_request, package.refund_answer), ("requested", False))

    def test_answer_without_request_changes_nothing(self):
        package = self._sell()
        self.assertTrue(package.refuse_refund())
        self.assertFalse(package.refund_request)

    def test_other_ways_a_request_ends(self):
        handed, cancelled = self._sell(), self._sell(journal=False)
        handed.request_refund()
        handed.transfer(self.other.id)
        self.assertEqual(handed.refund_request, "refused")
        cancelled.sudo().refund_request = "requested"
        cancelled.sudo().invoice_id.button_draft()
        self.assertEqual((cancelled.state, cancelled.refund_request), ("cancelled", "refused"))

    def test_who_may(self):
        package = self._sell()
        for user in (self.specialist, self.portal_user):
            own = package.with_user(user)
            for call in (own.request_refund, own.refuse_refund, own.action_approve_refund):
                with self.assertRaises(AccessError):
                    call()
        with self.assertRaises(AccessError):
            package.with_user(self.portal_user).read(["refund_request"])

    def test_form_of_the_desk(self):
        package = self._sell()
        package.request_refund("Moved")
        with Form(package) as form:
            self.assertEqual(form.refund_request, "requested")


@tagged("post_install", "-at_install")
class TestPackageReceipt(PackageCommon, ReportCommon):
    def test_paid(self):
        template = self._create_template(
            name="Ten times", validity_number=3, bonus_sessions=2, refund_fee_percent=5,
            late_cancel_policy="use", service_ids=[fields.Command.set(self.service.ids)],
        )
        package = self._sell(template=template, member_ids=[self.other.id])
        html = self._html(RECEIPT, package)
        self.assertEqual(self._cell(html, "price"), "100.00")
        expected = [
            self.company.name, "Ten times", "Anna, Olga Other", "of them a gift", "Valid until",
            "Pays visits for: Manicure.", "24 hours before costs the session", "Paid",
            "The fee is 5% of the refund", package.sudo().invoice_id.name,
        ]
        for text in expected:
            self.assertIn(text, html)
        self.assertNotIn('name="open"', html)
        self.assertNotIn('name="tax"', html)
        self.assertNotIn('class="header', html)

    def test_open(self):
        html = self._html(RECEIPT, self._sell(journal=False))
        self.assertEqual(self._cell(html, "open"), "100.00")
        self.assertIn("No end", html)
        self.assertIn("any service", html)

    def test_tax(self):
        tax = self.env["account.tax"].create(
            {"name": "20%", "amount": 20, "company_id": self.company.id}
        )
        self.template.sudo().product_id.taxes_id = tax
        html = self._html(RECEIPT, self._sell())
        self.assertEqual(self._cell(html, "price"), "120.00")
        self.assertEqual(self._cell(html, "tax"), "20.00")

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client.lang = "fr_FR"
        self.assertIn("100,00", self._html(RECEIPT, self._sell()))

    def test_specialist_prints_none(self):
        with self.assertRaises(AccessError):
            self._html(RECEIPT, self._sell(), self.specialist)

    def test_pdf_by_the_front_desk(self):
        package = self._sell()
        self.assertEqual(package.action_print_receipt()["type"], "ir.actions.report")
        Report = self.env["ir.actions.report"].with_user(self.desk).with_company(self.company)
        Report = Report.with_context(force_report_rendering=True)
        content, kind = Report._render_qweb_pdf(RECEIPT, package.ids)
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))
