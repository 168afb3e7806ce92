from datetime import timedelta

from odoo import fields, models


class PrepaidReminder(models.Model):
    """Fees and interest: an invoice with each message whose step says so."""

    _inherit = "prepaid.reminder"

    def _charge(self, step):
        """Invoice the fee and the interest of these messages about debts, in one batch.

        Their invoices are listed as open, but give no reminder, fee or interest of their own.

        :raise UserError: a product has no income account, ...
        """
        if step.topic != "debt" or not (step.fee_product_id or step.interest_rate):
            return
        company = self.env.company
        journal, today = company._prepaid_sale_journal(), company._prepaid_today()
        day = company._prepaid_open_date(journal, today, has_tax=True)
        interest = self._interest(step, today) if step.interest_rate else {}
        charged, vals_list = self.browse(), []
        for reminder in self.filtered(lambda r: not r.fee_invoice_id):
            lines = reminder._prepare_fee_lines(step, interest.get(reminder, 0.0))
            if lines:
                charged += reminder
                vals_list.append(reminder._prepare_fee_vals(journal, day, lines))
        invoices = self.env["prepaid.ledger"]._invoice(vals_list)
        for reminder, invoice in zip(charged, invoices, strict=True):
            reminder.sudo().fee_invoice_id = invoice
        told = self.search([("lead_id", "in", self.ids)])
        (self + told).write({"interest_until": today})

    def _prepare_fee_vals(self, journal, day, lines):
        """Return the values of the invoice of one message, due at once. Hook."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": False,
            "invoice_origin": self.display_name,
            "currency_id": self.company_id.currency_id.id,
            "invoice_line_ids": [fields.Command.create(line) for line in lines],
        }

    def _prepare_fee_lines(self, step, interest):
        """Return the invoice lines of one message.

        :param float interest: in company currency
        """
        lines = []
        fee = step.fee_product_id.with_company(self.company_id)
        if fee:
            lines.append({"product_id": fee.id, "quantity": 1.0, "price_unit": fee.lst_price})
        if not self.currency_id.is_zero(interest):
            name = self.env._(
                "%(product)s: %(rate)s%% a year",
                product=step.interest_product_id.name,
                rate=step.interest_rate,
            )
            lines.append(
                {
                    "product_id": step.interest_product_id.id,
                    "name": name,
                    "quantity": 1.0,
                    "price_unit": interest,
                }
            )
        return lines

    def _interest(self, step, today):
        """Return the interest on what each message reminds of, for the days not charged yet.

        :return: reminder -> amount in company currency
        :rtype: dict
        """
        told = self.search([("lead_id", "in", self.ids)]) + self
        lines = self.env["account.move.line"].sudo().browse(told.mapped("res_id"))
        open_amounts = {line.id: line.amount_residual for line in lines}
        charged = dict(
            self._read_group(
                [
                    ("res_id", "in", lines.ids),
                    ("topic", "=", "debt"),
                    ("interest_until", "!=", False),
                ],
                ["res_id"],
                ["interest_until:max"],
            )
        )
        amounts = dict.fromkeys(self, 0.0)
        for reminder in told:
            begin = charged.get(reminder.res_id) or reminder.date_due
            days = max((today - begin) // timedelta(days=1), 0)
            base = max(open_amounts.get(reminder.res_id, 0.0), 0.0)
            amounts[reminder.lead_id or reminder] += base * step.interest_rate / 100 * days / 365
        return {
            reminder: reminder.currency_id.round(amount) for reminder, amount in amounts.items()
        }
