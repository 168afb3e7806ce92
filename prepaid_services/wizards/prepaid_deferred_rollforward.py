from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: How the figures can be grouped: name -> expression over movements, and over journal items
GROUPS = {
    "month": (SQL("date_trunc('month', m.date)::date"), None),
    "template": (SQL("m.template_id"), None),
    "client": (SQL("m.payer_id"), SQL("client.commercial_partner_id")),
    "currency": (SQL("m.sale_currency_id"), SQL("l.currency_id")),
}


class PrepaidDeferredRollforward(models.TransientModel):
    """One question: what happened to deferred package revenue in a period, and is it the ledger?"""

    _name = "prepaid.deferred.rollforward"
    _description = "Deferred Revenue Roll-forward"

    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self.env.company._prepaid_today().replace(month=1, day=1),
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self.env.company._prepaid_today()
    )
    group_by = fields.Selection(
        [
            ("month", "Month"),
            ("template", "Template"),
            ("client", "Client"),
            ("currency", "Currency of the Sale"),
        ],
        required=True,
        default="month",
    )
    line_ids = fields.One2many("prepaid.deferred.rollforward.line", "rollforward_id")

    def action_show(self):
        """Compute the figures and show them as a list, which exports like any other."""
        self.ensure_one()
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
        self._compute_lines()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_deferred_rollforward_line_action"
        )
        return {**action, "domain": [("rollforward_id", "=", self.id)]}

    # ----------------------------------------------------------------------------------
    # Figures
    # ----------------------------------------------------------------------------------

    def _compute_lines(self):
        """Write one line per group: opening, causes, closing; and the ledger where it tells."""
        self.line_ids.unlink()
        ledger = self._ledger_by_key()
        vals_list = []
        opening = None
        for key, *figures in self._movements_by_key():
            vals = dict(zip(self._figure_names(), figures, strict=True))
            if self.group_by == "month":
                # Months follow each other: the closing of one is the opening of the next
                vals["opening"] = vals["opening"] if opening is None else opening
            opening = vals["closing"] = self.company_id.currency_id.round(
                vals["opening"] + vals.pop("change")
            )
            vals_list.append(self._prepare_line_vals(key, vals, ledger))
        self.env["prepaid.deferred.rollforward.line"].create(vals_list)

    def _figure_names(self):
        return ("opening", "sold", "earned", "broken", "refunded", "transferred", "change")

    def _prepare_line_vals(self, key, vals, ledger):
        """Return the values of one line."""
        names = {"template": "template_id", "client": "partner_id", "currency": "sale_currency_id"}
        line = {"rollforward_id": self.id, **vals}
        if self.group_by == "month":
            line["month"] = key
        else:
            line[names[self.group_by]] = key
        if ledger is not None:
            line["ledger"] = ledger.get(key, 0.0)
            line["difference"] = self.company_id.currency_id.round(vals["closing"] - line["ledger"])
            line["has_ledger"] = True
        return line

    def _movements_by_key(self):
        """Return opening and causes of each group, in one statement over the sub-ledger."""
        Movement = self.env["prepaid.deferred.movement"]
        for model, names in Movement._depends.items():
            self.env[model].flush_model(names)
        key = GROUPS[self.group_by][0]
        by_month = self.group_by == "month"
        period = SQL("m.date BETWEEN %s AND %s", self.date_from, self.date_to)
        figures = [
            SQL(
                "COALESCE(SUM(m.%s) FILTER (WHERE %s), 0)",
                SQL.identifier(f"amount_{name}"),
                period,
            )
            for name in ("sold", "earned", "broken", "refunded", "transferred", "deferred")
        ]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(key)s AS key,
                       COALESCE(SUM(m.amount_deferred) FILTER (WHERE m.date < %(first)s), 0),
                       %(figures)s
                  FROM (%(movements)s) m
                 WHERE m.company_id IN %(companies)s AND m.date <= %(last)s
              GROUP BY 1 ORDER BY 1
                """,
                key=key,
                first=self.date_from,
                last=self.date_to,
                figures=SQL(", ").join(figures),
                movements=Movement._table_query,
                companies=tuple(self.company_id._prepaid_family().ids),
            )
        )
        return self._merge_months(rows) if by_month else rows

    def _merge_months(self, rows):
        """Put what happened before the period into the opening of its first month."""
        first = self.date_from.replace(day=1)
        before = sum(row[1] for row in rows)
        months = [row for row in rows if row[0] >= first]
        if not months or months[0][0] != first:
            months.insert(0, (first, 0, 0, 0, 0, 0, 0, 0))
        months[0] = (months[0][0], before, *months[0][2:])
        return months

    def _ledger_by_key(self):
        """Return the balance of the deferred accounts at the end, by the keys of the groups.

        The ledger knows clients, currencies and days, but not templates.
        """
        if self.group_by == "template":
            return None
        if self.group_by == "month":
            return self._ledger_by_month()
        return dict(self._ledger_rows(GROUPS[self.group_by][1], self.date_to))

    def _ledger_by_month(self):
        """Return the balance of the deferred accounts at the end of each month."""
        changes = dict(self._ledger_rows(SQL("date_trunc('month', l.date)::date"), self.date_to))
        balances, total = {}, 0.0
        for row in self._movements_by_key():
            total = sum(value for month, value in changes.items() if month <= row[0])
            balances[row[0]] = self.company_id.currency_id.round(total)
        return balances

    def _ledger_rows(self, key, last):
        """Return the sums of the deferred accounts by a key over journal items."""
        self.env["account.move.line"].flush_model(
            ["account_id", "balance", "company_id", "date", "parent_state", "partner_id"]
        )
        return self.env.execute_query(
            SQL(
                """
                SELECT %(key)s, -SUM(l.balance)
                  FROM account_move_line l
             LEFT JOIN res_partner client ON client.id = l.partner_id
                 WHERE l.account_id IN %(accounts)s AND l.parent_state = 'posted'
                   AND l.company_id IN %(companies)s AND l.date <= %(last)s
              GROUP BY 1
                """,
                key=key,
                accounts=(*self.company_id._prepaid_deferred_accounts().ids, 0),
                companies=tuple(self.company_id._prepaid_family().ids),
                last=last,
            )
        )

    def action_explain(self):
        """Show the journal items on deferred accounts that no package knows."""
        self.ensure_one()
        known = self.env["prepaid.deferred.movement"].sudo()._search([]).select("move_id")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items without a Package"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("account_id", "in", self.company_id._prepaid_deferred_accounts().ids),
                ("parent_state", "=", "posted"),
                ("company_id", "in", self.company_id._prepaid_family().ids),
                ("date", "<=", self.date_to),
                ("move_id", "not in", [row[0] for row in self.env.execute_query(known)]),
            ],
        }


class PrepaidDeferredRollforwardLine(models.TransientModel):
    """One group of the roll-forward."""

    _name = "prepaid.deferred.rollforward.line"
    _description = "Deferred Revenue Roll-forward Line"

    rollforward_id = fields.Many2one(
        "prepaid.deferred.rollforward", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="rollforward_id.company_id.currency_id")
    month = fields.Date()
    template_id = fields.Many2one("prepaid.subscription.template")
    partner_id = fields.Many2one("res.partner", "Client")
    sale_currency_id = fields.Many2one("res.currency", "Currency of the Sale")
    opening = fields.Monetary()
    sold = fields.Monetary()
    earned = fields.Monetary()
    broken = fields.Monetary("Lapsed")
    refunded = fields.Monetary()
    transferred = fields.Monetary()
    closing = fields.Monetary()
    ledger = fields.Monetary("General Ledger")
    difference = fields.Monetary()
    has_ledger = fields.Boolean()

    def action_open_movements(self):
        """Open the movements behind a line."""
        self.ensure_one()
        rollforward = self.rollforward_id
        domain = [
            ("company_id", "in", rollforward.company_id._prepaid_family().ids),
            ("date", "<=", rollforward.date_to),
        ]
        if self.month:
            domain += [
                ("date", ">=", self.month),
                ("date", "<", (self.month + timedelta(days=31)).replace(day=1)),
            ]
        for name, column in (
            ("template_id", "template_id"),
            ("partner_id", "payer_id"),
            ("sale_currency_id", "sale_currency_id"),
        ):
            if self[name]:
                domain.append((column, "=", self[name].id))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_deferred_movement_action"
        )
        return {**action, "domain": domain}

    def action_explain(self):
        """Show the journal items that make the difference."""
        return self.rollforward_id.action_explain()
