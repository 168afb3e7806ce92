from odoo import fields, models
from odoo.exceptions import UserError

from ..door import public
from ..exceptions import check_one
from ..tools.validity import month_end, month_starts

#: What the figures can be grouped by -> field of a line
KEYS = {
    "month": "month",
    "template": "template_id",
    "client": "partner_id",
    "currency": "sale_currency_id",
}
#: The columns of the report
FIGURES = (
    "opening",
    "sold",
    "earned",
    "broken",
    "refunded",
    "transferred",
    "closing",
    "ledger",
    "difference",
)


class PrepaidDeferredRollforward(models.TransientModel):
    """One question: what happened to deferred package revenue in a period, and is it the ledger?"""

    _name = "prepaid.deferred.rollforward"
    _description = "Deferred Revenue Roll-forward"
    _inherit = ["prepaid.dialog"]

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

    @public
    def action_show(self):
        """Compute the figures and show them as a list, which exports like any other."""
        self._prepare()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_deferred_rollforward_line_action"
        )
        return {**action, "domain": [("rollforward_id", "=", self.id)]}

    @public
    def action_print(self):
        """Print the figures as PDF."""
        self._prepare()
        report = self.env.ref("prepaid_services.action_report_rollforward")
        return report.report_action(self, config=False)

    @public
    def action_excel(self):
        """Download the figures as a spreadsheet."""
        self._prepare()
        return {
            "type": "ir.actions.act_url",
            "url": f"/prepaid/rollforward/{self.id}.xlsx",
            "target": "download",
        }

    def _prepare(self):
        """Compute the figures of the period that is asked for.

        :raise UserError: the period ends before it begins
        """
        self.ensure_one()
        self._check_period()
        self._compute_lines()

    def _check_period(self):
        """Refuse a period without days, and a company that the user may not see.

        :raise UserError: the period ends before it begins
        :raise AccessError: a company of others
        """
        self.company_id.check_access("read")
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))

    def _compute_lines(self):
        """Write one line per group: opening, causes, closing; and the ledger where it tells.

        A group that only the ledger knows has a line as well: it is what the difference is about.
        """
        self.line_ids.unlink()
        movements = self.env["prepaid.deferred.movement"].sudo()
        period = (self.company_id, self.date_from, self.date_to)
        known = movements._rollforward(self.group_by, *period)
        ledger = movements._ledger_balances(self.group_by, *period)
        vals_list = (
            self._prepare_months(known, ledger)
            if self.group_by == "month"
            else self._prepare_groups(known, ledger)
        )
        self.env["prepaid.deferred.rollforward.line"].create(vals_list)

    def _prepare_months(self, known, ledger):
        """Return the values of one line for each month: its closing opens the next one.

        :param dict known: first day of a month -> figures; all before the period in the first one
        :param dict ledger: first day of a month -> change of the ledger, the same way
        """
        vals_list, opening, balance = [], None, 0.0
        for month in month_starts(self.date_from, self.date_to):
            figures = known.get(month, {})
            balance += ledger.get(month, 0.0)
            if opening is None:
                opening = figures.get("opening", 0.0)
            vals = self._prepare_line_vals(month, {**figures, "opening": opening}, balance)
            opening = vals["closing"]
            if self._says_something(vals):
                vals_list.append(vals)
        return vals_list

    def _says_something(self, vals):
        """Return whether a month has any figure: those before the first sale have none."""
        is_zero = self.company_id.currency_id.is_zero
        return any(not is_zero(vals.get(name) or 0.0) for name in FIGURES)

    def _prepare_groups(self, known, ledger):
        """Return the values of one line for each template, client or currency.

        :param dict known: group -> figures
        :param dict ledger: group -> balance of the ledger; None where the ledger does not know it
        """
        keys = sorted(known.keys() | (ledger or {}).keys(), key=lambda key: key or 0)
        return [
            self._prepare_line_vals(
                key, known.get(key, {}), None if ledger is None else ledger.get(key, 0.0)
            )
            for key in keys
        ]

    def _prepare_line_vals(self, key, figures, balance):
        """Return the values of one line.

        :param dict figures: opening, causes and their sum, ``change``
        :param balance: of the ledger, or None
        """
        round_amount = self.company_id.currency_id.round
        vals = {"rollforward_id": self.id, KEYS[self.group_by]: key, **figures}
        closing = round_amount(figures.get("opening", 0.0) + vals.pop("change", 0.0))
        vals["closing"] = closing
        if balance is not None:
            vals.update(
                has_ledger=True,
                ledger=round_amount(balance),
                difference=round_amount(closing - balance),
            )
        return vals

    @public
    def action_explain(self):
        """Show the journal items that packages do not know, or know with another amount."""
        return self._explain()

    def _printed(self):
        """Return the report for printed documents: headings, rows and the sums of the changes.

        Opening and closing of months follow each other: they have no sum.

        :return: ``headings``, ``rows`` (label, figures) and ``total``
        :rtype: dict
        """
        self.ensure_one()
        line_fields = self.env["prepaid.deferred.rollforward.line"]._fields
        columns = [
            name
            for name in FIGURES
            if any(self.line_ids.mapped(name)) or name in ("opening", "closing")
        ]
        sums = FIGURES[1:6] if self.group_by == "month" else FIGURES
        round_ = self.company_id.currency_id.round
        return {
            "headings": [line_fields[name]._description_string(self.env) for name in columns],
            "rows": [(line._label(), [line[name] for name in columns]) for line in self.line_ids],
            "total": [
                round_(sum(self.line_ids.mapped(name))) if name in sums else None
                for name in columns
            ],
        }

    def _explain(self, last=False, **narrower):
        """Return the action that shows what makes the difference.

        :param date last: up to which day; the end of the period by default
        :param narrower: field of journal items -> value
        """
        self.ensure_one()
        self._check_period()
        last = last or self.date_to
        moves = self.env["prepaid.deferred.movement"].sudo()._unexplained(self.company_id, last)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items without a Package"),
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("account_id", "in", self.company_id._prepaid_deferred_accounts().ids),
                ("parent_state", "=", "posted"),
                ("company_id", "in", self.company_id._prepaid_family().ids),
                ("date", "<=", str(last)),
                ("move_id", "in", moves),
                *((name, "=", value) for name, value in narrower.items()),
            ],
        }


