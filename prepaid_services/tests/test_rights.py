"""What people of other companies, specialists and employees find out: no key, no sum, no text."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .cases import CaseDriver
from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestRights(CaseDriver):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._create_user("employee", "base.group_user")
        cls.other_company = cls.setup_other_company(name="Other Salon")["company"]
        cls.stranger = new_test_user(
            cls.env,
            login="stranger",
            groups="base.group_user,prepaid_services.group_front_desk",
            company_id=cls.other_company.id,
            company_ids=[fields.Command.set(cls.other_company.ids)],
        )

    def _as(self, user, record):
        return record.with_env(self.env(user=user, context={}))

    # -- ways to pay -----------------------------------------------------------------------

    def test_desk_sees_ways_to_pay_and_no_journals(self):
        for user in (self.desk, self.manager):
            journals = self._as(user, self.env["account.journal"])
            with self.assertRaises(AccessError):
                journals.search([])
            with self.assertRaises(AccessError):
                journals.browse(self.bank.id).read(["kanban_dashboard"])
        ways = self._as(self.desk, self.env["prepaid.payment.way"]).search([])
        self.assertLessEqual({self.bank.id, self.cash.id}, set(ways.ids))
        self.assertIn(self.cash.name, ways.mapped("name"))
        self.assertFalse(ways.filtered(lambda way: way.company_id != self.company))
        dialog = self._as(self.desk, self.env["prepaid.money"]).with_company(self.company)
        with Form(dialog) as form:
            form.partner_id = self.client
            form.amount = 10.0
            self.assertEqual(form.journal_id.id, self.cash.id)
        form.save().action_confirm()
        self._assert_ledger(advances=10.0)

    # -- dialogs ---------------------------------------------------------------------------

    def test_dialogs_of_others(self):
        dialog = self.env["prepaid.money"].with_user(self.desk).with_company(self.company)
        dialog = dialog.create({"partner_id": self.client.id, "amount": 10.0})
        for user in (self.stranger, self.manager):
            theirs = self._as(user, dialog)
            for call in (
                lambda d=theirs: d.read(["amount"]),
                lambda d=theirs: d.write({"amount": 999.0}),
                theirs.action_confirm,
                theirs.unlink,
            ):
                with self.assertRaises(AccessError):
                    call()

    def test_dialogs_filled_in_with_others_records(self):
        private = self.env["res.partner"].create(
            {"name": "Private", "company_id": self.company.id, "email": "private@example.com"}
        )
        visit = self._book("2026-01-20")
        Deposit = self._as(self.stranger, self.env["prepaid.deposit"])
        Money = self._as(self.stranger, self.env["prepaid.money"])
        for call in (
            lambda: Deposit.create({"booking_id": visit.id, "amount": 1.0}),
            lambda: Deposit.with_context(default_booking_id=visit.id).create({"amount": 1.0}),
            lambda: Deposit.onchange({"booking_id": visit.id}, [], {"amount": {}}),
            lambda: Money.create({"partner_id": private.id, "amount": 1.0}),
            lambda: Money.onchange({"partner_id": private.id}, [], {"service_balance": {}}),
        ):
            with self.assertRaises(AccessError):
                call()

    # -- figures ---------------------------------------------------------------------------

    def test_specialists_see_a_status_and_no_figure(self):
        self._top_up(123.45)
        Booking = self._as(self.specialist, self.env["prepaid.booking"])
        visit = Booking.create(
            {
                "partner_id": self.client.id,
                "service_id": self.service.id,
                "start": "2026-01-15 09:00:00",
                "price": 100_000.0,
            }
        )
        visit.action_confirm()
        self.assertEqual(visit.read(["payment_status"])[0]["payment_status"], "short")
        with self.assertRaises(AccessError):
            visit.read(["amount_due"])
        seats = visit.event_id.read(["prepaid_seats"])[0]["prepaid_seats"]
        self.assertFalse(seats[0]["due"])
        with self.assertRaises(UserError) as refused:
            visit.action_done()
        self.assertNotRegex(str(refused.exception), "876|123|99")
        action = visit.action_open_done()
        dialog = self._as(self.specialist, self.env[action["res_model"]]).browse(action["res_id"])
        names = ["amount_missing", "amount_balance", "credit_room", "amount"]
        self.assertFalse(any(dialog.read(names)[0][name] for name in names))

    def test_employees_and_clients_read_nothing_of_ours(self):
        portal = new_test_user(self.env, login="portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.client
        for user in (self.employee, portal):
            for model, ids, prefix in (
                ("res.partner", self.client.ids, ("prepaid_", "service_credit", "billing_")),
                ("res.company", self.company.ids, ("prepaid_",)),
                ("res.users", user.ids, ("prepaid_",)),
            ):
                record = self._as(user, self.env[model]).browse(ids)
                for name in record._fields:
                    if name.startswith(prefix):
                        with self.subTest(user=user.login, field=name):
                            with self.assertRaises(AccessError):
                                record.read([name])

    # -- calling twice ---------------------------------------------------------------------

    def test_calls_with_a_reference(self):
        self._top_up(500.0)
        self._sell(self._template(100.0, 10, is_freestyle=True))
        package = self.package
        for name, arguments in (
            ("use_session", {"units": 2}),
            ("extend", {"bonus_sessions": 1}),
            ("add_sessions", {"sessions": 1, "price": 10.0}),
        ):
            call = getattr(package, name)
            first = call(**arguments, reference=f"once {name}")
            before = self._count(), package.sessions_left
            self.assertEqual(call(**arguments, reference=f"once {name}"), first)
            self.assertEqual((self._count(), package.sessions_left), before)
        self._refused(
            "already used", package.extend, bonus_sessions=1, reference="once use_session"
        )
        client = self._as_desk(self.client).with_user(self.manager)
        entry = client.prepaid_write_off(50.0, reference="gone")
        self.assertEqual(client.prepaid_write_off(50.0, reference="gone"), entry)
        self._refused("already used", client.prepaid_write_off, 60.0, reference="gone")
        self.assertNotEqual(client.prepaid_write_off(50.0), entry)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestKeys(DepositCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.setup_other_company(name="Other Salon")["company"]
        cls.employee = cls._create_user("employee", "base.group_user")
        cls.stranger = new_test_user(
            cls.env,
            login="stranger",
            groups="base.group_user,prepaid_services.group_front_desk",
            company_id=other.id,
            company_ids=[fields.Command.set(other.ids)],
        )

    def test_nobody_signs_a_link_to_what_one_does_not_see(self):
        self._rule()
        visit = self._book("2026-01-20")
        self.assertIn("access_token", visit.portal_url)
        Wizard = self.env["payment.link.wizard"].with_env(self.env(user=self.stranger, context={}))
        vals = {"res_model": "prepaid.booking", "res_id": visit.id, "amount": 50.0}
        context = {"active_model": "prepaid.booking", "active_id": visit.id}
        for call in (
            lambda: Wizard.create(vals).link,
            lambda: Wizard.with_context(**context).default_get(["amount", "partner_id"]),
            visit.with_user(self.stranger)._portal_token,
            visit.with_user(self.employee)._portal_token,
            self.client.with_user(self.employee)._prepaid_portal_token,
            self.client.with_user(self.employee)._prepaid_request_token,
            lambda: self.client.with_user(self.employee)._prepaid_signature("debt", 1.0),
        ):
            with self.assertRaises(AccessError):
                call()
        own = Wizard.with_env(self.env(user=self.desk, context={})).create(vals)
        self.assertIn("access_token", own.link)

    def test_mails_leave_no_key_where_others_read(self):
        self._as_desk(self.client).action_prepaid_send_link()
        self._as_desk(self.client).action_prepaid_mail_statement()
        key = self.client._prepaid_portal_token()
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", self.client.ids)])
        self.assertIn(key, "".join(mails.mapped("body_html")))
        for user in (self.employee, self.stranger):
            messages = self.env["mail.message"].with_env(self.env(user=user, context={}))
            found = messages.search([("id", "in", mails.mail_message_id.ids)])
            self.assertFalse(found)
            self.assertFalse(messages.search([("body", "ilike", key)]))

    def test_mails_beside_a_record_keep_no_key(self):
        self._rule()
        visit = self._book("2026-01-20")
        queue = self.env["prepaid.message.queue"].sudo()
        template = self.env.ref("prepaid_services.mail_template_deposit_request")
        [mail] = queue._queue_mails(template, visit.sudo()).values()
        self.assertIn(visit.sudo()._portal_token(), mail.body_html)
        self.assertNotIn(visit.sudo()._portal_token(), mail.body)
        self.assertIn("access_token", mail.body)
