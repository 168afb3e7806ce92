from odoo import fields, models
from odoo.tools import SQL


class PrepaidDailySale(models.Model):
    """Sales of the day: visits given, and money taken or given back by method."""

    _name = "prepaid.daily.sale"
    _description = "Sales of the Day"
    _auto = False
    _order = "date desc, kind, id desc"
    _rec_name = "document"
    _depends = {
        "account.payment": [
            "amount",
            "company_id",
            "date",
            "journal_id",
            "partner_id",
            "partner_type",
            "payment_type",
            "state",
        ],
        "prepaid.booking": ["invoice_id", "partner_id", "service_id", "state", "user_id"],
        "account.move": ["amount_total_signed", "invoice_date", "name", "state"],
    }

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [("visit", "Visits"), ("receipt", "Receipts"), ("paid_back", "Paid Back")], readonly=True
    )
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    user_id = fields.Many2one("res.users", "Specialist or Cashier", readonly=True)
    service_id = fields.Many2one("product.product", readonly=True)
    method = fields.Char(readonly=True)
    document = fields.Char(readonly=True)
    booking_id = fields.Many2one("prepaid.booking", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_visit = fields.Monetary("Visits", readonly=True)
    amount_money = fields.Monetary("Money", readonly=True)

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._select_visits(), self._select_payments())

    def _select_visits(self):
        """Return the visits given, valued as invoiced. Odd ids."""
        return SQL(
            """
            SELECT booking.id * 2 + 1 AS id, move.invoice_date AS date, 'visit' AS kind,
                   booking.partner_id, booking.user_id, booking.service_id,
                   NULL::varchar AS method, move.name AS document, booking.id AS booking_id,
                   booking.company_id, company.currency_id,
                   move.amount_total_signed AS amount_visit, 0 AS amount_money
              FROM prepaid_booking booking
              JOIN account_move move ON move.id = booking.invoice_id AND move.state = 'posted'
              JOIN res_company company ON company.id = booking.company_id
             WHERE booking.state = 'done'
            """
        )

    def _select_payments(self):
        """Return customers' money in and out, in company currency. Even ids."""
        return SQL(
            """
            SELECT payment.id * 2 AS id, payment.date,
                   CASE payment.payment_type WHEN 'inbound' THEN 'receipt' ELSE 'paid_back' END,
                   payment.partner_id, payment.create_uid, NULL::integer,
                   %(journal)s, payment.name, NULL::integer,
                   payment.company_id, company.currency_id, 0,
                   CASE payment.payment_type WHEN 'inbound' THEN 1 ELSE -1 END
                       * ABS(move.amount_total_signed)
              FROM account_payment payment
              JOIN account_move move ON move.id = payment.move_id AND move.state = 'posted'
              JOIN account_journal journal ON journal.id = payment.journal_id
              JOIN res_company company ON company.id = payment.company_id
             WHERE payment.partner_type = 'customer'
            """,
            journal=self.env["account.journal"]._field_to_sql("journal", "name"),
        )
