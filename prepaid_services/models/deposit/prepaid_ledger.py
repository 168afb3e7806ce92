from odoo import api, models


class PrepaidLedger(models.AbstractModel):
    _inherit = "prepaid.ledger"

    @api.model
    def _held(self, partners, companies):
        """Override: deposits of coming visits pay nothing else."""
        held = super()._held(partners, companies)
        for root in companies.root_id:
            by_payer = self.env["prepaid.booking"]._held_by_payer(
                partners.commercial_partner_id, root
            )
            for payer, amount in by_payer.items():
                key = (payer.with_env(self.env), root, root.currency_id)
                held[key] = held.get(key, 0.0) + amount
        return held
