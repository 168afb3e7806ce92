from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public


class PrepaidBooking(models.Model):
    """The fee: what is kept of a deposit is invoiced, and can be given back."""

    _inherit = "prepaid.booking"

    @public
    def action_waive_fee(self, reason):
        """Give back what was kept of deposits: the fees are credited, the money is released.

        :param str reason: why, for the record
        :return: True
        :raise UserError: no reason, or nothing was kept
        :raise AccessError: the caller may not waive, see :meth:`action_waive_deposit`
        """
        self.check_access("write")
        self._check_may_waive(reason)
        for booking in self.filtered(lambda b: not b._fees_kept()):
            raise UserError(
                self.env._("Nothing was kept for %(visit)s.", visit=booking.display_name)
            )
        self._release_fees(reason)
        self.sudo().write({"deposit_waive_reason": reason})
        return True

    def _keep_deposits(self, kept):
        """Invoice what is kept of deposits and pay it from the balance.

        :param dict kept: booking -> amount with taxes, in company currency
        """
        if not kept:
            return
        ledger = self.env["prepaid.ledger"]
        bookings = self.browse([booking.id for booking in kept])
        ledger._touch(bookings.sudo().payer_id)
        for company in bookings.company_id:
            ours = [
                booking.with_company(company) for booking in kept if booking.company_id == company
            ]
            invoices = ledger.with_company(company)._invoice(
                [booking._prepare_fee_vals(kept[booking]) for booking in ours], from_balance=True
            )
            lines = invoices.line_ids.filtered(lambda r: r.account_type == "asset_receivable")
            ledger.with_company(company)._apply(lines)
            for booking, invoice in zip(ours, invoices, strict=True):
                booking.sudo().deposit_fee_ids = [fields.Command.link(invoice.id)]

    def _prepare_fee_vals(self, amount):
        """Return the values of the invoice of what is kept, on the day it is lost. Hook.

        :param float amount: with taxes, in company currency
        """
        self.ensure_one()
        company = self.company_id
        journal = company._prepaid_sale_journal()
        day = min(self._service_day(), company._prepaid_today())
        day = company._prepaid_open_date(journal, day, has_tax=True)
        product = company._prepaid_fee_product()
        taxes = product.with_company(company).taxes_id._filter_taxes_by_company(company)
        position = self.env["account.fiscal.position"].sudo().with_company(company)
        taxes = position._get_fiscal_position(self.payer_id.sudo()).map_tax(taxes)
        return {
            "company_id": company.id,
            "journal_id": journal.id,
            "partner_id": self.payer_id.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_user_id": self.user_id.id,
            "invoice_origin": self.display_name,
            "currency_id": company.currency_id.id,
            "invoice_line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "name": f"{product.display_name}: {self.display_name}",
                        "quantity": 1.0,
                        "price_unit": self._fee_price(taxes, amount),
                        "tax_ids": [fields.Command.set(taxes.ids)],
                    }
                )
            ],
        }

    def _fee_price(self, taxes, amount):
        """Return the unit price with which the invoice comes to an amount, taxes included.

        Taxes that are in the price and taxes on top may stand on the same line.
        """
        details = taxes._get_tax_details(
            amount,
            1.0,
            precision_rounding=self.currency_id.rounding,
            special_mode="total_included",
        )
        included = [row["tax_amount"] for row in details["taxes_data"] if row["tax"].price_include]
        return self.currency_id.round(details["total_excluded"] + sum(included))

    def _release_fees(self, reason):
        """Credit what was kept, and note that the client has it back."""
        for booking in self.sudo().filtered(lambda b: b._fees_kept()):
            booking.deposit_released += booking._fees_kept()
            booking.deposit_state = "released"
        self._credit_fees(reason)

    def _credit_fees(self, reason):
        """Credit the fees of bookings: what was kept is on the balance again."""
        fees = self.sudo().deposit_fee_ids.filtered(
            lambda m: m.state == "posted" and m.payment_state != "reversed"
        )
        if fees:
            self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
            self.env["prepaid.ledger"]._credit(fees, reason)
