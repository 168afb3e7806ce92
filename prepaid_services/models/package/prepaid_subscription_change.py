from odoo import models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text, is_count, is_given
from ...tools.recognition import split_by_weights
from .prepaid_subscription import LIVE_STATES, TAKEN_BACK_STATES


class PrepaidSubscription(models.Model):
    """Extending, restoring, handing over: changes after the sale. Each is a revision."""

    _inherit = "prepaid.subscription"

    # ----------------------------------------------------------------------------------
    # Extend and restore
    # ----------------------------------------------------------------------------------

    @public(once=True)
    def extend(
        self,
        date_end=False,
        bonus_sessions=0,
        reason="",
        date=False,
        restored_sessions=None,
        goodwill=False,
        reference="",
    ):
        """Give a package a later end or bonus sessions; bring an expired one back.

        What is not earned yet is spread over what is left from now on; what was earned stays
        (IFRS 15.21(a)). Of an expired package the lapsed sessions come back, and their breakage is
        taken back on this day.

        :param date_end: new last valid day, as ``YYYY-MM-DD`` or date
        :param int bonus_sessions: free sessions that are added
        :param str reason: for the record
        :param date: local day of the change, from the last use or change on; today at the company
            by default
        :param int restored_sessions: how many lapsed sessions come back; all by default
        :param bool goodwill: leave the breakage as it is: sessions that come back earn nothing
        :param str reference: idempotency key; the same call again returns its first result
        :return: ``revision_id``, ``date_end`` (``YYYY-MM-DD`` or False), ``sessions_left``,
            ``state``
        :rtype: dict
        :raise UserError: nothing to change, an end that is no later, taken back already, ...
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self._touch()
        day = self._day_of_change(date)
        end = self._to_day(date_end) if date_end else self.date_end
        bonus_sessions = bonus_sessions if is_given(bonus_sessions) else 0
        self._check_extension(day, end, bonus_sessions, restored_sessions)
        revision = self.sudo()._extend(
            day, end, bonus_sessions, restored_sessions, goodwill, as_text(reason)
        )
        return {
            "revision_id": revision.id,
            "date_end": str(end) if end else False,
            "sessions_left": self.sessions_left,
            "state": self.state,
        }

    def _extend(self, day, end, bonus_sessions, restored_sessions, goodwill, reason):
        """Do what :meth:`extend` has checked.

        :return: the revision
        """
        expired, old_end = self.state == "expired", self.date_end
        self.bonus_sessions += bonus_sessions
        if expired and not self.is_unlimited:
            count = self._lapsed_sessions()
            restored = restored_sessions if is_given(restored_sessions) else count
            self.date_end = end
            revision = self._restore(day, restored, bonus_sessions, goodwill, reason)
        else:
            vals = {}
            if self._is_earned_by_time():
                vals = self._rebase_time(day, end)
            elif bonus_sessions:
                vals = self._rebase_vals(add_units=bonus_sessions)
            self.date_end = end
            kind = "bonus" if bonus_sessions else "extension"
            kind = "restore" if expired else kind
            back = self._restore_unstarted(goodwill) if expired else {}
            revision = self._revise(kind, day, reason, **{"rebase": vals, **back})
            revision._book_broken(self.env._("%(package)s: restored", package=self.display_name))
        self._log_change(revision, old_end, bonus_sessions)
        if self.state in ("expired", "used_up"):
            alive = self.is_unlimited or self.sessions_left
            self._update_state("active" if alive else "used_up", cron_error=False)
        return revision

    def _lapsed_sessions(self):
        """Return how many sessions an expired package lost."""
        return max(self.sessions_total - self.sessions_used, 0)

    def _check_extension(self, day, end, bonus, restored):
        """Refuse an extension that makes no sense, before anything is written.

        :raise UserError: says what is wrong and what works
        """
        self.ensure_one()
        message = False
        if self.state in TAKEN_BACK_STATES:
            message = self.env._("%(package)s was taken back.", package=self.display_name)
        elif not is_count(bonus, least=0) or (bonus and self.is_unlimited):
            message = self.env._(
                "Bonus sessions must be a whole number from 0, and none for unlimited packages."
            )
        elif self.date_end and end < self.date_end:
            message = self.env._("The new end must be after %(day)s.", day=self.date_end)
        elif end == self.date_end and not bonus and self.state != "expired":
            message = self.env._("Give a new end or bonus sessions.")
        elif end and end < day and (self.state == "expired" or end != self.date_end):
            message = self.env._("Give an end from %(day)s on, so that it can be used.", day=day)
        elif is_given(restored) and not (
            self.state == "expired" and is_count(restored, 0, self._lapsed_sessions())
        ):
            message = self.env._(
                "%(count)s sessions lapsed; not more can come back.",
                count=self._lapsed_sessions() if self.state == "expired" else 0,
            )
        if message:
            raise UserError(message)

    def _restore(self, day, restored, bonus, goodwill, reason):
        """Bring lapsed sessions back, with their part of the breakage (change of estimate).

        :param int restored: sessions that come back
        :param int bonus: sessions that are added
        :param bool goodwill: the breakage stays
        :return: the revision
        """
        self.ensure_one()
        reached, old = self._reached(), self.revision_id
        lapsed = self._lapsed_sessions()
        rebase = {
            "total_units": reached["used"] + restored + bonus,
            "base_units": reached["used"],
            "base_broken": 0.0,
            "base_broken_currency": 0.0,
        }
        back = {}
        for name, suffix in (("amount", ""), ("currency", "_currency")):
            earned, broken = reached["earned" + suffix], reached["broken" + suffix]
            # Where nothing was booked at expiry, the value is still deferred
            value = broken - old[f"lapsed_{name}"]
            kept = self._deferred_kept(reached, suffix)
            currency = self.currency_id if name == "amount" else self.sale_currency_id
            part = 0.0
            if value and restored and not goodwill:
                part = split_by_weights(value, [restored, lapsed - restored], currency.rounding)[0]
            back[name] = part
            rebase[f"base_{name}"] = earned
            rebase[f"total_{name}"] = currency.round(earned + kept + part)
            rebase[f"lapsed_{name}"] = currency.round(broken - part)
        revision = self._revise(
            "restore",
            day,
            reason,
            rebase=rebase,
            amount_broken=-back["amount"],
            broken_currency=-back["currency"],
            deferred_currency=back["currency"],
        )
        ref = self.env._("%(package)s: restored", package=self.display_name)
        revision._book_broken(ref)
        return revision

    def _restore_unstarted(self, goodwill):
        """Return the values by which a pass that lapsed before its first visit comes back.

        Of other passes, what lapsed were days that are over.

        :param bool goodwill: the breakage stays, and the pass earns nothing any more
        """
        self.ensure_one()
        if self._is_earned_by_time():
            return {}
        reached = self._reached()
        if goodwill and reached["broken"]:
            return {"rebase": {"total_amount": 0.0, "total_currency": 0.0}}
        return {
            "amount_broken": -reached["broken"],
            "broken_currency": -reached["broken_currency"],
            "deferred_currency": reached["broken_currency"],
        }

    def _deferred_kept(self, reached, suffix):
        """Return what is still deferred of the package, in one of its currencies."""
        return reached["deferred_currency"] if suffix else self.amount_deferred

    def _log_change(self, revision, old_end, bonus):
        """Say in the chatter what was changed and why."""
        self.ensure_one()
        parts = [dict(revision._fields["kind"]._description_selection(self.env))[revision.kind]]
        if self.date_end != old_end:
            parts.append(
                self.env._("%(old)s to %(new)s", old=old_end or "-", new=self.date_end or "-")
            )
        if bonus:
            parts.append(self.env._("%(count)s bonus sessions", count=bonus))
        self.message_post(body=" · ".join([*parts, *filter(None, [revision.note])]))

    # ----------------------------------------------------------------------------------
    # Clients
    # ----------------------------------------------------------------------------------

    @public
    def add_member(self, partner_id, reason=""):
        """Let another client use the package.

        :param int partner_id: the client
        :param str reason: for the record
        :return: ids of all clients who may use it
        :rtype: list[int]
        :raise UserError: the package has no room for another client
        """
        check_one(self)
        self._check_desk()
        self._touch()
        self._admit(self.env["res.partner"]._prepaid_find(partner_id), as_text(reason))
        return self._users().ids

    @public
    def remove_member(self, partner_id, reason=""):
        """Take a client off the package; the visits of the past stay.

        :param int partner_id: a client of the package other than its owner
        :param str reason: for the record
        :return: as :meth:`add_member`
        :raise UserError: not one of the other clients
        """
        check_one(self)
        self._check_desk()
        self._touch()
        client = self.member_ids.filtered(lambda m: m.id == partner_id)
        if not client:
            raise UserError(self.env._("Choose one of the other clients of the package."))
        self.sudo().member_ids -= client
        note = self.env._("%(client)s may not use it any more", client=client.name)
        day = self.company_id._prepaid_today()
        self.sudo()._revise("member", day, as_text(reason) or note)
        return self._users().ids

    @public
    def transfer(self, partner_id, reason="", date=False):
        """Hand the package over to another client, with what is left of it.

        :param int partner_id: the new owner; the payer is the owner or the owner's parent. The
            same client again once another company pays for the client
        :param str reason: for the record
        :param date: local day, from the last use or change on; today at the company by default
        :return: ``subscription_id``, ``partner_id``, ``amount`` that changed hands (company
            currency)
        :rtype: dict
        :raise UserError: no such client, the same client, or nothing left to hand over
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        client = self.env["res.partner"]._prepaid_find(partner_id)
        same = client == self.partner_id and client.commercial_partner_id == self.payer_id
        if not client or not client.active or same:
            raise UserError(self.env._("Choose another, active client."))
        if self.state not in LIVE_STATES:
            raise UserError(
                self.env._("%(package)s has nothing left to hand over.", package=self.display_name)
            )
        self._touch()
        package, day, reason = self.sudo(), self._day_of_change(date), as_text(reason)
        held = package.booking_ids.filtered(lambda b: b.state == "confirmed")
        amount = package._hand_over(client, day, reason)
        held._reserve_packages()
        return {"subscription_id": self.id, "partner_id": client.id, "amount": amount}

    def _hand_over(self, client, day, reason):
        """Give the package to another client, and its deferred value to the new payer.

        :return: the amount, in company currency
        """
        self.ensure_one()
        old, new = self.payer_id, client.commercial_partner_id
        amount = self.amount_deferred
        # The first row is the old owner's, the second the new one's
        self._move_value(
            old, new, amount, self._reached()["deferred_currency"], day, reason, client
        )
        return amount

    def _move_value(self, old, new, amount, in_currency, day, reason, client=None):
        """Move deferred value from one payer to another.

        :param res.partner old: who has it
        :param res.partner new: who gets it
        :param float amount: in company currency
        :param float in_currency: the same in the currency of the sale
        :param res.partner client: the new owner of the package, if it gets one
        """
        self.ensure_one()
        entry = self.env["account.move"]
        if old != new and amount:
            ref = self.env._(
                "%(package)s: handed over to %(client)s",
                package=self.display_name,
                client=(client or new).name,
            )
            account, analytic = self.deferred_account_id, self.analytic_distribution
            lines = [
                (account, sign * amount, sign * in_currency, analytic, values)
                for sign, values in (
                    (1, {"partner_id": old.id, "is_storno": False}),
                    (-1, {"partner_id": new.id, "is_storno": False}),
                )
            ]
            [entry] = self.env["prepaid.ledger"]._earn([self._prepare_earning(day, ref, lines)])
        out, into = (amount, in_currency) if entry else (0.0, 0.0)
        common = {"note": reason, "move_id": entry.id}
        self._revise(
            "transfer",
            day,
            payer_id=old.id,
            amount_transferred=-out,
            deferred_currency=-into,
            **common,
        )
        if client:
            self.write({"partner_id": client.id, "payer_id": new.id})
            self.member_ids -= client
        self._revise(
            "transfer",
            day,
            payer_id=new.id,
            amount_transferred=out,
            deferred_currency=into,
            **common,
        )
