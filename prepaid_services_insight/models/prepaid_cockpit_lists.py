from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.prepaid_services.door import public
from odoo.addons.prepaid_services.models.package.prepaid_subscription import LIVE_STATES
from odoo.addons.prepaid_services.tools.dates import day_bounds


class PrepaidCockpit(models.AbstractModel):
    """Every number of the cockpit opens the list it was added up from."""

    _inherit = "prepaid.cockpit"

    @api.model
    @public
    def open_list(self, key):
        """Return the action that opens what is behind a number.

        :param str key: name of the number, e.g. ``visits``, ``received``, ``owed``
        :return: an action of Odoo
        :rtype: dict
        :raise AccessError: the caller is neither manager nor accountant
        :raise UserError: there is no such number
        """
        self._check_may_see()
        openers = self._openers()
        if not isinstance(key, str) or key not in openers:
            raise UserError(
                self.env._(
                    "The cockpit has no number %(key)s. It has: %(keys)s.",
                    key=key,
                    keys=", ".join(sorted(openers)),
                )
            )
        return openers[key]()

    @api.model
    def _openers(self):
        """Return the functions that make the actions, by the names of the numbers. Hook."""
        return {
            "visits": self._open_visits,
            "takings": lambda: self._open_earned("received", days=0),
            "received": lambda: self._open_earned("received"),
            "earned": lambda: self._open_earned("earned"),
            "owed": self._open_owed,
            "packages": self._open_packages,
            "advances": self._open_advances,
            "expiring": self._open_packages,
            "cash": self._open_cash,
            "debts": self._open_debts,
            "no_show": self._open_no_shows,
            "deposits": self._open_deposits,
            "hours": self._open_forecast,
            "forecast": self._open_forecast,
            "risk": self._open_risk,
            "tie": self._open_tie,
        }

    @api.model
    def _list_action(self, name, model, domain, view_mode="list,form", **context):
        """Return an action on the records of the legal entity."""
        family = self.env.company._prepaid_family().ids
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, mode] for mode in view_mode.split(",")],
            "domain": [("company_id", "in", family), *domain],
            "context": {"create": False, **context},
        }

    @api.model
    def _moments(self, first, last):
        """Return the domain of what starts on local days, both included."""
        tz_name = self.env.company._prepaid_tz()
        begin, end = day_bounds(first, tz_name)[0], day_bounds(last, tz_name)[1]
        to_text = fields.Datetime.to_string
        return [("start", ">=", to_text(begin)), ("start", "<", to_text(end))]

    @api.model
    def _open_visits(self):
        day = self.env.company._prepaid_today()
        return self._list_action(
            self.env._("Visits Today"),
            "prepaid.booking",
            [("state", "!=", "cancelled"), *self._moments(day, day)],
        )

    @api.model
    def _open_no_shows(self):
        day = self.env.company._prepaid_today()
        return self._list_action(
            self.env._("No-shows This Month"),
            "prepaid.booking",
            [("state", "=", "no_show"), *self._moments(day.replace(day=1), day)],
        )

    @api.model
    def _open_deposits(self):
        return self._list_action(
            self.env._("Deposits Held and Awaited"),
            "prepaid.booking",
            [("deposit_state", "in", ("paid", "awaiting"))],
        )

    @api.model
    def _open_earned(self, figure, days=None):
        """Open the rows of a figure of earned and received, of today or of this month."""
        day = self.env.company._prepaid_today()
        first = day if days == 0 else day.replace(day=1)
        names = {
            "received": self.env._("Received"),
            "earned": self.env._("Earned"),
        }
        return self._list_action(
            names[figure],
            "prepaid.earned.report",
            [
                (f"amount_{figure}", "!=", 0),
                ("date", ">=", fields.Date.to_string(first)),
                ("date", "<=", fields.Date.to_string(day)),
            ],
            "list,pivot,graph",
        )

    @api.model
    def _open_packages(self):
        return self._list_action(
            self.env._("Packages to Deliver"),
            "prepaid.subscription",
            [("state", "in", LIVE_STATES)],
        )

    @api.model
    def _open_owed(self):
        action = self._list_action(
            self.env._("Owed to Clients"),
            "prepaid.owed.report",
            [],
            "list,pivot",
        )
        return {**action, "domain": []}

    @api.model
    def _open_advances(self):
        return self._clients_action(self.env._("Clients with a Balance"), "prepaid_balance")

    @api.model
    def _open_cash(self):
        if not self.env.user.has_groups(
            "account.group_account_readonly,account.group_account_invoice"
        ):
            # A manager without accounting sees the cash on the forecast
            return self._open_forecast()
        return self._list_action(
            self.env._("Cash and Bank"),
            "account.move.line",
            [
                ("account_id", "in", self.sudo()._known(self.env.company, "cash")),
                ("parent_state", "=", "posted"),
            ],
            "list,pivot,graph",
            search_default_group_by_account=1,
        )

    @api.model
    def _open_debts(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_receivable_report_action"
        )

    @api.model
    def _clients_action(self, name, figure):
        """Return the list of clients with a figure above zero."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_client_action"
        )
        return {**action, "name": name, "domain": [(figure, ">", 0)], "context": {}}

    @api.model
    def _open_risk(self):
        return self._list_action(
            self.env._("Clients at Risk"), "prepaid.client.risk", [], "list,pivot"
        )

    @api.model
    def _open_tie(self):
        return self._list_action(
            self.env._("Check against the Ledger"),
            "prepaid.earned.check",
            [],
            "list",
            search_default_date=1,
        )

    @api.model
    def _open_forecast(self):
        """Open the cash forecast with its assumptions, weeks and back-test."""
        return self.env["prepaid.cash.forecast"].action_new()
