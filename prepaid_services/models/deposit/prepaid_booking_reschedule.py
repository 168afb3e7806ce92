from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ..booking.prepaid_booking import OPEN_STATES


class PrepaidBooking(models.Model):
    """Moving a visit: the deposit moves along, unless it is late and the policy says otherwise."""

    _inherit = "prepaid.booking"

    @public
    def action_reschedule(self, start, by="us"):
        """Move a visit to another time; it keeps its length, its seat and its deposit.

        :param start: new start in UTC, as ``YYYY-MM-DD HH:MM:SS`` or datetime
        :param str by: ``client`` or ``us``; when we move it, the deposit always moves along
        :return: True
        :raise UserError: not a time, the visit is over or cancelled, the hour is taken (where the
            company refuses overlaps), or it is too late for the client
        """
        check_one(self)
        self.check_access("write")
        if by not in ("client", "us"):
            raise UserError(self.env._("A booking is moved by 'client' or by 'us'."))
        start = self._check_new_start(start)
        if start == self.start:
            return True
        self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
        effect = self._reschedule_effect(start, by)
        if not effect["allowed"]:
            raise UserError(" ".join(effect["lines"]))
        length = self.stop - self.start
        if effect["kept"]:
            self._charge_move(effect["kept"])
        self.write({"start": start, "stop": start + length})
        if by == "client":
            self.sudo().moved_by_us_on = False
        return True

    def _reschedule_effect(self, start, by="client"):
        """Return what moving the visit would do to the deposit. Nothing is written.

        :param datetime start: new start, UTC
        :param str by: ``client`` or ``us``
        :return: ``allowed``, amounts ``kept`` and ``moved``, ``currency`` (its code) and
            ``lines``: sentences for the person who decides
        :rtype: dict
        """
        self.ensure_one()
        policy = self.deposit_policy or {}
        effect = self._cancellation_effect(by)
        late = self._is_too_late()
        rule = policy.get("late_move", "move") if late and by == "client" else "move"
        kept = effect["kept"] if rule == "charge" else 0.0
        moved = self.currency_id.round(self.deposit_held - kept)
        lines = []
        if rule == "refuse":
            lines = [self.env._("It is too late to move this visit. Please call us.")]
        elif kept:
            lines = [
                self.env._(
                    "%(amount)s of the deposit is kept.", amount=self.currency_id.format(kept)
                )
            ]
        elif moved:
            lines = [
                self.env._(
                    "The deposit of %(amount)s moves along.", amount=self.currency_id.format(moved)
                )
            ]
        return {
            "allowed": rule != "refuse",
            "kept": kept,
            "moved": moved,
            "currency": self.currency_id.name,
            "lines": lines or [self.env._("No money moves.")],
        }

    def _check_new_start(self, start):
        """Return the new start as datetime.

        :raise UserError: not a time, or the visit cannot be moved any more
        """
        self.ensure_one()
        try:
            moment = fields.Datetime.to_datetime(start)
        except (TypeError, ValueError):
            moment = None
        if not moment:
            raise UserError(
                self.env._("%(start)s is not a time. Write it as YYYY-MM-DD HH:MM:SS.", start=start)
            )
        if self.state not in OPEN_STATES or not self.start:
            raise UserError(
                self.env._(
                    "%(visit)s cannot be moved any more. Book a new visit.",
                    visit=self.display_name,
                )
            )
        return moment

    def _charge_move(self, kept):
        """Keep a part of the deposit because the visit is moved late; the rest moves along."""
        booking = self.sudo()
        booking.deposit_held = booking.currency_id.round(booking.deposit_held - kept)
        booking.deposit_amount = booking.deposit_held
        if booking.currency_id.is_zero(booking.deposit_held):
            booking.deposit_state = "forfeited"
        self._keep_deposits({self: kept})
