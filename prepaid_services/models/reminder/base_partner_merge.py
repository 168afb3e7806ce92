from odoo import api, models

#: Of two ways to be reminded, the gentlest
MODES = ("never", "manual", "automatic", False)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """One ladder, one instalment plan and one agreement for a client who was there twice."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_clients(self, sources, target):
        """Extend: whatever was agreed with one of them holds, in every company."""
        res = super()._prepaid_unite_clients(sources, target)
        for company in self.env["res.company"].search([("active", "in", (True, False))]):
            clients = (target | sources).with_company(company)
            vals = {
                "prepaid_reminder_mode": min(
                    clients.mapped("prepaid_reminder_mode"), key=MODES.index
                ),
                "prepaid_promise_date": max(
                    filter(None, clients.mapped("prepaid_promise_date")), default=False
                ),
                "prepaid_dispute_reason": "; ".join(
                    dict.fromkeys(filter(None, clients.mapped("prepaid_dispute_reason")))
                ),
            }
            for client in clients:
                changed = {name: value for name, value in vals.items() if client[name] != value}
                if any(client[name] or value for name, value in changed.items()):
                    client.with_context(tracking_disable=True).write(changed)
        return res

    @api.model
    def _prepaid_unite_payers(self, sources, target):
        """Extend: two instalment plans become one; a message about a client is there once."""
        res = super()._prepaid_unite_payers(sources, target)
        active = [("state", "=", "active")]
        Plan = "prepaid.instalment.plan"
        for plans in self._prepaid_rivals(Plan, sources | target, ["company_id"], active):
            plans[0]._absorb(plans[1:])
        self.env["prepaid.reminder"]._follow_client(sources, target)
        return res

    @api.model
    def _prepaid_payer_fields(self):
        """Extend: reminders and instalment plans."""
        return [
            *super()._prepaid_payer_fields(),
            ("prepaid.reminder", "partner_id"),
            ("prepaid.instalment.plan", "partner_id"),
        ]


class PrepaidInstalmentPlan(models.Model):
    _inherit = "prepaid.instalment.plan"

    def _absorb(self, others):
        """Take over the parts and debts of other plans, which are cancelled."""
        self.ensure_one()
        total = self.amount_total + sum(others.mapped("amount_total"))
        self.write({"amount_total": total, "debt_ids": [(4, debt.id) for debt in others.debt_ids]})
        others.line_ids.plan_id = self
        others.write({"state": "cancelled", "amount_total": 0.0, "debt_ids": [(5,)]})


class PrepaidReminder(models.Model):
    _inherit = "prepaid.reminder"

    @api.model
    def _follow_client(self, sources, target):
        """Let reminders whose subject is a client be about the one who stays, each step once."""
        topics = [
            topic for topic, model in self._get_topic_models().items() if model == "res.partner"
        ]
        clients = sources | target
        rows = self.search([("topic", "in", topics), ("res_id", "in", clients.ids)], order="id")
        for reminders in rows.grouped(lambda r: (r.step_id, r.key)).values():
            sent = reminders.filtered(lambda r: r.state in ("done", "queued"))
            kept = (sent or reminders)[:1]
            (reminders - kept).unlink()
            kept.res_id = target.id
