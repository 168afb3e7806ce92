from odoo import api, fields, models
from odoo.tools import SQL

from ..door import public
from ..exceptions import check_one
from ..tools.ageing import bucket_keys

#: What is asked stands in the context; the same item differs from day to day
ASKED = (
    "allowed_company_ids",
    "prepaid_as_of",
    "prepaid_base",
    "prepaid_net",
    "prepaid_payer_id",
    "prepaid_width",
)


def _amount(label, **kwargs):
    return fields.Monetary(label, readonly=True, depends_context=ASKED, **kwargs)


class PrepaidReceivableReport(models.Model):
    """Aged receivable: what every client owed at the end of a day, and for how long.

    A row is one open journal item on a receivable or customer prepayments account. The day and
    the way of counting are in the context (``prepaid_as_of``, ``prepaid_base``,
    ``prepaid_width``, ``prepaid_net``), so that lists, pivots and exports all show the same.
    """

    _name = "prepaid.receivable.report"
    _description = "Aged Receivable"
    _auto = False
    _order = "date_due, id"
    _rec_name = "move_id"
    _depends = {
        "account.move": ["invoice_user_id"],
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "balance",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "invoice_date",
            "move_id",
            "parent_state",
            "partner_id",
            "prepaid_vat",
            "reconciled",
        ],
        "account.partial.reconcile": [
            "amount",
            "credit_amount_currency",
            "credit_move_id",
            "debit_amount_currency",
            "debit_move_id",
            "max_date",
        ],
        "res.partner": ["commercial_partner_id", "user_id"],
    }

    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    user_id = fields.Many2one("res.users", "Specialist or Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    invoice_currency_id = fields.Many2one("res.currency", readonly=True)
    move_id = fields.Many2one("account.move", "Document", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date("Due Date", readonly=True)
    days = fields.Integer("Days Overdue", readonly=True, depends_context=ASKED, aggregator="max")
    kind = fields.Selection(
        [("debt", "Debt"), ("credit", "Credit"), ("advance", "Client Balance")],
        "What",
        readonly=True,
        depends_context=ASKED,
    )
    bucket = fields.Selection(
        selection="_selection_bucket", string="Age", readonly=True, depends_context=ASKED
    )
    amount_0 = _amount("Not Due")
    amount_1 = _amount("1-30 Days")
    amount_2 = _amount("31-60 Days")
    amount_3 = _amount("61-90 Days")
    amount_4 = _amount("91-120 Days")
    amount_5 = _amount("Older")
    amount_credit = _amount("Credits", help="Credit notes and payments that no invoice has used.")
    amount_receivable = _amount("Receivable", help="As on the receivable accounts in the ledger.")
    amount_advance = _amount(
        "Client Balance", help="Money paid in advance and not used yet, with its VAT."
    )
    amount_net = _amount("Net", help="Receivable less the client balance.")
    amount_vat = _amount(
        "VAT in the Balance",
        help="The part of the client balance that is VAT of advance invoices: the ledger keeps it "
        "on an account of its own.",
    )
    amount_currency = _amount("In Invoice Currency", currency_field="invoice_currency_id")

    @property
    def _table_query(self):
        return self._rows_sql(in_currency=True)

    @api.model
    def _selection_bucket(self):
        """Return the periods by number, named after their days."""
        return [
            (str(number), label) for number, label in enumerate(self._bucket_labels(self._width()))
        ]

    @api.model
    def _width(self):
        """Return the width of a period for labels.

        The web client keeps of a context only what ends with ``_view_ref`` when it asks for the
        names of fields; the opening dialog says it that way, too.
        """
        width = self.env.context.get("prepaid_ageing_view_ref")
        return int(width) if str(width or "").isdigit() else self._options()["width"]

    @api.model
    def _bucket_labels(self, width):
        """Return the headings of the buckets.

        :param int width: days of a period
        :rtype: list[str]
        """
        periods = bucket_keys(width)[1:-1]
        return [
            self.env._("Not Due"),
            *(self.env._("%(from_to)s Days", from_to=period) for period in periods),
            self.env._("Older"),
        ]

    @api.model
    def _total_labels(self):
        """Return the headings of the columns besides the buckets."""
        names = ("amount_credit", "amount_receivable", "amount_advance", "amount_net", "amount_vat")
        return [self._fields[name]._description_string(self.env) for name in names]

    @api.model
    def _description_as_of(self):
        """Return the title of a report: its name, company, day and currency."""
        return self.env._(
            "Aged Receivable of %(company)s on %(day)s, in %(currency)s",
            company=", ".join(self._companies().mapped("name")),
            day=self._options()["as_of"],
            currency=self.env.company.currency_id.name,
        )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override: the columns are named after the days they hold."""
        result = super().fields_get(allfields, attributes)
        for number, label in enumerate(self._bucket_labels(self._width())):
            field = result.get(f"amount_{number}")
            if field and "string" in field:
                field["string"] = label
        return result

    # ----------------------------------------------------------------------------------
    # Reading
    # ----------------------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Override: prepare the database for the statement of the report."""
        self._prepare_reading()
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _prepare_reading(self):
        """Write what waits in the cache, and keep the database from compiling a short statement.

        Just-in-time compilation with parallel workers makes such a report several times slower.
        """
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        self.env.cr.execute(SQL("SET LOCAL jit = off"))

    @public(context=ASKED)
    def action_open_document(self):
        """Open the document behind an item; a manager without accounting rights, what explains it.

        :return: the action that opens the invoice or payment, else the visit or the history
        """
        check_one(self)
        if self.env["account.move"].has_access("read"):
            return (self.move_id.origin_payment_id or self.move_id)._get_records_action()
        visits = self.env["prepaid.booking"]
        visit = visits.search([("invoice_id", "=", self.sudo().move_id.id)], limit=1)
        return visit._get_records_action() if visit else self.partner_id.action_prepaid_history()
