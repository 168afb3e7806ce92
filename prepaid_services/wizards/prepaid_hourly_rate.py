from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..door import public
from ..exceptions import check_one


class PrepaidHourlyRate(models.TransientModel):
    """One question: what does an hour of this specialist cost?"""

    _name = "prepaid.hourly.rate"
    _description = "Set an Hourly Rate"
    _inherit = ["prepaid.dialog"]

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Specialist", required=True)
    rate = fields.Monetary("Hourly Rate")

    @public
    def action_confirm(self):
        """Write the rate. As superuser: managers may not write users otherwise."""
        check_one(self)
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers set hourly rates."))
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("%s is not your company.", self.company_id.name))
        if self.rate < 0:
            raise UserError(self.env._("The hourly rate must be 0 or more."))
        self.user_id.sudo().with_company(self.company_id).prepaid_hourly_rate = self.rate
        return {"type": "ir.actions.act_window_close"}
