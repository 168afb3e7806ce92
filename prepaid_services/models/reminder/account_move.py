from odoo import fields, models


class AccountMove(models.Model):
    """An invoice the client does not agree with is not chased until that is settled."""

    _inherit = "account.move"

    prepaid_dispute_reason = fields.Char(
        "In Dispute because",
        copy=False,
        tracking=True,
        help="As long as it says something here, no reminder is sent about this invoice.",
        groups="base.group_user",
    )
