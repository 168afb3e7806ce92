from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from . import ready


class PrepaidCommon(AccountTestInvoicingCommon):
    """A salon with its own company and chart, a front desk, a specialist and a client."""

    @classmethod
    def setUpClass(cls):
        if ready.is_ready_for(cls):
            ready.take(cls)
        else:
            super().setUpClass()
            cls._furnish()

    @classmethod
    def _furnish(cls):
        cls.company = cls.company_data["company"]
        cls.company.partner_id.tz = "UTC"
        cls.cash = cls.company_data["default_journal_cash"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.advance = cls.company.prepaid_advance_account_id
        cls.deferred = cls.company.prepaid_deferred_account_id
        cls.other_income = cls.company.prepaid_other_income_account_id
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.income = cls.company_data["default_account_revenue"]
        cls.specialist = cls._create_user("specialist", "prepaid_services.group_specialist")
        cls.desk = cls._create_user("desk", "prepaid_services.group_front_desk")
        cls.manager = cls._create_user("manager", "prepaid_services.group_manager")
        cls.client = cls._create_client("Anna")
        cls.service = cls._create_service("Manicure", 120.0)

    # -- things of the salon -------------------------------------------------------------

    @classmethod
    def _create_user(cls, login, groups):
        """Return a user of the company with nothing but these groups."""
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{groups}",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
            tz="UTC",
        )

    @classmethod
    def _create_client(cls, name, **vals):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "property_account_receivable_id": cls.receivable.id,
                "company_id": False,
                **vals,
            }
        )

    @classmethod
    def _create_service(cls, name, price, **vals):
        """Return a service without taxes, posting to the company's revenue account."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "lst_price": price,
                "taxes_id": [fields.Command.clear()],
                "property_account_income_id": cls.income.id,
                "service_duration": 1.0,
                **vals,
            }
        )

    # -- what the front desk does --------------------------------------------------------

    def _as_desk(self, record):
        """Return the record as the front desk sees it."""
        return record.with_user(self.desk).with_company(self.company)

    def _top_up(self, amount, day=False, client=None, journal=None, **kwargs):
        client = self._as_desk(client or self.client)
        payment_id = client.prepaid_top_up(amount, (journal or self.bank).id, day, **kwargs)
        return self.env["account.payment"].browse(payment_id)

    def _book(self, day="2026-01-10", hour=10, client=None, confirm=True, **vals):
        """Return a booking of the front desk on a day, at an hour UTC."""
        start = datetime.combine(fields.Date.to_date(day), datetime.min.time()).replace(hour=hour)
        booking = self._as_desk(self.env["prepaid.booking"]).create(
            {
                "partner_id": (client or self.client).id,
                "service_id": self.service.id,
                "user_id": self.specialist.id,
                "start": start,
                **vals,
            }
        )
        if confirm:
            booking.action_confirm()
        return booking

    def _approve_credit(self, client=None, limit=1000.0):
        client = (client or self.client).with_user(self.manager).with_company(self.company)
        client.write({"service_credit_state": "approved", "service_credit_limit": limit})

    # -- what is refused ------------------------------------------------------------------

    def _count(self):
        """Return how much is written: journal entries, payments, bookings, meetings."""
        models = ("account.move", "account.payment", "prepaid.booking", "calendar.event")
        return {
            model: self.env[model].sudo().with_context(active_test=False).search_count([])
            for model in models
        }

    def _refused(self, words, call, *args, **kwargs):
        """Check that a call is refused with these words (an expression) and wrote nothing."""
        before = self._count()
        with self.assertRaises(UserError) as caught:
            call(*args, **kwargs)
        self.assertRegex(str(caught.exception), f"(?i){words}")
        self.assertEqual(self._count(), before)

    # -- what the ledger says ------------------------------------------------------------

    def _ledger(self, accounts, as_of=None, partner=None):
        """Return the sum of posted journal items, debit positive, in company currency."""
        domain = [
            ("account_id", "in", accounts.ids),
            ("parent_state", "=", "posted"),
            ("company_id", "child_of", self.company.root_id.id),
        ]
        if as_of:
            domain.append(("date", "<=", as_of))
        if partner:
            domain.append(("partner_id.commercial_partner_id", "=", partner.id))
        lines = self.env["account.move.line"].sudo()
        [[total]] = lines._read_group(domain, [], ["balance:sum"])
        return self.company.currency_id.round(total or 0.0)

    def _assert_ledger(self, as_of=None, **expected):
        """Compare the general ledger with expected balances, in each account's own direction."""
        accounts = {
            "advances": (self.advance, -1),
            "receivable": (self.receivable, 1),
            "earned": (self.income, -1),
            "other_income": (self.other_income, -1),
            "deferred": (self.deferred, -1),
        }
        actual = {
            name: self._ledger(accounts[name][0], as_of) * accounts[name][1] for name in expected
        }
        self.assertEqual(actual, expected, f"ledger as of {as_of or 'now'}")

    def _assert_balance_is_ledger(self, client=None):
        """What the client card shows is what the ledger says, to the cent."""
        client = (client or self.client).commercial_partner_id
        client.invalidate_recordset()
        card = self._as_desk(client)
        advance = -self._ledger(self.advance, partner=client)
        receivable = self._ledger(self.receivable, partner=client)
        # A balance below zero is a debt; money beyond the debts, on their account, can be spent
        debt = max(receivable, 0.0) + max(-advance, 0.0)
        advance = max(advance, 0.0) + max(-receivable, 0.0)
        compare = self.company.currency_id.compare_amounts
        self.assertEqual(compare(card.prepaid_balance, advance), 0, "advance")
        self.assertEqual(compare(card.prepaid_debt, debt), 0, "debt")
        self.assertEqual(compare(card.service_balance, advance - debt), 0, "service balance")
