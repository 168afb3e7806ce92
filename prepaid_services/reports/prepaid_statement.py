from odoo import fields, models


class ReportPrepaidStatement(models.AbstractModel):
    """A client's statement: opening, every change with the balance after it, closing."""

    _name = "report.prepaid_services.report_statement"
    _description = "Client Statement"

    def _get_report_values(self, docids, data=None):
        """Return the statements of clients, each in the client's own language.

        The period comes from the context (``prepaid_date_from``, ``prepaid_date_to``).
        """
        clients = self.env["res.partner"].browse(docids)
        period = (
            fields.Date.to_date(self.env.context.get("prepaid_date_from")),
            fields.Date.to_date(self.env.context.get("prepaid_date_to")),
        )
        return {
            "docs": clients,
            "statements": [
                client.with_context(lang=client.lang or self.env.lang)._prepaid_statement(*period)
                for client in clients
            ],
        }


class ReportPrepaidReceipt(models.AbstractModel):
    """The receipt of money taken from a client or given back."""

    _name = "report.prepaid_services.report_receipt"
    _description = "Receipt"

    def _get_report_values(self, docids, data=None):
        """Return the receipts, each in the client's own language."""
        movements = self.env["prepaid.client.movement"].browse(docids)
        movements.check_access("read")
        return {"docs": movements, "receipts": [self._receipt(movement) for movement in movements]}

    def _receipt(self, movement):
        """Return what one receipt says.

        As superuser: the front desk has no access to payments and journals of its own.

        :rtype: dict
        """
        lang = movement.partner_id.lang or self.env.lang
        movement = movement.sudo().with_context(lang=lang)
        payment = movement.payment_id
        currency = payment.currency_id or movement.currency_id
        amount = payment.amount if payment else abs(movement.amount)
        return {
            "movement": movement,
            "company": movement.company_id,
            "paid_in": movement.amount >= 0,
            "journal": payment.journal_id.name or movement.move_id.journal_id.name,
            "currency": currency,
            "amount": amount,
            "amount_in_words": currency.amount_to_text(amount),
        }
