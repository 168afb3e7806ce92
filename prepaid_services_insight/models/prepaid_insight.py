from datetime import datetime, time

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.prepaid_services.door import telling, told
from odoo.addons.prepaid_services.tools.dates import day_bounds

from ..tools.delivery import first_match

#: Who sees what the house owes and what it pays its people
INSIGHT_GROUPS = (
    "prepaid_services.group_manager",
    "account.group_account_invoice",
    "account.group_account_readonly",
)
#: Weeks of a forecast
WEEKS = 26


class PrepaidInsight(models.AbstractModel):
    """Figures of the owner, read from ledger, packages and bookings. Nothing is stored.

    Each group of figures is one statement. They run as superuser, because no group has access to
    all of it; the public methods check first who asks.
    """

    _name = "prepaid.insight"
    _description = "Owner's Figures"

    # ----------------------------------------------------------------------------------
    # Who may ask
    # ----------------------------------------------------------------------------------

    @api.model
    def _may_see(self):
        """Return whether the user is a manager or an accountant."""
        return self.env.su or any(self.env.user.has_group(group) for group in INSIGHT_GROUPS)

    @api.model
    def _check_may_see(self):
        """Refuse everybody else.

        :raise AccessError: the caller is neither manager nor accountant
        """
        if not self._may_see():
            raise AccessError(
                self.env._("The owner's figures are for managers and accountants only.")
            )

    # ----------------------------------------------------------------------------------
    # What all statements need
    # ----------------------------------------------------------------------------------

    @api.model
    def _rows(self, statement, *models_read):
        """Run a statement after writing what is pending of the models it reads.

        :param SQL statement: a SELECT
        :param str models_read: names of models
        :rtype: list[tuple]
        """
        for name in models_read:
            self.env[name].flush_model()
        return self.env.execute_query(statement)

    @api.model
    def _prepared(self, company):
        """Return this model knowing the accounts and journals of a company.

        The figures ask for them again and again; here they are looked up once. Whatever a caller
        put into the context is replaced.
        """
        family = company._prepaid_family()
        known = {
            "company": company.id,
            "family": tuple(family.ids),
            "advance": (*family.prepaid_advance_account_ids.ids, 0),
            "deferred": (*company._prepaid_deferred_accounts().ids, 0),
            "receivable": (*self.env["res.partner"]._receivable_ids(family), 0),
            "income": self._find_account_ids(family, "income"),
            "payable": self._find_account_ids(family, "liability_payable"),
            "journals": self._find_money_journal_ids(family),
            "cash": self._find_cash_ids(family),
        }
        return telling(self, prepaid_known=known)

    @api.model
    def _known(self, company, name):
        """Return ids of accounts, journals or companies; never empty, for SQL's IN.

        :param str name: one of the keys in :meth:`_prepared`
        :rtype: tuple[int]
        """
        known = told(self.env, "prepaid_known")
        if not known or known["company"] != company.id:
            known = told(self._prepared(company).env, "prepaid_known")
        return known[name]

    @api.model
    def _family_ids(self, company):
        """Return the ids of the companies that share the ledger of clients' money."""
        return self._known(company, "family")

    @api.model
    def _find_account_ids(self, family, account_type):
        """Return the ids of the accounts of a type, archived ones as well."""
        accounts = (
            self.env["account.account"]
            .sudo()
            .with_context(active_test=False)
            ._search([("account_type", "=", account_type), ("company_ids", "in", family.ids)])
        )
        return (*accounts.get_result_ids(), 0)

    @api.model
    def _find_money_journal_ids(self, family):
        """Return the ids of the journals of bank, cash and cards."""
        journals = (
            self.env["account.journal"]
            .sudo()
            .with_context(active_test=False)
            ._search(
                [
                    ("type", "in", ("bank", "cash", "credit")),
                    ("company_id", "in", family.ids),
                ]
            )
        )
        return (*journals.get_result_ids(), 0)

    @api.model
    def _day_end(self, company, day):
        """Return the moment in UTC at which a local day is over."""
        return day_bounds(day, company._prepaid_tz())[1]

    @api.model
    def _week_number(self, day, moment_or_day):
        """Return the number of the week, counted from a day, in which something happens."""
        if isinstance(moment_or_day, datetime):
            moment_or_day = moment_or_day.date()
        return (moment_or_day - day).days // 7

    @api.model
    def _midnight(self, day):
        """Return a day as the naive moment at which it begins."""
        return datetime.combine(day, time.min)

    # ----------------------------------------------------------------------------------
    # Services and what they cost
    # ----------------------------------------------------------------------------------

    @api.model
    def _services(self, service_ids):
        """Return hours, list price and categories of services.

        :return: service id -> ``(hours, price, category ids)``
        :rtype: dict[int, tuple]
        """
        services = (
            self.env["product.product"]
            .sudo()
            .with_context(active_test=False)
            .browse(sorted(service_ids))
        )
        return {
            service.id: (
                service.service_duration or 1.0,
                service.lst_price,
                tuple(int(i) for i in (service.categ_id.parent_path or "").split("/") if i),
            )
            for service in services
        }

    @api.model
    def _coster(self, company, services):
        """Return a function that says what visits cost.

        :param dict services: see :meth:`_services`
        :return: ``cost(user_id, service_id, visits, hours, price)``
        """
        rates = self.env["prepaid.delivery.cost"]._rates(company)
        found = {}

        def cost(user_id, service_id, visits, hours, price):
            key = (user_id, service_id)
            if key not in found:
                categories = services.get(service_id, (0, 0, ()))[2]
                found[key] = first_match(rates, user_id, service_id, categories)
            return found[key].cost(visits, hours, price)

        return cost

    @api.model
    def _in_ids(self, ids):
        """Return ids for SQL's IN, which must not be empty."""
        return tuple(ids) or (0,)

    @api.model
    def _no_jit(self):
        """Keep PostgreSQL from compiling: it costs more than these statements take."""
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
