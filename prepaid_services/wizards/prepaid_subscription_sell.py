from odoo import api, fields, models
from odoo.tools import format_date

from ..door import public
from ..exceptions import check_one


class PrepaidSubscriptionSell(models.TransientModel):
    """One question: which package does the client buy, and how is it paid?"""

    _name = "prepaid.subscription.sell"
    _description = "Sell a Package"
    _inherit = ["prepaid.dialog", "prepaid.journal.mixin"]

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Client", required=True)
    template_id = fields.Many2one(
        "prepaid.subscription.template",
        "Package",
        required=True,
        domain="[('company_id', '=', company_id)]",
    )
    is_freestyle = fields.Boolean(compute="_compute_is_freestyle")
    is_unlimited = fields.Boolean(related="template_id.is_unlimited")
    member_limit = fields.Integer(related="template_id.member_limit")
    quantity = fields.Integer(default=1, required=True)
    price = fields.Monetary(
        compute="_compute_price", store=True, readonly=False, precompute=True
    )
    discount = fields.Float("Discount (%)", digits="Discount")
    amount_total = fields.Monetary(
        "Total", compute="_compute_amount_total", help="What the client pays, tax included."
    )
    sessions = fields.Integer(
        compute="_compute_from_template", store=True, readonly=False, precompute=True
    )
    bonus_sessions = fields.Integer(
        "Gift Sessions",
        compute="_compute_from_template",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date(
        "Sold on", required=True, default=lambda self: self.env.company._prepaid_today()
    )
    date_start = fields.Date("Valid from", help="Empty: by the rule of the package.")
    date_end = fields.Date("Valid until", help="Empty: by the validity of the package.")
    member_ids = fields.Many2many("res.partner", string="Other Clients")
    service_balance = fields.Monetary(related="partner_id.service_balance", string="Balance now")
    payment = fields.Selection(
        [
            ("now", "Now; the balance first"),
            ("balance", "From the balance; the rest stays open"),
            ("instalments", "In instalments: now what is due, the balance first"),
            ("later", "Later: on credit"),
        ],
        required=True,
        default="now",
    )
    payment_term_id = fields.Many2one("account.payment.term", "Instalments")
    instalments = fields.Text("What Is Due When", compute="_compute_instalments")

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("template_id")
    def _compute_is_freestyle(self):
        manager = self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager")
        for wizard in self:
            wizard.is_freestyle = wizard.template_id.is_freestyle or manager

    @api.depends("template_id")
    def _compute_from_template(self):
        """The template brings the sessions."""
        for wizard in self:
            wizard.sessions = wizard.template_id.sessions
            wizard.bonus_sessions = wizard.template_id.bonus_sessions

    @api.depends("template_id", "partner_id", "quantity", "date")
    def _compute_price(self):
        """By the client's price list of the day."""
        for wizard in self:
            wizard.price = 0.0
            if wizard.template_id and wizard.partner_id:
                wizard.price = wizard.template_id._list_price(
                    wizard.partner_id.sudo(), wizard.currency_id, wizard.quantity, wizard.date
                )

    @api.depends("template_id", "partner_id", "price", "discount", "quantity")
    def _compute_amount_total(self):
        """Taxes included, as the invoice will have them."""
        for wizard in self:
            wizard.amount_total = sum(wizard._amounts())

    def _amounts(self):
        """Return what the invoice will say: the price without tax, and the tax."""
        self.ensure_one()
        if not self.template_id:
            return 0.0, 0.0
        totals = self.template_id._sale_taxes(self.partner_id).compute_all(
            self.price * (1 - self.discount / 100.0),
            currency=self.currency_id,
            quantity=self.quantity,
            product=self.template_id.sudo().product_id,
            partner=self.partner_id.commercial_partner_id,
        )
        net = totals["total_excluded"]
        return net, totals["total_included"] - net

    @api.depends("payment_term_id", "date", "amount_total")
    def _compute_instalments(self):
        """Say what is to pay when, taxes included."""
        for wizard in self:
            rows = wizard._prepare_instalments() if wizard.payment_term_id else []
            money = wizard.currency_id.format
            wizard.instalments = "\n".join(
                f"{format_date(self.env, row['date'])}: {money(row['foreign_amount'])}"
                for row in rows
            )

    def _prepare_instalments(self):
        """Return date and amount of each instalment, as the invoice will have them."""
        self.ensure_one()
        net, tax = self._amounts()
        terms = self.payment_term_id._compute_terms(
            self.date, self.currency_id, self.company_id, tax, tax, 1, net, net
        )
        return terms["line_ids"]

    # ----------------------------------------------------------------------------------
    # Action
    # ----------------------------------------------------------------------------------

    @public
    def action_confirm(self):
        """Sell, and open the package."""
        check_one(self)
        fixed = {}
        if self.is_freestyle:
            fixed = {
                "price": self.price,
                "sessions": None if self.is_unlimited else self.sessions,
                "bonus_sessions": None if self.is_unlimited else self.bonus_sessions,
                "date_end": self.date_end,
            }
        result = self.template_id.sell(
            self.partner_id.id,
            date=self.date,
            quantity=self.quantity,
            discount=self.discount,
            date_start=self.date_start,
            member_ids=self.member_ids.ids,
            journal_id=self.journal_id.id if self.payment in ("now", "instalments") else False,
            from_balance=self.payment != "later",
            payment_term_id=self.payment == "instalments" and self.payment_term_id.id,
            **fixed,
        )
        package = self.env["prepaid.subscription"].browse(result["subscription_id"])
        return package._get_records_action()
