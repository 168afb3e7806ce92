from datetime import time, timedelta

from odoo import api, fields, models

#: Evenings of the last weeks with a visit that had a deposit
EVENINGS = 24
#: How the few of them ended that did not take place, by their number
MISSED, CANCELLED = 7, 16
#: A visit is booked so long before
AHEAD = timedelta(days=7)
#: The deposit is asked so long before, and paid after so many minutes, one after the other
ASKED_AHEAD = timedelta(days=3)
MINUTES_TO_PAY = (4, 12, 25, 48, 95, 240)


class PrepaidDemoSalon(models.AbstractModel):
    """The deposits of the last weeks: with one, nearly everybody comes."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _look_back_on_deposits(self, clients, service, specialist):
        """Book evenings of the past with a deposit that the client had paid, and end the visits.

        :param clients: from whom a deposit is asked; debtors are left out, as their money would
            pay what they owe
        """
        clients = clients.with_env(self.env)
        cash = clients._prepaid_money_journals()[:1]
        today = self.env.company._prepaid_today()
        visits = self.env["prepaid.booking"]
        solvent = clients.filtered(lambda c: not c.prepaid_debt)
        for number, client in enumerate(solvent[:EVENINGS]):
            start = self._moment(today - timedelta(days=2 + number), time(18))
            asked = fields.Date.to_string(start - ASKED_AHEAD)
            client.prepaid_top_up(service.lst_price, cash.id, asked)
            visits += self.env["prepaid.booking"].create(
                {
                    "partner_id": client.id,
                    "service_id": service.id,
                    "user_id": specialist.id,
                    "start": start,
                }
            )
        visits.action_confirm()
        # The balance of some is held for other visits
        for visit in visits.filtered(lambda b: b.state == "awaiting_payment"):
            visit.action_take_deposit(cash.id)
        visits[MISSED : MISSED + 1].action_no_show()
        visits[CANCELLED : CANCELLED + 1].action_cancel("Ill")
        visits.filtered(lambda b: b.state == "confirmed").action_done(journal_id=cash.id)
        self._set_clocks_back(visits.sudo().filtered("deposit_paid_on"))

    @api.model
    def _set_clocks_back(self, visits):
        """Let visits be booked, and deposits asked and paid, when a salon would have done so.

        Everything was made in this minute; reports compare the days before and since deposits.
        """
        for number, visit in enumerate(visits):
            asked = visit.start - ASKED_AHEAD
            minutes = MINUTES_TO_PAY[number % len(MINUTES_TO_PAY)]
            visit.deposit_requested_on = asked
            visit.deposit_paid_on = asked + timedelta(minutes=minutes)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE prepaid_booking SET create_date = LEAST(create_date, start - %s) "
            "WHERE company_id = %s",
            [AHEAD, self.env.company.id],
        )
        visits.invalidate_model(["create_date"])
