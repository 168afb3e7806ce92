from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public, telling
from ...exceptions import check_one
from ...tools.arguments import as_text, is_given
from ..ledger.in_line import in_line


class PrepaidSubscriptionTemplate(models.Model):
    """Selling a package: the invoice, the package it makes, and how it is paid."""

    _inherit = "prepaid.subscription.template"

    @in_line
    @public
    def sell(
        self,
        partner_id,
        date=False,
        quantity=1,
        price=None,
        discount=0.0,
        sessions=None,
        bonus_sessions=None,
        date_start=False,
        date_end=False,
        member_ids=(),
        currency_id=False,
        journal_id=False,
        from_balance=True,
        reference="",
        payment_term_id=False,
    ):
        """Sell packages of this template: invoice them, and pay them as far as wanted.

        :param int partner_id: the client; the payer is the client or the client's parent
        :param date: local day of the sale as ``YYYY-MM-DD`` or date, not in the future; today by
            default
        :param int quantity: how many packages
        :param float price: for one, as on the invoice line; the client's price list by default
        :param float discount: percent
        :param int sessions: sessions paid for; the template's by default
        :param int bonus_sessions: gift sessions promised now; the template's by default
        :param date_start: first valid day; by the template's rule by default
        :param date_end: last valid day; by the template's validity by default
        :param list[int] member_ids: other clients who may use it
        :param int currency_id: currency of the invoice; the company's by default
        :param int journal_id: bank, cash or card journal in which what the balance does not pay is
            collected now; without it the rest stays open (credit, instalments)
        :param bool from_balance: whether the client's balance pays first
        :param str reference: idempotency key; the same one twice returns the first sale
        :param int payment_term_id: payment terms for instalments: only those that are due on the
            day of the sale are paid now; the client's own terms, and the whole, by default
        :return: ``subscription_id`` (the first), ``subscription_ids``, ``invoice_id``,
            ``amount_total`` (price with tax, before advances that the invoice deducts),
            ``amount_due`` (both in the currency of the invoice)
        :rtype: dict
        :raise UserError: names the field and the way out
        :raise AccessError: the caller is not front desk or accountant
        """
        client = self._find_buyer(partner_id)
        template = self.with_company(self.company_id._prepaid_at_work())
        reference = as_text(reference)
        first = template._find_sale(client.sudo(), reference)
        if first:
            return first._sale_result()
        terms = {
            "partner_id": client.id,
            "sessions": sessions,
            "bonus_sessions": bonus_sessions,
            "date_start": date_start,
            "date_end": date_end,
            "member_ids": member_ids,
            "reference": reference,
        }
        day = client._prepaid_past_date(date)
        terms = template._check_terms(terms, day, price, quantity)
        currency = template._check_money_terms(discount, currency_id)
        line_vals = template._prepare_line_vals(
            client.sudo(), currency, price, quantity, discount, day
        )
        invoice = template._invoice_and_pay(
            client.sudo(),
            day,
            currency,
            {**line_vals, "prepaid_terms": terms},
            template._check_payment_term(payment_term_id),
            journal_id,
            from_balance,
        )
        return invoice.line_ids.prepaid_package_ids.sorted("id")._sale_result()

    def _find_buyer(self, partner_id):
        """Check who sells to whom, and let other sales to the client wait.

        :param int partner_id: from outside
        :return: the client, in the company of the template
        :raise UserError: no active client
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self.check_access("read")
        self.env["prepaid.subscription"]._check_desk()
        client = self.env["res.partner"]._prepaid_find(partner_id)
        if not client or not client.active:
            raise UserError(self.env._("Choose an active client to sell the package to."))
        self.env["prepaid.ledger"]._touch(client.sudo())
        return client.with_company(self.company_id._prepaid_at_work())

    def _invoice_and_pay(
        self, client, day, currency, line_vals, instalments, journal_id, from_balance
    ):
        """Invoice a sale, and pay what is due of it; arguments as in :meth:`sell`.

        :return: the posted invoice
        """
        if from_balance:
            # Before there is a new debt: what is beyond the old ones may be spent
            self.env["prepaid.ledger"]._gather(client, self.company_id)
        with self.env["prepaid.subscription"]._review_later(self) as template:
            invoice = template._invoice_sale(
                client,
                day,
                currency,
                line_vals,
                instalments,
                # Of instalments only what is due now is paid: nothing of it is on the invoice
                deduct=from_balance and not instalments,
            )
            debts = invoice._prepaid_debts(day if instalments else False)
            template._pay_sale(invoice, debts, day, journal_id, from_balance)
        return invoice

    def _find_sale(self, client, reference):
        """Return the packages sold with an idempotency key.

        :raise UserError: the key was used for another client or template, or stands for a sale
            that was taken back since
        """
        packages = self.env["prepaid.subscription"].sudo()
        if not reference:
            return packages
        first = packages.search(
            [("company_id", "=", self.company_id.id), ("reference", "=", reference)]
        )
        if first and (first.partner_id != client or first.template_id != self):
            raise UserError(
                self.env._(
                    "The reference %(reference)s was already used for %(package)s.",
                    reference=reference,
                    package=first.display_name,
                )
            )
        sold = first.invoice_line_id.prepaid_package_ids.sorted("id")
        if sold and all(package.state in ("cancelled", "refunded") for package in sold):
            raise UserError(
                self.env._(
                    "%(package)s, sold with the reference %(reference)s, has been cancelled. Use "
                    "a new reference to sell it again.",
                    reference=reference,
                    package=first.display_name,
                )
            )
        return sold

    # ----------------------------------------------------------------------------------
    # Invoice and payment
    # ----------------------------------------------------------------------------------

    def _prepare_line_vals(self, client, currency, price, quantity, discount, day=None):
        """Return the values of the invoice line. Hook.

        :param date day: of the sale, whose price list counts; today by default
        """
        self.ensure_one()
        product = self.sudo().product_id.with_company(self.company_id)
        if not is_given(price):
            price = self._list_price(client, currency, quantity, day)
        return {
            "product_id": product.id,
            "name": self.name,
            "quantity": quantity,
            "price_unit": price,
            "discount": discount,
        }

    def _list_price(self, client, currency, quantity, day=None):
        """Return the price of one package by the client's price list of a day, now by default."""
        self.ensure_one()
        company, moment = self.company_id, None
        if day and day != company._prepaid_today():
            moment = datetime.combine(day, time(12))
        client = client.with_company(company)
        return client._prepaid_list_price(self.sudo().product_id, currency, moment, quantity)

    def _sale_taxes(self, client):
        """Return the taxes that the invoice of a sale will have.

        :param res.partner client: whose payer's fiscal position counts
        """
        self.ensure_one()
        company = self.company_id
        product = self.sudo().product_id.with_company(company)
        position = self.env["account.fiscal.position"].sudo().with_company(company)
        position = position._get_fiscal_position(client.commercial_partner_id)
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if not taxes:
            account = product.product_tmpl_id.get_product_accounts(fiscal_pos=position)["income"]
            taxes = account.tax_ids.filtered(lambda tax: tax.type_tax_use == "sale")
        return position.map_tax(taxes)

    def _invoice_sale(self, client, day, currency, line_vals, instalments=False, deduct=False):
        """Return the posted invoice of a sale; posting it makes the packages.

        :param account.payment.term instalments: instead of the client's own terms
        :param bool deduct: advances that have an advance invoice are deducted on it
        """
        company = self.company_id
        journal = company._prepaid_sale_journal()
        payer = client.commercial_partner_id
        day = company._prepaid_open_date(journal, day, has_tax=True)
        return self.env["prepaid.ledger"]._invoice(
            [
                {
                    "company_id": company.id,
                    "journal_id": journal.id,
                    "partner_id": payer.id,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_payment_term_id": (instalments or payer.property_payment_term_id).id,
                    "invoice_user_id": self.env.uid,
                    "currency_id": currency.id,
                    "invoice_line_ids": [fields.Command.create(line_vals)],
                }
            ],
            from_balance=deduct,
        )

    def _pay_sale(self, invoice, debts, day, journal_id, from_balance):
        """Pay an invoice from the client's balance, and collect the rest when a journal is given.

        :param account.move.line debts: what is paid now: all receivable lines of the invoice, or
            the instalments that are due
        :raise UserError: the journal is not for money, or has another currency than the invoice
        """
        ledger = self.env["prepaid.ledger"]
        if from_balance:
            ledger._apply(debts)
        due = sum(debts.mapped("amount_residual_currency"))
        if not journal_id or invoice.currency_id.is_zero(due):
            return
        payer = invoice.commercial_partner_id.with_company(self.company_id)
        journal = payer._prepaid_journal(journal_id)
        if (journal.currency_id or journal.company_id.currency_id) != invoice.currency_id:
            raise UserError(
                self.env._(
                    "The invoice is in %(currency)s. Choose a journal in that currency.",
                    currency=invoice.currency_id.name,
                )
            )
        payment = telling(ledger, prepaid_vat_later=True)._take(
            [
                {
                    "partner_id": payer.id,
                    "company_id": self.company_id.id,
                    "journal_id": journal.id,
                    "amount": due,
                    "date": day,
                    "memo": self.name,
                }
            ],
            debts_first=False,
        )
        advances = payment.move_id._prepaid_advance_lines()
        ledger._apply(debts, advances)
