"""What clients have with us is one figure: on cards, in the ageing, in the cockpit, in lists."""

from odoo.tests import freeze_time, tagged

from odoo.addons.prepaid_services.tests.vat import VatCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestOneFigure(VatCommon):
    def setUp(self):
        super().setUp()
        self._vat_policy("advance_invoice", 20)
        self.other = self._create_client("Boris")
        self._top_up(240.0, "2026-03-01")
        self._top_up(120.0, "2026-03-02", client=self.other)
        self._approve_credit(self.other)
        self._book("2026-03-10").action_done()
        self.env.flush_all()
        self.env.invalidate_all()

    def _as_manager(self, model):
        return self.env[model].with_user(self.manager).with_company(self.company)

    def _cards(self):
        clients = self._as_manager("res.partner").search([("prepaid_balance", ">", 0)])
        return sum(clients.mapped("prepaid_balance"))

    def test_ageing(self):
        answer = self._as_manager("prepaid.receivable.report").ageing("2026-03-20")
        total = answer["total"]
        self.assertEqual(total["advance"], self._cards())
        self.assertEqual(total["advance"], 240.0)
        self.assertEqual((total["net"], total["vat"]), (-240.0, 40.0))
        cards = self._as_manager("res.partner").browse([row["id"] for row in answer["rows"]])
        self.assertEqual(
            {row["id"]: row["net"] for row in answer["rows"]},
            {card.id: -card.service_balance for card in cards},
        )

    def test_a_day_before_the_visit(self):
        total = self._as_manager("prepaid.receivable.report").ageing("2026-03-09")["total"]
        self.assertEqual((total["advance"], total["vat"], total["net"]), (360.0, 60.0, -360.0))

    def test_ledger_check_with_the_vat_beside_it(self):
        check = self._as_manager("prepaid.receivable.report").ledger_check("2026-03-20")
        self.assertEqual((check["advance"], check["advance_vat"]), (200.0, 40.0))
        self.assertEqual((check["difference"], check["advance_difference"]), (0.0, 0.0))

    def test_cockpit(self):
        cockpit = self._as_manager("prepaid.cockpit")
        owed = cockpit.get_figures()["owed"]
        self.assertEqual(owed["advance"], self._cards())
        action = cockpit.open_list("advances")
        listed = self._as_manager(action["res_model"]).search(action["domain"])
        self.assertEqual(sum(listed.mapped("prepaid_balance")), owed["advance"])

    def test_owed_opens_what_adds_up_to_it(self):
        template = self._template(300.0, 3)
        self._sell(template, journal_id=self.cash.id)
        self._use("2026-03-20")
        cockpit = self._as_manager("prepaid.cockpit")
        owed = cockpit.get_figures()["owed"]
        self.assertEqual(owed["money"], 120.0 + 200.0)
        action = cockpit.open_list("owed")
        rows = self._as_manager(action["res_model"]).search(action["domain"])
        self.assertEqual(sum(rows.mapped("amount")), owed["money"])
        self.assertEqual(rows.partner_id, self.client | self.other)
