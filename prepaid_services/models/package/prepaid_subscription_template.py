from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PrepaidSubscriptionTemplate(models.Model):
    """What is sold: so many sessions, or unlimited visits, for a price and a time."""

    _name = "prepaid.subscription.template"
    _description = "Subscription Template"
    _inherit = ["prepaid.subscription.terms", "mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    company_id = fields.Many2one(default=lambda self: self.env.company)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[("type", "=", "service")],
        help="What stands on the invoice, with its taxes, income account and price. "
        "Made by itself when left empty.",
    )
    price = fields.Monetary(
        compute="_compute_price", inverse="_inverse_price", help="Price on the price list."
    )
    price_with_tax = fields.Char(
        compute="_compute_price_with_tax", help="What the client pays, where it differs."
    )
    sessions = fields.Integer(default=10, help="Sessions the client pays for.")
    bonus_sessions = fields.Integer("Gift Sessions", help="Free sessions, promised at the sale.")
    sessions_total = fields.Integer("Sessions in All", compute="_compute_sessions_total")
    is_freestyle = fields.Boolean(
        "Freestyle", help="Sessions, price and end can be changed at the moment of the sale."
    )
    allow_overlap = fields.Boolean(
        "Overlapping Allowed",
        default=True,
        help="A client can have two of them that are valid at the same time.",
    )
    activation = fields.Selection(
        [("sale", "At the sale"), ("payment", "When it is paid")],
        "Becomes Usable",
        default="sale",
        required=True,
    )
    subscription_ids = fields.One2many("prepaid.subscription", "template_id", "Sold")

    _product_uniq = models.Constraint(
        "UNIQUE (product_id)", "This product already belongs to a subscription template."
    )
    _bonus_sessions_positive = models.Constraint(
        "CHECK (bonus_sessions >= 0)", "The number of gift sessions may not be negative."
    )

    # ----------------------------------------------------------------------------------
    # Computes and constraints
    # ----------------------------------------------------------------------------------

    @api.depends("product_id.lst_price")
    @api.depends_context("company")
    def _compute_price(self):
        for template in self:
            template.price = template.product_id.sudo().lst_price

    @api.depends("price", "product_id.taxes_id", "company_id")
    @api.depends_context("company")
    def _compute_price_with_tax(self):
        """Of a new template: with the tax that its product will get."""
        for template in self:
            product = template.product_id.product_tmpl_id.sudo()
            if not product:
                taxes = template.company_id.sudo().account_sale_tax_id
                product = product.new({"taxes_id": taxes.ids, "list_price": template.price})
            text = product._construct_tax_string(template.price).strip()
            template.price_with_tax = text

    def _inverse_price(self):
        """As superuser: managers of packages need no right on products."""
        for template in self:
            template.product_id.sudo().lst_price = template.price

    @api.depends("sessions", "bonus_sessions", "is_unlimited")
    def _compute_sessions_total(self):
        for template in self:
            count = template.sessions + template.bonus_sessions
            template.sessions_total = 0 if template.is_unlimited else count

    @api.constrains("sessions", "is_unlimited")
    def _check_sessions(self):
        if any(not template.is_unlimited and template.sessions < 1 for template in self):
            raise ValidationError(
                self.env._("Say how many sessions the package has, or make it unlimited.")
            )

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a template without a product gets one, under its name."""
        vals_list = [dict(vals) for vals in vals_list]
        missing = [vals for vals in vals_list if not vals.get("product_id")]
        # As superuser: managers of packages need no right on products
        products = self.env["product.product"].sudo().create(
            [self._prepare_product_vals(vals) for vals in missing]
        )
        for vals, product in zip(missing, products, strict=True):
            vals["product_id"] = product.id
        return super().create(vals_list)

    @api.model
    def _prepare_product_vals(self, vals):
        """Return the values of the product of a new template. Hook."""
        return {
            "name": vals.get("name"),
            "type": "service",
            "sale_ok": True,
            "lst_price": vals.get("price", 0.0),
            "company_id": vals.get("company_id", self.env.company.id),
        }
