from odoo import fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidSubscriptionRefuse(models.TransientModel):
    """One question: why is a client's request for a refund refused?"""

    _name = "prepaid.subscription.refuse"
    _description = "Refuse a Refund"
    _inherit = ["prepaid.dialog"]

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    reason = fields.Char("Answer to the Client", required=True)

    @public
    def action_confirm(self):
        """Refuse the request."""
        check_one(self)
        self.subscription_id.refuse_refund(self.reason)
        return {"type": "ir.actions.act_window_close"}
