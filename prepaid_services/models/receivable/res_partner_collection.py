from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one
from ...tools.groups import DESK
from ..client.res_partner import MONEY_GROUPS


class ResPartner(models.Model):
    """Clients whose debt somebody else collects: no reminders from us, no new credit."""

    _inherit = "res.partner"

    collection_state = fields.Selection(
        [("draft", "Being Prepared"), ("handed_over", "Handed Over")],
        "Collection",
        compute="_compute_collection_state",
        search="_search_collection_state",
        groups=MONEY_GROUPS,
        help="Handed over: an agency or a court collects the debt.",
    )
    prepaid_no_statement = fields.Boolean(
        "No Statements by E-mail",
        help="The client does not get the regular statements.",
        groups=DESK,
    )

    @api.depends_context("company")
    def _compute_collection_state(self):
        """One query for all: the open collection of the payer in the legal entity."""
        cases = (
            self.env["prepaid.collection"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id._origin.ids),
                    ("company_id", "in", self.env.company._prepaid_family().ids),
                    ("state", "in", ("draft", "handed_over")),
                ],
                ["partner_id", "state"],
            )
        )
        # Handed over counts more than being prepared, in another branch
        states = dict(sorted(cases, key=lambda case: case[1] == "handed_over"))
        for partner in self:
            partner.collection_state = states.get(partner.commercial_partner_id._origin, False)

    def _search_collection_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["collection_state"], "read")
        open_states = [state for state in value if state]
        cases = (
            self.env["prepaid.collection"]
            .sudo()
            ._search(
                [
                    ("company_id", "in", self.env.company._prepaid_family().ids),
                    (
                        "state",
                        "in",
                        open_states if False not in value else ("draft", "handed_over"),
                    ),
                    *([("state", "not in", open_states)] if False in value else []),
                ]
            )
        )
        inside = "not in" if False in value else "in"
        return [("commercial_partner_id", inside, cases.subselect("partner_id"))]

    # ----------------------------------------------------------------------------------
    # Credit
    # ----------------------------------------------------------------------------------

    def _prepaid_credit_limit(self):
        """Extend: whose debt is collected by others gets no new credit."""
        if self.sudo().collection_state == "handed_over":
            return 0.0
        return super()._prepaid_credit_limit()

    @api.model
    def _prepaid_policy_sql(self, company):
        """Extend: the same, as a branch of a CASE before the decisions."""
        handed_over = self.env["prepaid.collection"]._handed_over_sql(company)
        return SQL(
            "WHEN payer.id IN %s THEN 0 %s", handed_over, super()._prepaid_policy_sql(company)
        )

    # ----------------------------------------------------------------------------------
    # Screens
    # ----------------------------------------------------------------------------------

    @api.model
    def _receivable_ids(self, companies):
        """Extend: an allowance is no debt, even where a chart keeps it among the receivables."""
        allowances = companies.sudo().prepaid_allowance_account_id.ids
        ids = super()._receivable_ids(companies)
        return tuple(account_id for account_id in ids if account_id not in allowances)

    @public
    def action_prepaid_collection(self):
        """Open the client's collection, or start one."""
        check_one(self)
        payer = self.commercial_partner_id
        Collection = self.env["prepaid.collection"]
        case = Collection.search(
            [
                ("partner_id", "=", payer.id),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collection"),
            "res_model": Collection._name,
            "res_id": case.id,
            "views": [(False, "form")],
            "context": {"default_partner_id": payer.id},
        }

    @public
    def action_prepaid_write_off_debt(self):
        """Open a request to write the client's debt off."""
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_write_off_action"
        )
        return {
            **action,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
