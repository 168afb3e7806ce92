from urllib.parse import urlencode

from odoo import api, fields, models

from ..door import public


class PrepaidAgeing(models.TransientModel):
    """One question: who owed us how much for how long, at the end of which day?"""

    _name = "prepaid.ageing"
    _description = "Open the Aged Receivable"
    _inherit = ["prepaid.dialog"]

    as_of = fields.Date(
        "At the End of", required=True, default=lambda self: self.env.company._prepaid_today()
    )
    by = fields.Selection(
        [
            ("client", "Client"),
            ("user", "Specialist or Salesperson"),
            ("company", "Company"),
            ("currency", "Invoice Currency"),
        ],
        required=True,
        default="client",
    )
    base = fields.Selection(
        [("due", "Due date"), ("invoice", "Invoice date")],
        "Age from",
        required=True,
        default="due",
    )
    width = fields.Integer("Days per Period", required=True, default=30)
    net = fields.Boolean(
        "Net of Credits",
        help="Net: a credit note that no invoice has used lowers the period of its own date. "
        "Otherwise it stands in a column of its own.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_totals")
    receivable = fields.Monetary("This Report", compute="_compute_totals")
    receivable_ledger = fields.Monetary("Trial Balance", compute="_compute_totals")
    difference = fields.Monetary(compute="_compute_totals")
    advance = fields.Monetary("Client Balances", compute="_compute_totals")
    advance_vat = fields.Monetary("VAT in the Client Balances", compute="_compute_totals")
    advance_ledger = fields.Monetary("Client Balances in the Ledger", compute="_compute_totals")
    advance_difference = fields.Monetary(
        "Difference of the Client Balances", compute="_compute_totals"
    )

    @api.depends("as_of")
    @api.depends_context("allowed_company_ids")
    def _compute_totals(self):
        """Put the report beside the accounts of the ledger on that day."""
        for dialog in self:
            figures = self.env["prepaid.receivable.report"].ledger_check(dialog.as_of)
            dialog.currency_id = self.env.company.currency_id
            for name in (
                "receivable",
                "receivable_ledger",
                "difference",
                "advance",
                "advance_vat",
                "advance_ledger",
                "advance_difference",
            ):
                dialog[name] = figures[name]

    def _report(self):
        """Return the report model asked as this dialog says.

        :raise UserError: a width that is none
        """
        self.ensure_one()
        report = self.env["prepaid.receivable.report"].with_context(**self._asked())
        report._options()
        return report

    def _asked(self):
        """Return the context in which the report answers this dialog."""
        return {
            "prepaid_as_of": fields.Date.to_string(self.as_of),
            "prepaid_base": self.base,
            "prepaid_width": self.width,
            "prepaid_net": self.net,
            # The web client keeps this one when it asks for the names of the columns
            "prepaid_ageing_view_ref": str(self.width),
        }

    @public
    def action_show(self):
        """Show the report as a list of groups, with the documents behind each."""
        self._report()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_receivable_report_action"
        )
        name = self.env._("Aged Receivable, %(day)s", day=self._format_day())
        context = {**self._asked(), f"search_default_by_{self.by}": 1}
        return {**action, "name": name, "display_name": name, "context": context}

    @public
    def action_print(self):
        """Print the report as PDF."""
        self._report()
        return self.env.ref("prepaid_services.action_report_ageing").report_action(self)

    @public
    def action_excel(self):
        """Download the report as a spreadsheet."""
        self._report()
        query = {
            "as_of": self.as_of,
            "by": self.by,
            "base": self.base,
            "width": self.width,
            "net": int(self.net),
            "cids": "-".join(map(str, self.env.companies.ids)),
        }
        return {
            "type": "ir.actions.act_url",
            "url": f"/prepaid/ageing.xlsx?{urlencode(query)}",
            "target": "download",
        }

    def _format_day(self):
        """Return the day of the report as the user writes dates."""
        return self.env["ir.qweb.field.date"].value_to_html(self.as_of, {})

    def _choice(self, name):
        """Return the words of what was chosen in a field."""
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
