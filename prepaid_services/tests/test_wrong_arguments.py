from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver
from .histories import EXAMPLES

#: What programs send by mistake, whatever is expected: one of each kind, and more on request
WRONG = (None, "x", -1, 10**12, float("nan"), [1])
#: Where nearly anything is taken for words, or for yes or no: what is not one value
WRONG_WORDS = (None, [1])
if EXAMPLES:
    WRONG += (False, True, 1.5, {"a": 1}, "2026-02-30")
    WRONG_WORDS += (1.5, {"a": 1})
TEXT, DAY = "words", "2026-01-15"


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestWrongArguments(CaseDriver):
    """Whatever a program sends: it works, or it is refused in words; never a traceback."""

    def setUp(self):
        super().setUp()
        self.other = self._create_client("Other")
        self._top_up(500.0, DAY)
        self.template = self._template(100.0, 10, is_freestyle=True, member_limit=3)

    def _try_all(self, prepare, **good):
        """Call with one wrong argument after the other, each time on fresh records."""
        for name, right in good.items():
            for value in WRONG_WORDS if right is TEXT or isinstance(right, bool) else WRONG:
                with self.subTest(argument=name, value=value), self._undone():
                    self._works_or_is_refused(prepare(), {**good, name: value})

    def _works_or_is_refused(self, call, arguments):
        """Call; whatever is not a refusal in words goes up and fails the test."""
        try:
            call(**arguments)
            self.env.flush_all()
        except UserError as error:
            self.assertTrue(str(error))

    @contextmanager
    def _undone(self):
        """Take back what a block writes."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    # -- clients -------------------------------------------------------------------------

    def test_money(self):
        card = self._as_desk(self.client)
        money = {"journal_id": self.cash.id, "date": DAY, "memo": TEXT, "reference": TEXT}
        self._try_all(lambda: card.prepaid_top_up, amount=10.0, **money)
        self._try_all(lambda: card.prepaid_pay_out, amount=10.0, **money)
        manager = card.with_user(self.manager)
        self._try_all(lambda: manager.prepaid_write_off, amount=10.0, date=DAY, memo=TEXT)

    # -- bookings ------------------------------------------------------------------------

    def test_bookings(self):
        booking = self._book("2026-01-15")
        self._try_all(
            lambda: booking.action_done, journal_id=self.cash.id, amount=120.0, override_reason=TEXT
        )
        self._try_all(lambda: booking.action_cancel, reason=TEXT, by="us")
        booking.action_done()
        self._try_all(lambda: booking.action_undo_done, reason=TEXT)

    def test_new_bookings(self):
        Booking = self._as_desk(self.env["prepaid.booking"])
        self._try_all(
            lambda: lambda **vals: Booking.create(vals).action_confirm(),
            partner_id=self.client.id,
            service_id=self.service.id,
            user_id=self.specialist.id,
            start="2026-01-16 10:00:00",
            stop="2026-01-16 11:00:00",
            price=50.0,
            note=TEXT,
        )

    # -- packages ------------------------------------------------------------------------

    def test_sale(self):
        self._try_all(
            lambda: self.template.sell,
            partner_id=self.client.id,
            date=DAY,
            quantity=1,
            price=90.0,
            discount=5.0,
            sessions=8,
            bonus_sessions=1,
            date_start=DAY,
            date_end="2026-12-31",
            member_ids=[self.other.id],
            currency_id=self.company.currency_id.id,
            journal_id=self.cash.id,
            from_balance=True,
            reference=TEXT,
        )

    def test_packages(self):
        self._sell(self.template, date_end="2026-06-30")
        package, use = self.package, self.package.use_session()["use_id"]
        for method, good in (
            (
                "use_session",
                {"date": DAY, "partner_id": self.client.id, "units": 1, "kind": "visit",
                 "note": TEXT},
            ),
            ("undo_use", {"use_id": use, "date": DAY, "reason": TEXT}),
            (
                "extend",
                {"date_end": "2026-12-31", "bonus_sessions": 1, "reason": TEXT, "date": DAY,
                 "restored_sessions": None, "goodwill": False},
            ),
            (
                "add_sessions",
                {"sessions": 5, "price": 40.0, "date": DAY, "journal_id": self.cash.id,
                 "from_balance": True, "reason": TEXT},
            ),
            ("freeze", {"date_from": "2026-01-16", "date_to": "2026-01-20", "reason": TEXT}),
            ("transfer", {"partner_id": self.other.id, "reason": TEXT, "date": DAY}),
            ("add_member", {"partner_id": self.other.id, "reason": TEXT}),
            ("remove_member", {"partner_id": self.other.id, "reason": TEXT}),
            ("refund_preview", {"method": "pro_rata", "fee_percent": 5.0, "date": DAY}),
            (
                "refund",
                {"journal_id": self.cash.id, "to_balance": False, "date": DAY,
                 "method": "pro_rata", "fee_percent": 5.0, "reason": TEXT},
            ),
        ):
            with self.subTest(method=method):
                self._try_all(lambda method=method: getattr(package, method), **good)
        package.freeze("2026-01-16")
        self._try_all(lambda: package.unfreeze, date="2026-01-18", reason=TEXT)
