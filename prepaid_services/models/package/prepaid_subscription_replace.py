from odoo import models
from odoo.tools import float_is_zero

from .prepaid_subscription_schedule import SCHEDULE_FIELDS

#: Figures of a row, and those in the currency of the sale
AMOUNTS = ("amount_refunded", "amount_earned", "amount_broken")
CURRENCY_AMOUNTS = ("earned_currency", "broken_currency", "deferred_currency")


class PrepaidSubscription(models.Model):
    """An invoice that replaces another one: its packages go on as they were."""

    _inherit = "prepaid.subscription"

    def _continue_sale(self, line, amount, amount_currency):
        """Let a package go on under an invoice that replaces the one it was sold with.

        What the credit note ended comes back as it was: sessions used, gifts, validity, members
        and the revenue of the past. Another price is spread over the sessions that are left.

        :param line: line of the posted invoice, by which it was sold or got more sessions
        :param float amount: put on deferred revenue, in company currency
        :param float amount_currency: the same in the currency of the sale
        """
        self.ensure_one()
        self._touch()
        if line.prepaid_subscription_id != self:
            self.write(
                {
                    "invoice_line_id": line.id,
                    "deferred_account_id": line._prepaid_deferred_account().id,
                    "income_account_id": line._prepaid_income_account().id,
                    "analytic_distribution": line.analytic_distribution,
                }
            )
        ended = self._ended_by_credit()
        back = {name: sum(ended.mapped(name)) for name in (*AMOUNTS, *CURRENCY_AMOUNTS)}
        if ended:
            self._undo_end(line, ended, back)
        self._change_price(
            line,
            amount - back["amount_refunded"],
            amount_currency - self._refunded_currency(back),
        )
        buyer = line.move_id.commercial_partner_id
        if self.payer_id != buyer:
            # Handed over since: the credit note took the value back, and now it is there again
            day = line.move_id.invoice_date or line.date
            self._move_value(buyer, self.payer_id, amount, amount_currency, day, "")
        self._go_on(line)

    def _ended_by_credit(self):
        """Return the rows by which a credit note ended the package and that still stand."""
        self.ensure_one()
        rows = self.revision_ids.sorted("id")
        again = rows.filtered(lambda r: r.kind == "replacement")[-1:]
        return rows.filtered(lambda r: r.kind == "refund" and r.id > again.id)

    def _refunded_currency(self, rows):
        """Return what some rows refunded, in the currency of the sale."""
        self.ensure_one()
        return -rows["deferred_currency"] - rows["earned_currency"] - rows["broken_currency"]

    def _undo_end(self, line, ended, back):
        """Take back what a credit note did: the value is deferred, what was earned stays earned.

        :param dict back: sums of the rows that ended the package
        """
        self.ensure_one()
        move = line.move_id
        before = self.revision_ids.filtered(lambda r: r.id < min(ended.ids)).sorted("id")[-1:]
        refunded = self._refunded_currency(back)
        revision = self._revise(
            "replacement",
            move.invoice_date or move.date,
            note=move.ref,
            payer_id=move.commercial_partner_id.id,
            move_id=move.id,
            rebase={name: before[name] for name in SCHEDULE_FIELDS},
            amount_refunded=-back["amount_refunded"],
            deferred_currency=refunded,
        )
        figures = [back[name] for name in ("amount_earned", "amount_broken")]
        if all(float_is_zero(figure, precision_digits=6) for figure in figures):
            return
        ref = self.env._("%(package)s continues", package=self.display_name)
        lines = self._earning_lines(
            -back["amount_earned"],
            -back["amount_broken"],
            -back["earned_currency"],
            -back["broken_currency"],
        )
        [entry] = self.env["prepaid.ledger"]._earn(
            [self._prepare_earning(revision.accounting_date, ref, lines)]
        )
        self._revise(
            "replacement",
            revision.date,
            note=ref,
            move_id=entry.id,
            **self._round_row(
                {
                    "amount_earned": -back["amount_earned"],
                    "amount_broken": -back["amount_broken"],
                    "earned_currency": -back["earned_currency"],
                    "broken_currency": -back["broken_currency"],
                    "deferred_currency": back["earned_currency"] + back["broken_currency"],
                }
            ),
        )

    def _change_price(self, line, amount, amount_currency):
        """Follow an invoice whose price is another one than that of the invoice it replaces.

        :param float amount: by how much the net price is higher, in company currency
        """
        self.ensure_one()
        amount = self.currency_id.round(amount)
        amount_currency = self.sale_currency_id.round(amount_currency)
        if not amount and not amount_currency:
            return
        move = line.move_id
        self._revise(
            "upgrade",
            move.invoice_date or move.date,
            note=move.ref,
            payer_id=move.commercial_partner_id.id,
            move_id=move.id,
            amount_sold=amount,
            deferred_currency=amount_currency,
            rebase=self._rebase_vals(add_amount=amount, add_currency=amount_currency),
        )
        over = self.state in ("used_up", "expired") or not (self.is_unlimited or self.sessions_left)
        if over and not (self.state == "expired" and self.breakage_policy == "none"):
            self._earn_rest(move.invoice_date or move.date)

    def _earn_rest(self, day):
        """Earn what is still deferred of a package of which nothing is left to give."""
        self.ensure_one()
        amount, in_currency = self.amount_deferred, self._reached()["deferred_currency"]
        ref = self.env._("%(package)s: settled", package=self.display_name)
        lines = self._earning_lines(amount, 0.0, in_currency, 0.0)
        [entry] = self.env["prepaid.ledger"]._earn([self._prepare_earning(day, ref, lines)])
        if entry:
            self._revise(
                "replacement",
                day,
                note=ref,
                move_id=entry.id,
                amount_earned=amount,
                earned_currency=in_currency,
                deferred_currency=-in_currency,
            )

    def _go_on(self, line):
        """Let the state follow what the package still has to give."""
        self.ensure_one()
        if self.state == "refunded":
            move = line.move_id
            is_paid = move.currency_id.is_zero(move.amount_residual)
            waits = self.template_id.activation == "payment" and not is_paid
            self._update_state("draft" if waits else "active")
            self._answer_request("refused", self.env._("The invoice was replaced."))
        self._follow_use()
        self._follow_freeze()
