"""What the tests of VAT on advances share."""

from odoo import fields

from .cases import CaseDriver


class VatCommon(CaseDriver):
    """A salon whose company taxes advances, and what its people do with taxed money."""

    def _vat_policy(self, balance, rate=20, deposit=None, since="2026-01-01", included=True):
        """Let the company tax advances; services bear the same tax. Returns the tax."""
        tax = self._tax(rate, included)
        self.company.write(
            {
                "prepaid_vat_since": since,
                "prepaid_vat_tax_id": tax.id,
                "prepaid_vat_balance": balance,
                "prepaid_vat_deposit": deposit or balance,
            }
        )
        self.service.taxes_id = tax
        self.transit = self.company.prepaid_vat_transit_account_id
        return tax

    def _deposit(self, amount, day, client=None):
        """Take a booking deposit."""
        client = client or self.client
        return self.env["prepaid.ledger"]._take(
            [
                {
                    "partner_id": client.id,
                    "company_id": self.company.id,
                    "journal_id": self.bank.id,
                    "amount": amount,
                    "date": day,
                    "prepaid_purpose": "deposit",
                }
            ]
        )

    def _fee(self, amount, day, tax=None):
        """Keep an amount: the invoice of the cancellation fee, paid from the balance."""
        invoice = self.env["prepaid.ledger"]._invoice(
            [
                {
                    "company_id": self.company.id,
                    "journal_id": self.company._prepaid_sale_journal().id,
                    "partner_id": self.client.id,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_line_ids": [
                        fields.Command.create(
                            {
                                "name": "Cancellation fee",
                                "price_unit": amount,
                                "account_id": self.other_income.id,
                                "tax_ids": [fields.Command.set(tax.ids if tax else [])],
                            }
                        )
                    ],
                }
            ],
            from_balance=True,
        )
        self.env["prepaid.ledger"]._apply(
            invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        )
        return invoice

    def _visit(self, day, price, hour=10, **kwargs):
        """Finish a visit at a price as it is on the price list; returns the booking."""
        booking = self._book(day, price=float(price), hour=hour)
        booking.action_done(**kwargs)
        return booking

    def _vat(self, as_of=None):
        """Return VAT payable and VAT that waits, each in its own direction."""
        tax_account = self.company_data["default_account_tax_sale"]
        waiting = self._ledger(self.transit, as_of) if self.transit else 0.0
        return -self._ledger(tax_account, as_of) + 0.0, waiting + 0.0

    def _report(self, **domain):
        """Return received, accrued, released, open and other bookings of the report."""
        self.env.flush_all()
        domain = [("company_id", "=", self.company.id)]
        fields_ = ["received", "accrued", "released", "open", "difference"]
        [row] = self.env["prepaid.vat.movement"]._read_group(
            domain, [], [f"{name}:sum" for name in fields_]
        )
        return [self.company.currency_id.round(value or 0.0) for value in row]
