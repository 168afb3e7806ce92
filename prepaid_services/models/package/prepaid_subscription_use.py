from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from .prepaid_subscription import TAKEN_BACK_STATES


class PrepaidSubscriptionUse(models.Model):
    """A session that was given (or forfeited), or time that passed, and what it earned."""

    _name = "prepaid.subscription.use"
    _description = "Package Use"
    _inherit = ["prepaid.subscription.row"]
    _rec_name = "subscription_id"

    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("no_show", "No-show"),
            ("late_cancel", "Late Cancellation"),
            ("correction", "Correction"),
            ("undo", "Undone"),
            ("time", "Time"),
        ],
        required=True,
        readonly=True,
        default="visit",
    )
    partner_id = fields.Many2one(
        "res.partner", "Client", readonly=True, index=True, help="Who came."
    )
    units = fields.Integer("Sessions", readonly=True, help="Negative: given back.")
    booking_id = fields.Many2one(
        "prepaid.booking", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reversed_id = fields.Many2one(
        "prepaid.subscription.use", "Takes Back", readonly=True, ondelete="restrict"
    )
    reversal_ids = fields.One2many("prepaid.subscription.use", "reversed_id", "Taken Back by")

    _undone_once = models.UniqueIndex(
        "(reversed_id) WHERE reversed_id IS NOT NULL", "This session was undone already."
    )
    _booked_idx = models.Index(
        "(accounting_date) INCLUDE (amount_deferred, company_id) WHERE move_id IS NOT NULL"
    )
    _walk_in_idx = models.Index("(date) WHERE kind = 'visit' AND booking_id IS NULL")
    # The last visit of each live package
    _last_visit_idx = models.Index("(subscription_id, date) WHERE kind = 'visit'")

    @public
    def action_undo(self):
        """Take the session back, from the attendance history."""
        check_one(self)
        return self.subscription_id.undo_use(self.id)

    def _check_undo(self):
        """Refuse to take back what cannot come back, with the way out.

        :raise UserError: undone already, not a session, or the package is not alive
        """
        self.ensure_one()
        package, message = self.subscription_id, False
        if self.reversal_ids or self.kind in ("undo", "time"):
            message = self.env._("This session was undone already, or is none.")
        elif package.state == "expired":
            message = self.env._(
                "%(package)s has expired. Extend it before undoing a session.",
                package=package.display_name,
            )
        elif package.state in TAKEN_BACK_STATES:
            message = self.env._("%(package)s was taken back.", package=package.display_name)
        if message:
            raise UserError(message)

    # ----------------------------------------------------------------------------------
    # Into the ledger
    # ----------------------------------------------------------------------------------

    def _earn_now(self, analytics=None):
        """Book what these uses earned, unless the company books once a day.

        :param list analytics: analytic distribution of the income, for each use
        """
        analytics = analytics or [None] * len(self)
        pending = [
            (use, analytic)
            for use, analytic in zip(self, analytics, strict=True)
            if use._has_revenue()
            and use.company_id.root_id.prepaid_earn_policy not in ("day", "none")
        ]
        earnings = [use._prepare_use_earning(analytic) for use, analytic in pending]
        moves = self.env["prepaid.ledger"]._earn(earnings)
        self.browse([use.id for use, _analytic in pending])._link_moves(moves)

    def _has_revenue(self):
        """Return whether there is anything to book for this use."""
        self.ensure_one()
        zero = self.currency_id.is_zero
        return not (zero(self.amount_earned) and zero(self.amount_broken))

    def _prepare_use_earning(self, analytic=None):
        """Return what the ledger's *earn* operation needs for this use."""
        self.ensure_one()
        package = self.subscription_id
        lines = package._earning_lines(
            self.amount_earned,
            self.amount_broken,
            self.earned_currency,
            self.broken_currency,
            analytic,
        )
        return package._prepare_earning(self.date, self._earning_ref(), lines, self.payer_id)

    def _earning_ref(self):
        """Return the words on the journal entry of this use."""
        self.ensure_one()
        package = self.subscription_id
        if self.kind == "undo":
            return self.env._("%(package)s: session undone", package=package.display_name)
        if self.kind == "time":
            return self.env._(
                "%(package)s: earned to %(day)s", package=package.display_name, day=self.date
            )
        return self.env._(
            "%(package)s: session of %(client)s",
            package=package.display_name,
            client=self.partner_id.name,
        )

    def _income_analytic(self):
        """Return the analytic distribution of the income this use was booked with."""
        self.ensure_one()
        income = self.subscription_id.income_account_id
        line = self.move_id.line_ids.filtered(
            lambda line: (
                line.account_id == income and line.prepaid_subscription_id == self.subscription_id
            )
        )
        return line[:1].analytic_distribution or None
