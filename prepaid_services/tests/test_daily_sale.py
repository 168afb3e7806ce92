from odoo.tests import freeze_time, tagged

from .cases import CaseDriver


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestDailySale(CaseDriver):
    """Everything that was given on a day, and all money, is in the sales of the day."""

    def _rows(self, day="2026-03-20"):
        """Return the rows of a day as the front desk sees them."""
        self.env.flush_all()
        Sale = self._as_desk(self.env["prepaid.daily.sale"])
        rows = Sale.search([("date", "=", day), ("company_id", "=", self.company.id)], order="id")
        self.assertEqual(len(set(rows.ids)), len(rows))
        return sorted(
            (row.kind, row.method or "", row.amount_visit, row.amount_money) for row in rows
        )

    def test_visits_and_money(self):
        self._top_up(200.0, "2026-03-20", journal=self.cash)
        self._book("2026-03-20").action_done()
        self._as_desk(self.client).prepaid_pay_out(30.0, self.cash.id, "2026-03-20")
        self.assertEqual(
            self._rows(),
            [
                ("paid_back", "Cash", 0.0, -30.0),
                ("receipt", "Cash", 0.0, 200.0),
                ("visit", "", 120.0, 0.0),
            ],
        )

    def test_visits_that_a_package_pays(self):
        self._sell(self._template(100.0, 4), date="2026-03-01")
        booking = self._book("2026-03-20")
        booking.action_done()
        self.assertTrue(booking.subscription_id)
        self.package.use_session("2026-03-20")
        self.package.use_session("2026-03-20")
        self.package.undo_use(self.package.use_ids.filtered(lambda u: not u.booking_id)[:1].id)
        self.assertEqual(self._rows(), [("visit", "Package", 0.0, 0.0)] * 2)

    def test_history_names_the_visit(self):
        """Why a visit is in a client's money history needs no look at its invoice."""
        self._book("2026-03-19", price=80.0).action_done(journal_id=self.cash.id)
        daughter = self._create_client("Daughter", parent_id=self.client.id)
        self._book("2026-03-20", client=daughter, price=8.0).action_done(journal_id=self.cash.id)
        self.env.flush_all()
        visits = self._as_desk(self.env["prepaid.client.movement"]).search(
            [("partner_id", "child_of", self.client.id), ("kind", "=", "visit")]
        )
        self.assertEqual(visits.mapped("description"), ["Manicure (Daughter)", "Manicure"])

    def test_free_visits_on_the_salons_day(self):
        self.company.partner_id.tz = "Europe/Kyiv"
        self._book("2026-03-19", hour=23, price=0.0).action_done()
        self.assertEqual(self._rows(), [("visit", "", 0.0, 0.0)])
