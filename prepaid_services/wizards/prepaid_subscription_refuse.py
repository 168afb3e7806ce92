from odoo import fields, models


class PrepaidSubscriptionRefuse(models.TransientModel):
    """One question: why is a client's request for a refund refused?"""

    _name = "prepaid.subscription.refuse"
    _description = "Refuse a Refund"

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    reason = fields.Char("Answer to the Client", required=True)

    def action_confirm(self):
        """Refuse the request."""
        self.ensure_one()
        self.subscription_id.refuse_refund(self.reason)
        return {"type": "ir.actions.act_window_close"}
