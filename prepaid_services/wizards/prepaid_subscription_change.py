from odoo import api, fields, models

from ..door import public
from ..exceptions import check_one


class PrepaidSubscriptionExtend(models.TransientModel):
    """One question: until when is the package valid, and does it get more sessions?"""

    _name = "prepaid.subscription.extend"
    _description = "Extend a Package"
    _inherit = ["prepaid.dialog"]

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    state = fields.Selection(related="subscription_id.state")
    is_unlimited = fields.Boolean(related="subscription_id.is_unlimited")
    date_old = fields.Date(related="subscription_id.date_end", string="Present End")
    date_end = fields.Date("New End")
    lapsed_sessions = fields.Integer(compute="_compute_lapsed_sessions")
    restored_sessions = fields.Integer(
        "Of These Come Back",
        compute="_compute_restored_sessions",
        store=True,
        readonly=False,
        precompute=True,
    )
    bonus_sessions = fields.Integer()
    goodwill = fields.Boolean(
        "As Goodwill",
        help="The lapsed value stays revenue; the sessions that come back earn nothing.",
    )
    reason = fields.Char(required=True)

    @api.depends("subscription_id")
    def _compute_lapsed_sessions(self):
        for wizard in self:
            expired = wizard.subscription_id.state == "expired"
            wizard.lapsed_sessions = wizard.subscription_id._lapsed_sessions() if expired else 0

    @api.depends("subscription_id")
    def _compute_restored_sessions(self):
        """All lapsed sessions come back, unless changed."""
        for wizard in self:
            wizard.restored_sessions = wizard.lapsed_sessions

    @public
    def action_confirm(self):
        """Extend or restore the package."""
        check_one(self)
        restore = self.state == "expired" and not self.is_unlimited
        self.subscription_id.extend(
            self.date_end,
            self.bonus_sessions,
            self.reason,
            restored_sessions=self.restored_sessions if restore else None,
            goodwill=self.goodwill,
        )
        return {"type": "ir.actions.act_window_close"}


class PrepaidSubscriptionFreeze(models.TransientModel):
    """One question: which days do not count?"""

    _name = "prepaid.subscription.freeze"
    _description = "Freeze a Package"
    _inherit = ["prepaid.dialog"]

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    date_from = fields.Date(
        "First Frozen Day", required=True, default=lambda self: self.env.company._prepaid_today()
    )
    date_to = fields.Date("Last Frozen Day", help="Empty: until it is unfrozen.")
    reason = fields.Char()

    @public
    def action_confirm(self):
        """Freeze the package."""
        check_one(self)
        self.subscription_id.freeze(self.date_from, self.date_to, self.reason or "")
        return {"type": "ir.actions.act_window_close"}


class PrepaidSubscriptionClient(models.TransientModel):
    """One question: which client gets the package, or may use it as well?"""

    _name = "prepaid.subscription.client"
    _description = "Client of a Package"
    _inherit = ["prepaid.dialog"]

    subscription_id = fields.Many2one("prepaid.subscription", "Package", required=True)
    change = fields.Selection(
        [("transfer", "Gets the package"), ("member", "May use it as well")],
        required=True,
        default="transfer",
    )
    partner_id = fields.Many2one("res.partner", "Client", required=True)
    reason = fields.Char()

    @public
    def action_confirm(self):
        """Hand the package over, or add the client to it."""
        check_one(self)
        if self.change == "transfer":
            self.subscription_id.transfer(self.partner_id.id, self.reason or "")
        else:
            self.subscription_id.add_member(self.partner_id.id, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
