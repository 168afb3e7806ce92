from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    prepaid_hourly_rate = fields.Float(
        "Hourly Rate",
        company_dependent=True,
        min_display_digits=2,
        groups="prepaid_services.group_manager,base.group_erp_manager",
        help="Price of an hour of this specialist, in company currency. Deposit rules may ask for "
        "a share of it.",
    )
