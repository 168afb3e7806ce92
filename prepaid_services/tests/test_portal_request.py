import re

from odoo.tests import HttpCase, tagged

from .common import PrepaidCommon


@tagged("post_install", "-at_install")
class TestPortalRequest(PrepaidCommon, HttpCase):
    """A client asks for a visit with one tap on the link in a message."""

    def setUp(self):
        super().setUp()
        # Of its own company, as the page falls back to the client's
        self.client.company_id = self.company
        url = self.client.with_company(self.company)._prepaid_request_url()
        self.path = re.sub(r"^https?://[^/]+", "", url)

    def _tasks(self):
        self.env.invalidate_all()
        return self.env["prepaid.start.task"].sudo().search([("partner_id", "=", self.client.id)])

    def _ask(self, wish="", path=None, **changes):
        """Open the page and press its button, as the phone does."""
        page = self.url_open(path or self.path)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        address = f"/my/visit-request/{self.client.id}/ask"
        return self.url_open(address, data={**hidden, "wish": wish, **changes})

    def test_opening_the_link_changes_nothing(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Ask for a Visit", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertFalse(self._tasks())

    def test_asked_once_however_often_it_is_tapped(self):
        for wish in ("Tuesday evening", ""):
            page = self._ask(wish)
            self.assertIn("o_prepaid_request_sent", page.text)
        task = self._tasks()
        self.assertRecordValues(
            task, [{"state": "todo", "reason": "request", "request": "Tuesday evening"}]
        )
        self.assertEqual(len(task.activity_ids), 1)
        self.assertEqual(task.company_id, self.company)

    def test_the_wish_is_text(self):
        """Whatever a visitor writes, the desk's activity shows it as it was written."""
        self._ask('<a href="https://example.com">Confirm here</a>')
        note = self._tasks().activity_ids.note
        self.assertIn("&lt;a href", note)
        self.assertNotIn("<a", note)

    def test_an_answer_ends_it(self):
        self._ask()
        self._book("2099-01-10")
        task = self._tasks()
        self.assertEqual(task.state, "booked")
        self.assertFalse(task.activity_ids)

    def test_wrong_links_are_refused(self):
        other = self._create_client("Boris")
        foreign = self.path.replace(f"/{self.client.id}?", f"/{other.id}?")
        balance = f"/my/balance/{self.client.id}?access_token="
        token = re.search("access_token=(.*)$", self.path).group(1)
        for path in (foreign, self.path[:-1], self.path.split("?")[0], balance + token):
            self.assertEqual(self.url_open(path).status_code, 404, path)
        self.assertEqual(self._ask(access_token="x").status_code, 404)
        self.assertFalse(self._tasks())

    def test_a_get_and_a_foreign_form_change_nothing(self):
        address = self.path.replace("?", "/ask?")
        self.assertEqual(self.url_open(address).status_code, 405)
        self.assertEqual(self._ask(csrf_token="").status_code, 400)
        self.assertFalse(self._tasks())

    def test_the_wish_is_cut_and_escaped(self):
        page = self._ask("<b>" + "x" * 500)
        self.assertNotIn("<b>x", page.text)
        self.assertEqual(len(self._tasks().request), 200)
