from odoo import fields, models

from ...tools.groups import DESK_SETTING
from ..company.res_company import LIABILITY_TYPES


class ProductCategory(models.Model):
    _inherit = "product.category"

    prepaid_deferred_account_id = fields.Many2one(
        "account.account",
        "Deferred Revenue Account",
        company_dependent=True,
        ondelete="restrict",
        domain=[("account_type", "in", LIABILITY_TYPES)],
        help="Where packages of this category wait until they are earned; "
        "the account of the company's settings by default.",
        groups=DESK_SETTING,
    )
