"""A legal entity with a branch: the people of one of the two do all their work, over RPC too."""

from odoo import fields
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.prepaid_services.tests.common import PrepaidCommon


class FamilyCommon(PrepaidCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "prepaid_services.group_feature_deposit"
        )
        cls.branch = cls.env["res.company"].create({"name": "Branch", "parent_id": cls.company.id})
        cls.env.cr.precommit.run()  # Core prepares a branch when it is committed
        cls.service.with_company(cls.branch).property_account_income_id = cls.income
        cls.service.taxes_id = False  # Core gave it the branch's default tax
        cls.client.write({"email": "anna@example.com"})
        cls.other = cls._create_client("Bohdan")
        for company in (cls.company, cls.branch):
            cls.env["prepaid.deposit.rule"].sudo().create(
                {
                    "name": "Deposit",
                    "amount_type": "fixed",
                    "amount": 50.0,
                    "company_id": company.id,
                    "service_ids": [fields.Command.link(cls._dear(company).id)],
                }
            )

    @classmethod
    def _dear(cls, company):
        """Return the service of a company for which a deposit is asked."""
        return cls._create_service(f"Hair of {company.name}", 90.0)

    def _worker(self, role, company):
        """Return an environment as a call over RPC has it: of the user, without a context."""
        user = new_test_user(
            self.env,
            login=f"{role}-{company.id}",
            groups=f"base.group_user,prepaid_services.group_{role}",
            company_id=company.id,
            company_ids=[fields.Command.set(company.ids)],
            tz="UTC",
        )
        return self.env(user=user, context={})


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestOneOfTheFamily(FamilyCommon):
    def _book(self, env, day="2026-01-15", **vals):
        return env["prepaid.booking"].create(
            {
                "partner_id": self.client.id,
                "service_id": self.service.id,
                "user_id": env.uid,
                "start": f"{day} 09:00:00",
                **vals,
            }
        )

    def test_everything_the_desk_does(self):
        for company in (self.company, self.branch):
            with self.subTest(company=company.name):
                env = self._worker("front_desk", company)
                self._money(env)
                self._visits(env)
                self._deposits(env, company)
                self._packages(env, company)
                self._debts(env)
                self._lists(env)

    def test_everything_the_manager_does(self):
        for company in (self.company, self.branch):
            with self.subTest(company=company.name):
                env = self._worker("manager", company)
                client = env["res.partner"].browse(self.client.id)
                client.prepaid_top_up(100.0, self.cash.id)
                client.prepaid_write_off(10.0, memo="Left town")
                self.assertTrue(client.prepaid_decide_credit("approve", 500.0, "Pays in time"))
                self._book(env).action_done(override_reason="A friend")
                report = env["prepaid.receivable.report"]
                self.assertTrue(report.ageing()["columns"])
                self.assertTrue(report.ledger_check())
                self.assertTrue(env["prepaid.cockpit"].get_figures())
                self.assertTrue(env["prepaid.cockpit"].get_forecast())
                request = self._request(env)
                request.action_approve()
                request.action_take_back()
                request = self._request(env)
                request.action_approve()
                request.recover(20.0, self.cash.id)
                case = env["prepaid.collection"].create(
                    {
                        "partner_id": self._owing(env).id,
                        "agent_id": self.other.id,
                        "channel": "court",
                        "reason": "No answer",
                    }
                )
                case.action_hand_over()
                case.action_close("withdrawn")

    def test_specialists_finish_their_visits(self):
        self._top_up(240.0)
        for company in (self.company, self.branch):
            with self.subTest(company=company.name):
                env = self._worker("specialist", company)
                self._owing(self._worker("front_desk", company))
                for client in (self.client, self._owing_client):
                    visit = self._book(env, partner_id=client.id)
                    visit.action_confirm()
                    visit.action_done()
                self.assertEqual(visit.payment_status, "owing")

    def _owing(self, env):
        """Return a client who owes a visit, as this user."""
        client = self._create_client(f"Debtor {env.uid} {fields.Datetime.now()}")
        client.with_company(env.company).sudo().write(
            {"service_credit_state": "approved", "service_credit_limit": 500.0}
        )
        self._book(env, partner_id=client.id).action_done()
        self._owing_client = client
        return env["res.partner"].browse(client.id)

    def _request(self, env):
        """Return a request to write the debt of a new client off."""
        vals = {"partner_id": self._owing(env).id, "reason": "Moved abroad"}
        return env["prepaid.write.off"].create(vals)

    def _money(self, env):
        client = env["res.partner"].browse(self.client.id)
        self.assertTrue(client.prepaid_journals())
        client.prepaid_top_up(300.0, self.cash.id, reference=f"in {env.uid}")
        client.prepaid_pay_out(100.0, self.cash.id, reference=f"out {env.uid}")
        self.assertGreaterEqual(client.prepaid_available, 200.0)
        client.action_prepaid_send_link()
        client.action_prepaid_renew_link()

    def _visits(self, env):
        """From the balance, beyond it, and all the ways a visit does not take place."""
        for day in ("2026-01-13", "2026-01-14", "2026-01-15"):
            visit = self._book(env, day)
            visit.action_confirm()
            visit.action_done(self.cash.id)
            self.assertEqual(visit.payment_status, "paid")
        visit.action_undo_done("Wrong client")
        visit.action_no_show()
        visit.action_reopen()
        visit.action_reschedule("2026-01-16 15:00:00")
        visit.action_cancel("Ill")

    def _deposits(self, env, company):
        service = self.env["product.product"].search([("name", "=", f"Hair of {company.name}")])
        visits = self.env["prepaid.booking"].with_env(env)
        client = env["res.partner"].browse(self.client.id)
        client.prepaid_pay_out(client.prepaid_available, self.cash.id)
        for number in range(3):
            visits += self._book(env, f"2026-02-0{number + 1}", service_id=service.id)
        visits.action_confirm()
        self.assertEqual(set(visits.mapped("state")), {"awaiting_payment"})
        for visit in visits:
            self.assertTrue(visit.portal_url)
            visit.action_take_deposit(self.cash.id)
        with freeze_time("2026-02-01 12:00:00"):
            visits[0].action_no_show()
        visits[1].action_cancel("Ill", by="us")
        visits[2].start = "2026-01-15 08:00:00"
        visits[2].action_done(self.cash.id)

    def _packages(self, env, company):
        template = (
            self.env["prepaid.subscription.template"]
            .sudo()
            .create(
                {
                    "name": f"Ten {company.name}",
                    "company_id": company.id,
                    "price": 100.0,
                    "sessions": 10,
                    "is_freestyle": True,
                    "member_limit": 3,
                }
            )
        )
        template.product_id.with_company(company).property_account_income_id = self.income
        template.product_id.taxes_id = False
        template = template.with_env(env)
        sale = template.sell(self.client.id, journal_id=self.cash.id, reference=f"sale {env.uid}")
        package = env["prepaid.subscription"].browse(sale["subscription_id"])
        use = package.use_session()
        package.undo_use(use["use_id"])
        package.use_session()
        package.add_sessions(2, 20.0, journal_id=self.cash.id)
        package.extend(bonus_sessions=1, reason="Sorry")
        package.freeze("2026-01-16", "2026-01-20")
        package.unfreeze("2026-01-18")
        package.add_member(self.other.id)
        package.remove_member(self.other.id)
        package.transfer(self.other.id)
        package.request_refund("Moved away")
        package.refuse_refund("Not yet")
        self.assertTrue(package.refund_preview()["refund"])
        package.refund(journal_id=self.cash.id)

    def _debts(self, env):
        client = self._owing(env)
        client.prepaid_promise("2026-02-01")
        client.prepaid_dispute("Was not there")
        client.prepaid_end_dispute()
        client.prepaid_instalments([["2026-02-01", 120.0]])
        self.assertTrue(client.prepaid_credit_figures()["points"])
        self.assertEqual(self._request(env).state, "requested")

    def _lists(self, env):
        """Everything that the lists and cards of the desk read."""
        for model in (
            "prepaid.booking",
            "prepaid.subscription",
            "prepaid.client.movement",
            "prepaid.daily.sale",
            "prepaid.deposit.report",
            "prepaid.client.risk",
            "prepaid.start.task",
            "prepaid.reminder",
        ):
            records = env[model].search([], limit=20)
            names = [n for n, f in records._fields.items() if records._has_field_access(f, "read")]
            records.read(names)
