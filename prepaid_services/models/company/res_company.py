from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.tools import SQL

from ...tools.charts import LIABILITIES as LIABILITY_TYPES
from ...tools.dates import local_day
from ...tools.groups import STAFF_SETTING

#: Account of the settings -> the accounts that were chosen there and have items
ACCOUNT_MEMORY = {
    "prepaid_advance_account_id": "prepaid_advance_account_ids",
    "prepaid_breakage_account_id": "prepaid_fee_account_ids",
    "prepaid_other_income_account_id": "prepaid_fee_account_ids",
}


class ResCompany(models.Model):
    _inherit = "res.company"
    _check_company_auto = True

    # Accounts and journal; a branch without its own uses its parent's
    prepaid_advance_account_id = fields.Many2one(
        "account.account",
        string="Customer Prepayments Account",
        check_company=True,
        domain=[("account_type", "in", LIABILITY_TYPES)],
        help="Clients' money that is not used yet: a liability until the service is given.",
        groups=STAFF_SETTING,
    )
    prepaid_advance_account_ids = fields.Many2many(
        "account.account",
        "prepaid_advance_account_rel",
        "company_id",
        "account_id",
        string="Accounts with Clients' Money",
        copy=False,
        readonly=True,
        context={"active_test": False},
        groups="base.group_system,account.group_account_readonly",
        help="The customer prepayments account, and earlier ones: what clients have there is "
        "still theirs.",
    )
    prepaid_deferred_account_id = fields.Many2one(
        "account.account",
        string="Deferred Revenue Account",
        check_company=True,
        domain=[("account_type", "in", LIABILITY_TYPES)],
        help="The unearned part of sold packages, net of VAT.",
        groups=STAFF_SETTING,
    )
    prepaid_breakage_account_id = fields.Many2one(
        "account.account",
        string="Breakage Account",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
        help="Revenue of rights that lapsed without being used.",
        groups=STAFF_SETTING,
    )
    prepaid_other_income_account_id = fields.Many2one(
        "account.account",
        string="Fees and Unclaimed Balances Account",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
        help="Income from fees and from client balances that are written off.",
        groups=STAFF_SETTING,
    )
    prepaid_fee_account_ids = fields.Many2many(
        "account.account",
        "prepaid_fee_account_rel",
        "company_id",
        "account_id",
        string="Accounts of Fees and Unused Services",
        copy=False,
        readonly=True,
        context={"active_test": False},
        groups=STAFF_SETTING,
        help="Those of the settings, and earlier ones: what they earned is still revenue.",
    )
    prepaid_journal_id = fields.Many2one(
        "account.journal",
        string="Prepayments Journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Holds the entries that move clients' money from their balance to their invoices.",
        groups=STAFF_SETTING,
    )
    # Policies. Required in the settings only: a required column would break companies that are
    # created while this module is not loaded, as in an upgrade
    prepaid_debts_first = fields.Boolean(
        string="New Money Pays Old Debt First",
        default=True,
        help="When a client pays in, the oldest open invoices are paid before the balance grows.",
        groups=STAFF_SETTING,
    )
    prepaid_overlap_policy = fields.Selection(
        [("allow", "Allow"), ("warn", "Warn"), ("refuse", "Refuse")],
        string="Overlapping Bookings",
        default="warn",
        help="What happens when a specialist or a client is booked twice at the same time.",
        groups=STAFF_SETTING,
    )
    prepaid_auto_done = fields.Boolean(
        string="Finish Visits Automatically",
        help="Confirmed visits are marked done by themselves some hours after their end.",
        groups=STAFF_SETTING,
    )
    prepaid_auto_done_hours = fields.Integer(
        string="Hours after the End", default=12, groups=STAFF_SETTING
    )

    _prepaid_auto_done_hours_positive = models.Constraint(
        "CHECK (prepaid_auto_done_hours >= 0)",
        "The hours after the end of a visit may not be negative.",
    )

    # ----------------------------------------------------------------------------------
    # Constraints
    # ----------------------------------------------------------------------------------

    @api.constrains("prepaid_advance_account_id")
    def _check_prepaid_advance_account_id(self):
        """Advances are matched with invoices, so their account allows reconciliation."""
        for company in self:
            account = company.prepaid_advance_account_id
            if account and account.account_type not in LIABILITY_TYPES:
                raise ValidationError(
                    self.env._(
                        "The customer prepayments account %(account)s must be a current or "
                        "non-current liability.",
                        account=account.display_name,
                    )
                )
        self.prepaid_advance_account_id.sudo().filtered(lambda a: not a.reconcile).reconcile = True

    @api.model_create_multi
    def create(self, vals_list):
        """Override: accounts of clients' money and of fees are remembered from the beginning."""
        companies = super().create(vals_list)
        chosen = [name for name in ACCOUNT_MEMORY if companies.sudo().mapped(name)]
        companies._prepaid_remember_accounts(chosen)
        return companies

    def write(self, vals):
        """Override: choosing another account leaves nothing of clients behind on the old one."""
        res = super().write(vals)
        self._prepaid_remember_accounts([name for name in ACCOUNT_MEMORY if name in vals])
        return res

    def _prepaid_remember_accounts(self, names):
        """Add accounts in use to those that are remembered; forget what never had an item.

        :param list names: fields of the settings, see ``ACCOUNT_MEMORY``
        """
        lines = self.env["account.move.line"].sudo()
        for memory in {ACCOUNT_MEMORY[name] for name in names}:
            for company in self.sudo():
                domain = [
                    ("account_id", "in", company[memory].ids),
                    ("company_id", "in", company._prepaid_family().ids),
                ]
                ids = {account.id for [account] in lines._read_group(domain, ["account_id"])}
                for name in ACCOUNT_MEMORY:
                    if ACCOUNT_MEMORY[name] == memory:
                        ids.update(company[name].ids)
                company[memory] = [fields.Command.set(ids)]

    @api.model
    def _prepaid_check_not_set(self, records):
        """Refuse to archive accounts or journals that companies are set up with.

        Those of earlier settings may be archived: the money on them can be used until it is gone.

        :param records: accounts or journals
        :raise UserError: names the setting, and the way out
        """
        for name, field in self._fields.items():
            if not name.startswith("prepaid_") or field.type != "many2one":
                continue
            if field.comodel_name != records._name:
                continue
            company = self.sudo().search([(name, "in", records.ids)], limit=1)
            if company:
                raise UserError(
                    self.env._(
                        "%(record)s is the %(setting)s of %(company)s. Choose another one in the "
                        "settings of Prepaid Services, then archive this one.",
                        record=company[name].with_company(company).display_name,
                        setting=field._description_string(self.env),
                        company=company.name,
                    )
                )

    # ----------------------------------------------------------------------------------
    # Reading the set-up
    # ----------------------------------------------------------------------------------

    def _prepaid_get(self, field_name):
        """Return a set-up value of the company, or of the nearest parent that has one.

        :param str field_name: one of the account or journal fields above
        :raise RedirectWarning: nothing is set up; leads to the settings
        """
        self.ensure_one()
        for company in self.sudo().parent_ids[::-1]:
            if company[field_name]:
                return company[field_name]
        raise RedirectWarning(
            self.env._(
                "%(company)s has no %(setting)s yet. Open the settings of Prepaid Services: "
                "they load a chart of accounts if there is none, and choose the accounts.",
                company=self.name,
                setting=self._fields[field_name]._description_string(self.env),
            ),
            self.env.ref("prepaid_services.res_config_settings_action").id,
            self.env._("Open the settings"),
        )

    def _prepaid_family(self):
        """Return the companies that share a ledger of clients' money with these.

        The root and all its branches, closed ones included: what clients paid there is still
        theirs.
        """
        family = level = self.sudo().root_id
        while level := level.all_child_ids:
            family |= level
        return family

    def _prepaid_at_work(self):
        """Return this company for whoever works at it; else the present one of the legal entity.

        A branch sells and uses packages of its root, whose people it does not have. The books are
        those of the record all the same.
        """
        self.ensure_one()
        works = self.env.su or self in self.env.user.company_ids
        return self if works else self.env.company

    def _prepaid_manager(self):
        """Return who is asked when something needs a decision: a manager of the company, if any."""
        self.ensure_one()
        managers = self.env.ref("prepaid_services.group_manager").all_user_ids
        return managers.filtered(lambda user: self in user.company_ids)[:1]

    def _prepaid_advance_account(self):
        """Return the account of clients' money, of the company or its nearest parent.

        :raise RedirectWarning: none is set up
        """
        return self._prepaid_get("prepaid_advance_account_id")

    def _prepaid_advance_accounts(self):
        """Return every account with money of the clients of these legal entities.

        The customer prepayments accounts of root and branches, and what was one before: another
        choice in the settings, a closed branch or an archived account take nobody's money away.
        """
        return self._prepaid_family().prepaid_advance_account_ids

    def _prepaid_kept_accounts(self):
        """Return the accounts on which clients' money may lie, archived ones included. Hook.

        It can be used and given back whatever happened to the account.
        """
        return self._prepaid_advance_accounts()

    @api.model
    def _prepaid_advance_accounts_sql(self):
        """Return the sub-query of the accounts with clients' money, of all companies."""
        return SQL("(SELECT account_id FROM prepaid_advance_account_rel)")

    def _prepaid_open_date(self, journal, day, has_tax=False):
        """Return ``day``, or the first open day after the locks that it violates.

        Core's ``_get_accounting_date`` is made for bills: it moves dates to a month's end or to
        today, even when nothing is locked.

        :param account.journal journal: where the entry goes
        :param date day: day of the event, local
        :param bool has_tax: whether the entry changes the tax report
        :rtype: date
        """
        self.ensure_one()
        locks = self.sudo()._get_violated_lock_dates(day, has_tax, journal)
        return locks[-1][0] + timedelta(days=1) if locks else day

    def _prepaid_sale_journal(self):
        """Return the journal of the invoices this add-on makes.

        :raise RedirectWarning: the company has no accounts yet
        :raise UserError: it has no sales journal
        """
        self.ensure_one()
        self._prepaid_get("prepaid_journal_id")
        Journal = self.env["account.journal"].sudo()
        journal = Journal.search(
            [*Journal._check_company_domain(self), ("type", "=", "sale")], limit=1
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no sales journal. Ask the accountant to create one.",
                    company=self.name,
                )
            )
        return journal

    def _prepaid_tz(self):
        """Return the name of the time zone in which this company's days are counted.

        Visitors and scheduled actions have none of their own: the administrator's stands in.
        """
        self.ensure_one()
        tz_name = self.sudo().partner_id.tz or self.env.user.tz
        return tz_name or self.env.ref("base.user_admin").sudo().tz or "UTC"

    def _prepaid_today(self):
        """Return today's date at the company, not in UTC."""
        self.ensure_one()
        return local_day(fields.Datetime.now(), self._prepaid_tz())
