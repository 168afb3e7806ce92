from odoo import api, fields, models


class PrepaidSubscriptionSell(models.TransientModel):
    """One question: which package does the client buy, and how is it paid?"""

    _name = "prepaid.subscription.sell"
    _description = "Sell a Package"

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
        compute="_compute_from_template", store=True, readonly=False, precompute=True
    )
    discount = fields.Float("Discount (%)", digits="Discount")
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
            ("later", "Later: on credit or in instalments"),
        ],
        required=True,
        default="now",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "How",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', available_journal_ids)]",
    )
    available_journal_ids = fields.Many2many(
        "account.journal", compute="_compute_available_journal_ids"
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("template_id")
    def _compute_is_freestyle(self):
        manager = self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager")
        for wizard in self:
            wizard.is_freestyle = wizard.template_id.is_freestyle or manager

    @api.depends("template_id", "partner_id", "quantity")
    def _compute_from_template(self):
        """The template brings price (by the client's price list) and sessions."""
        for wizard in self:
            template = wizard.template_id
            wizard.sessions = template.sessions
            wizard.bonus_sessions = template.bonus_sessions
            wizard.price = (
                template._prepare_line_vals(
                    wizard.partner_id.sudo(), wizard.currency_id, None, wizard.quantity, 0.0
                )["price_unit"]
                if template
                else 0.0
            )

    @api.depends("company_id")
    def _compute_available_journal_ids(self):
        """Journals money goes through; the front desk has no other access to them."""
        self.available_journal_ids = self.env["res.partner"]._prepaid_money_journals()

    @api.depends("company_id")
    def _compute_journal_id(self):
        journals = self.env["res.partner"]._prepaid_money_journals()
        self.journal_id = journals.filtered(lambda j: j.type == "cash")[:1] or journals[:1]

    # ----------------------------------------------------------------------------------
    # Action
    # ----------------------------------------------------------------------------------

    def action_confirm(self):
        """Sell, and open the package."""
        self.ensure_one()
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
            journal_id=self.journal_id.id if self.payment == "now" else False,
            from_balance=self.payment != "later",
            **fixed,
        )
        package = self.env["prepaid.subscription"].browse(result["subscription_id"])
        return package._get_records_action()
