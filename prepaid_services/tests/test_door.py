"""What comes in by a public call: ids, arguments, and the caller's context."""

import inspect

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import freeze_time, tagged

from ..door import Own, inside, telling, told
from ..tools.arguments import KINDS, MAX_TEXT, is_fine, shown_as
from .cases import CaseDriver
from .debt_common import DebtCommon
from .deposit_common import DepositCommon

#: Overrides of methods of add-ons that need not be there: these have their own door
ELSEWHERE = {"action_send_sms"}
#: What no argument of a kind may be; the first ones are no argument of any kind
NOTHING = ({"a": 1}, {1})
HOSTILE = {
    "count": ("5", 1.5, True, 10**12, [1], float("nan")),
    "day": ("soon", "2026-02-30", "1900-01-01", "9999-12-31", "0000-00-00", 5, True, [1]),
    "flag": ("yes", 2, [1], float("nan")),
    "id": ("5", 0, -1, 1.5, True, 2**31, [1], "x" * 10**6),
    "ids": ("5", 5, True, [0], [True], ["5"], [[5]], [2**31], {"5": 5}),
    "key": ("x" * 10**6, "\0", "\ud800", True, ["x"]),
    "list": ("x", 5, True),
    "moment": ("noon", "9999-12-31 12:00:00", "1900-01-01 00:00:00", 5, True, [1], "x" * 10**6),
    "number": ("5", True, [5], float("nan"), float("inf"), "x" * 10**6),
    "text": ("x" * 10**6, "a\0b", "\ud800", True, ["x"]),
    "word": ("x" * 10**6, "\0", "\udfff", 5, True, ["x"]),
}


