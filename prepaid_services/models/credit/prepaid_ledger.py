from odoo import api, models


class PrepaidLedger(models.AbstractModel):
    _inherit = "prepaid.ledger"

    @api.model
    def _pay_debts_first(self, moves):
        """Extend: a client who has paid may have credit again at once, not with the next cron."""
        result = super()._pay_debts_first(moves)
        payers = moves.partner_id.commercial_partner_id.sudo()
        for company in moves.company_id.filtered("prepaid_credit_hold_days"):
            held = payers.with_company(company).filtered("service_credit_auto_hold")
            if held:
                self.env["res.partner"].sudo().with_company(company)._follow_holds(company, held)
        return result
