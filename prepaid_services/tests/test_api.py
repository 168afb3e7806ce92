import inspect
import json
import os
import re
import urllib.error
import xmlrpc.client
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import file_path, mute_logger

from odoo.addons.rpc.controllers.xmlrpc import OdooMarshaller

from .common import PrepaidCommon

DOC = os.path.join(os.path.dirname(file_path("prepaid_services")), "docs", "api.md")
API_MODELS = (
    "res.partner",
    "prepaid.booking",
    "prepaid.subscription.template",
    "prepaid.subscription",
    "prepaid.receivable.report",
    "prepaid.write.off",
    "prepaid.collection",
    "prepaid.reminder",
)
#: Errors on purpose, and Odoo's notice that XML-RPC will go
LOGGERS = ("odoo.http", "odoo.addons.rpc.controllers.xmlrpc", "odoo.addons.rpc.controllers.json2")


class ApiCommon(PrepaidCommon, HttpCase):
    """A program with an API key of the front desk, talking to the running server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client.email = "anna@example.com"
        cls.other = cls._create_client("Olga")
        Template = cls.env["prepaid.subscription.template"].with_user(cls.manager)
        cls.template = Template.with_company(cls.company).create(
            {
                "is_freestyle": True,
                "name": "Ten times",
                "price": 100.0,
                "sessions": 10,
                "member_limit": 3,
            }
        )
        cls.template.sudo().product_id.write(
            {"taxes_id": [fields.Command.clear()], "property_account_income_id": cls.income.id}
        )
        cls._ask_deposits_in_june()
        expires = fields.Datetime.now() + timedelta(hours=1)
        Keys = cls.env["res.users.apikeys"].with_user(cls.desk)
        cls.environ = {
            "ODOO_URL": cls.base_url(),
            "ODOO_DB": cls.env.cr.dbname,
            "ODOO_LOGIN": cls.desk.login,
            "ODOO_API_KEY": Keys._generate("rpc", "test", expires),
        }
        with open(DOC, encoding="utf-8") as doc:
            cls.doc = doc.read()

    @classmethod
    def _ask_deposits_in_june(cls):
        """Ask a deposit for some of the visits of the page."""
        feature = cls.env.ref("prepaid_services.group_feature_deposit")
        cls.env.ref("base.group_user").implied_ids += feature
        cls.company.prepaid_deposit_desk_waives = True
        cls.env["prepaid.deposit.rule"].sudo().create(
            {
                "name": "June",
                "company_id": cls.company.id,
                "amount_type": "percent",
                "free_cancel_hours": 10**6,
                "date_from": "2030-06-01",
                "date_to": "2030-06-30",
            }
        )

    def _run(self, blocks):
        """Run examples one after the other, as somebody would who copies them into a file.

        :return: the names they defined
        """
        names = {
            "client_id": self.client.id,
            "journal_id": self.cash.id,
            "service_id": self.service.id,
            "template_id": self.template.id,
            "other_id": self.other.id,
        }
        with (
            self.allow_requests(all_requests=True),
            patch.dict(os.environ, self.environ),
            mute_logger(*LOGGERS),
        ):
            for number, block in enumerate(blocks, 1):
                title = f"{DOC}, example {number}:\n{block}"
                exec(compile(block, title, "exec"), names)  # noqa: S102  pylint: disable=W0122
        return names

    def _blocks(self):
        return re.findall(r"^```python\n(.*?)^```", self.doc, re.DOTALL | re.MULTILINE)


@tagged("post_install", "-at_install")
class TestApi(ApiCommon):
    def test_examples_run_as_they_stand(self):
        blocks = self._blocks()
        self.assertGreater(len(blocks), 30)
        names = self._run(blocks)
        payments = self.env["account.payment"].search_count([("partner_id", "=", self.client.id)])
        self.assertEqual(payments, 3, "two top-ups and one pay-out, each called twice")
        package = self.env["prepaid.subscription"].browse(names["package_id"])
        self.assertEqual(package.sessions_used, 1, "used four, undone three")
        self._assert_balance_is_ledger()

    def test_each_method_has_an_example_both_ways(self):
        """Whatever a program may call is on the page, with arguments and two examples."""
        for model in API_MODELS:
            for name, method in self._public_methods(model):
                with self.subTest(model=model, method=name):
                    if self._is_for_the_screen(model, name):
                        continue
                    section = re.search(rf"^### [^\n]*\b{name}\b.*?(?=^##)", self.doc, re.S | re.M)
                    self.assertTrue(section, f"{name} is not in docs/api.md")
                    self.assertRegex(section[0], r"\bjson2\(")
                    self.assertRegex(section[0], r"\brpc\(")
                    self.assertIn("**Returns**", section[0])
                    for argument in list(inspect.signature(method).parameters)[1:]:
                        self.assertIn(f"`{argument}`", section[0])

    def _is_for_the_screen(self, model, name):
        """Return whether a method is a button's: packages are changed by their other methods."""
        if name.startswith("action_") and model != "prepaid.booking":
            return f"### {name}" not in self.doc
        return f"`{name}`" in self.doc.split("## For the screen only")[1]

    def _public_methods(self, model):
        """Return the methods that this add-on adds to a model and RPC may call."""
        overrides = {"create", "write", "unlink", "copy", "fields_get", "default_get"}
        found = {}
        for base in type(self.env[model]).__mro__:
            if base.__module__.startswith("odoo.addons.prepaid_services."):
                found.update(
                    (name, value)
                    for name, value in vars(base).items()
                    if inspect.isfunction(value)
                    and not name.startswith("_")
                    and name not in overrides
                    and not getattr(value, "_api_private", False)
                )
        return sorted(found.items())

    def test_every_result_survives_xmlrpc(self):
        """XML-RPC cannot carry None: it would fail after the change was committed."""
        self._top_up(100)
        booking = self._book("2024-01-10")
        client = self._as_desk(self.client)
        results = [
            client.prepaid_journals(),
            client.prepaid_top_up(10, self.cash.id),
            client.prepaid_pay_out(10, self.cash.id),
            client.sudo().prepaid_write_off(1),
            client.action_prepaid_history(),
            client.action_prepaid_send_link(),
            client.action_prepaid_renew_link(),
            booking.action_top_up(),
            booking.action_pay_out(),
            booking.action_open_done(),
            booking.action_done(self.cash.id),
            booking.action_undo_done(),
            booking.action_no_show(),
            booking.action_reopen(),
            booking.action_cancel(),
        ]
        for result in results:
            self.assertIsNotNone(result)
            if isinstance(result, dict):
                result.pop("context", None)  # the caller's own, here with the test's None in it
            self.assertTrue(OdooMarshaller("utf-8", allow_none=False).dumps((result,)))
            self.assertTrue(json.dumps(result))

    def test_bad_input_is_refused_with_a_sentence(self):
        """Wrong values come back as 422 and fault 2, never as a fault of the server."""
        names = self._run(self._blocks()[:2])
        good = {"amount": 10, "journal_id": self.cash.id}
        bad = [
            {"amount": "ten"},
            {"amount": True},
            {"amount": 10.005},
            {"amount": 0},
            {"amount": 1e30},
            {"journal_id": 0},
            {"journal_id": "cash"},
            {"journal_id": 2147483647},
            {"journal_id": [self.cash.id]},
            {"date": "tomorrow"},
            {"date": 20260101},
            {"date": "2026-02-31"},
        ]
        with self.allow_requests(all_requests=True), mute_logger(*LOGGERS):
            for change in bad:
                with self.subTest(change=change):
                    arguments = {**good, **change}
                    with self.assertRaises(urllib.error.HTTPError) as error:
                        names["json2"](
                            "res.partner", "prepaid_top_up", self.client.ids, **arguments
                        )
                    self.assertEqual(error.exception.code, 422)
                    with self.assertRaises(xmlrpc.client.Fault) as fault:
                        names["rpc"]("res.partner", "prepaid_top_up", self.client.ids, **arguments)
                    self.assertEqual(fault.exception.faultCode, 2)
        self.assertEqual(self.client.service_balance, 0)

    def test_status_and_fault_codes(self):
        """The table of errors in the page."""
        names = self._run(self._blocks()[:2])
        missing = self.env["prepaid.booking"].sudo().search([], order="id desc", limit=1).id + 1000
        cases = [
            ("prepaid.booking", "action_confirm", [missing], {}, 404, 2),
            ("res.partner", "prepaid_write_off", self.client.ids, {"amount": 1}, 403, 4),
            ("prepaid.booking", "no_such_method", [missing], {}, 404, 1),
            ("no.such.model", "read", [1], {}, 404, 2),
            ("res.partner", "prepaid_top_up", self.client.ids, {"colour": 1}, 422, 1),
        ]
        with self.allow_requests(all_requests=True), mute_logger(*LOGGERS):
            for model, method, ids, arguments, status, code in cases:
                with self.subTest(model=model, method=method):
                    with self.assertRaises(urllib.error.HTTPError) as error:
                        names["json2"](model, method, ids, **arguments)
                    self.assertEqual(error.exception.code, status)
                    with self.assertRaises(xmlrpc.client.Fault) as fault:
                        names["rpc"](model, method, ids, **arguments)
                    self.assertEqual(fault.exception.faultCode, code)
            names["KEY"] = "wrong"
            with self.assertRaises(urllib.error.HTTPError) as error:
                names["json2"]("res.partner", "prepaid_journals")
            self.assertEqual(error.exception.code, 401)
            with self.assertRaises(xmlrpc.client.Fault) as fault:
                names["rpc"]("res.partner", "prepaid_journals")
            self.assertEqual(fault.exception.faultCode, 3)
