from odoo import fields, models


class PrepaidClientMovement(models.Model):
    """The client's history names what happened to a debt that nobody paid."""

    _inherit = "prepaid.client.movement"

    kind = fields.Selection(
        selection_add=[
            ("bad_debt", "Debt Written Off"),
            ("bad_debt_return", "Write-off Taken Back"),
        ]
    )
