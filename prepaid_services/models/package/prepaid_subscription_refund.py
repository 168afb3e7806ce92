from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text, is_given
from ...tools.recognition import round_half_up
from .prepaid_subscription import LIVE_STATES


class PrepaidSubscription(models.Model):
    """Refund on first request: what is left comes back, with its tax, less the agreed fee."""

    _inherit = "prepaid.subscription"

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public
    def refund_preview(self, method=False, fee_percent=None, date=False):
        """Say what a refund would give back, before anything is booked.

        :param str method: ``pro_rata`` or ``list_price``; as the terms say by default
        :param float fee_percent: cancellation fee, percent of what comes back; as the terms say
            by default
        :param date: local day of the refund, from the last use or change on; today at the company
            by default. A pass is given back today, unless a manager dates it back
        :return: amounts in the currency of the sale, tax included: ``paid`` (price), ``used``,
            ``unused``, ``fee``, ``open`` (of the invoice, not paid yet), ``refund`` (comes back to
            the client), ``method``, ``sessions_used``, ``sessions_left``, ``currency``, ``text``
        :rtype: dict
        :raise UserError: the terms allow no refund, or nothing is left
        """
        check_one(self)
        self._check_desk()
        package = self.sudo()
        method, fee_percent = package._check_refund(method, fee_percent)
        currency = package.sale_currency_id
        gross = package._gross_price()
        unused = package._unused_price(method, gross, self._day_of_refund(date))
        fee = currency.round(unused * fee_percent / 100.0)
        still_open = sum(share.still_open for share in package._refund_shares(unused, fee))
        preview = {
            "method": method,
            "paid": float(gross),
            "used": currency.round(float(gross) - unused),
            "unused": unused,
            "fee": fee,
            "open": currency.round(still_open),
            "refund": currency.round(unused - fee - still_open),
            "sessions_used": package.sessions_used,
            "sessions_left": package.sessions_left,
            "currency": currency.name,
        }
        return {**preview, "text": package._refund_text(preview)}

    @public
    def refund(
        self,
        journal_id=False,
        to_balance=False,
        date=False,
        method=False,
        fee_percent=None,
        reason="",
    ):
        """Take the package back: credit note for what is left, fee invoice, and the money.

        What was not earned and does not come back (used sessions at the single price, an odd cent)
        is revenue on this day, so that nothing stays deferred.

        :param int journal_id: bank, cash or card journal that pays the money out
        :param bool to_balance: put the money on the client's balance instead. With neither the
            credit note stays open
        :param date: as :meth:`refund_preview`; dating a pass back needs a reason
        :param str method: as :meth:`refund_preview`
        :param float fee_percent: as :meth:`refund_preview`
        :param str reason: shown on the credit note
        :return: the preview, and ``credit_note_id``, ``fee_invoice_id``, ``payment_id`` (or False)
            of the owner; of a package that was handed over before it was paid, the earlier owner
            gets a credit note for what is not owed any more: ``credit_note_ids`` are all of them
        :rtype: dict
        :raise UserError: as :meth:`refund_preview`; or a journal that is not for money
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        # The client first, as whoever finishes a visit: else the two could wait for each other
        self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
        self._touch()
        day = self._day_of_refund(date, reason)
        preview = self.refund_preview(method, fee_percent, day)
        journal = self.env["account.journal"].sudo()
        if journal_id:
            partner = self.env["res.partner"].with_company(self.company_id._prepaid_at_work())
            journal = partner._prepaid_journal(journal_id)
        package, ledger = self.sudo(), self.env["prepaid.ledger"]
        reason = as_text(reason) or self.env._("%(package)s taken back", package=self.display_name)
        shares = package._refund_shares(preview["unused"], preview["fee"])
        notes = self.env["account.move"].sudo()
        for share in shares:
            note = package._credit_share(share, day, reason, is_last=share is shares[-1])
            fee_invoice = package._invoice_fee(note, day, share.fee, reason)
            notes += note
        payment = self.env["account.payment"]
        if note.amount_residual and to_balance:
            ledger._to_balance(note, day)
        elif note.amount_residual and journal:
            payment = ledger._pay_refund(note, journal, day, reason)
        package._free_bookings()
        package._message_log(body=" ".join((preview["text"], reason)))
        return {
            **preview,
            "credit_note_id": note.id,
            "credit_note_ids": notes.ids,
            "fee_invoice_id": fee_invoice.id,
            "payment_id": payment.id,
        }

    # ----------------------------------------------------------------------------------
    # How much
    # ----------------------------------------------------------------------------------

    def _check_refund(self, method, fee_percent):
        """Return method and fee of a refund, from the call or the terms.

        :raise UserError: no refund is agreed, nothing is left, or a wrong argument
        """
        self.ensure_one()
        method = method or self.refund_policy
        fee_percent = fee_percent if is_given(fee_percent) else self.refund_fee_percent
        message = False
        if method not in ("pro_rata", "list_price"):
            message = self.env._(
                "The terms of %(package)s give nothing back.", package=self.display_name
            )
        elif not (self.env["prepaid.ledger"]._is_number(fee_percent) and 0 <= fee_percent <= 100):
            message = self.env._("The fee must be between 0 and 100 percent.")
        elif self.state not in LIVE_STATES:
            message = self.env._(
                "%(package)s has nothing left to give back.", package=self.display_name
            )
        elif method == "list_price" and not self.session_price:
            message = self.env._("Set the single price of a session on the package's template.")
        if message:
            raise UserError(message)
        return method, fee_percent

    def _gross_price(self):
        """Return the price of this package with tax, not rounded, in the currency of the sale.

        :rtype: Decimal
        """
        self.ensure_one()
        line = self.invoice_line_id
        net = Decimal(repr(self.revision_id.total_currency))
        if not line.price_subtotal:
            return net
        # Of three packages for 300.00 each cost 100.00, whichever of them has the odd cent
        even = Decimal(repr(line.price_subtotal)) / line._prepaid_package_count()
        if abs(net - even) < Decimal(repr(self.sale_currency_id.rounding)):
            net = even
        return net * Decimal(repr(line.price_total)) / Decimal(repr(line.price_subtotal))

    def _unused_price(self, method, gross, day):
        """Return what is worth giving back before the fee, with tax.

        :param str method: ``pro_rata``: the share of what is left; ``list_price``: the price less
            used sessions at the single price
        :param Decimal gross: from ``_gross_price``
        :param date day: an unlimited package is used up to the day before, and on this day if
            a visit was given on it
        :rtype: float
        """
        self.ensure_one()
        if method == "list_price":
            unused = gross - self.sessions_used * Decimal(repr(self.session_price))
        else:
            used = self._days_used(day) if self.is_unlimited else self.sessions_used
            unused = gross * self._schedule(in_sale_currency=True).unearned_share(used)
        return float(max(round_half_up(unused, self.sale_currency_id.rounding), Decimal(0)))

    def _refund_text(self, preview):
        """Return the preview in plain words."""
        self.ensure_one()
        money = self.sale_currency_id.format
        text = self.env._(
            "Price %(paid)s, used %(used)s (%(sessions)s sessions), left %(unused)s.",
            paid=money(preview["paid"]),
            used=money(preview["used"]),
            sessions=preview["sessions_used"],
            unused=money(preview["unused"]),
        )
        if preview["fee"]:
            text += " " + self.env._("Cancellation fee %(fee)s.", fee=money(preview["fee"]))
        if preview["open"]:
            text += " " + self.env._(
                "%(open)s of it was not paid yet and is not owed any more.",
                open=money(preview["open"]),
            )
        return text + " " + self.env._("Comes back: %(refund)s.", refund=money(preview["refund"]))

    # ----------------------------------------------------------------------------------
    # Documents
    # ----------------------------------------------------------------------------------

    def _credit_share(self, share, day, reason, is_last):
        """Post the credit note of one client, and lower what this client owes for the package.

        :param Share share: from :meth:`_refund_shares`
        :param bool is_last: the last one ends the package
        :return: the posted credit note
        """
        self.ensure_one()
        ledger = self.env["prepaid.ledger"]
        vals = self._prepare_credit_note_vals(day, share, reason)
        if not is_last:
            vals["invoice_line_ids"][0][2]["prepaid_terms"] = {"is_part": True}
        note = ledger._credit_part(vals)
        ledger._match_receivables(note, share.invoices)
        return note

    def _prepare_credit_note_vals(self, day, share, reason):
        """Return the values of the credit note for what one client gets of what is left. Hook."""
        self.ensure_one()
        line, invoice = self.invoice_line_id, self.invoice_line_id.move_id
        ratio = Decimal(1)
        if line.price_total:
            ratio = Decimal(repr(line._prepaid_tax_base())) / Decimal(repr(line.price_total))
        price = Decimal(repr(share.amount)) * ratio
        price = float(round_half_up(price, self.sale_currency_id.rounding))
        day = self.company_id._prepaid_open_date(invoice.journal_id, day, has_tax=True)
        return {
            "company_id": self.company_id.id,
            "journal_id": invoice.journal_id.id,
            "partner_id": share.partner.id,
            "reversed_entry_id": self._credited_invoice(share).id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "currency_id": self.sale_currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "invoice_date": day,
            "ref": reason,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "quantity": 1.0,
                        "price_unit": price,
                        "account_id": self.deferred_account_id.id,
                        "tax_ids": [fields.Command.set(line.tax_ids.ids)],
                        "analytic_distribution": line.analytic_distribution,
                        "prepaid_subscription_id": self.id,
                    }
                )
            ],
        }

    def _invoice_fee(self, note, day, fee, reason):
        """Invoice the cancellation fee and settle it with the credit note.

        :return: the posted invoice; nothing when there is no fee
        """
        self.ensure_one()
        if self.sale_currency_id.is_zero(fee):
            return self.env["account.move"]
        ledger, company = self.env["prepaid.ledger"], self.company_id
        day = company._prepaid_open_date(note.journal_id, day, has_tax=True)
        invoice = ledger._invoice(
            [
                {
                    "company_id": company.id,
                    "journal_id": note.journal_id.id,
                    "partner_id": note.commercial_partner_id.id,
                    "currency_id": self.sale_currency_id.id,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "ref": reason,
                    "invoice_line_ids": [fields.Command.create(self._prepare_fee_line_vals(fee))],
                }
            ]
        )
        ledger._match_receivables(note, invoice)
        return invoice

    def _prepare_fee_line_vals(self, fee):
        """Return the values of the fee's invoice line; the accountant's product, if there is one.

        Without a product there is no tax: a compensation (C-277/05).
        """
        self.ensure_one()
        company = self.company_id
        vals = {"quantity": 1.0, "price_unit": fee}
        product = company.root_id.prepaid_package_fee_product_id
        if product:
            return {**vals, "product_id": product.id}
        return {
            **vals,
            "name": self.env._("Cancellation fee"),
            "account_id": company._prepaid_get("prepaid_other_income_account_id").id,
            "tax_ids": [],
        }

    def _free_bookings(self):
        """Let coming visits that held sessions find another way to be paid."""
        held = self.booking_ids.filtered(lambda b: b.state == "confirmed")
        held._reserve_packages()
