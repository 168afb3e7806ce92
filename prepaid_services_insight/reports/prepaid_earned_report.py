from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.prepaid_services.door import public
from odoo.addons.prepaid_services.exceptions import check_one


class PrepaidEarnedReport(models.Model):
    """Money earned against money received: one row per fact, each with its day in the ledger.

    Money counts when it comes from a client or goes back to one (journals of bank, cash, cards).
    Sales and services count without tax; ``amount_earned_gross`` has the tax, to be comparable
    with money.
    """

    _name = "prepaid.earned.report"
    _inherit = ["prepaid.report.mixin"]
    _description = "Earned against Received"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "account.journal": ["type"],
        "account.move": ["invoice_user_id", "prepaid_kind"],
        "account.move.line": [
            "account_id",
            "balance",
            "company_id",
            "date",
            "journal_id",
            "move_id",
            "parent_state",
            "partner_id",
            "price_subtotal",
            "price_total",
            "product_id",
        ],
        "prepaid.booking": ["service_id", "user_id"],
        "prepaid.subscription": ["invoice_line_id", "template_id"],
        "prepaid.subscription.revision": ["accounting_date", "amount_deferred", "move_id"],
        "prepaid.subscription.use": ["accounting_date", "amount_deferred", "move_id"],
    }

    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("money", "Money"),
            ("balance", "Balance Used"),
            ("package", "Package"),
            ("sale", "Visit or Other Sale"),
        ],
        "Source",
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    user_id = fields.Many2one("res.users", "Specialist", readonly=True)
    service_id = fields.Many2one("product.product", readonly=True)
    template_id = fields.Many2one("prepaid.subscription.template", readonly=True)
    move_id = fields.Many2one("account.move", "Journal Entry", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_received = fields.Monetary("Received", readonly=True)
    amount_paid_back = fields.Monetary("Paid Back", readonly=True)
    amount_sold = fields.Monetary("Sold", readonly=True)
    amount_earned = fields.Monetary("Earned", readonly=True)
    amount_earned_gross = fields.Monetary("Earned with Tax", readonly=True)
    amount_broken = fields.Monetary("Lapsed", readonly=True)
    amount_refunded = fields.Monetary("Refunded", readonly=True)
    amount_other = fields.Monetary("Fees and Other", readonly=True)
    amount_owed = fields.Monetary(
        "Change of What Is Owed",
        readonly=True,
        help="Balances and packages that clients have with us. Added up from the beginning it is "
        "what is still owed.",
    )
    earned_share = fields.Float(
        "Earned of Received",
        readonly=True,
        aggregator="avg",
        help="Earned with tax, as a share of the money received in the same period.",
    )
    earned_sold_share = fields.Float("Earned of Sold", readonly=True, aggregator="avg")
    days_to_service = fields.Float(
        "Days from Money to Service",
        readonly=True,
        aggregator="avg",
        help="How long clients' money waits for its service. The money that came first is used "
        "first; negative: the service was given on credit.",
    )

    @api.model
    def _rows_sql(self, asked):
        """Override: five sources, each bound to the days or rows that are asked for."""
        sources = [
            self._money_sql(asked),
            self._balance_sql(asked),
            self._package_sql(asked, "prepaid_subscription_use", 2),
            self._package_sql(asked, "prepaid_subscription_revision", 3),
            self._sale_sql(asked),
        ]
        return SQL(
            """
            SELECT fact.*, company.currency_id, NULL::numeric AS earned_share,
                   NULL::numeric AS earned_sold_share, NULL::numeric AS days_to_service
              FROM (%s) fact JOIN res_company company ON company.id = fact.company_id
            """,
            self._union_sql(sources),
        )

    @api.model
    def _union_sql(self, sources):
        """Return all rows of sources, with the names of the columns."""
        return SQL(
            """
            SELECT * FROM (%s) AS source (
                id, date, kind, partner_id, user_id, service_id, template_id, move_id, company_id,
                amount_received, amount_paid_back, amount_sold, amount_earned,
                amount_earned_gross, amount_broken, amount_refunded, amount_other, amount_owed
            )
            """,
            SQL(" UNION ALL ").join(sources),
        )

    # ----------------------------------------------------------------------------------
    # Sources. The ids of a source are its rows' ids times 8 plus its number
    # ----------------------------------------------------------------------------------

    @api.model
    def _asked_sql(self, asked, number, day):
        """Return the condition that a ``line`` of a source is asked for.

        :param Asked asked: ids of rows, days
        :param int number: of the source
        :param str day: column of ``line`` with the day in the ledger
        """
        between = self._between_sql(asked, SQL.identifier("line", day))
        if asked.ids is None:
            return between
        ids = tuple(each // 8 for each in asked.ids if each % 8 == number)
        return SQL("%s AND line.id IN %s", between, ids or (0,))

    @api.model
    def _money_journals_sql(self):
        return SQL("(SELECT id FROM account_journal WHERE type IN ('bank', 'cash', 'credit'))")

    @api.model
    def _money_sql(self, asked, clients=None, journals=None, advance=None):
        """Return money from and to clients: what bank and cash booked on their accounts.

        :param tuple clients: ids of accounts of clients; those of all companies by default
        :param SQL journals: list or sub-query of the journals of money
        :param tuple advance: ids of those accounts of clients that hold their balances
        """
        advance = advance or (*self._advance_account_ids(), 0)
        return SQL(
            """
            SELECT line.id::bigint * 8, line.date, 'money', client.commercial_partner_id,
                   NULL::integer, NULL::integer, NULL::integer, line.move_id, line.company_id,
                   GREATEST(-line.balance, 0), GREATEST(line.balance, 0),
                   0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                   CASE WHEN line.account_id IN %(advance)s THEN -line.balance ELSE 0 END
              FROM account_move_line line
         LEFT JOIN res_partner client ON client.id = line.partner_id
             WHERE line.account_id IN %(clients)s AND line.parent_state = 'posted'
               AND line.journal_id IN %(journals)s AND %(asked)s
            """,
            advance=advance,
            clients=clients or (*self._receivable_account_ids(), *advance),
            journals=journals or self._money_journals_sql(),
            asked=self._asked_sql(asked, 0, "date"),
        )

    @api.model
    def _balance_sql(self, asked):
        """Return the other changes of clients' balances: used, returned, written off."""
        return SQL(
            """
            SELECT line.id::bigint * 8 + 1, line.date, 'balance', client.commercial_partner_id,
                   NULL, NULL, NULL, line.move_id, line.company_id,
                   0, 0, 0, 0, 0, 0, 0, 0, -line.balance
              FROM account_move_line line
         LEFT JOIN res_partner client ON client.id = line.partner_id
             WHERE line.account_id IN %(advance)s AND line.parent_state = 'posted'
               AND line.journal_id NOT IN %(journals)s AND %(asked)s
            """,
            advance=(*self._advance_account_ids(), 0),
            journals=self._money_journals_sql(),
            asked=self._asked_sql(asked, 1, "date"),
        )

    @api.model
    def _package_sql(self, asked, table, number):
        """Return what uses or revisions did to the value of packages.

        :param str table: uses or revisions
        :param int number: of the source
        """
        is_use = table == "prepaid_subscription_use"
        return SQL(
            """
            SELECT line.id::bigint * 8 + %(number)s, line.accounting_date, 'package',
                   line.payer_id, %(who)s, package.template_id, line.move_id, line.company_id,
                   0, 0, COALESCE(line.amount_sold, 0), COALESCE(line.amount_earned, 0),
                   COALESCE(line.amount_earned, 0) * COALESCE(
                       sale.price_total / NULLIF(sale.price_subtotal, 0), 1),
                   COALESCE(line.amount_broken, 0), COALESCE(line.amount_refunded, 0), 0,
                   COALESCE(line.amount_deferred, 0)
              FROM %(table)s line
              JOIN prepaid_subscription package ON package.id = line.subscription_id
         LEFT JOIN account_move_line sale ON sale.id = package.invoice_line_id
         %(booking)s
             WHERE line.move_id IS NOT NULL AND %(asked)s
            """,
            asked=self._asked_sql(asked, number, "accounting_date"),
            table=SQL.identifier(table),
            number=number,
            who=SQL("booking.user_id, booking.service_id") if is_use else SQL("NULL, NULL"),
            booking=SQL("LEFT JOIN prepaid_booking booking ON booking.id = line.booking_id")
            if is_use
            else SQL(),
        )

    @api.model
    def _income_account_ids(self):
        """Return the ids of the accounts of income of all companies, archived ones as well.

        :rtype: list[int]
        """
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        return Account.search([("account_type", "=", "income")]).ids

    @api.model
    def _other_account_ids(self):
        """Return the ids of the accounts of what lapses, and of fees and other income.

        :rtype: list[int]
        """
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        companies = Company.search([("prepaid_fee_account_ids", "!=", False)])
        return companies.prepaid_fee_account_ids.ids

    @api.model
    def _sale_sql(self, asked, income=None):
        """Return what was invoiced and is earned at once: visits, goods, fees.

        The revenue of packages is left out: their rows tell it better.

        :param tuple income: ids of accounts of income; those of all companies by default
        """
        income = income or (*self._income_account_ids(), *self._other_account_ids(), 0)
        fee = SQL(
            "CASE WHEN line.account_id IN (SELECT id FROM account_account"
            " WHERE account_type = 'income') THEN 0 ELSE 1 END"
        )
        return SQL(
            """
            SELECT line.id::bigint * 8 + 4, line.date, 'sale', client.commercial_partner_id,
                   move.invoice_user_id, line.product_id, NULL, line.move_id, line.company_id,
                   0, 0, -line.balance * (1 - %(fee)s), -line.balance * (1 - %(fee)s),
                   -line.balance * (1 - %(fee)s) * COALESCE(
                       line.price_total / NULLIF(line.price_subtotal, 0), 1),
                   0, 0, -line.balance * %(fee)s, 0
              FROM account_move_line line
         LEFT JOIN account_move move ON move.id = line.move_id
         LEFT JOIN res_partner client ON client.id = line.partner_id
             WHERE line.account_id IN %(income)s AND line.parent_state = 'posted'
               AND %(asked)s
               AND NOT EXISTS (SELECT FROM account_move earning
                                WHERE earning.id = line.move_id
                                  AND earning.prepaid_kind = 'earning')
            """,
            fee=fee,
            income=income,
            asked=self._asked_sql(asked, 4, "date"),
        )

    @api.model
    def _deferred_sql(self):
        """Return every change of the value of packages: date, company, amount."""
        return SQL(
            """
            SELECT accounting_date AS date, company_id, amount_deferred
              FROM prepaid_subscription_use WHERE move_id IS NOT NULL
             UNION ALL
            SELECT accounting_date, company_id, amount_deferred
              FROM prepaid_subscription_revision WHERE move_id IS NOT NULL
            """
        )

    @public
    def action_open_entry(self):
        """Open the journal entry behind a row."""
        check_one(self)
        return self.move_id._get_records_action()
