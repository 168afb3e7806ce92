from collections import Counter

from odoo import fields, models

from ...tools.charts import ROLES, chart_cell, free_codes


class ResCompany(models.Model):
    """Set-up: accounts found in the chart, or made at their place beside its own."""

    _inherit = "res.company"

    prepaid_services_account_id = fields.Many2one(
        "account.account",
        string="Revenue of Services Account",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
        groups="base.group_system,account.group_account_readonly",
        help="Used for services without an income account of their own or of their category. "
        "Leave empty for the company's default income account, which in many charts is for goods.",
    )

    def _prepaid_setup(self, create=True):
        """Fill what is missing of the accounts and the journal; safe to repeat.

        Companies without a chart of accounts and branches (they use their parent's) are left
        alone.

        :param bool create: make accounts that the chart does not have; else they are proposed in
            the settings, and made when somebody agrees
        """
        for company in self.sudo().filtered(lambda c: c.chart_template and not c.parent_id):
            company._prepaid_setup_accounts(company._prepaid_roles(), create)
            if not company.prepaid_journal_id:
                company.prepaid_journal_id = company._prepaid_find_or_create_journal()

    def _prepaid_setup_accounts(self, roles, create=True):
        """Fill the accounts of roles that have none yet.

        :param list roles: keys of ``tools.charts.ROLES``
        """
        self.ensure_one()
        for role, (account, vals) in self._prepaid_proposal(roles).items():
            if vals and create:
                account = account.create(vals)
            if not account:
                continue
            self.sudo()[f"prepaid_{role}_account_id"] = account
            if role == "deferred" and account.reconcile and not account.used:
                # Packages are never matched there: it would make exchange differences of cents
                account.reconcile = False

    def _prepaid_roles(self):
        """Return the roles that this company needs an account for. Hook."""
        self.ensure_one()
        return [role for role in ROLES if role != "vat_transit"]

    def _prepaid_role_name(self, role):
        """Return what an account that is made is called, in the language of the books."""
        return {
            "advance": self.env._("Customer Prepayments"),
            "deferred": self.env._("Deferred Revenue of Packages"),
            "breakage": self.env._("Revenue from Unused Services"),
            "other_income": self.env._("Fees and Unclaimed Balances"),
            "bad_debt": self.env._("Bad Debts"),
            "allowance": self.env._("Allowance for Doubtful Debts"),
            "vat_transit": self.env._("VAT on Advances Received"),
            "services": self.env._("Revenue of Services"),
        }[role]

    def _prepaid_proposal(self, roles):
        """Return what would serve those of the roles that have no account yet; writes nothing.

        :param list roles: keys of ``tools.charts.ROLES``
        :return: role -> (account that is there or none, values of a new one or nothing)
        :rtype: dict
        """
        self.ensure_one()
        company = self.sudo().with_company(self)
        missing = [role for role in roles if not company[f"prepaid_{role}_account_id"]]
        if not (missing and company.chart_template):
            return {}
        Account = company.env["account.account"]
        accounts = Account.search(Account._check_company_domain(company))
        everything = accounts.with_context(active_test=False).search(
            [("company_ids", "in", company.root_id.ids)]
        )
        Chart = company.env["account.chart.template"]
        charts = Chart._get_parent_template(company.chart_template)
        taken, proposal = set(everything.mapped("code")), {}
        for role in missing:
            cell = chart_cell(charts, role)
            account = company._prepaid_find_account(accounts, role, cell)
            vals = {}
            if not account and cell != "-":
                vals = company._prepare_prepaid_account(accounts, role, cell, taken)
                taken.add(vals["code"])
            proposal[role] = (account, vals)
        return proposal

    def _prepaid_find_account(self, accounts, role, cell):
        """Return the account of the chart for a role; empty when it is not there or does not fit.

        :param account.account accounts: of the company
        :param str cell: what the chart says, see ``tools/charts.py``
        """
        code = cell.lstrip("+")
        if not code.strip(".-"):
            return accounts.browse()
        found = accounts.filtered(
            lambda a: (
                (a.code or "").startswith(code)
                and not a.code[len(code) :].strip("0")
                and a.account_type in ROLES[role].types
            )
        )
        if cell.startswith("+"):  # made by an earlier installation; a stranger means something else
            found = found.filtered(lambda a: a.name == self._prepaid_role_name(role))
        return found[:1]

    def _prepare_prepaid_account(self, accounts, role, cell, taken):
        """Return the values of a new account, at the place that the chart has for it.

        :param account.account accounts: of the company
        :param set taken: codes that are in use
        """
        width, _times = Counter(len(code) for code in taken if code).most_common(1)[0]
        code = cell.lstrip("+")
        if code == ".":
            code = self._prepaid_neighbour(accounts, role).code
        elif code.isdigit():
            code = code.ljust(width, "0")
        if code in taken:
            code = next(free for free in free_codes(code) if free not in taken)
        return {
            "name": self._prepaid_role_name(role),
            "code": code,
            "account_type": ROLES[role].types[0],
            "reconcile": role == "advance",
            "company_ids": [fields.Command.link(self.id)],
        }

    def _prepaid_neighbour(self, accounts, role):
        """Return the account beside which a new one stands where the chart says nothing.

        The allowance beside the receivables that it lowers, the VAT of advances beside the VAT of
        sales; others after the last account of their own type.
        """
        near = accounts.browse()
        if role == "allowance":
            near = accounts.filtered(lambda a: a.account_type == "asset_receivable")[:1]
        elif role == "vat_transit":
            lines = self.account_sale_tax_id.invoice_repartition_line_ids
            near = lines.account_id[:1]
        for account_type in (*ROLES[role].types, "expense"):
            same = accounts.filtered(lambda a, t=account_type: a.code and a.account_type == t)
            near = near or same.sorted("code")[-1:]
        return near

    def _prepaid_find_or_create_journal(self):
        """Return the general journal with code PREP, made when missing."""
        self.ensure_one()
        Journal = self.env["account.journal"]
        domain = [
            *Journal._check_company_domain(self),
            ("code", "=", "PREP"),
            ("type", "=", "general"),
        ]
        return Journal.search(domain, limit=1) or Journal.create(
            {
                "name": self.env._("Client Prepayments"),
                "code": "PREP",
                "type": "general",
                "company_id": self.id,
                "show_on_dashboard": False,
            }
        )
