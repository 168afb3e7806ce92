from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..client.res_partner import MONEY_GROUPS
from .prepaid_subscription_row import FIGURES

#: A package in one of these states still has something to give
LIVE_STATES = ("draft", "active", "frozen")
#: Sessions of a package in one of these can be used, today or after the frozen days
VALID_STATES = ("active", "frozen")
#: Sold and given back: it never comes alive again
TAKEN_BACK_STATES = ("refunded", "cancelled")


class PrepaidSubscription(models.Model):
    """A package that a client bought. Everything it has is the sum of its rows."""

    _name = "prepaid.subscription"
    _description = "Package"
    _inherit = ["prepaid.subscription.terms", "mail.thread"]
    _order = "date_sale desc, id desc"
    _check_company_auto = True
    # The desk writes notes about packages but changes them through their actions only
    _mail_post_access = "read"

    # Who and what
    template_id = fields.Many2one(
        "prepaid.subscription.template",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, index=True, ondelete="restrict",
        tracking=True,
    )
    payer_id = fields.Many2one(
        "res.partner", compute="_compute_payer_id", store=True, precompute=True, index=True
    )
    member_ids = fields.Many2many(
        "res.partner",
        string="Other Clients",
        readonly=True,
        context={"active_test": False},
        help="May use the package as well.",
    )
    reference = fields.Char("Idempotency Key", readonly=True, copy=False)
    # Sale
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )
    invoice_id = fields.Many2one(related="invoice_line_id.move_id", groups=MONEY_GROUPS)
    sale_currency_id = fields.Many2one(
        "res.currency", "Currency of the Sale", required=True, readonly=True
    )
    deferred_account_id = fields.Many2one(
        "account.account", "Deferred Revenue Account", readonly=True, groups=MONEY_GROUPS
    )
    income_account_id = fields.Many2one(
        "account.account", readonly=True, groups=MONEY_GROUPS
    )
    analytic_distribution = fields.Json(readonly=True, groups=MONEY_GROUPS)
    # Dates
    date_sale = fields.Date("Sold on", required=True, readonly=True)
    date_start = fields.Date("Valid from", readonly=True, help="Empty: starts at the first visit.")
    date_end = fields.Date("Valid until", readonly=True, tracking=True, help="Empty: no end.")
    date_last = fields.Date(
        "Last Usable Day", compute="_compute_date_last", store=True, index=True
    )
    # State
    state = fields.Selection(
        [
            ("draft", "Not Paid Yet"),
            ("active", "Active"),
            ("frozen", "Frozen"),
            ("used_up", "Used up"),
            ("expired", "Expired"),
            ("refunded", "Refunded"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    date_earned = fields.Date(
        "Earned until", readonly=True, help="Last day of an unlimited package that is earned."
    )
    cron_error = fields.Char(
        "Set Aside because",
        readonly=True,
        copy=False,
        help="Why the nightly run left this package; cleared when it is tried again.",
    )
    # Rows, and their sums
    use_ids = fields.One2many("prepaid.subscription.use", "subscription_id", "Visits")
    revision_ids = fields.One2many("prepaid.subscription.revision", "subscription_id", "Revisions")
    revision_id = fields.Many2one(
        "prepaid.subscription.revision", "Schedule in Force", readonly=True, ondelete="restrict"
    )
    sessions_total = fields.Integer("Sessions", related="revision_id.total_units", store=True)
    sessions_used = fields.Integer("Used", compute="_compute_sums", store=True)
    sessions_left = fields.Integer("Left", compute="_compute_sessions_left", store=True)
    amount_net = fields.Monetary(
        "Value", compute="_compute_sums", store=True, groups=MONEY_GROUPS, help="Price without tax."
    )
    amount_earned = fields.Monetary(
        "Earned", compute="_compute_sums", store=True, groups=MONEY_GROUPS
    )
    amount_broken = fields.Monetary(
        "Lapsed", compute="_compute_sums", store=True, groups=MONEY_GROUPS
    )
    amount_refunded = fields.Monetary(
        "Refunded", compute="_compute_sums", store=True, groups=MONEY_GROUPS
    )
    amount_deferred = fields.Monetary(
        "Value Left",
        compute="_compute_sums",
        store=True,
        groups=MONEY_GROUPS,
        help="What is paid and not given yet.",
    )

    _reference_uniq = models.UniqueIndex(
        "(company_id, reference) WHERE reference IS NOT NULL",
        "This reference was already used for a package.",
    )
    _choice_idx = models.Index("(payer_id, date_end, date_sale) WHERE state = 'active'")

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_payer_id(self):
        """Who paid for the client at the sale; only handing the package over changes it."""
        for package in self:
            package.payer_id = package.partner_id.commercial_partner_id

    @api.depends("template_id.name", "partner_id.name")
    def _compute_display_name(self):
        for package in self:
            names = (package.template_id.name, package.partner_id.name)
            package.display_name = " - ".join(name for name in names if name)

    @api.depends("date_end", "grace_days")
    def _compute_date_last(self):
        for package in self:
            package.date_last = package.date_end and fields.Date.add(
                package.date_end, days=package.grace_days
            )

    @api.depends(
        "use_ids.units", "use_ids.amount_deferred", "revision_ids.amount_deferred"
    )
    def _compute_sums(self):
        """Add up the rows, in one query for uses and one for revisions."""
        figures = [f"amount_{figure}" for figure in FIGURES]
        totals = {package.id: dict.fromkeys([*figures, "units"], 0) for package in self}
        for model, names in (
            ("prepaid.subscription.use", [*figures, "units"]),
            ("prepaid.subscription.revision", figures),
        ):
            groups = self.env[model].sudo()._read_group(
                [("subscription_id", "in", self.ids)],
                ["subscription_id"],
                [f"{name}:sum" for name in names],
            )
            for package, *sums in groups:
                for name, value in zip(names, sums, strict=True):
                    totals[package.id][name] += value or 0
        for package in self:
            sums, rounding = totals.get(package.id, {}), package.currency_id.round
            package.sessions_used = sums.get("units", 0)
            package.amount_net = rounding(sums.get("amount_sold", 0.0))
            package.amount_earned = rounding(sums.get("amount_earned", 0.0))
            package.amount_broken = rounding(sums.get("amount_broken", 0.0))
            package.amount_refunded = rounding(sums.get("amount_refunded", 0.0))
            package.amount_deferred = rounding(
                sum(sums.get(f"amount_{name}", 0.0) * sign for name, sign in FIGURES.items())
            )

    @api.depends("sessions_total", "sessions_used", "is_unlimited")
    def _compute_sessions_left(self):
        """Of an unlimited package nothing is left or lacking."""
        for package in self:
            left = max(package.sessions_total - package.sessions_used, 0)
            package.sessions_left = 0 if package.is_unlimited else left

    # ----------------------------------------------------------------------------------
    # The one door for state
    # ----------------------------------------------------------------------------------

    def _update_state(self, target, **values):
        """Change the state of packages at once; asking for the present state is a no-op.

        :param str target: new state
        :param values: other fields to write on the changed packages
        :return: the packages that changed
        """
        pending = self.filtered(lambda p: p.state != target)
        if pending:
            pending.sudo().write({"state": target, **values})
            pending._review_visits()
        return pending

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """What was sold stays on record."""
        raise UserError(self.env._("A sold package stays on record. Cancel its invoice instead."))

    # ----------------------------------------------------------------------------------
    # Concurrency, checks
    # ----------------------------------------------------------------------------------

    def _touch(self):
        """Make everybody who uses or changes these packages wait in line.

        Updating the row makes a second transaction, whose snapshot is older, fail with a
        serialization error; it is repeated and sees fresh data.
        """
        self.env["prepaid.ledger"]._touch_rows(self)

    def _check_desk(self):
        """Refuse callers who may not change packages.

        :raise AccessError: the caller is not front desk, manager or accountant
        """
        self.check_access("read")
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_front_desk"):
            raise AccessError(self.env._("Only the front desk sells and changes packages."))

    def _sale_result(self):
        """Return what a caller wants to know about a sale, JSON-safe."""
        invoice = self[:1].sudo().invoice_line_id.move_id
        return {
            "subscription_id": self[:1].id,
            "subscription_ids": self.ids,
            "invoice_id": invoice.id,
            "amount_total": invoice._prepaid_price_total(),
            "amount_due": invoice.amount_residual,
        }

    def _users(self):
        """Return the clients who may use this package."""
        return self.partner_id | self.member_ids
