from odoo import models

from ...tools.charts import chart_cell, free_codes

MONEY_TYPES = ("bank", "cash", "credit")


class ResCompany(models.Model):
    """What a business needs before its first client: what is there, and what would be made."""

    _inherit = "res.company"

    # ----------------------------------------------------------------------------------
    # Ready?
    # ----------------------------------------------------------------------------------

    def _prepaid_checks(self):
        """Return what should be set up before the first client comes. Hook.

        :return: ``(text, whether it is done)``, in the order in which one does it
        :rtype: list[tuple]
        """
        self.ensure_one()
        root = self.sudo().root_id
        money = self.env["account.journal"].sudo()
        money = money.search([*money._check_company_domain(self), ("type", "in", MONEY_TYPES)])
        types = set(money.mapped("type"))
        return [
            (self.env._("Chart of accounts"), bool(root.chart_template)),
            (
                self.env._("Accounts and journal of clients' money"),
                bool(
                    root.prepaid_journal_id
                    and root.prepaid_advance_account_id
                    and root.prepaid_deferred_account_id
                ),
            ),
            (self.env._("Payment methods: bank and cash"), {"bank", "cash"} <= types),
            (self.env._("Time zone of the company"), bool(root.partner_id.tz)),
            (
                self.env._("Outgoing e-mail"),
                bool(self.env["ir.mail_server"].sudo().search_count([], limit=1)),
            ),
        ]

    # ----------------------------------------------------------------------------------
    # What would be made
    # ----------------------------------------------------------------------------------

    def _prepaid_proposal_lines(self):
        """Return in words what the settings would choose or make. Hook.

        :rtype: list[str]
        """
        self.ensure_one()
        if not self.sudo().chart_template:
            return self._prepaid_chart_lines()
        lines = []
        for role, (account, vals) in self._prepaid_proposal(self._prepaid_roles()).items():
            if account:
                account = account.sudo().with_company(self)
                lines.append(self._prepaid_proposal_line(role, f"{account.code} {account.name}"))
            elif vals:
                new = f"{vals['code']} {vals['name']}"
                lines.append(self._prepaid_proposal_line(role, new, is_new=True))
        journals = self._prepaid_cash_journals()
        if not journals:
            lines.append(self.env._("Payment methods: new cash journal"))
        for journal in self._prepaid_shared_cash_methods().journal_id:
            lines.append(
                self.env._(
                    "%(journal)s: payments are booked on its own account, not on the outstanding "
                    "receipts account",
                    journal=journal.name,
                )
            )
        return lines

    def _prepaid_proposal_line(self, role, account, is_new=False):
        """Return in words what serves a role.

        :param str account: code and name
        """
        label = self._fields[f"prepaid_{role}_account_id"]._description_string(self.env)
        if is_new:
            return self.env._(
                "%(setting)s: new account %(account)s", setting=label, account=account
            )
        return f"{label}: {account}"

    def _prepaid_chart(self):
        """Return the code of the chart of accounts of this company's country."""
        return self.env["account.chart.template"]._guess_chart_template(self.country_id)

    def _prepaid_chart_lines(self):
        """Return in words what serves once the chart of the country is loaded."""
        charts = self.env["account.chart.template"]._get_parent_template(self._prepaid_chart())
        lines = []
        for role in self._prepaid_roles():
            cell = chart_cell(charts, role)
            code, is_new = cell.lstrip("+").strip("."), cell[0] in "+."
            if cell != "-":
                account = f"{code} {self._prepaid_role_name(role)}" if is_new else code
                lines.append(self._prepaid_proposal_line(role, account.strip(), is_new))
        return lines

    def _prepaid_cash_journals(self):
        """Return the cash journals of this company."""
        Journal = self.env["account.journal"].sudo()
        return Journal.search([*Journal._check_company_domain(self), ("type", "=", "cash")])

    def _prepaid_shared_cash_methods(self):
        """Return the ways to pay in cash that share the account of payments not yet at the bank.

        Cash is there when it is paid: it waits for no statement.
        """
        journals = self._prepaid_cash_journals().filtered("default_account_id")
        methods = journals.inbound_payment_method_line_ids
        methods += journals.outbound_payment_method_line_ids
        return methods.filtered(lambda method: not method.payment_account_id)

    def _prepaid_setup_cash(self):
        """Let clients pay in cash: a journal of its own, and payments on its own account."""
        self.ensure_one()
        company = self.with_company(self)
        if not company._prepaid_cash_journals():
            self.env["account.journal"].sudo().with_company(self).create(
                {"name": self.env._("Cash"), "type": "cash", "company_id": self.id}
            )
        for method in company._prepaid_shared_cash_methods():
            method.payment_account_id = method.journal_id.default_account_id

    def _prepaid_add_card_journal(self):
        """Return a new journal for a card terminal; what waits for its bank has its own account."""
        self.ensure_one()
        company = self.sudo().with_company(self)
        Account = company.env["account.account"]
        payment = company.env["account.payment"].new({"company_id": company.id})
        near = payment._get_outstanding_account("inbound")
        taken = set(
            Account.with_context(active_test=False)
            .search([("company_ids", "in", company.ids)])
            .mapped("code")
        )
        account = Account.create(
            {
                "name": self.env._("Card Payments in Transit"),
                "code": next(code for code in free_codes(near.code) if code not in taken),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [(4, company.id)],
            }
        )
        journal = company.env["account.journal"].create(
            {"name": self.env._("Card"), "code": "CARD", "type": "bank", "company_id": company.id}
        )
        methods = journal.inbound_payment_method_line_ids
        (methods + journal.outbound_payment_method_line_ids).payment_account_id = account
        return journal