def our_public_methods(env):
    """Return what of ours may be called from outside: ``(model, name, function)``, sorted.

    What core defines as well has core's own door.
    """
    found = []
    for model in sorted(env.registry):
        classes = [c for c in env.registry[model].mro() if "." in c.__module__]
        ours = [c for c in classes if "prepaid_services" in c.__module__]
        cores = [c for c in classes if c not in ours]
        for name in sorted({name for c in ours for name in vars(c) if name[0] != "_"}):
            function = getattr(env.registry[model], name)
            core = name in ELSEWHERE or any(name in vars(c) for c in cores)
            if inspect.isfunction(function) and not core:
                found.append((model, name, function))
    return found


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestDoor(CaseDriver):
    def test_every_public_method_has_the_door(self):
        methods = our_public_methods(self.env)
        self.assertGreater(len(methods), 100)
        for model, name, function in methods:
            with self.subTest(model=model, method=name):
                self.assertTrue(
                    getattr(function, "_prepaid_public", False),
                    "put @public above it (prepaid_services/door.py), or begin its name with _",
                )

    def test_kinds(self):
        for kind in set(KINDS.values()):
            for value in (None, False, ""):
                self.assertTrue(is_fine(kind, value), f"{kind}: {value} is not given")
            for value in NOTHING:
                self.assertFalse(is_fine(kind, value), f"{kind}: {value}")
        self.assertLess(len(shown_as("x" * 10**6)), 50)
        self.assertTrue(set(MAX_TEXT) <= set(KINDS.values()))

    def test_wrong_records(self):
        """No ids, false ones, deleted ones, those of others: a sentence, before anything else."""
        gone = self.env["res.partner"].create({"name": "Gone"})
        gone.unlink()
        for model, name, function in our_public_methods(self.env):
            if hasattr(function, "_api_model"):
                continue
            records = self._as_desk(self.env[model])
            for ids in ((), (0,), (True,), ("5",), ([5],), (-1,), (2**31,), (None,), (1.5,)):
                with self.subTest(model=model, method=name, ids=ids):
                    self._refused("ids must be", function, records.browse(ids))
            for ids in ((gone.id if model == "res.partner" else 2**31 - 1,),):
                with self.subTest(model=model, method=name, ids=ids), self.assertRaises(UserError):
                    function(records.browse(ids))
        with self.assertRaises(MissingError):
            self._as_desk(gone).prepaid_top_up(10.0, self.cash.id)

    def test_records_of_another_company(self):
        company = self.setup_other_company(name="Other Salon")["company"]
        stranger = self.env["res.partner"].create({"name": "X", "company_id": company.id})
        visit = self._book("2026-01-16")
        other = self._create_user("other", "prepaid_services.group_specialist")
        for records in (self._as_desk(stranger), visit.with_user(other)):
            for model, name, function in our_public_methods(self.env):
                if model == records._name:
                    if hasattr(function, "_api_model"):
                        continue
                    with self.subTest(model=model, method=name), self.assertRaises(AccessError):
                        function(records)
        foreign = self._as_desk(self.client).with_context(allowed_company_ids=company.ids)
        with self.assertRaises(AccessError):
            foreign.prepaid_top_up(10.0, self.cash.id)
        for ids in ("x", [[1]], {"a": 1}, 5):
            call = foreign.with_context(allowed_company_ids=ids).prepaid_top_up
            self._refused("allowed_company_ids", call, 10.0, self.cash.id)

    def test_hostile_arguments(self):
        """Each argument of each public method: refused, by its name, before anything happens."""
        records = self._one_of_each()
        for model, name, function in our_public_methods(self.env):
            record = records.get(model, self._as_desk(self.env[model]))
            if not (record or hasattr(function, "_api_model")):
                continue
            good = {p: self._good(kind) for p, kind in self._kinds(function).items()}
            for argument, kind in self._kinds(function).items():
                for value in (*HOSTILE[kind], *NOTHING):
                    with self.subTest(model=model, method=name, argument=argument):
                        self._refused(
                            f"^{argument} (must|is too|has)",
                            function,
                            record,
                            **{**good, argument: value},
                        )

    def _kinds(self, function):
        return {name: KINDS[name] for name in list(inspect.signature(function).parameters)[1:]}

    def _good(self, kind):
        return {"day": "2026-01-15", "moment": "2026-01-16 10:00:00", "list": []}.get(kind, False)

    def _one_of_each(self):
        """Return a record of each model with public methods that take arguments."""
        self._top_up(500.0)
        self._sell(self._template(100.0, 10))
        owing = self._create_client("Owing")
        self._approve_credit(owing)
        self._book("2026-01-10", client=owing).action_done()
        WriteOff = self._as_desk(self.env["prepaid.write.off"])
        records = (
            self.client,
            self._book("2026-01-16"),
            self.package,
            self.package.template_id,
            WriteOff.create({"partner_id": owing.id, "reason": "Moved"}),
            self.client.with_company(self.company)._prepaid_request_visit(self.company),
        )
        return {record._name: self._as_desk(record) for record in records}

    # -- the context -----------------------------------------------------------------------

    def test_inside(self):
        forged = {"lang": "en_US", "tz": "UTC", "skip_invoice_sync": True, "prepaid_inside": True}
        client = telling(self.client.with_env(self.env(context=forged)), ours=5)
        client = inside(client)
        self.assertEqual(set(client.env.context), {"lang", "tz", "ours", "prepaid_inside"})
        self.assertEqual(told(client.env, "ours"), 5)
        self.assertIsNone(told(self.client.with_context(ours=5).env, "ours"))
        added = client.with_context(mine=True)
        self.assertTrue(inside(added).env.context["mine"], "inside it is our own")
        self.assertEqual(Own([1]), Own([1]))
        self.assertEqual(hash(Own({"a": [1]})), hash(Own({"a": [1]})))

    def test_actions_tell_nothing_of_the_inside(self):
        self._top_up(10.0)
        movement = self.env["prepaid.client.movement"].search([], limit=1)
        action = self._as_desk(movement).action_print_receipt()
        self.assertNotIn("prepaid_inside", action.get("context") or {})


