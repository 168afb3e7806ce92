from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: What remains of a deposit when the client cancels late or does not come
KEEP = [("none", "Nothing"), ("part", "A Part"), ("all", "All of It")]
PERCENT_FIELDS = ("percent", "late_keep_percent", "no_show_keep_percent")
#: Whom and what a rule is for; without any of these it is for everybody
CONDITIONS = (
    "category_ids",
    "date_from",
    "date_to",
    "min_price",
    "partner_category_ids",
    "product_tag_ids",
    "service_ids",
    "user_ids",
)
HOUR_FIELDS = ("desk_hours", "free_cancel_hours", "online_minutes", "min_price")


class PrepaidDepositRule(models.Model):
    """Who pays a deposit for what, and what happens to it. The first rule that matches wins."""

    _name = "prepaid.deposit.rule"
    _description = "Deposit Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # Whom and what it is for; what is empty does not matter
    service_ids = fields.Many2many(
        "product.product",
        string="Services",
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        check_company=True,
        context={"active_test": False},  # an archived one still limits the list
    )
    category_ids = fields.Many2many(
        "product.category", string="Service Categories", help="With the categories below them."
    )
    product_tag_ids = fields.Many2many(
        "product.tag", string="Promotions", help="Services with one of these product tags."
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Specialists",
        domain=[("share", "=", False)],
        context={"active_test": False},  # an archived one still limits the list
    )
    partner_category_ids = fields.Many2many(
        "res.partner.category",
        string="Client Tags",
        context={"active_test": False},  # an archived one still limits the list
        help="Clients with one of these tags, or whose payer has one.",
    )
    client_kind = fields.Selection(
        [
            ("all", "All Clients"),
            ("new", "New Clients"),
            ("no_show", "Clients Who Did Not Come Before"),
        ],
        "Clients",
        required=True,
        default="all",
        help="New: no visit was done yet.",
    )
    min_no_shows = fields.Integer("No-shows, at Least", default=2)
    date_from = fields.Date("Visits From", help="Local day of the visit.")
    date_to = fields.Date("Visits Until", help="Local day of the visit, included.")
    min_price = fields.Monetary(
        "Price, at Least", help="What the client pays for the visit, taxes included."
    )

    # How much
    amount_type = fields.Selection(
        [
            ("none", "No Deposit"),
            ("fixed", "Fixed Amount"),
            ("percent", "Part of the Price"),
            ("hour", "Part of the Specialist's Hour"),
        ],
        "Deposit",
        required=True,
        default="percent",
    )
    amount = fields.Monetary(help="Never more than the price of the visit.")
    percent = fields.Float(
        default=20.0, help="Of the price, or of the hourly rate times the duration."
    )

    # How long the seat is held
    online_minutes = fields.Integer(
        "Online: Minutes to Pay", default=30, help="For bookings the client makes online."
    )
    desk_hold = fields.Selection(
        [("before", "Hours before the visit"), ("after", "Hours after the request")],
        "Desk: Pay Until",
        required=True,
        default="before",
    )
    desk_hours = fields.Float("Desk: Hours", default=24.0)

    # What happens to the money
    free_cancel_hours = fields.Float(
        "Free Cancellation, Hours before", default=24.0, help="Before the start of the visit."
    )
    late_keep = fields.Selection(KEEP, "Cancelled Later", required=True, default="all")
    late_keep_percent = fields.Float("Percent Kept (late)", default=50.0)
    no_show_keep = fields.Selection(KEEP, "Did Not Come", required=True, default="all")
    no_show_keep_percent = fields.Float("Percent Kept (no-show)", default=50.0)
    late_move = fields.Selection(
        [
            ("move", "The deposit moves along"),
            ("charge", "As a late cancellation"),
            ("refuse", "Not possible for the client"),
        ],
        "Moved Later",
        required=True,
        default="move",
        help="When the client moves the visit after the time of free cancellation. When we move "
        "it, the deposit always moves along.",
    )
    note = fields.Text(
        "More Terms", translate=True, help="Shown to the client below the terms of the deposit."
    )

    # ----------------------------------------------------------------------------------
    # CRUD
    # ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a new rule stands above those for everybody, where it would never match."""
        rules = super().create(vals_list)
        for rule, vals in zip(rules, vals_list, strict=True):
            if "sequence" not in vals:
                rule._place()
        return rules

    def _place(self):
        """Put a new rule above the first one that is for everybody, or below all others."""
        self.ensure_one()
        others = self.search([("company_id", "=", self.company_id.id), ("id", "!=", self.id)])
        first = next((i for i, rule in enumerate(others) if rule._is_for_all()), len(others))
        if self._is_for_all() or first == len(others):
            self.sequence = max([self.sequence, *others.mapped("sequence")])
            return
        self.sequence = others[first].sequence
        for rule in others[first:]:
            rule.sequence += 1

    def _is_for_all(self):
        """Return whether a rule asks for nothing, so that none below it ever matches."""
        self.ensure_one()
        return self.client_kind == "all" and not any(self[name] for name in CONDITIONS)

    # ----------------------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------------------

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        """The window does not end before it begins."""
        for rule in self.filtered(lambda r: r.date_from and r.date_to):
            if rule.date_to < rule.date_from:
                raise ValidationError(
                    self.env._("%(rule)s: Visits Until is before Visits From.", rule=rule.name)
                )

    @api.constrains("amount_type", "amount", "min_no_shows", *PERCENT_FIELDS, *HOUR_FIELDS)
    def _check_numbers(self):
        """Percentages are 0 to 100, times and prices not negative, a fixed amount is an amount."""
        ledger = self.env["prepaid.ledger"]
        for rule in self:
            for name in PERCENT_FIELDS:
                rule._check_number(name, 100)
            for name in (*HOUR_FIELDS, "min_no_shows"):
                rule._check_number(name, 10**9)
            if rule.amount_type == "fixed":
                ledger._check_amount(rule.amount, rule.currency_id)

    def _check_number(self, name, limit):
        """Refuse a number below zero or above the limit; names rule and field."""
        self.ensure_one()
        if not 0 <= self[name] <= limit:
            raise ValidationError(
                self.env._(
                    "%(rule)s: %(field)s must be between 0 and %(limit)s.",
                    rule=self.name,
                    field=self._fields[name]._description_string(self.env),
                    limit=limit,
                )
            )

    # ----------------------------------------------------------------------------------
    # Values
    # ----------------------------------------------------------------------------------

    def _keep_percent(self, kind):
        """Return how much of the deposit is kept, in percent.

        :param str kind: ``late`` or ``no_show``
        """
        self.ensure_one()
        share = self[f"{kind}_keep_percent"]
        return {"none": 0.0, "part": share, "all": 100.0}[self[f"{kind}_keep"]]

    def _deposit_amount(self, booking):
        """Return what this rule asks for a booking, in company currency; never above the price.

        :param prepaid.booking booking: with price and times
        """
        self.ensure_one()
        price = booking.amount_total
        amount = 0.0
        if self.amount_type == "fixed":
            amount = self.amount
        elif self.amount_type == "percent":
            amount = price * self.percent / 100
        elif self.amount_type == "hour":
            amount = booking._hour_price() * self.percent / 100
        return max(min(booking.currency_id.round(amount), price), 0.0)
