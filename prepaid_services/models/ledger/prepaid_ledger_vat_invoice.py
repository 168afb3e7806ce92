from odoo import api, models
from odoo.exceptions import UserError

from ...door import operation


class PrepaidLedger(models.AbstractModel):
    """Policy *advance_invoice*: a numbered, taxed invoice on customer prepayments, net of VAT.

    It is paid by the money received.
    """

    _inherit = "prepaid.ledger"

    # ----------------------------------------------------------------------------------
    # Advance invoice
    # ----------------------------------------------------------------------------------

    @api.model
    def _vat_accrue_by_invoice(self, credits):
        """Invoice open advances: Dr Receivable / Cr Customer prepayments, Cr VAT; paid by them.

        :param account.move.line credits: posted advances without tax
        :return: posted advance invoices
        """
        self._touch(credits.partner_id)
        vals_list, invoiced = [], credits.browse()
        for credit in credits:
            tax = self._vat_tax(credit)
            gross = -credit.amount_residual_currency
            vat = self._vat_share(tax, gross, credit.currency_id) if tax else 0.0
            if credit.currency_id.is_zero(vat):
                credit.prepaid_vat_policy = "on_invoice"
                continue
            invoiced += credit
            vals_list.append(self._prepare_advance_invoice(credit, tax, gross, vat))
        invoices = self._invoice(vals_list) if vals_list else self.env["account.move"]
        for invoice, credit in zip(invoices, invoiced, strict=True):
            self._apply(self._vat_receivables(invoice), credit)
        return invoices

    @api.model
    def _vat_receivables(self, invoices):
        """Return the receivable items of documents."""
        return invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    @api.model
    def _prepare_advance_invoice(self, credit, tax, gross, vat):
        """Return the values of the advance invoice of one advance, at the rate of its receipt."""
        company, name = credit.company_id, self._advance_name(credit)
        return {
            **self._prepare_vat_document(credit, credit.date),
            "prepaid_kind": "advance",
            "invoice_date_due": company._prepaid_open_date(
                company._prepaid_sale_journal(), credit.date, has_tax=True
            ),
            "ref": credit.move_id.ref or credit.move_id.name,
            "invoice_line_ids": [
                (0, 0, self._prepare_vat_document_line(credit, name, tax, gross, vat))
            ],
        }

    @api.model
    def _advance_name(self, credit):
        """Return what the document of an advance says it is for: the service, where it is known."""
        document = credit.move_id.name
        lang = credit.partner_id.commercial_partner_id.lang
        services = credit.move_id.origin_payment_id.prepaid_service_ids.with_context(lang=lang)
        if not services:
            return self.env._("Advance payment %(document)s", document=document)
        return self.env._(
            "Advance payment %(document)s: %(services)s",
            document=document,
            services=", ".join(services.mapped("name")),
        )

    @api.model
    def _prepare_vat_document(self, credit, day):
        """Return the values that advance invoices and their credit notes share."""
        company, payer = credit.company_id, credit.partner_id.commercial_partner_id
        journal = company._prepaid_sale_journal()
        vals = {
            "company_id": company.id,
            "journal_id": journal.id,
            "partner_id": payer.id,
            "currency_id": credit.currency_id.id,
            "invoice_date": company._prepaid_open_date(journal, day, has_tax=True),
            "invoice_payment_term_id": False,
        }
        if credit.currency_id != company.currency_id and credit.balance:
            # What was received keeps the rate of its day (IFRIC 22)
            vals["invoice_currency_rate"] = credit.amount_currency / credit.balance
        return vals

    @api.model
    def _prepare_vat_document_line(self, credit, name, tax, gross, vat, sign=1):
        """Return the values of a line on customer prepayments with exactly this VAT.

        The amounts are given to the tax engine (``extra_tax_data``), so that no rounding of a
        document moves a cent between an advance and its VAT.

        :param float gross: in the currency of the advance
        :param float vat: of it
        :param int sign: -1 for a deduction
        """
        currency = credit.currency_id
        net = currency.round(gross - vat)
        price = gross if tax.price_include else net
        rate = abs(credit.amount_currency / credit.balance) if credit.balance else 1.0
        company_currency = credit.company_currency_id
        vat_company = company_currency.round(sign * vat / rate)
        net_company = company_currency.round(sign * net / rate)
        return {
            "name": name,
            "quantity": float(sign),
            "price_unit": price,
            "account_id": credit.account_id.id,
            "tax_ids": [(6, 0, tax.ids)],
            "analytic_distribution": {},
            "extra_tax_data": {
                "currency_id": currency.id,
                "price_unit": price,
                "discount": 0.0,
                "quantity": float(sign),
                "rate": rate,
                "manual_total_excluded_currency": sign * net,
                "manual_total_excluded": net_company,
                "manual_tax_amounts": {
                    str(tax.id): {
                        "tax_amount_currency": sign * vat,
                        "tax_amount": vat_company,
                        "base_amount_currency": sign * net,
                        "base_amount": net_company,
                    }
                },
            },
        }

    @api.model
    @operation
    def _vat_invoice_by_hand(self, payment):
        """Make the advance invoice of a payment now, whatever the policy was when it came.

        :param account.payment payment: received on a client's balance
        :return: posted advance invoice
        :raise UserError: nothing is open of it, or its VAT is accrued by an entry
        """
        credits = payment.move_id._prepaid_advance_lines().filtered(
            lambda line: line.parent_state == "posted" and line.amount_residual < 0
        )
        accrued = self._vat_items(credits)
        if accrued or not credits:
            raise UserError(
                self.env._(
                    "Nothing of %(payment)s is left to be invoiced: it was used, invoiced before, "
                    "or its VAT is accrued by an entry.",
                    payment=payment.display_name,
                )
            )
        root = payment.company_id.root_id
        root.prepaid_vat_since = root.prepaid_vat_since or root._prepaid_today()
        credits.prepaid_vat_policy = "advance_invoice"
        return self._vat_accrue_by_invoice(credits)
