from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.prepaid_services.door import told

from ..tools.delivery import Rate


class PrepaidDeliveryCost(models.Model):
    """What giving a service costs: the specialist's pay and materials. The first match wins."""

    _name = "prepaid.delivery.cost"
    _description = "Delivery Cost"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_ids = fields.Many2many(
        "res.users",
        string="Specialists",
        check_company=True,
        context={"active_test": False},  # an archived one still limits the list
        help="Empty: any specialist.",
    )
    service_ids = fields.Many2many(
        "product.product",
        string="Services",
        domain=[("type", "=", "service")],
        check_company=True,
        context={"active_test": False},  # an archived one still limits the list
        help="Empty: any service.",
    )
    category_ids = fields.Many2many(
        "product.category", string="Service Categories", help="Empty: any category."
    )
    pay_kind = fields.Selection(
        [("hour", "Per hour"), ("visit", "Per visit"), ("percent", "Percent of the price")],
        "Pay",
        required=True,
        default="hour",
    )
    pay_amount = fields.Monetary("Pay per Hour or Visit")
    pay_percent = fields.Float("Pay (%)", digits=(5, 1))
    materials_percent = fields.Float(
        "Materials (%)", digits=(5, 1), help="Share of the price without tax."
    )

    _amounts_positive = models.Constraint(
        "CHECK (pay_amount >= 0 AND pay_percent BETWEEN 0 AND 1000"
        " AND materials_percent BETWEEN 0 AND 1000)",
        "Pay and materials are zero or more, percentages at most 1000.",
    )

    @api.depends("pay_kind", "pay_amount", "pay_percent", "materials_percent")
    def _compute_display_name(self):
        labels = dict(self._fields["pay_kind"]._description_selection(self.env))
        for cost in self:
            pay = f"{cost.pay_percent:g} %"
            if cost.pay_kind != "percent":
                pay = cost.currency_id.format(cost.pay_amount or 0.0)
            cost.display_name = f"{labels.get(cost.pay_kind)}: {pay}"

    @api.constrains("pay_kind", "pay_amount", "pay_percent")
    def _check_pay(self):
        """A rate in percent of the price has no amount per hour, and the other way round."""
        for cost in self:
            unused = cost.pay_amount if cost.pay_kind == "percent" else cost.pay_percent
            if unused:
                raise ValidationError(
                    self.env._(
                        "%(cost)s: fill in the pay as an amount or as a percentage, not both.",
                        cost=cost.display_name,
                    )
                )

    @api.model
    def _rates(self, company):
        """Return the rates of a company in their order; the last one is its assumption.

        :rtype: list[Rate]
        """
        costs = self.sudo().search([("company_id", "in", company.sudo().parent_ids.ids)])
        rates = [
            Rate(
                pay_kind=cost.pay_kind,
                pay=cost.pay_percent if cost.pay_kind == "percent" else cost.pay_amount,
                materials=cost.materials_percent,
                user_ids=frozenset(cost.user_ids.ids),
                service_ids=frozenset(cost.service_ids.ids),
                category_ids=frozenset(cost.category_ids.ids),
            )
            for cost in costs
        ]
        percent = told(self.env, "prepaid_pay_percent")
        percent = company.sudo().prepaid_forecast_pay_percent if percent is None else percent
        return [*rates, Rate("percent", percent)]
