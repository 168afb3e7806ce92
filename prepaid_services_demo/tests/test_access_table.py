"""Who may read, write, make, delete and call what: one table for the whole registry.

The table is ``access_table.txt``. Whatever is new in a model, a field, a public method or a route
has a line there, or this test fails and says which. ``ACCESS_TABLE=write`` before the command
writes the file anew: read its difference before you commit it.
"""

import inspect
import os
from pathlib import Path

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.prepaid_services.tests.cases import CaseDriver
from odoo.addons.prepaid_services.tests.test_door import our_public_methods
from odoo.addons.prepaid_services.tools.arguments import KINDS

TABLE = Path(__file__).parent / "access_table.txt"
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
#: Column -> groups; accountants have those of Odoo
ROLES = {
    "public": None,
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "specialist": "prepaid_services.group_specialist",
    "desk": "prepaid_services.group_front_desk",
    "manager": "prepaid_services.group_manager",
    "invoicing": "account.group_account_invoice",
    "accountant": "account.group_account_user",
    "auditor": "account.group_account_readonly",
}
#: What a call needs to get as far as the question who may call; by its name, or its kind
ARGUMENTS = {
    "decision": "hold",
    "key": "deferred",
    "outcome": "no_answer",
    "parts": [["2026-02-01", 1.0]],
    "id": 2**31 - 1,
    "count": 1,
    "day": "2026-02-01",
    "moment": "2026-01-20 10:00:00",
    "number": 1.0,
    "text": "A friend",
}
HEAD = """\
# Who may do what with everything of ours: see test_access_table.py. Columns are roles; what is not
# named is refused. Dialogs belong to who opened them, whatever the letters say.
"""


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestAccessTable(CaseDriver):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {role: cls._role(role, groups) for role, groups in ROLES.items()}

    @classmethod
    def _role(cls, role, groups, company=None):
        if not groups:
            return cls.env.ref("base.public_user")
        company = company or cls.company
        base = "base.group_user," if "prepaid" in groups or "account" in groups else ""
        return new_test_user(
            cls.env,
            login=f"{role}-of-{company.id}",
            groups=base + groups,
            company_id=company.id,
            company_ids=[fields.Command.set(company.ids)],
        )

    # -- the table -------------------------------------------------------------------------

    def test_table(self):
        found = [
            *self._section("model", self._models(), company=True),
            *self._section("field", self._fields_of_core()),
            *self._section("method", self._methods()),
            *self._routes(),
        ]
        if os.environ.get("ACCESS_TABLE") == "write":
            TABLE.write_text(HEAD + "\n".join(found) + "\n", encoding="utf-8")
        known = TABLE.read_text(encoding="utf-8").splitlines()
        known = [line for line in known if not line.startswith("#")]
        new = [line for line in found if line not in known]
        old = [line for line in known if line not in found]
        self.assertFalse(
            new or old,
            "tests/access_table.txt differs. Is that as it should be? Then write it anew with "
            "ACCESS_TABLE=write.\nLines to add:\n"
            + "\n".join(new)
            + "\nLines to take out:\n"
            + "\n".join(old),
        )

    def _section(self, kind, rows, company=False):
        """Return the lines of one part, with a head; those of nobody are left out."""
        head = [f"{kind:<58}", *(["company"] if company else []), *ROLES]
        lines = [" ".join(head)]
        for name, *cells in rows:
            widths = [len(each) for each in head[1:]]
            row = " ".join(f"{cell or '-':<{w}}" for cell, w in zip(cells, widths, strict=True))
            lines.append(f"{name:<58} {row}".rstrip())
        return ["", *lines]

    def _models(self):
        """Return each of our models, whose records one sees, and what each role may do."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith("prepaid.") and not model._abstract:
                cells = [
                    "".join(
                        letter
                        for operation, letter in OPERATIONS.items()
                        if model.with_user(user).has_access(operation)
                    )
                    for user in self.roles.values()
                ]
                yield name, self._seen(model), *cells

    def _seen(self, model):
        """Return whose records of a model one sees by the rules that hold for everybody."""
        rules = (
            self.env["ir.rule"]
            .sudo()
            .search([("model_id.model", "=", model._name), ("groups", "=", False)])
        )
        domains = " ".join(rules.mapped("domain_force"))
        if "create_uid" in domains:
            return "opener"
        if "parent_of" in domains:
            return "family"
        return "own" if "company_ids" in domains else "all"

    def _fields_of_core(self):
        """Return our fields on models that are not ours, and who reads them."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith("prepaid.") or model._abstract or model._transient:
                continue
            for field in sorted(model._fields.values(), key=lambda f: f.name):
                owners = field._modules
                if owners and all(owner.startswith("prepaid_services") for owner in owners):
                    yield (
                        f"{name}.{field.name}",
                        *(
                            "r" if self._reads(model.with_user(user), field) else ""
                            for user in self.roles.values()
                        ),
                    )

    def _reads(self, model, field):
        return model.has_access("read") and model._has_field_access(field, "read")

    def _methods(self):
        """Return our public methods, and who is not refused when calling them on a record."""
        samples = self._samples()
        for model, name, function in our_public_methods(self.env):
            if self.env[model]._transient:
                continue  # Of a dialog: by whoever may open it
            record = samples.get(model, self.env[model].browse())
            yield (
                f"{model}.{name}",
                *(
                    "x" if self._may_call(record.with_user(user), name, function) else ""
                    for user in self.roles.values()
                ),
            )

    def _may_call(self, record, name, function):
        """Return whether a call is not refused for want of rights. Nothing of it stays."""
        if not record.has_access("read"):
            arguments = self._arguments(function)
            return hasattr(function, "_api_model") and self._answers(record, name, arguments)
        if not (record or hasattr(function, "_api_model")):
            return True
        return self._answers(record, name, self._arguments(function))

    def _arguments(self, function):
        """Return the arguments that a method needs, and the reason that some ask for."""
        parameters = list(inspect.signature(function).parameters.values())[1:]
        return {
            p.name: ARGUMENTS.get(p.name, ARGUMENTS.get(KINDS[p.name]))
            for p in parameters
            if p.default is p.empty or p.name in ("reason", "override_reason")
        }

    def _answers(self, record, name, arguments):
        record = record.with_company(self.company)
        savepoint = self.env.cr.savepoint()
        try:
            getattr(record, name)(**arguments)
        except AccessError:
            return False
        except UserError:
            return True
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()
        return True

    def _samples(self):
        """Return a record of each kind that the house has at work."""
        self._top_up(500.0)
        self._sell(self._template(100.0, 10))
        self.package.use_session()
        owing = self._create_client("Owing")
        self._approve_credit(owing)
        self._book("2026-01-10", client=owing).action_done()
        write_off = self._as_desk(self.env["prepaid.write.off"]).create(
            {"partner_id": owing.id, "reason": "Moved"}
        )
        case = self.env["prepaid.collection"].with_user(self.manager).with_company(self.company)
        case = case.create({"partner_id": owing.id, "agent_id": self.client.id, "channel": "court"})
        client = self.client.with_company(self.company)
        # The specialist of the table's role sees the own visit
        visit = self._book("2026-01-16", user_id=self.roles["specialist"].id)
        records = (
            self.client,
            visit,
            visit.event_id,
            self.company,
            self.package,
            self.package.template_id,
            write_off,
            case,
            client.sudo()._prepaid_request_visit(self.company),
            self.env["prepaid.client.movement"].search([], limit=1),
            self.env["prepaid.subscription.use"].search([], limit=1),
        )
        return {record._name: record.sudo(False) for record in records}

    def _routes(self):
        """Return our routes: who is let in, how, and for what methods."""
        lines = ["", "route"]
        modules = sorted(self.env.registry._init_modules)
        converters = self.env["ir.http"]._get_converters()
        routes = self.env["ir.http"]._generate_routing_rules(modules, converters=converters)
        for url, endpoint in sorted(routes, key=lambda route: route[0]):
            if "prepaid_services" not in endpoint.func.__module__:
                continue
            routing = endpoint.routing
            methods = ",".join(sorted(routing.get("methods") or ["any"]))
            lines.append(f"{url:<58} {routing['type']:<8} {routing['auth']:<7} {methods}")
        return lines

    # -- what holds for all ----------------------------------------------------------------

    def test_dialogs_belong_to_who_opened_them(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            ours = name.startswith("prepaid.") or name == "payment.link.wizard"
            if model._transient and ours:
                with self.subTest(dialog=name):
                    self.assertEqual(
                        self._seen(model),
                        "opener",
                        "add it to security/prepaid_dialog_security.xml",
                    )
                    self.assertTrue(
                        hasattr(model, "_check_seen"), 'add _inherit = ["prepaid.dialog"]'
                    )

    def test_nobody_of_another_company_sees_anything(self):
        """Not even whoever may do everything there; a branch what its legal entity does."""
        other = self.setup_other_company(name="Other Salon")["company"]
        branch = (
            self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        )
        samples = self._samples()
        for company in (other, branch):
            for role in ("specialist", "desk", "manager", "accountant", "auditor"):
                user = self._role(role, ROLES[role], company)
                for name, record in samples.items():
                    if not name.startswith("prepaid."):
                        continue  # Contacts and meetings are shared; what hangs on them is not
                    model = self.env(user=user, context={})[name]
                    if company == branch and self._seen(model) == "family":
                        continue
                    with self.subTest(company=company.name, role=role, model=name):
                        self.assertFalse(
                            model.has_access("read")
                            and model.search_count([("id", "=", record.id)])
                        )
                        with self.assertRaises(AccessError), mute_logger("odoo.models"):
                            model.browse(record.id).read()
