from odoo import fields, models

from ...tools.groups import DESK


class ResPartner(models.Model):
    _inherit = "res.partner"

    billing_cycle_id = fields.Many2one(
        "prepaid.billing.cycle",
        company_dependent=True,
        help="The batch in which the client gets open invoices and a statement. Empty: the "
        "smallest one, as soon as there is something to bill.",
        groups=DESK,
    )
