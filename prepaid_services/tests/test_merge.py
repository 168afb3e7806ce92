"""Merging duplicates of a client, as the front desk does it with Odoo's dialog."""

from odoo import fields
from odoo.tests import tagged

from .test_portal import PortalCommon


class MergeCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls._create_client("Anna (double)")

    def _merge(self, *others, into=None, user=None):
        """Merge clients with the dialog of Contacts, as the front desk."""
        into = into or self.client
        clients = into.union(*(others or [self.double]))
        clients.email = "anna@example.com"
        wizard = (
            self._as_desk(self.env["base.partner.merge.automatic.wizard"])
            .with_user(user or self.desk)
            .with_context(active_model="res.partner", active_ids=clients.ids)
            .create({"dst_partner_id": into.id})
        )
        self.env.flush_all()
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(clients.exists(), into)


@tagged("post_install", "-at_install")
class TestMerge(MergeCommon):
    def _class_of(self, *clients):
        """Return the bookings of clients in one meeting."""
        first = self._book(client=clients[0])
        others = [
            self._book(client=client, confirm=False, event_id=first.event_id.id)
            for client in clients[1:]
        ]
        return first, *others

    def test_money_adds_up_and_can_be_spent(self):
        self._top_up(100)
        self._top_up(50, client=self.double)
        self._merge()
        self._assert_balance_is_ledger()
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 150.0)
        booking = self._book()
        booking.action_done()
        self.assertEqual(booking.payment_status, "paid")

    def test_a_person_of_a_firm_pays_from_the_firms_purse(self):
        firm = self._create_client("Firm", is_company=True)
        member = self._create_client("Anna of the firm", parent_id=firm.id)
        self._top_up(150, client=self.double)
        visit = self._book(client=self.double)
        self._merge(into=member)
        self.assertEqual(self._as_desk(firm).prepaid_balance, 150.0)
        self.assertEqual(visit.sudo().payer_id, firm)
        visit.action_done()
        self.assertEqual(visit.payment_status, "paid")
        self.assertEqual(self._as_desk(firm).prepaid_balance, 30.0)

    def test_further_seat_stays(self):
        for ours, theirs in (("confirmed", "draft"), ("draft", "confirmed")):
            with self.subTest(ours=ours):
                double = self._create_client("Anna again")
                mine, other = self._class_of(self.client, double)
                mine.sudo().state, other.sudo().state = ours, theirs
                self._merge(double)
                seats = (mine | other).sudo()
                self.assertEqual(seats.partner_id, self.client)
                live = seats.filtered(lambda b: b.state != "cancelled")
                self.assertEqual(live.state, "confirmed")
                self.assertTrue(live.event_id.active)
                live.action_cancel()

    def test_done_seat_stays_and_is_paid_once(self):
        self._top_up(200, client=self.double)
        mine, other = self._class_of(self.client, self.double)
        other.action_confirm()
        other.action_done()
        self._merge()
        self.assertEqual(mine.sudo().state, "cancelled")
        self.assertEqual(other.sudo().state, "done")
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 80.0)

    def test_two_done_visits_in_one_class_stay_done(self):
        self.company.prepaid_overlap_policy = "refuse"
        self._top_up(200)
        self._top_up(200, client=self.double)
        mine, other = self._class_of(self.client, self.double)
        other.action_confirm()
        (mine | other).action_done()
        self._merge()
        seats = (mine | other).sudo()
        self.assertEqual(set(seats.mapped("state")), {"done"})
        self.assertEqual(len(seats.event_id), 1)
        self.assertEqual(len(set(seats.mapped("start"))), 1)
        self._assert_balance_is_ledger()
        self.assertEqual(self._as_desk(self.client).prepaid_balance, 160.0)

    def test_links_sent_before_go_on_working(self):
        self._top_up(100, client=self.double)
        visit = self._book("2126-01-10", client=self.double)
        balance, page = self._path(self.double), visit.portal_url
        request = self.double._prepaid_request_url(self.company)
        mine = self._path(self.client)
        self.env["res.partner"].sudo().browse(self.double.id).prepaid_link_version = 0
        self._merge()
        base = self.client.get_base_url()
        for url in (balance, page.removeprefix(base), request.removeprefix(base), mine):
            with self.subTest(url=url):
                self.assertEqual(self._get(url).status_code, 200)
        token = balance.split("access_token=")[1]
        statement = f"/my/balance/{self.client.id}/packages?access_token={token}"
        self.assertNotEqual(self._get(statement).status_code, 500)
        self._as_desk(self.client).action_prepaid_renew_link()
        for url in (balance, page.removeprefix(base), request.removeprefix(base), mine):
            self.assertEqual(self._get(url).status_code, 404, "renewed")

    def test_links_survive_a_second_merge(self):
        third = self._create_client("Anna III")
        path = self._path(third)
        self._merge(third, into=self.double)
        self._merge(self.double)
        self.assertEqual(self._get(path).status_code, 200)

    def test_stricter_credit_decision_wins(self):
        self._approve_credit(limit=500.0)
        self._approve_credit(self.double, limit=200.0)
        self._merge()
        card = self.client.with_company(self.company)
        self.assertEqual((card.service_credit_state, card.service_credit_limit), ("approved", 200))
        held = self._create_client("Anna on hold")
        held.with_user(self.manager).with_company(self.company).service_credit_state = "on_hold"
        self._merge(held)
        self.assertEqual(card.service_credit_state, "on_hold")
        fresh = self._create_client("Anna without a decision")
        self._merge(fresh)
        self.assertEqual(card.service_credit_state, "on_hold")

    def test_gentlest_way_to_remind_wins(self):
        today = self.company._prepaid_today()
        mine, other = (each.with_company(self.company) for each in (self.client, self.double))
        mine.prepaid_reminder_mode = "automatic"
        other.prepaid_reminder_mode = "never"
        other.prepaid_promise_date = today
        self._merge()
        self.assertEqual(mine.prepaid_reminder_mode, "never")
        self.assertEqual(mine.prepaid_promise_date, today)

    # -- what is there once for a client ---------------------------------------------------

    def _once(self, model, vals, key="partner_id"):
        """Return two records of the clients that cannot stay side by side."""
        return self.env[model].sudo().create(
            [{**vals, key: client.id} for client in (self.client, self.double)]
        )

    def test_one_task_at_the_start_desk(self):
        vals = {"company_id": self.company.id, "reason": "never", "date_found": "2026-01-01"}
        mine, other = self._once("prepaid.start.task", vals)
        mine.note, other.note = "Called twice", "Wants mornings"
        other.requested_on = "2026-01-02 10:00:00"
        self._merge()
        self.assertEqual((mine.state, other.state), ("closed", "todo"))
        self.assertEqual(other.note, "Wants mornings\nCalled twice")

    def test_one_statement_of_a_period(self):
        vals = {"company_id": self.company.id, "date_from": "2026-01-01", "date_to": "2026-01-31"}
        mine, other = self._once("prepaid.statement.sending", vals)
        other.state = "queued"
        self._merge()
        self.assertFalse(mine.exists())
        self.assertEqual((other.state, other.partner_id), ("queued", self.client))

    def test_one_row_of_a_billing_run(self):
        cycle = self.env["prepaid.billing.cycle"].sudo().create(
            {"name": "Mondays", "company_id": self.company.id}
        )
        run = self.env["prepaid.billing.run"].sudo().create(
            {"cycle_id": cycle.id, "company_id": self.company.id, "date": "2026-01-05"}
        )
        vals = {"run_id": run.id, "amount": 30.0, "documents": 1}
        lines = self._once("prepaid.billing.line", vals)
        self._merge()
        line = lines.exists()
        self.assertEqual((line.partner_id, line.amount, line.documents), (self.client, 60.0, 2))
        self.assertEqual(run.amount, 60.0)

    def test_one_collection_with_all_debts(self):
        self._approve_credit()
        self._approve_credit(self.double)
        for client in (self.client, self.double):
            self._book(client=client).action_done()
        vals = {"company_id": self.company.id}
        mine, other = self._once("prepaid.collection", vals)
        other.write({"state": "handed_over", "amount": 120.0})
        self._merge()
        self.assertEqual((mine.state, other.state), ("closed", "handed_over"))
        self.assertEqual(other.amount_open, 240.0)
        self.assertEqual(self._as_desk(self.client).collection_state, "handed_over")

    def _parts(self):
        """Return two parts of 60.00 that are due in the next months."""
        today = self.company._prepaid_today()
        return [[str(fields.Date.add(today, months=month)), 60] for month in (1, 2)]

    def test_one_instalment_plan_with_all_parts(self):
        self._approve_credit()
        self._approve_credit(self.double)
        for client in (self.client, self.double):
            self._book(client=client).action_done()
            self._as_desk(client).prepaid_instalments(self._parts())
        self._merge()
        plan = self.env["prepaid.instalment.plan"].search(
            [("partner_id", "=", self.client.id), ("state", "=", "active")]
        )
        self.assertEqual((plan.amount_total, plan.amount_paid), (240.0, 0.0))
        self.assertEqual(sum(plan.line_ids.mapped("amount")), 240.0)

    def test_one_reminder_about_a_client(self):
        Step = self.env["prepaid.reminder.step"].sudo()
        step = Step.search([("topic", "=", "balance")], limit=1)
        step = step or Step.create(
            {"name": "Balance", "topic": "balance", "days": 1, "channel": "call"}
        )
        rows = self.env["prepaid.reminder"].sudo().create(
            [
                {
                    "step_id": step.id,
                    "topic": "balance",
                    "channel": "call",
                    "company_id": self.company.id,
                    "partner_id": client.id,
                    "res_id": client.id,
                    "date_planned": "2026-01-01",
                    "state": state,
                }
                for client, state in ((self.client, "planned"), (self.double, "done"))
            ]
        )
        self._merge()
        row = rows.exists()
        self.assertEqual((row.state, row.res_id), ("done", self.client.id))

    def test_packages_follow(self):
        template = self.env["prepaid.subscription.template"].sudo().create(
            {"name": "Ten", "price": 100.0, "sessions": 10, "company_id": self.company.id}
        )
        template.product_id.property_account_income_id = self.income
        template.product_id.taxes_id = False
        sold = self._as_desk(template).sell(self.double.id, journal_id=self.cash.id)
        self._merge()
        package = self.env["prepaid.subscription"].sudo().browse(sold["subscription_ids"])
        self.assertEqual((package.partner_id, package.payer_id), (self.client, self.client))
        self._as_desk(package).use_session()
        self.assertEqual(package.sessions_left, 9)
        self._assert_balance_is_ledger()

    def test_registry_walk(self):
        """Every unique key that contains a client is known here; a new one needs a way to unite."""
        known = {
            "prepaid_billing_line_once",
            "prepaid_booking_one_seat_per_client",
            "prepaid_collection_once",
            "prepaid_instalment_plan_active_uniq",
            "prepaid_start_task_open_once",
            "prepaid_statement_sending_once",
        }
        self.env.cr.execute(
            """
            SELECT DISTINCT index.relname
              FROM pg_index i
              JOIN pg_class index ON index.oid = i.indexrelid
              JOIN pg_class tab ON tab.oid = i.indrelid
              JOIN pg_attribute att ON att.attrelid = tab.oid AND att.attnum = ANY(i.indkey)
              JOIN pg_constraint con ON con.conrelid = tab.oid AND con.contype = 'f'
               AND con.conkey[1] = att.attnum AND con.confrelid = 'res_partner'::regclass
             WHERE i.indisunique AND tab.relname LIKE 'prepaid%%'
               AND tab.relname IN %s
            """,
            [tuple(model._table for model in self.env.values() if model._auto)],
        )
        found = {name for [name] in self.env.cr.fetchall()}
        self.assertEqual(found, known)

    def test_payers_of_every_model_follow(self):
        """Stored fields that hold a payer are moved with the purse."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        moved = set(wizard._prepaid_payer_fields())
        stored = {
            (model._name, name)
            for model in self.env.values()
            for name, field in model._fields.items()
            if name == "payer_id" and field.store and model._auto
        }
        self.assertLessEqual(stored, moved)