class PrepaidDeferredRollforwardLine(models.TransientModel):
    """One group of the roll-forward."""

    _name = "prepaid.deferred.rollforward.line"
    _description = "Deferred Revenue Roll-forward Line"
    _inherit = ["prepaid.dialog"]

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

    def _label(self):
        """Return what a line is about, for printed documents."""
        self.ensure_one()
        if self.month:
            return self.month.strftime("%Y-%m")
        subject = self.template_id or self.partner_id or self.sale_currency_id
        return subject.display_name or self.env._("None")

    @public
    def action_open_movements(self):
        """Open the movements behind a line."""
        check_one(self)
        rollforward = self.rollforward_id
        domain = [
            ("company_id", "in", rollforward.company_id._prepaid_family().ids),
            ("date", "<=", rollforward.date_to),
        ]
        if self.month:
            domain += [
                ("date", ">=", max(self.month, rollforward.date_from)),
                ("date", "<=", self._last_day()),
            ]
        for name, column in (
            ("template_id", "template_id"),
            ("partner_id", "payer_id.commercial_partner_id"),
            ("sale_currency_id", "sale_currency_id"),
        ):
            if self[name]:
                domain.append((column, "=", self[name].id))
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_deferred_movement_action"
        )
        return {**action, "domain": domain}

    def _last_day(self):
        """Return the last day of the month of this line that belongs to the period."""
        return min(month_end(self.month), self.rollforward_id.date_to)

    @public
    def action_explain(self):
        """Show the journal items that make the difference of this line."""
        check_one(self)
        narrower = {}
        if self.partner_id:
            narrower["partner_id.commercial_partner_id"] = self.partner_id.id
        if self.sale_currency_id:
            narrower["currency_id"] = self.sale_currency_id.id
        return self.rollforward_id._explain(self.month and self._last_day(), **narrower)
