from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.dates import day_bounds


class PrepaidDailySale(models.Model):
    """Sales of the day: visits given, and money taken or given back by method.

    A visit that a package pays has the package as its method, and no value of its own: the package
    was sold before.
    """

    _name = "prepaid.daily.sale"
    _inherit = ["prepaid.report.mixin"]
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
        "prepaid.booking": [
            "invoice_id",
            "partner_id",
            "service_id",
            "start",
            "state",
            "subscription_id",
            "user_id",
        ],
        "account.move": ["amount_total_signed", "invoice_date", "name", "state"],
        "prepaid.subscription": ["template_id"],
        "prepaid.subscription.template": ["name"],
        "prepaid.subscription.use": ["booking_id", "date", "kind", "partner_id", "reversed_id"],
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

    @api.model
    def _rows_sql(self, asked):
        """Override: three sources, each bound to the days or rows that are asked for."""
        return SQL(" UNION ALL ").join(
            (
                self._select_visits(asked),
                self._select_sessions(asked),
                self._select_payments(asked),
            )
        )

    @api.model
    def _asked_sql(self, asked, number, row, day=None):
        """Return the condition that a row of a source is asked for.

        :param Asked asked: ids of rows, days
        :param int number: of the source; the ids are its rows' ids times 3 plus this number
        :param str row: alias of the source's row
        :param SQL day: its day, when that is a column
        """
        between = self._between_sql(asked, day) if day else SQL("TRUE")
        if asked.ids is None:
            return between
        ids = tuple(each // 3 for each in asked.ids if each % 3 == number)
        return SQL("%s AND %s IN %s", between, SQL.identifier(row, "id"), ids or (0,))

    @api.model
    def _visits_between(self, asked):
        """Return the condition that a visit can be on one of the days that are asked for.

        Its day is that of its invoice, else that of its beginning: each is looked up by its index.
        """
        if not (asked.first or asked.last):
            return SQL("TRUE")
        tz_name = self.env.company._prepaid_tz()
        begin, end = SQL("'-infinity'"), SQL("'infinity'")
        if asked.first:
            begin = SQL("%s", day_bounds(asked.first, tz_name)[0])
        if asked.last:
            end = SQL("%s", day_bounds(asked.last, tz_name)[1])
        return SQL(
            """
            booking.id = ANY (ARRAY(
                SELECT id FROM prepaid_booking WHERE start >= %s AND start < %s
                 UNION
                SELECT visit.id FROM account_move invoice
                  JOIN prepaid_booking visit ON visit.invoice_id = invoice.id
                 WHERE %s
            ))
            """,
            begin,
            end,
            self._between_sql(asked, SQL("invoice.invoice_date")),
        )

    def _select_visits(self, asked):
        """Return the visits given, valued as invoiced; 0 when a package pays, or when free."""
        return SQL(
            """
            SELECT booking.id * 3 AS id,
                   COALESCE(move.invoice_date,
                       (booking.start AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date) AS date,
                   'visit' AS kind, booking.partner_id, booking.user_id, booking.service_id,
                   %(package)s AS method, move.name AS document, booking.id AS booking_id,
                   booking.company_id, company.currency_id,
                   COALESCE(move.amount_total_signed, 0) AS amount_visit, 0 AS amount_money
              FROM prepaid_booking booking
              JOIN res_company company ON company.id = booking.company_id
         LEFT JOIN account_move move ON move.id = booking.invoice_id AND move.state = 'posted'
         LEFT JOIN prepaid_subscription package ON package.id = booking.subscription_id
         LEFT JOIN prepaid_subscription_template template ON template.id = package.template_id
             WHERE booking.state = 'done' AND %(days)s AND %(asked)s
            """,
            days=self._visits_between(asked),
            asked=self._asked_sql(asked, 0, "booking"),
            tz=self.env.company._prepaid_tz(),
            package=self._package_name(),
        )

    def _select_sessions(self, asked):
        """Return the sessions of clients who came without a booking."""
        return SQL(
            """
            SELECT session.id * 3 + 1, session.date, 'visit', session.partner_id,
                   session.create_uid, NULL::integer, %s, NULL::varchar, NULL::integer,
                   session.company_id, company.currency_id, 0, 0
              FROM prepaid_subscription_use session
              JOIN res_company company ON company.id = session.company_id
              JOIN prepaid_subscription package ON package.id = session.subscription_id
              JOIN prepaid_subscription_template template ON template.id = package.template_id
             WHERE session.kind = 'visit' AND session.booking_id IS NULL AND %s
               AND NOT EXISTS (SELECT FROM prepaid_subscription_use undo
                                WHERE undo.reversed_id = session.id)
            """,
            self._package_name(),
            self._asked_sql(asked, 1, "session", SQL("session.date")),
        )

    def _package_name(self):
        """Return the expression for the package that pays a visit, in the user's language."""
        return self.env["prepaid.subscription.template"]._field_to_sql("template", "name")

    def _select_payments(self, asked):
        """Return customers' money in and out, in company currency."""
        return SQL(
            """
            SELECT payment.id * 3 + 2, payment.date,
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
             WHERE payment.partner_type = 'customer' AND %(asked)s
            """,
            asked=self._asked_sql(asked, 2, "payment", SQL("payment.date")),
            journal=self.env["account.journal"]._field_to_sql("journal", "name"),
        )
