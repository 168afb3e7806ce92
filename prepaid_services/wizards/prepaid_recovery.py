from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidRecovery(models.TransientModel):
    """One question: how much came in for a debt that was written off?"""

    _name = "prepaid.recovery"
    _description = "Money of a Written-off Debt"
    _inherit = ["prepaid.dialog", "prepaid.journal.mixin"]

    write_off_id = fields.Many2one("prepaid.write.off", required=True)
    journal_id = fields.Many2one(required=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(required=True)
    date = fields.Date(required=True, default=lambda self: self.env.company._prepaid_today())
    memo = fields.Char()

    @api.depends("journal_id")
    def _compute_currency_id(self):
        for dialog in self:
            journal = dialog.journal_id.sudo()
            dialog.currency_id = journal.currency_id or self.env.company.currency_id

    @public
    def action_confirm(self):
        """Book the money.

        :return: the action that closes the dialog
        """
        check_one(self)
        self.write_off_id.recover(self.amount, self.journal_id.id, self.date, self.memo or "")
        return {"type": "ir.actions.act_window_close"}
