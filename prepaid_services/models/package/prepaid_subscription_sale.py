from odoo import models
from odoo.exceptions import UserError

from ...tools.recognition import split_by_weights
from ...tools.validity import active_days
from .prepaid_subscription_schedule import SCHEDULE_FIELDS


class PrepaidSubscription(models.Model):
    """What the documents of a sale do to packages: begin, withdraw, credit."""

    _inherit = "prepaid.subscription"

    # ----------------------------------------------------------------------------------
    # Begin and withdraw
    # ----------------------------------------------------------------------------------

    def _begin(self, amounts, amounts_currency):
        """Begin new packages, or those whose invoice is posted again.

        :param list amounts: net price of each, in company currency
        :param list amounts_currency: the same in the currency of the sale
        """
        each = {
            package.id: {
                **dict.fromkeys(SCHEDULE_FIELDS, 0),
                "move_id": package.invoice_line_id.move_id.id,
                "amount_sold": amount,
                "deferred_currency": in_currency,
                "total_amount": amount,
                "total_currency": in_currency,
                "total_units": package._promised_units(),
            }
            for package, amount, in_currency in zip(self, amounts, amounts_currency, strict=True)
        }
        by_sale = self.grouped(lambda p: (p.date_sale, p._buyer()))
        for (day, buyer), packages in by_sale.items():
            packages._revise("sale", day, each=each, payer_id=buyer.id)
            for package in packages.filtered(lambda p, buyer=buyer: p.payer_id != buyer):
                # Handed over before its invoice was posted again
                amounts = (package.amount_deferred, package._reached()["deferred_currency"])
                package._move_value(buyer, package.payer_id, *amounts, day, "")
        paid = self.filtered(
            lambda p: p.template_id.activation == "sale"
            or p.invoice_line_id.move_id.currency_id.is_zero(
                p.invoice_line_id.move_id.amount_residual
            )
        )
        paid._update_state("active")
        (self - paid)._update_state("draft")

    def _buyer(self):
        """Return who has the invoice of the sale: the first payer."""
        self.ensure_one()
        return self.invoice_line_id.move_id.commercial_partner_id

    def _promised_units(self):
        """Return the sessions or days that the package begins with."""
        self.ensure_one()
        if self.is_unlimited:
            return self._promised_days()
        return self.invoice_line_id._prepaid_promised_sessions() + self.bonus_sessions

    def _promised_days(self):
        """Return the days of an unlimited package; 0 as long as its clock waits."""
        self.ensure_one()
        if not self.date_start:
            return 0
        return active_days(self.date_start, self.date_end, [])

    def _check_withdraw(self):
        """Refuse to take the invoice of a package back that was used or changed.

        :raise UserError: names the package and the way out
        """
        for package in self.filtered(
            lambda p: p.sessions_used
            or p.date_earned
            or p._priced_again()
            or p.currency_id.compare_amounts(p.amount_deferred, p.amount_net)
        ):
            raise UserError(
                self.env._(
                    "%(package)s was used already, so its invoice cannot be reset or cancelled. "
                    "Undo its sessions first, or refund what is left.",
                    package=package.display_name,
                )
            )

    def _priced_again(self):
        """Return the rows by which another document changed the price since the sale."""
        self.ensure_one()
        rows = self.revision_ids.sorted("id")
        sale = rows.filtered(lambda r: r.kind == "sale")[-1:]
        return rows.filtered(lambda r: r.kind in ("upgrade", "refund") and r.id > sale.id)

    def _prepare_again_vals(self, vals):
        """Return what an invoice that is posted again changes: nothing that was agreed since.

        :param dict vals: values of a new package of the invoice line
        """
        self.ensure_one()
        if vals["template_id"] != self.template_id.id:
            return vals
        agreed = set(self._terms_fields())
        if vals["date_sale"] == self.date_sale:
            agreed |= {"date_start", "date_end", "bonus_sessions"}
        sale = self.revision_ids.filtered(lambda r: r.kind == "sale").sorted("id")[-1:]
        client = self.partner_id.browse(vals["partner_id"])
        if client.commercial_partner_id == sale.payer_id:
            agreed |= {"partner_id", "member_ids"}
        return {name: value for name, value in vals.items() if name not in agreed}

    def _withdraw(self):
        """Take packages back whose invoice is not posted any more."""
        for package in self:
            reached = package._reached()
            buyer = package._buyer()
            if package.payer_id != buyer:
                # Handed over since: the value goes back to whose invoice it is
                amounts = (package.amount_deferred, reached["deferred_currency"])
                today = package.company_id._prepaid_today()
                package._move_value(package.payer_id, buyer, *amounts, today, "")
            package._revise(
                "withdrawal",
                package.date_sale,
                payer_id=buyer.id,
                move_id=package.invoice_line_id.move_id.id,
                amount_sold=-package.amount_net,
                deferred_currency=-reached["deferred_currency"],
                rebase={"total_amount": 0.0, "total_currency": 0.0},
            )
        self._update_state("cancelled")
        self.invoice_line_id.move_id._prepaid_reverse_corrections()

    # ----------------------------------------------------------------------------------
    # Credit notes
    # ----------------------------------------------------------------------------------

    def _credit(self, line, balance, amount_currency):
        """Take back what a credit note says: whole packages first, the least used ones.

        A credit note that covers what is left of a package ends it; a smaller one lowers its
        price, and the rest is earned by the sessions that are left.

        :param line: line of the credit note
        :param float balance: taken off deferred revenue, in company currency
        :param float amount_currency: the same in the currency of the credit note
        """
        self._touch()
        # Of packages that were taken back already, more money can only lower the revenue
        living = self.filtered(lambda p: p.state != "refunded") or self[-1:]
        ordered = living.sorted(lambda p: (p.sessions_used, -p.id))
        beyond = ordered._credit_beyond_deferred(balance, amount_currency)
        rest, rest_currency = balance, amount_currency
        for package, (more, more_currency) in zip(ordered, beyond, strict=True):
            left = package.amount_deferred + more
            left_currency = package._reached()["deferred_currency"] + more_currency
            added = package._added_sessions(line, rest)
            ends = package._is_ended_by_credit(line, rest, left, added)
            if package == ordered[-1] or not ends:
                left, left_currency = rest, rest_currency
            package._credit_one(line, left, left_currency, added, ends)
            rest = package.currency_id.round(rest - left)
            rest_currency = package.sale_currency_id.round(rest_currency - left_currency)
            if package.currency_id.is_zero(rest):
                break

    def _credit_beyond_deferred(self, balance, amount_currency):
        """Return what a credit note takes of each package beyond what is deferred of it.

        That is less revenue: each gives in proportion to what it brought, so that none of them
        is left with less than nothing.

        :param float balance: of the credit note, in company currency
        :param float amount_currency: the same in the currency of the credit note
        :return: of each package, the amount in company currency and in that of the sale
        :rtype: list[tuple[float, float]]
        """
        reached = self._reached_by_package()
        brought = [max(p.amount_earned + p.amount_broken, 0.0) for p in self]
        beyond = balance - sum(self.mapped("amount_deferred"))
        if not any(brought) or self.currency_id.compare_amounts(beyond, 0.0) <= 0:
            return [(0.0, 0.0)] * len(self)
        deferred_currency = sum(reached[p.id]["deferred_currency"] for p in self)
        in_sale_currency = max(amount_currency - deferred_currency, 0.0)
        return list(
            zip(
                split_by_weights(beyond, brought, self.currency_id.rounding),
                split_by_weights(in_sale_currency, brought, self.sale_currency_id.rounding),
                strict=True,
            )
        )

    def _is_ended_by_credit(self, line, rest, left, added):
        """Return whether a credit note ends a package, or only lowers its price.

        :param float rest: of the credit note, not given to other packages
        :param float left: what it can take of this package
        :param int added: sessions it takes back that another invoice had added
        """
        self.ensure_one()
        return (
            line.prepaid_subscription_id
            or self.currency_id.compare_amounts(rest, left) >= 0
            or (added and added >= self.sessions_left)
        )

    def _credit_one(self, line, amount, amount_currency, added, ends):
        """Take back of one package what a credit note says.

        :param float amount: in company currency
        :param float amount_currency: in the currency of the sale
        :param int added: sessions it takes back that another invoice had added
        :param bool ends: nothing of the package is left
        """
        self.ensure_one()
        creditor = line.move_id.commercial_partner_id
        if self.payer_id != creditor:
            # Handed over since: that value goes back to who gets the credit note
            self._move_value(
                self.payer_id, creditor, amount, amount_currency, line.date, line.move_id.ref
            )
        if (line.prepaid_terms or {}).get("is_part"):
            self._refund_part(line, amount, amount_currency)
        elif ends:
            self._end_by_credit(line, amount, amount_currency)
        else:
            self._lower_price(line, amount, amount_currency, added)

    def _refund_part(self, line, amount, amount_currency):
        """Follow a credit note for a part of a refund, after which another one ends the package."""
        self.ensure_one()
        move = line.move_id
        self._revise(
            "refund",
            move.invoice_date or move.date,
            note=move.ref,
            payer_id=move.commercial_partner_id.id,
            move_id=move.id,
            amount_refunded=amount,
            deferred_currency=-amount_currency,
        )

    def _end_by_credit(self, line, amount, amount_currency):
        """End a package; the difference to what was deferred is revenue, so that nothing stays.

        :param float amount: what the credit note took off deferred revenue
        """
        self.ensure_one()
        reached = self._reached()
        odd = self.currency_id.round(self.amount_deferred - amount)
        odd_currency = self.sale_currency_id.round(reached["deferred_currency"] - amount_currency)
        # What comes back of lapsed sessions is no breakage; only then is it less revenue
        broken = max(min(odd, 0.0), -reached["broken"])
        broken_currency = max(min(odd_currency, 0.0), -reached["broken_currency"])
        odd, odd_currency = odd - broken, odd_currency - broken_currency
        earned = self.currency_id.round(reached["earned"] + odd)
        earned_currency = self.sale_currency_id.round(reached["earned_currency"] + odd_currency)
        move = line.move_id
        revision = self._revise(
            "refund",
            move.invoice_date or move.date,
            note=move.ref,
            payer_id=move.commercial_partner_id.id,
            move_id=move.id,
            amount_refunded=amount,
            deferred_currency=-amount_currency,
            rebase={
                **dict.fromkeys(SCHEDULE_FIELDS, 0),
                "total_amount": earned,
                "base_amount": earned,
                "total_currency": earned_currency,
                "base_currency": earned_currency,
                "lapsed_amount": self.currency_id.round(reached["broken"] + broken),
                "lapsed_currency": self.sale_currency_id.round(
                    reached["broken_currency"] + broken_currency
                ),
                "total_units": self.sessions_total,
                "base_units": reached["used"],
            },
        )
        if odd or odd_currency or broken or broken_currency:
            ref = self.env._("%(package)s: settled", package=self.display_name)
            lines = self._earning_lines(odd, broken, odd_currency, broken_currency)
            earning = self._prepare_earning(revision.accounting_date, ref, lines)
            [entry] = self.env["prepaid.ledger"]._earn([earning])
            self._revise(
                "refund",
                revision.date,
                note=ref,
                move_id=entry.id,
                **self._round_row(
                    {
                        "amount_earned": odd,
                        "amount_broken": broken,
                        "earned_currency": odd_currency,
                        "broken_currency": broken_currency,
                        "deferred_currency": -odd_currency - broken_currency,
                    }
                ),
            )
        # What was used up or lapsed stays so, it only cost less
        self.filtered(lambda p: p.state not in ("used_up", "expired"))._update_state("refunded")

    def _added_sessions(self, line, amount):
        """Return the sessions that an invoice had added which a credit note takes back whole.

        :param line: line of the credit note
        :param float amount: taken off deferred revenue, in company currency
        """
        self.ensure_one()
        sale = line.move_id.reversed_entry_id.line_ids
        sale = sale.filtered(lambda o: o.prepaid_subscription_id == self)
        if not sale or self.currency_id.compare_amounts(amount, -sum(sale.mapped("balance"))):
            return 0
        return sum((origin.prepaid_terms or {}).get("sessions", 0) for origin in sale)

    def _lower_price(self, line, amount, amount_currency, added):
        """Lower the price of a package; its sessions stay, except those that are taken back.

        :param int added: sessions that the invoice had added
        """
        self.ensure_one()
        move = line.move_id
        self._revise(
            "upgrade",
            move.invoice_date or move.date,
            note=move.ref,
            payer_id=move.commercial_partner_id.id,
            move_id=move.id,
            amount_sold=-amount,
            deferred_currency=-amount_currency,
            rebase=self._rebase_vals(
                add_units=-added,
                add_amount=-amount,
                add_currency=-amount_currency,
            ),
        )
        self._follow_use()
