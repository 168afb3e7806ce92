import operator as py_operator

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.groups import DESK

#: Who sees clients' money: the front desk, and accountants by their own groups
MONEY_GROUPS = (
    "prepaid_services.group_front_desk,account.group_account_invoice,account.group_account_readonly"
)
#: Each figure's column of the ledger totals
FIGURES = {"prepaid_balance": "advance", "prepaid_debt": "debt", "service_balance": "balance"}
#: The totals of a payer without entries
NOTHING = (0.0, 0.0, 0.0)
COMPARE = {
    "<": py_operator.lt,
    "<=": py_operator.le,
    ">": py_operator.gt,
    ">=": py_operator.ge,
}


class ResPartner(models.Model):
    """Clients' money, read from the ledger. Nothing here is stored."""

    _inherit = "res.partner"

    prepaid_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_prepaid_currency_id",
        string="Company Currency",
        groups=DESK,
    )
    prepaid_balance = fields.Monetary(
        "Advance",
        compute="_compute_prepaid_money",
        search="_search_prepaid_balance",
        currency_field="prepaid_currency_id",
        groups=MONEY_GROUPS,
        help="Money received and not used yet.",
    )
    prepaid_debt = fields.Monetary(
        "Debt",
        compute="_compute_prepaid_money",
        search="_search_prepaid_debt",
        currency_field="prepaid_currency_id",
        groups=MONEY_GROUPS,
        help="Open invoices less open credit notes.",
    )
    service_balance = fields.Monetary(
        compute="_compute_prepaid_money",
        search="_search_service_balance",
        currency_field="prepaid_currency_id",
        groups=MONEY_GROUPS,
        help="Advance less debt. Negative: the client owes us.",
    )
    prepaid_reserved = fields.Monetary(
        "Reserved",
        compute="_compute_prepaid_reserved",
        currency_field="prepaid_currency_id",
        groups=MONEY_GROUPS,
        help="The part of the advance that confirmed bookings will use.",
    )
    prepaid_available = fields.Monetary(
        "Available",
        compute="_compute_prepaid_reserved",
        currency_field="prepaid_currency_id",
        groups=MONEY_GROUPS,
        help="Advance that no confirmed booking needs.",
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends_context("company")
    def _compute_prepaid_currency_id(self):
        """Balances are shown in the company's currency."""
        self.prepaid_currency_id = self.env.company.currency_id

    @api.depends_context("company")
    def _compute_prepaid_money(self):
        """Read advance and debt of the payers from the ledger, in one query."""
        totals = self._prepaid_totals()
        for partner in self:
            advance, debt, _own = totals.get(partner.commercial_partner_id._origin.id, NOTHING)
            partner.prepaid_balance = advance
            partner.prepaid_debt = debt
            partner.service_balance = advance - debt

    @api.depends_context("company")
    def _compute_prepaid_reserved(self):
        """What confirmed bookings will use, as far as there is advance for it."""
        held = self.env["prepaid.booking"]._expected_by_payer(self.commercial_partner_id)
        totals = self._prepaid_totals()
        for partner in self:
            payer_id = partner.commercial_partner_id._origin.id
            advance = totals.get(payer_id, NOTHING)[0]
            partner.prepaid_reserved = min(advance, held.get(payer_id, 0.0))
            partner.prepaid_available = advance - partner.prepaid_reserved

    @api.model
    def _prepaid_forget(self):
        """Drop the figures read before the ledger changed, so that nobody sees old money.

        They have no dependency the ORM could follow without a query per journal item.
        """
        return self.invalidate_model(
            [*FIGURES, "prepaid_reserved", "prepaid_available", "prepaid_over_limit"], flush=False
        )

    # ----------------------------------------------------------------------------------
    # Ledger figures
    # ----------------------------------------------------------------------------------

    def _prepaid_totals(self):
        """Return advance and debt of these partners' payers.

        :return: payer id -> (advance, debt, the part of the advance that visits can use because
            it was received in the company's currency), all in the company's currency
        :rtype: dict[int, tuple[float, float, float]]
        """
        ids = self.commercial_partner_id._origin.ids
        if not ids:
            return {}
        ours = SQL("client.commercial_partner_id IN %s", tuple(ids))
        rows = self.env.execute_query(
            SQL(
                "SELECT payer_id, advance, debt, own FROM %s AS money",
                self._prepaid_money_sql(ours),
            )
        )
        rounding = self.env.company.currency_id.round
        return {payer: tuple(map(rounding, amounts)) for payer, *amounts in rows}

    def _prepaid_spendable(self):
        """Return what new deposits of these payers can be held from: no booking needs it.

        Money in another currency is on the balance, but pays no visit.

        :return: payer id -> amount in the company's currency
        :rtype: dict[int, float]
        """
        expected = self.env["prepaid.booking"]._expected_by_payer(self)
        totals = self._prepaid_totals()
        return {
            payer.id: max(totals.get(payer.id, NOTHING)[2] - expected.get(payer.id, 0.0), 0.0)
            for payer in self
        }

    def _prepaid_money_sql(self, where=None, lines=None):
        """Return the sub-query of (payer_id, advance, own, debt, balance), a row per client.

        Every figure, filter and sort order of the client balance is this one statement over the
        posted lines of the legal entity (the company with its branches), and every button spends
        what it says:

        - ``advance``: what is open on customer prepayments, and what is open on the receivable
          beyond the client's debts (a payment nobody matched, a credit note), per currency and
          never below zero
        - ``own``: the part of it that visits can use, in the company's currency
        - ``balance``: what the ledger says, negative when the client owes us
        - ``debt``: the difference of the two, so a prepayments account below zero is a debt

        :param SQL where: condition over ``client`` (the res_partner of a line)
        :param SQL lines: :meth:`_prepaid_open_lines_sql` where ``advance`` and ``own`` of all
            clients are asked for; the other two need every line
        """
        return SQL(
            """
            (SELECT payer_id, SUM(GREATEST(money, 0)) AS advance,
                    COALESCE(SUM(GREATEST(money - unpaid, 0))
                        FILTER (WHERE currency_id = %(currency)s), 0) AS own,
                    SUM(GREATEST(money, 0)) - SUM(balance) AS debt,
                    SUM(balance) AS balance
               FROM (SELECT payer_id, currency_id, balance, unpaid,
                            advance + GREATEST(credit, 0) AS money
                       FROM %(purses)s AS purse) AS purse
           GROUP BY payer_id)
            """,
            currency=self.env.company.currency_id.id,
            purses=self._prepaid_purses_sql(where or SQL("TRUE"), lines),
        )

    def _prepaid_purses_sql(self, where, lines=None):
        """Return the sub-query of what clients have with us, a row per payer and currency.

        A line of an advance invoice is net of VAT; the client's money is with it
        (``prepaid_vat``). Nobody spends an advance invoice that is not paid.

        :param SQL where: condition over ``client`` (the res_partner of a line)
        :param SQL lines: the journal items that are read; all by default
        """
        self.env["account.move.line"].flush_model(
            [
                "account_id",
                "amount_residual",
                "balance",
                "company_id",
                "currency_id",
                "parent_state",
                "partner_id",
                "prepaid_vat",
            ]
        )
        self.env["account.move"].flush_model(["amount_residual", "move_type"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        family = self.env.company._prepaid_family()
        advance = family.prepaid_advance_account_ids.ids
        receivable = self._receivable_ids(family)
        return SQL(
            """
            (SELECT client.commercial_partner_id AS payer_id, line.currency_id,
                    COALESCE(-SUM(line.amount_residual + COALESCE(line.prepaid_vat, 0))
                        FILTER (WHERE line.account_id IN %(advance)s), 0) AS advance,
                    COALESCE(-SUM(line.amount_residual)
                        FILTER (WHERE line.account_id IN %(receivable)s), 0) AS credit,
                    COALESCE(-SUM(line.amount_residual + line.prepaid_vat)
                        FILTER (WHERE line.prepaid_vat < 0 AND line.move_id IN (
                            SELECT item.move_id
                              FROM account_move_line item
                              JOIN account_move document ON document.id = item.move_id
                             WHERE item.prepaid_vat < 0 AND document.move_type = 'out_invoice'
                               AND document.amount_residual != 0)), 0) AS unpaid,
                    -SUM(line.balance + COALESCE(line.prepaid_vat, 0)) AS balance
               FROM %(lines)s line
               JOIN res_partner client ON client.id = line.partner_id
              WHERE line.account_id IN %(accounts)s
                AND line.parent_state = 'posted'
                AND line.company_id IN %(companies)s
                AND %(where)s
           GROUP BY client.commercial_partner_id, line.currency_id)
            """,
            advance=tuple(advance) or (0,),
            receivable=tuple(receivable) or (0,),
            accounts=(*advance, *receivable, 0),
            companies=tuple(family.ids),
            lines=lines or SQL("account_move_line"),
            where=where,
        )

    @api.model
    def _prepaid_open_lines_sql(self):
        """Return the journal items that say what clients have with us today, as a table.

        Of all others nothing is open. The lines of taxed advances count all together: only their
        sum says how much VAT is left of one. Two parts, as each has an index.
        """
        return SQL(
            """
            (SELECT * FROM account_move_line WHERE amount_residual != 0
              UNION ALL
             SELECT * FROM account_move_line WHERE amount_residual = 0 AND prepaid_vat != 0)
            """
        )

    @api.model
    def _prepaid_holders_sql(self, account_ids, wanted=None):
        """Return the condition that ``partner_id`` is somebody whose payer has an open item.

        Balances of all clients are then added up for those who have one. The ids are an array:
        they are looked up in an index, whatever the planner thinks of their number.

        :param tuple account_ids: of clients' money
        :param SQL wanted: condition over ``client``, of whom the item is
        """
        return SQL(
            """
            partner_id = ANY (ARRAY(
                SELECT member.id
                  FROM (SELECT DISTINCT client.commercial_partner_id AS id
                          FROM account_move_line item
                          JOIN res_partner client ON client.id = item.partner_id
                         WHERE item.account_id IN %s AND item.parent_state = 'posted'
                           AND item.amount_residual != 0 AND %s) payer
                  JOIN res_partner member ON member.commercial_partner_id = payer.id
            ))
            """,
            account_ids,
            wanted or SQL("TRUE"),
        )

    def _receivable_ids(self, companies):
        """Return the ids of the trade receivable accounts of companies."""
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        return Account._search(
            [
                ("account_type", "=", "asset_receivable"),
                ("non_trade", "=", False),
                ("company_ids", "in", companies.ids),
            ]
        ).get_result_ids()

    # ----------------------------------------------------------------------------------
    # Search and order
    # ----------------------------------------------------------------------------------

    def _search_prepaid_balance(self, operator, value):
        return self._search_prepaid_figure("prepaid_balance", operator, value)

    def _search_prepaid_debt(self, operator, value):
        return self._search_prepaid_figure("prepaid_debt", operator, value)

    def _search_service_balance(self, operator, value):
        return self._search_prepaid_figure("service_balance", operator, value)

    def _search_prepaid_figure(self, figure, operator, value):
        """Return a domain on clients by one of the ledger figures.

        A client without any entry has 0. Where 0 does not fit, these need no row: the database
        may then drop the others before it joins the clients.

        :raise AccessError: the caller may not read the figure; the ORM checks that only for
            stored fields, and balances could be found out by searching
        """
        self._check_field_access(self._fields[figure], "read")
        if operator == "in":
            zero_fits = any(not amount for amount in value)
            condition = SQL("IN %s", tuple(amount or 0 for amount in value))
        elif operator in COMPARE:
            zero_fits = COMPARE[operator](0, value)
            condition = SQL("%s %s", SQL(operator), value)  # pylint: disable=E8103
        else:
            return NotImplemented

        def to_sql(model, alias, query):
            amount = model._prepaid_join_figure(figure, alias, query)
            amount = SQL("COALESCE(%s, 0)", amount) if zero_fits else amount
            return SQL("%s %s", amount, condition)

        return fields.Domain.custom(to_sql=to_sql)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Override: clients can be sorted by the figures of the ledger."""
        if field_name not in FIGURES:
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        self._check_field_access(self._fields[field_name], "read")
        amount = self._prepaid_join_figure(field_name, alias, query)
        return SQL("COALESCE(%s, 0) %s", amount, direction)

    def _prepaid_join_figure(self, figure, alias, query):
        """Return the column of a figure in a query on partners, NULL for one without entries.

        However often a query filters and sorts by figures, the ledger is added up once.

        :param str figure: one of ``FIGURES``
        :param str alias: of the partners
        :param Query query: gets the join with the totals
        """
        money = query.make_alias(alias, "prepaid_money")
        if money not in query._joins:
            payer = SQL.identifier(alias, "commercial_partner_id")
            condition = SQL("%s = %s", SQL.identifier(money, "payer_id"), payer)
            query.add_join("LEFT JOIN", money, self._prepaid_money_sql(), condition)
        return SQL.identifier(money, FIGURES[figure])
