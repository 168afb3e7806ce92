from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import unquote

from ...tools.validity import validity_end
from .product_product import BOOKABLE


class PrepaidSubscriptionTerms(models.AbstractModel):
    """What a package promises and what it costs to break it.

    Shared by the template and by what was sold from it: a sale copies the terms, so that changing
    a template never changes what was sold.
    """

    _name = "prepaid.subscription.terms"
    _description = "Terms of a Package"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    # What it covers
    is_unlimited = fields.Boolean(
        "Unlimited", help="As many visits as the client likes while the package is valid."
    )
    service_ids = fields.Many2many(
        "product.product",
        string="Services",
        domain=BOOKABLE,
        context={"active_test": False},  # an archived one still limits the list
        help="Visits for these services can be paid with the package; empty: any service.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Service Categories",
        help="Visits for services of these categories can be paid with the package.",
    )
    session_minutes = fields.Integer(
        "Minutes per Session",
        help="A longer visit takes several sessions. 0: a visit is one session, however long.",
    )
    # How long it is valid
    validity_number = fields.Integer("Validity", help="0: never expires.")
    validity_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        default="month",
        required=True,
    )
    clock_start = fields.Selection(
        [
            ("sale", "At the sale"),
            ("first_use", "At the first visit"),
            ("forced", "At the first visit, at the latest after some days"),
        ],
        "Clock Starts",
        default="sale",
        required=True,
    )
    clock_days = fields.Integer("Starts at the Latest after (Days)")
    grace_days = fields.Integer(
        "Days of Grace", help="Sessions can still be used this many days after the end."
    )
    # Who may use it
    member_limit = fields.Integer(
        "Clients", default=1, help="How many clients may use one package, its owner included."
    )
    # Rules
    freeze_allowed = fields.Boolean("Can Be Frozen", default=True)
    freeze_max_days = fields.Integer("Frozen at Most (Days)", help="0: no limit.")
    late_cancel_policy = fields.Selection(
        [("free", "Nothing"), ("use", "The session")],
        "A Late Cancellation Costs",
        default="free",
        required=True,
    )
    late_cancel_hours = fields.Integer(
        "Late from (Hours before)",
        default=24,
        help="A client who cancels later than this many hours before the visit is late.",
    )
    no_show_policy = fields.Selection(
        [("free", "Nothing"), ("use", "The session")],
        "A No-show Costs",
        default="use",
        required=True,
    )
    breakage_policy = fields.Selection(
        [
            ("none", "Stays deferred"),
            ("expiry", "Becomes revenue at expiry"),
            ("proportional", "Expected part becomes revenue with each session"),
        ],
        "Unused Sessions",
        default="expiry",
        required=True,
        help="The proportional way needs a history from which the share can be expected "
        "(IFRS 15.B46).",
    )
    breakage_percent = fields.Float("Expected to Lapse (%)", digits=(5, 2))
    refund_policy = fields.Selection(
        [
            ("pro_rata", "In proportion to what is left"),
            ("list_price", "Paid less used sessions at the single price"),
            ("none", "No refund"),
        ],
        "Refund",
        default="pro_rata",
        required=True,
    )
    refund_fee_percent = fields.Float("Cancellation Fee (%)", digits=(5, 2))
    session_price = fields.Monetary(
        "Single Price of a Session", help="What one session costs without a package."
    )

    # ----------------------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------------------

    def _check_company_domain(self, companies):
        """Override: what a legal entity sold is used at its root and at all its branches."""
        if companies and not isinstance(companies, unquote):
            ids = companies.ids if isinstance(companies, models.BaseModel) else companies
            companies = self.env["res.company"].browse(ids)._prepaid_family()
        return super()._check_company_domain(companies)

    @api.constrains(
        "validity_number",
        "clock_days",
        "grace_days",
        "session_minutes",
        "freeze_max_days",
        "late_cancel_hours",
        "member_limit",
        "session_price",
    )
    def _check_not_negative(self):
        """Counts of days, minutes and clients are zero or more; one client at least."""
        names = (
            "validity_number",
            "clock_days",
            "grace_days",
            "session_minutes",
            "freeze_max_days",
            "late_cancel_hours",
            "session_price",
        )
        for terms in self:
            wrong = [name for name in names if terms[name] < 0]
            wrong += ["member_limit"] if terms.member_limit < 1 else []
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(field)s is too small.",
                        field=terms._fields[wrong[0]]._description_string(self.env),
                    )
                )

    @api.constrains("breakage_percent", "refund_fee_percent")
    def _check_percent(self):
        """Shares are between 0 and 100 %, and not everything is expected to lapse."""
        for terms in self:
            if not (0 <= terms.breakage_percent < 100 and 0 <= terms.refund_fee_percent <= 100):
                raise ValidationError(
                    self.env._("The percentages must be between 0 and 100 (%(name)s).",
                               name=terms.display_name)
                )

    @api.constrains("is_unlimited", "validity_number")
    def _check_unlimited(self):
        """An unlimited package is earned by time, so it has an end."""
        if any(terms.is_unlimited and terms.validity_number < 1 for terms in self):
            raise ValidationError(
                self.env._("An unlimited package needs a validity: say how long it is valid.")
            )

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    @api.model
    def _terms_fields(self):
        """Return the names of the fields that a sale copies from the template. Hook."""
        own = self.env["prepaid.subscription.terms"]._fields
        automatic = {"id", "display_name", *models.MAGIC_COLUMNS}
        return [name for name in own if name not in automatic | {"currency_id", "company_id"}]

    def _terms_vals(self):
        """Return the terms as values for another record."""
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._terms_fields()
        }

    def _validity_end(self, start):
        """Return the last valid day of a package that starts on a day; False: never expires."""
        self.ensure_one()
        if not start or not self.validity_number:
            return False
        return validity_end(start, self.validity_number, self.validity_unit)

    def _covers(self, service):
        """Return whether a visit for this service can be paid with the package."""
        self.ensure_one()
        if not self.service_ids and not self.category_ids:
            return True
        return service in self.service_ids or any(
            service.categ_id.parent_path.startswith(category.parent_path)
            for category in self.category_ids
        )
