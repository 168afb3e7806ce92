from odoo import api, fields, models


class PrepaidDepositTester(models.TransientModel):
    """One question: which rule would apply to this client, service and day, and why?"""

    _name = "prepaid.deposit.tester"
    _description = "Try Deposit Rules"
    _inherit = ["prepaid.dialog"]

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Client")
    service_id = fields.Many2one(
        "product.product", domain=[("type", "=", "service"), ("sale_ok", "=", True)]
    )
    user_id = fields.Many2one(
        "res.users",
        "Specialist",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    start = fields.Datetime("Visit", default=lambda self: fields.Datetime.now())
    rule_id = fields.Many2one("prepaid.deposit.rule", compute="_compute_result")
    price = fields.Monetary(compute="_compute_result")
    amount = fields.Monetary("Deposit", compute="_compute_result")
    because = fields.Text(compute="_compute_result")

    @api.depends("partner_id", "service_id", "user_id", "start")
    def _compute_result(self):
        """Try the rules on a booking that is never saved."""
        self.rule_id = self.price = self.amount = self.because = False
        for wizard in self.filtered(lambda w: w.partner_id and w.service_id and w.start):
            booking = wizard._new_booking()
            rule, lines = self.env["prepaid.deposit.rule"]._explain(booking)
            amount = rule._deposit_amount(booking) if rule else 0.0
            if rule.amount_type == "hour" and not booking._hour_price():
                lines.append(
                    self.env._(
                        "%(specialist)s has no hourly rate: no deposit.",
                        specialist=wizard.user_id.name,
                    )
                )
            wizard.update(
                {
                    "rule_id": rule.with_env(self.env),
                    "price": booking.amount_total,
                    "amount": amount,
                    "because": "\n".join(lines),
                }
            )

    def _new_booking(self):
        """Return the booking that is tried out."""
        self.ensure_one()
        return self.env["prepaid.booking"].new(
            {
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "service_id": self.service_id.id,
                "user_id": self.user_id.id,
                "start": self.start,
            }
        )
