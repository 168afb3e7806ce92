from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text
from .prepaid_subscription import TAKEN_BACK_STATES

#: Kinds of use that a caller may ask for
KINDS = ("visit", "no_show", "late_cancel", "correction")


class PrepaidSubscription(models.Model):
    """Using sessions, and giving them back."""

    _inherit = "prepaid.subscription"

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public(once=True)
    def use_session(
        self, date=False, partner_id=False, units=1, kind="visit", note="", reference=""
    ):
        """Use sessions of the package; their revenue is earned on that day.

        :param date: local day as ``YYYY-MM-DD`` or date, from the sale (or the first valid day) to
            today, which is the default
        :param int partner_id: who came: the owner (default) or another client of the package. A
            new client is added while the package has room for one.
        :param int units: how many sessions
        :param str kind: ``visit``, ``no_show``, ``late_cancel`` or ``correction``
        :param str note: the reason, for the record
        :param str reference: idempotency key; the same call again returns its first result
        :return: ``use_id``, ``amount`` earned (company currency), ``sessions_left``, ``state``
        :rtype: dict
        :raise UserError: nothing left, not valid on that day, frozen, a stranger, ...
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self.template_id._check_count(units, 1, self.env._("The number of sessions"))
        if kind not in KINDS:
            raise UserError(
                self.env._("%(kind)s is no kind of use: %(kinds)s.", kind=kind, kinds=KINDS)
            )
        self._touch()
        client = self.partner_id
        if partner_id:
            client = client._prepaid_find(partner_id)
            self._admit(client)
        request = {
            "package": self,
            "partner": client,
            "date": self._day_of_use(date),
            "units": units,
            "kind": kind,
            "note": as_text(note),
        }
        return self._use_result(self._use([request]))

    @public
    def undo_use(self, use_id, date=False, reason=""):
        """Take a session back with a row of its own; the revenue is taken back on that day.

        :param int use_id: a use of this package
        :param date: local day, from the session's on; today at the company by default
        :param str reason: for the record
        :return: as :meth:`use_session`
        :raise UserError: not a session of this package, undone already, or the package lapsed or
            was refunded since
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        use = self.use_ids.filtered(lambda u: u.id == use_id)
        if not use:
            raise UserError(self.env._("Choose a session of this package."))
        self._touch()
        day = self._to_past_day(date, use.date, self.env._("the session"))
        return self._use_result(self._undo_uses(use, day, as_text(reason)))

    def _use_result(self, use):
        """Return what a caller wants to know about a new use, JSON-safe."""
        return {
            "use_id": use.id,
            "amount": use.sudo().amount_earned,
            "sessions_left": self.sessions_left,
            "state": self.state,
        }

    # ----------------------------------------------------------------------------------
    # Using, in batches
    # ----------------------------------------------------------------------------------

    @api.model
    def _use(self, requests):
        """Record uses and earn their revenue. The packages must have been touched before.

        :param list[dict] requests: ``package``, ``partner`` (records), ``date``, ``units``,
            ``kind`` and optionally ``note``, ``booking`` (record), ``analytic``, ``valid_on``: the
            day on which the package must be valid, when it is another one
        :return: uses, in the order of the requests
        :raise UserError: a package cannot be used; nothing is written
        """
        packages = self.union(*(request["package"] for request in requests)).sudo()
        taken = dict.fromkeys(packages.ids, 0)
        for request in requests:
            package = request["package"].sudo()
            valid_on = request.get("valid_on") or request["date"]
            package._check_usable(valid_on, request["units"] + taken[package.id])
            taken[package.id] += request["units"]
        packages._start_clocks({r["package"].id: r["date"] for r in reversed(requests)})
        counters = packages._reached_by_package()
        vals_list = [self._prepare_use_vals(request, counters) for request in requests]
        uses = self.env["prepaid.subscription.use"].sudo().create(vals_list)
        uses._earn_now([request.get("analytic") for request in requests])
        packages._follow_use()
        packages._review_visits()
        return uses

    @api.model
    def _prepare_use_vals(self, request, counters):
        """Return the values of one use and advance the package's counter. Hook."""
        package = request["package"].sudo()
        return {
            "subscription_id": package.id,
            "payer_id": package.payer_id.id,
            "partner_id": request["partner"].id,
            "kind": request["kind"],
            "date": request["date"],
            "units": request["units"],
            "note": request.get("note") or False,
            "booking_id": request["booking"].id if request.get("booking") else False,
            **package._advance(counters[package.id], request["units"]),
        }

    def _advance(self, counter, units):
        """Return what some more units earn, and advance the counter of the package by them.

        :param dict counter: from ``_reached``
        :param int units: sessions, or days of a pass; negative to go back
        """
        self.ensure_one()
        used = counter["used"] + units
        vals = {}
        # An unlimited package is earned by time, however often the client comes
        if not self.is_unlimited:
            for suffix, in_sale_currency in (("", False), ("_currency", True)):
                schedule = self._schedule(in_sale_currency=in_sale_currency)
                for figure, target in (
                    ("earned", schedule.earned(used)),
                    ("broken", schedule.broken(used)),
                ):
                    name = figure + suffix
                    change = target - counter[name]
                    counter[name] = target
                    vals[name if suffix else f"amount_{name}"] = change
            vals["deferred_currency"] = -vals["earned_currency"] - vals["broken_currency"]
        counter["used"] = used
        return self._round_row(vals)

    def _round_row(self, vals):
        """Return the amounts of a row without float dust."""
        self.ensure_one()
        return {
            name: (self.sale_currency_id if name.endswith("_currency") else self.currency_id).round(
                value
            )
            for name, value in vals.items()
        }

    def _check_usable(self, day, units):
        """Refuse a use that the package does not allow, with the way out.

        :raise UserError: state, day or number of sessions
        """
        message = self._why_unusable(day, units)
        if message:
            raise UserError(message)

    def _why_unusable(self, day, units):
        """Return why so many sessions cannot be used on a day, in words; empty when they can.

        :rtype: str
        """
        self.ensure_one()
        name, message = self.display_name, ""
        if self.state == "draft":
            message = self.env._("%(package)s is not paid yet.", package=name)
        elif self.state == "frozen" or self._is_frozen(day):
            message = self.env._("%(package)s is frozen. Unfreeze it first.", package=name)
        elif self.state == "expired" or (self.date_last and day > self.date_last):
            message = self.env._(
                "%(package)s expired on %(day)s. Extend it first.", package=name, day=self.date_last
            )
        elif self.state in TAKEN_BACK_STATES:
            message = self.env._("%(package)s was taken back.", package=name)
        elif self.date_start and day < self.date_start:
            message = self.env._(
                "%(package)s is valid from %(day)s.", package=name, day=self.date_start
            )
        elif not self.is_unlimited and units > self.sessions_left:
            message = self.env._(
                "%(package)s has %(left)s sessions left. Sell a new one, or add sessions to it.",
                package=name,
                left=self.sessions_left,
            )
        return message

    def _is_frozen(self, day):
        """Return whether a day is in a frozen period."""
        return any(
            first <= day and (not last or day <= last) for first, last in self._frozen_periods()
        )

    def _admit(self, client, reason=""):
        """Let a client use the package, as long as it has room for another one.

        :raise UserError: the package is for fewer clients
        """
        self.ensure_one()
        if client and client in self._users():
            return
        if not client:
            raise UserError(self.env._("Choose an existing client."))
        if len(self._users()) >= self.member_limit:
            raise UserError(
                self.env._(
                    "%(package)s is for %(count)s client(s) and %(client)s is not among them.",
                    package=self.display_name,
                    count=self.member_limit,
                    client=client.display_name,
                )
            )
        self.sudo().member_ids += client
        note = reason or self.env._("%(client)s may use the package", client=client.name)
        self.sudo()._revise("member", self.company_id._prepaid_today(), note)

    def _start_clocks(self, days):
        """Start the packages whose validity begins with the first visit.

        :param dict days: package id -> day of the first visit
        """
        for package in self.filtered(lambda p: not p.date_start):
            latest = package._forced_start()
            day = min(filter(None, (days[package.id], latest)))
            end = package.date_end or package._validity_end(day)
            package.write({"date_start": day, "date_end": end})
            units = {"total_units": package._promised_days()} if package.is_unlimited else {}
            package._revise("start", day, rebase=units)

    def _forced_start(self):
        """Return the day on which the clock starts without a visit; False: it waits."""
        self.ensure_one()
        if self.clock_start != "forced":
            return False
        return fields.Date.add(self.date_sale, days=self.clock_days)

    def _follow_use(self):
        """Let the state of packages follow what is left of them."""
        for package in self.filtered(lambda p: not p.is_unlimited):
            if package.state == "active" and not package.sessions_left:
                package._update_state("used_up")
            elif package.state == "used_up" and package.sessions_left:
                package._update_state("active")

    # ----------------------------------------------------------------------------------
    # Giving back
    # ----------------------------------------------------------------------------------

    @api.model
    def _undo_uses(self, uses, day, reason=""):
        """Take uses back with reversing rows. The packages must have been touched before.

        :param uses: uses of any packages
        :param date day: local day of the correction, not before the use
        :return: reversing uses, in the order of the uses
        :raise UserError: a use was undone already, or its package is not alive
        """
        uses = uses.sudo()
        for use in uses:
            use._check_undo()
        packages = uses.subscription_id
        counters = packages._reached_by_package()
        reversals = (
            self.env["prepaid.subscription.use"]
            .sudo()
            .create(
                [
                    {
                        "subscription_id": use.subscription_id.id,
                        "payer_id": use.subscription_id.payer_id.id,
                        "partner_id": use.partner_id.id,
                        "kind": "undo",
                        "date": max(day, use.date),
                        "units": -use.units,
                        "note": reason or False,
                        "booking_id": use.booking_id.id,
                        "reversed_id": use.id,
                        **use.subscription_id._advance(
                            counters[use.subscription_id.id], -use.units
                        ),
                    }
                    for use in uses
                ]
            )
        )
        reversals._earn_now([use._income_analytic() for use in uses])
        packages._follow_use()
        packages._review_visits()
        return reversals
