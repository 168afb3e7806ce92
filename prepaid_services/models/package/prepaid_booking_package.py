from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...door import public
from ..booking.prepaid_booking import OPEN_STATES, RESERVING_STATES, UNSETTLED_STATES
from .product_product import BOOKABLE


class PrepaidBooking(models.Model):
    """Visits paid with a package: held when confirmed, used when done, given back when undone."""

    _inherit = "prepaid.booking"

    service_id = fields.Many2one(domain=BOOKABLE)
    subscription_id = fields.Many2one(
        "prepaid.subscription",
        "Package",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The package that pays this visit.",
    )
    session_units = fields.Integer("Sessions", readonly=True, copy=False)
    pay_otherwise = fields.Boolean(
        "Not from a Package",
        readonly=True,
        copy=False,
        help="This visit is paid from the balance, although the client has a package.",
    )
    use_ids = fields.One2many(
        "prepaid.subscription.use", "booking_id", "Package Uses", groups="base.group_user"
    )
    payment_status = fields.Selection(selection_add=[("package", "Package")])

    # A client's last visit and usual specialist, from this index alone
    _history_idx = models.Index("(partner_id, start) INCLUDE (state, user_id, subscription_id)")

    @api.constrains("service_id")
    def _check_service_bookable(self):
        """What is no service to come for cannot be booked, whoever asks: packages, fees, goods."""
        for booking in self:
            service = booking.service_id.sudo()
            if not service or service._prepaid_is_bookable(booking.company_id):
                continue
            raise ValidationError(
                self.env._(
                    "%(product)s cannot be booked: choose a service that is sold. Packages are "
                    "sold from the client's card.",
                    product=service.display_name,
                )
            )

    # ----------------------------------------------------------------------------------
    # What it costs
    # ----------------------------------------------------------------------------------

    @api.depends("subscription_id")
    def _compute_amount_total(self):
        """Override: of a visit that a package pays, nothing is left to pay."""
        covered = self.filtered("subscription_id")
        covered.amount_total = 0.0
        return super(PrepaidBooking, self - covered)._compute_amount_total()

    @api.depends("subscription_id")
    def _compute_payment_status(self):
        """Override: say so when a package pays."""
        res = super()._compute_payment_status()
        for booking in self.filtered("subscription_id"):
            booking.amount_due = 0.0
            booking.payment_status = "package"
        return res

    # ----------------------------------------------------------------------------------
    # The desk's choice
    # ----------------------------------------------------------------------------------

    @public
    def action_pay_otherwise(self):
        """Pay these visits from the balance instead of a package.

        :return: True
        :raise UserError: a visit is done already (undo it first)
        """
        return self._set_pay_otherwise(True)

    @public
    def action_use_package(self):
        """Pay these visits with a package again, if the client has a fitting one.

        :return: True
        :raise UserError: a visit is done already (undo it first)
        """
        return self._set_pay_otherwise(False)

    def _set_pay_otherwise(self, value):
        """Write the choice and hold sessions accordingly."""
        self.check_access("write")
        self._check_desk()
        self.filtered(lambda b: b.state not in OPEN_STATES)._update_state(OPEN_STATES, "confirmed")
        self.sudo().pay_otherwise = value
        confirmed = self.filtered(lambda b: b.state == "confirmed")
        packages = confirmed.sudo().subscription_id
        confirmed._reserve_packages()
        packages._review_visits()
        (self - confirmed).action_confirm()
        return True

    # ----------------------------------------------------------------------------------
    # States
    # ----------------------------------------------------------------------------------

    def _update_state(self, allowed, target, **values):
        """Override: sessions follow the state of the visit."""
        late = self._late_cancellations() if target == "cancelled" else self.browse()
        changed = super()._update_state(allowed, target, **values)
        if target == "confirmed":
            changed._return_sessions()
            changed._reserve_packages()
        elif target == "no_show":
            changed._forfeit(changed._no_show_sessions(), "no_show")
        elif target == "cancelled":
            by_client = changed.filtered(lambda b: b.cancelled_by == "client")
            changed._forfeit(late & by_client, "late_cancel")
        return changed

    def _no_show_costs(self):
        """Override: a package may lose a session."""
        return super()._no_show_costs() or bool(self._no_show_sessions())

    def _no_show_sessions(self):
        """Return the visits of which the package says that not coming costs the session."""
        return self.filtered(
            lambda b: b.sudo().subscription_id.no_show_policy == "use"
            and not b._moved_after(b._late_from())
        )

    def _late_cancellations(self):
        """Return the visits of which the package says that cancelling now costs the session."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda b: b.state in OPEN_STATES
            and b.sudo().subscription_id.late_cancel_policy == "use"
            and b.start
            and now > b._late_from()
            and not b._moved_after(b._late_from())
        )

    def _late_from(self):
        """Return from when on the package gives no session back for a cancellation, in UTC."""
        self.ensure_one()
        hours = self.sudo().subscription_id.late_cancel_hours
        return self.start and self.start - timedelta(hours=hours)

    def _forfeit(self, forfeited, kind):
        """Use the sessions of visits that did not happen; free those of the others.

        :param forfeited: the visits that cost a session all the same, unless their package has
            none to lose any more
        :param str kind: kind of use
        """
        forfeited = forfeited.filtered(
            lambda b: not b.sudo().subscription_id._why_unusable(
                b._service_day(), b.session_units or 1
            )
        )
        forfeited._use_packages(kind)
        free = (self - forfeited).sudo().filtered("subscription_id")
        packages = free.subscription_id
        free.write({"subscription_id": False, "session_units": 0})
        packages._review_visits()

    @public
    def action_open_done(self):
        """Override: what a package pays need not be asked."""
        self.check_access("write")
        waiting = self.filtered(lambda b: b.state in UNSETTLED_STATES and b.state != "confirmed")
        waiting = waiting.filtered(lambda b: not b._open_uses())
        waiting._reserve_packages()
        return super().action_open_done()

    # ----------------------------------------------------------------------------------
    # Holding, using, giving back
    # ----------------------------------------------------------------------------------

    def _after_change(self, before):
        """Override: another day, length, client or service may need another package."""
        res = super()._after_change(before)
        names = ("start", "stop", "partner_id", "service_id")
        moved = self.filtered(
            lambda b: b.state in RESERVING_STATES
            and any(getattr(before[b], name) != getattr(b._as_visit(), name) for name in names)
        )
        freed = moved.subscription_id
        moved._reserve_packages()
        freed._review_visits()
        return res

    def _reserve_packages(self):
        """Hold sessions for these visits, as far as the clients' packages have room. Hook."""
        Package = self.env["prepaid.subscription"]
        for company, bookings in self.sudo().grouped("company_id").items():
            wanted = bookings.filtered(lambda b: not b.pay_otherwise)
            Package.sudo().search(Package._get_choice_domain(wanted))._touch()
            chosen = Package.with_company(company)._choose(wanted)
            for booking in bookings:
                package = chosen.get(booking, Package)
                units = package._units_for(booking) if package else 0
                if (booking.subscription_id, booking.session_units) != (package, units):
                    booking.write({"subscription_id": package.id, "session_units": units})

    @api.model
    def _find_uncovered(self, clients):
        """Return the coming visits of clients that no package pays yet, though one may."""
        return self.sudo().search(
            [
                ("partner_id", "in", clients.ids),
                ("state", "in", RESERVING_STATES),
                ("subscription_id", "=", False),
                ("pay_otherwise", "=", False),
            ]
        )

    def _settle(self, journal_id=False, amount=False, override_reason="", force=False):
        """Override: packages pay first. A held package that does not fit any more is replaced."""
        unused = self.filtered(lambda b: not b._open_uses())
        unused.filtered(lambda b: b.state != "cancelled")._reserve_packages()
        done = super()._settle(journal_id, amount, override_reason, force)
        (done & unused)._use_packages("visit")
        return done

    def _get_invoiced(self):
        """Override: visits that a package pays get no invoice."""
        return super()._get_invoiced().filtered(lambda b: not b.subscription_id)

    def _use_packages(self, kind):
        """Use the sessions that these visits hold."""
        covered = self.sudo().filtered(lambda b: b.subscription_id and not b._open_uses())
        covered.subscription_id._touch()
        self.env["prepaid.subscription"]._use(
            [booking._prepare_use_request(kind) for booking in covered]
        )

    def _prepare_use_request(self, kind):
        """Return the use of a package for this visit. Hook, e.g. for analytic accounts."""
        self.ensure_one()
        day = self._service_day()
        return {
            "package": self.subscription_id,
            "partner": self.partner_id,
            # A session is lost on the day on which the client cancels
            "date": self.company_id._prepaid_today() if kind == "late_cancel" else day,
            "valid_on": day,
            "units": self.session_units or 1,
            "kind": kind,
            "booking": self,
        }

    def _open_uses(self):
        """Return the uses of these visits that were not undone."""
        return self.sudo().use_ids.filtered(lambda u: u.kind != "undo" and not u.reversal_ids)

    def _return_sessions(self):
        """Give back the sessions of visits that are open again."""
        uses = self._open_uses()
        if uses:
            packages = uses.subscription_id
            packages._touch()
            for company, group in uses.grouped("company_id").items():
                packages._undo_uses(
                    group, company._prepaid_today(), self.env._("The visit is open again")
                )