#: Keys by which core and this add-on leave something out
FORGED = {
    "check_move_validity": False,
    "default_amount": 1.0,
    "default_line_ids": [],
    "default_move_type": "out_refund",
    "default_price_unit": 0.0,
    "default_state": "draft",
    "dynamic_unlink": True,
    "force_delete": True,
    "no_exchange_difference": True,
    "no_reconcile": True,
    "prepaid_debts_first": False,
    "prepaid_expiring": True,
    "prepaid_forgiven_ids": [],
    "prepaid_inside": True,
    "prepaid_keep_event": True,
    "prepaid_no_bookings": True,
    "prepaid_pay_percent": 0,
    "prepaid_real_income": True,
    "prepaid_returning": True,
    "prepaid_series": [[1, "2026-01-01"]],
    "prepaid_vat_crediting": True,
    "prepaid_vat_later": True,
    "prepaid_waive_reason": "I say so",
    "skip_account_move_synchronization": True,
    "skip_analytic_sync": True,
    "skip_invoice_line_sync": True,
    "skip_invoice_sync": True,
    "skip_is_manually_modified": True,
    "skip_readonly_check": True,
    "tracking_disable": True,
}


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestForgedContext(CaseDriver):
    """With every key that leaves something out in the context, money moves as without."""

    def _forge(self, record, user=None):
        record = record.with_user(user or self.desk).with_company(self.company)
        return record.with_context(**FORGED)

    def test_visits(self):
        self._forge(self.client).prepaid_top_up(500.0, self.cash.id)
        visit = self._forge(self._book("2026-01-10"), self.specialist)
        visit.action_done()
        self.assertEqual(visit.payment_status, "paid")
        self._assert_ledger(advances=380.0, earned=120.0, receivable=0.0)
        visit = self._forge(visit)
        visit.action_undo_done("By mistake")
        self._assert_ledger(advances=500.0, earned=0.0, receivable=0.0)
        visit.action_no_show()
        visit.action_reopen()
        self._forge(visit, self.specialist).action_done()
        self._assert_ledger(advances=380.0, earned=120.0, receivable=0.0)
        self._forge(self.client).prepaid_pay_out(80.0, self.cash.id)
        self._forge(self.client, self.manager).prepaid_write_off(300.0)
        self._assert_ledger(advances=0.0, other_income=300.0)
        self._assert_balance_is_ledger()

    def test_packages(self):
        self._top_up(100.0)
        template = self._forge(self._template(100.0, 10, is_freestyle=True))
        sale = template.sell(self.client.id)
        package = self._forge(self.env["prepaid.subscription"].browse(sale["subscription_id"]))
        self._assert_ledger(advances=0.0, deferred=100.0, receivable=0.0)
        use = package.use_session()
        self.assertEqual(use["amount"], 10.0)
        self._assert_ledger(deferred=90.0, earned=10.0)
        package.undo_use(use["use_id"])
        self._assert_ledger(deferred=100.0, earned=0.0)
        package.add_sessions(1, 20.0, journal_id=self.cash.id)
        self._assert_ledger(deferred=120.0, receivable=0.0)
        package.refund(to_balance=True)
        self._assert_ledger(advances=120.0, deferred=0.0, receivable=0.0)

    def test_meetings(self):
        """A meeting that is deleted, moved or archived takes its seats along, whatever is said."""
        visits = [self._book(f"2026-01-{day}") for day in (20, 21)]
        self._forge(visits[0].event_id).active = False
        self._forge(visits[1].event_id).prepaid_client_ids = False
        self.assertEqual([visit.state for visit in visits], ["cancelled"] * 2)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestForgedFee(DepositCommon):
    def test_what_is_kept_of_a_deposit(self):
        self._rule(no_show_keep_percent=100)
        visit = self._book("2026-01-16")
        self._pay(visit)
        with freeze_time("2026-01-17 12:00:00"):
            visit.with_user(self.specialist).with_context(**FORGED).action_no_show()
        self._assert_deposit(visit, "no_show", "forfeited")
        self._assert_ledger(advances=0.0, other_income=50.0, receivable=0.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestForgedLoss(DebtCommon):
    def test_write_off(self):
        self._document(120, "2026-01-10", "2026-01-20")
        request = self._request()
        request.with_user(self.manager).with_context(**FORGED).action_approve()
        self._assert_loss(receivable=0.0, bad_debt=120.0)
