from datetime import timedelta

from odoo import api, fields, models

POLICY = """<p>Clients who have been with us for three months may come first and pay by the end
of the week. Who is more than 30 days late pays at the visit until everything is settled.</p>"""


class PrepaidDemoSalon(models.AbstractModel):
    """Credit and reminders of the demo salon: a policy, batches, and a ladder that has begun."""

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: the salon has a credit policy, bills in batches, and has planned reminders."""
        bookings = super()._generate(clients, days, seed)
        salon = self.with_company(self.env.company).with_context(tracking_disable=True)
        salon._set_credit_policy()
        salon._review_credit()
        salon._start_reminders()
        return bookings

    @api.model
    def _set_credit_policy(self):
        """Write the policy down, and make a batch for two days of the week."""
        company = self.env.company
        company.write({"prepaid_credit_policy": POLICY, "prepaid_credit_hold_days": 30})
        today = company._prepaid_today()
        for name, ahead in (("Tuesday", 1), ("Friday", 4)):
            day = today + timedelta(days=(ahead - today.weekday()) % 7 or 7)
            self._find_or_create("prepaid.billing.cycle", "name", name, date_next=day)
        self.env["prepaid.billing.cycle"].sudo()._spread(company)

    @api.model
    def _review_credit(self):
        """Let the manager look again at two clients who have credit, and hold what is overdue."""
        manager = self.env["res.users"].search([("login", "=", "manager")])
        approved = self.env["res.partner"].search([("service_credit_state", "=", "approved")])
        for client in approved[:2].with_user(manager):
            figures = client.prepaid_credit_figures()
            limit = max(figures["proposal"], client.service_credit_limit)
            client.prepaid_decide_credit("approve", limit, "Comes every week")
        self.env["res.partner"].sudo()._follow_holds(self.env.company)

    @api.model
    def _start_reminders(self):
        """Plan what is due, and note a promise and a dispute. Nothing is sent from a demo."""
        company = self.env.company
        desk = self.env["res.users"].search([("login", "=", "desk")])
        Reminder = self.env["prepaid.reminder"].sudo()
        Reminder._plan(company, by_hand=True)
        debtors = Reminder.search([("company_id", "=", company.id)]).partner_id.with_user(desk)
        if len(debtors) > 2:
            day = company._prepaid_today() + timedelta(days=10)
            debtors[0].prepaid_promise(fields.Date.to_string(day), "After payday")
            debtors[1].prepaid_dispute("Says the last visit was cancelled in time")
