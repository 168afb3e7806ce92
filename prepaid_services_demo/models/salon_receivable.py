from odoo import api, models

#: The court finds nothing below this amount worth a case
LEAST = 50.0


class PrepaidDemoSalon(models.AbstractModel):
    """Old debts of the demo salon: one is with an agency, one written off, one asked for."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: what becomes of debts that nobody pays."""
        bookings = super()._generate(clients, days, seed)
        salon = self.with_company(self.env.company).with_context(tracking_disable=True)
        salon._chase_debts()
        return bookings

    @api.model
    def _chase_debts(self):
        """Hand the largest debt over, write one off, and ask for another."""
        rows = self.env["prepaid.receivable.report"].ageing()["rows"]
        debtors = [row["id"] for row in rows if row["receivable"] >= LEAST and row["advance"] <= 0]
        if len(debtors) < 3:
            return
        agency = self._find_or_create("res.partner", "name", "Fair Collections Ltd")
        case = self.env["prepaid.collection"].create(
            {
                "partner_id": debtors[0],
                "agent_id": agency.id,
                "reference": "FC-2041",
                "reason": "Three letters, two calls, no answer.",
            }
        )
        case.action_hand_over()
        lost, _asked = self.env["prepaid.write.off"].create(
            [
                {"partner_id": debtors[-1], "reason": "Moved abroad, cannot be found"},
                {"partner_id": debtors[-2], "reason": "Says the visit never took place"},
            ]
        )
        lost.action_approve()
