from collections import defaultdict

from odoo import api, fields, models

from ...door import public, telling, told
from ..booking.prepaid_booking import REOPENABLE_STATES, RESERVING_STATES


class PrepaidBooking(models.Model):
    """What becomes of a deposit: used, released or kept; and taking that back."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public
    def action_cancel(self, reason="", by="client", waive_reason=""):
        """Override: what is kept of a deposit may be waived.

        :param str reason: why, for the record
        :param str by: ``client`` or ``us``; when we cancel, deposits are always released
        :param str waive_reason: why nothing is kept although it is late; managers only, unless
            the settings let the front desk waive
        """
        return super(PrepaidBooking, self._waiving(waive_reason)).action_cancel(reason, by)

    @public
    def action_no_show(self, waive_reason=""):
        """Override: what is kept of a deposit may be waived.

        :param str waive_reason: as in :meth:`action_cancel`
        """
        return super(PrepaidBooking, self._waiving(waive_reason)).action_no_show()

    def _waiving(self, reason):
        """Return these bookings, so that ending them keeps nothing when a reason is given."""
        if not reason:
            return self
        self._check_may_waive(reason)
        return telling(self, prepaid_waive_reason=reason)

    def _checked_waive_reason(self):
        """Return why nothing is kept, empty when the terms are applied."""
        return told(self.env, "prepaid_waive_reason", "")

    # ----------------------------------------------------------------------------------
    # The effect, before and after
    # ----------------------------------------------------------------------------------

    def _cancellation_effect(self, by="client", when=None):
        """Return what cancelling would do to the deposit. Nothing is written.

        :param str by: ``client`` or ``us``
        :param datetime when: UTC; now by default
        :return: amounts ``kept``, ``released`` and ``refundable`` (what can be paid back) with
            ``currency`` (its code), and ``lines``: sentences for the person who decides
        :rtype: dict
        """
        self.ensure_one()
        late = self._is_too_late(when)
        effect = self._deposit_effect("late" if late and by == "client" else "in_time")
        if by == "client" and self._late_cancellations():
            effect["lines"].append(self.env._("The package gives no session back: it is too late."))
        return effect

    def _no_show_effect(self):
        """Return what it would do to deposit and package that the client does not come.

        :return: see :meth:`_cancellation_effect`
        """
        self.ensure_one()
        unasked = self._moved_after(self.free_cancel_until)
        effect = self._deposit_effect("in_time" if unasked else "no_show")
        if self._no_show_sessions():
            effect["lines"].append(self.env._("The session of the package is used."))
        return effect

    def _is_too_late(self, when=None):
        """Return whether cancelling or moving is not free of charge any more.

        :param datetime when: UTC; now by default
        """
        self.ensure_one()
        deadline = self.free_cancel_until
        over = bool(deadline) and (when or fields.Datetime.now()) > deadline
        return over and not self._moved_after(deadline)

    def _deposit_effect(self, kind):
        """Return what ending the booking in some way does to its deposit.

        :param str kind: ``in_time``, ``late`` or ``no_show``
        :return: see :meth:`_cancellation_effect`
        """
        self.ensure_one()
        currency, held = self.currency_id, self.deposit_held
        policy = self.deposit_policy or {}
        percent = 0.0
        if self.deposit_state == "paid" and kind != "in_time":
            percent = policy.get(f"{kind}_keep_percent", 0.0)
        kept = currency.round(min(self.deposit_amount, held) * percent / 100)
        forgiven = not currency.is_zero(kept) and self._is_forgiven()
        kept = 0.0 if forgiven else kept
        released = currency.round(held - kept)
        return {
            "kept": kept,
            "released": released,
            "refundable": released,
            "currency": currency.name,
            "forgiven": forgiven,
            "lines": self._effect_lines(kept, released, forgiven),
        }

    def _effects_in_turn(self, effect_of):
        """Return the effect on each deposit when all of these visits end together.

        Of several visits of a client only the earliest one is the first time.

        :param effect_of: function that returns the effect of one booking
        :return: booking -> effect
        :rtype: dict
        """
        effects, forgiven = {}, frozenset()
        for booking in self.sorted(lambda b: (b.start or fields.Datetime.now(), b.id)):
            effect = effect_of(telling(booking, prepaid_forgiven_ids=forgiven))
            if effect["forgiven"]:
                forgiven |= {booking.payer_id.id}
            effects[booking] = effect
        return effects

    def _effect_lines(self, kept, released, forgiven):
        """Return the sentences that say what happens to the deposit."""
        money, lines = self.currency_id.format, []
        if forgiven:
            lines.append(self.env._("It is the first time: nothing is kept of the deposit."))
        if not self.currency_id.is_zero(kept):
            lines.append(self.env._("%(amount)s of the deposit is kept.", amount=money(kept)))
        if not self.currency_id.is_zero(released):
            lines.append(
                self.env._(
                    "%(amount)s of the deposit returns to the balance.", amount=money(released)
                )
            )
        return lines or [self.env._("No deposit was paid: no money moves.")]

    def _is_forgiven(self):
        """Return whether it would be the client's first late cancellation or no-show."""
        self.ensure_one()
        if not self.company_id.prepaid_deposit_forgive_first:
            return False
        if self.payer_id.id in told(self.env, "prepaid_forgiven_ids", ()):
            return False
        before = [
            ("payer_id", "=", self.payer_id.id),
            ("company_id", "in", self.company_id._prepaid_family().ids),
            ("id", "!=", self._origin.id),
            "|",
            ("deposit_state", "=", "forfeited"),
            ("deposit_forgiven", "=", True),
        ]
        return not self.sudo().search_count(before, limit=1)

    # ----------------------------------------------------------------------------------
    # States
    # ----------------------------------------------------------------------------------

    def _update_state(self, allowed, target, **values):
        """Override: the deposit follows the visit, and the desk's screens are told."""
        waiting = self.filtered(lambda b: b.state == "awaiting_payment")
        drafts = self.filtered(lambda b: b.state == "draft")
        reserving = self.filtered(lambda b: b.state in RESERVING_STATES)
        confirmed = reserving - waiting
        undone = (
            self.filtered(lambda b: b.state == "no_show") if target == "cancelled" else self[:0]
        )
        effects = {}
        if target in REOPENABLE_STATES:
            by = values.get("cancelled_by") or "client"
            effects = reserving._effects_in_turn(lambda b: b.sudo()._end_effect(target, by))
        changed = super()._update_state(allowed, target, **values)
        changed._end_deposits({b: effect for b, effect in effects.items() if b in changed})
        if values.get("cancelled_by") == "us":
            (undone & changed)._release_fees(self.env._("Cancelled by us"))
        (waiting & changed)._tell_outcome(target)
        if target == "confirmed":
            (drafts & changed).filtered("deposit_held")._note_message("paid")
        elif target == "cancelled":
            by_us = values.get("cancelled_by") == "us"
            told = (changed - waiting).filtered(
                lambda b: b.deposit_amount or (by_us and b in confirmed and b._is_coming())
            )
            told._note_message("cancelled")
        return changed

    def _is_coming(self):
        """Return whether the visit has not begun yet."""
        self.ensure_one()
        return bool(self.start) and self.start > fields.Datetime.now()

    def _tell_outcome(self, target):
        """Tell clients and desk how bookings that were waiting go on."""
        if not self:
            return
        if target == "confirmed":
            self._note_message("paid")
            self._notify_desk("paid")
        elif target == "cancelled":
            self._note_message("expired" if self._is_expiring() else "cancelled")
            self._notify_desk("expired")

    @api.model
    def _is_expiring(self):
        """Return whether bookings are cancelled because their time to pay is over."""
        return bool(told(self.env, "prepaid_expiring"))

    def _end_effect(self, target, by):
        """Return what becomes of the deposit now, waived or not."""
        self.ensure_one()
        if target == "no_show":
            effect = self._no_show_effect()
        else:
            effect = self._cancellation_effect(by)
        if self._checked_waive_reason() and effect["kept"]:
            released = self.currency_id.round(effect["released"] + effect["kept"])
            effect.update(kept=0.0, released=released, waived=True)
        return effect

    def _end_deposits(self, effects):
        """Release or keep the deposits of visits that will not be.

        :param dict effects: booking -> what :meth:`_end_effect` said before
        """
        if not effects:
            return
        # One write for all that fare alike: a night may cancel thousands
        alike = defaultdict(self.browse)
        for booking, effect in effects.items():
            alike[tuple(booking._prepare_end_vals(effect).items())] += booking
        for vals, bookings in alike.items():
            bookings.sudo().write(dict(vals))
        self._keep_deposits({b: effect["kept"] for b, effect in effects.items() if effect["kept"]})

    def _prepare_end_vals(self, effect):
        """Return the values of a booking whose deposit is released or kept."""
        self.ensure_one()
        if self.deposit_state == "released":
            return {}  # A package took the visit over: the money went back before
        state = "released" if effect["released"] else "none"
        state = "forfeited" if effect["kept"] else state
        waived = effect.get("waived") and self._checked_waive_reason()
        return {
            "deposit_held": 0.0,
            "deposit_released": effect["released"],
            "deposit_state": "expired" if self._is_expiring() else state,
            "deposit_forgiven": self.deposit_forgiven or effect["forgiven"],
            "deposit_waive_reason": waived or self.deposit_waive_reason,
        }

    def _settle(self, journal_id=False, amount=False, override_reason="", force=False):
        """Override: the visit's own deposit is free to pay for it, first of all."""
        holding = self.sudo().filtered("deposit_held")
        holding.deposit_held = 0.0
        done = super()._settle(journal_id, amount, override_reason, force)
        used = done.sudo().filtered(lambda b: b.deposit_state in ("paid", "awaiting"))
        for booking in used:
            spent = booking in holding and booking.invoice_id
            released = "released" if booking in holding else "none"
            booking.deposit_state = "applied" if spent else released
        return done

    @public
    def action_undo_done(self, reason=""):
        """Override: what is on the balance again is held for the visit again."""
        undone = self.filtered(lambda b: b.state == "done")
        res = super().action_undo_done(reason)
        undone._hold_again()
        return res

    @public
    def action_reopen(self):
        """Override: fees are credited and deposits held again; expired ones are asked again."""
        self.check_access("write")
        expired = self.filtered(lambda b: b.state == "cancelled" and b.deposit_state == "expired")
        if expired:
            expired.action_request_payment()
        others = self - expired
        closed = others.filtered(lambda b: b.state in REOPENABLE_STATES)
        res = super(PrepaidBooking, others).action_reopen()
        closed._credit_fees(self.env._("The booking is open again"))
        closed._hold_again()
        return res

    def _hold_again(self):
        """Hold the deposits of bookings that are open again, as far as the money is there."""
        for booking in self.sudo().filtered("deposit_amount"):
            booking.write(
                {"deposit_state": "none", "deposit_forgiven": False, "deposit_released": 0.0}
            )
            self.env["prepaid.ledger"]._gather(booking.payer_id, booking.company_id)
            share = min(booking._deposit_open(), booking._unheld_advance())
            if share > 0:
                booking._hold_deposit(share)
