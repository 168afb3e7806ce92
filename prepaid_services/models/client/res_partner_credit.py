from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...tools.groups import DESK
from .res_partner import MONEY_GROUPS

CREDIT_FIELDS = {
    "service_credit_auto_hold",
    "service_credit_state",
    "service_credit_limit",
    "service_credit_review_date",
    "service_credit_user_id",
    "service_credit_date",
}
#: Values of these fields by which nobody has decided anything
UNDECIDED = (False, None, 0, "not_reviewed")


class ResPartner(models.Model):
    """Service on credit: who may owe us, and how much."""

    _inherit = "res.partner"

    service_credit_state = fields.Selection(
        [
            ("not_reviewed", "Not Reviewed"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("on_hold", "On Hold"),
        ],
        "Credit Decision",
        company_dependent=True,
        tracking=True,
        help="Only approved clients get a service before they have paid for it.",
        groups=DESK,
    )
    service_credit_limit = fields.Float(
        digits="Product Price",
        company_dependent=True,
        tracking=True,
        help="The most an approved client may owe us, in company currency.",
        groups=DESK,
    )
    service_credit_review_date = fields.Date(
        "Next Credit Review",
        company_dependent=True,
        tracking=True,
        groups=DESK,
    )
    service_credit_user_id = fields.Many2one(
        "res.users",
        "Credit Reviewed by",
        company_dependent=True,
        readonly=True,
        groups=DESK,
    )
    service_credit_date = fields.Date(
        "Credit Reviewed on", company_dependent=True, readonly=True, groups=DESK
    )
    prepaid_over_limit = fields.Boolean(
        "Over the Credit Limit",
        compute="_compute_prepaid_over_limit",
        search="_search_prepaid_over_limit",
        compute_sudo=True,
        groups=MONEY_GROUPS,
    )

    # ----------------------------------------------------------------------------------
    # Computes
    # ----------------------------------------------------------------------------------

    @api.depends_context("company")
    @api.depends("service_credit_state", "service_credit_limit")
    def _compute_prepaid_over_limit(self):
        """A client is over the limit who owes more than credit was approved for."""
        currency = self.env.company.currency_id
        for partner in self:
            owed = -partner.service_balance
            allowed = partner._prepaid_credit_limit()
            partner.prepaid_over_limit = owed > 0 and currency.compare_amounts(owed, allowed) > 0

    def _search_prepaid_over_limit(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["prepaid_over_limit"], "read")
        self.flush_model(["service_credit_state", "service_credit_limit"])
        payers = SQL(
            """
            (SELECT money.payer_id
               FROM %(money)s AS money
               JOIN res_partner payer ON payer.id = money.payer_id
              WHERE money.debt - money.advance > CASE %(policies)s ELSE 0 END)
            """,
            money=self._prepaid_money_sql(),
            policies=SQL(" ").join(map(self._prepaid_policy_sql, self._prepaid_policy_companies())),
        )
        return [("commercial_partner_id", "in" if True in value else "not in", payers)]

    @api.model
    def _prepaid_policy_companies(self):
        """Return the companies whose decisions count here: a branch's own, else its parent's."""
        return self.env.company.sudo().parent_ids[::-1]

    @api.model
    def _prepaid_policy_sql(self, company):
        """Return the limit that a company decided on for ``payer``, as a branch of a CASE."""
        return SQL(
            """
            WHEN payer.service_credit_state->>%(company)s != 'not_reviewed' THEN
                 CASE WHEN payer.service_credit_state->>%(company)s = 'approved'
                      THEN COALESCE((payer.service_credit_limit->>%(company)s)::numeric, 0)
                      ELSE 0 END
            """,
            company=str(company.id),
        )

    def _prepaid_credit_limit(self):
        """Return how much the payer may owe us, in company currency."""
        self.ensure_one()
        payer = self.commercial_partner_id
        for company in self._prepaid_policy_companies():
            ours = payer.with_company(company)
            if ours.service_credit_state not in UNDECIDED:
                approved = ours.service_credit_state == "approved"
                return ours.service_credit_limit if approved else 0.0
        return 0.0

    def _prepaid_credit_room(self):
        """Return how much more the payer may owe us, in company currency."""
        self.ensure_one()
        return max(self._prepaid_credit_limit() - max(self.prepaid_debt, 0.0), 0.0)

    # ----------------------------------------------------------------------------------
    # Who decides
    # ----------------------------------------------------------------------------------

    @api.model
    def _check_service_credit_limit(self, vals):
        """Refuse a limit that is not an amount of debt, zero or more.

        :param dict vals: values of ``create`` or ``write``
        """
        label = self._fields["service_credit_limit"]._description_string(self.env)
        self.env["prepaid.ledger"]._check_not_negative(vals.get("service_credit_limit"), label)

    @api.model
    def default_get(self, field_names):
        """Override: a decision on credit is a value somebody gives, never a default."""
        defaults = super().default_get([n for n in field_names if n not in CREDIT_FIELDS])
        for field in (self._fields[name] for name in CREDIT_FIELDS & set(field_names)):
            fallback = field.get_company_dependent_fallback(self)
            defaults[field.name] = field.convert_to_write(fallback, self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        """Override: only managers decide on credit."""
        for vals in vals_list:
            self._check_service_credit_limit(vals)
        decided = [
            any(vals.get(name) not in UNDECIDED for name in CREDIT_FIELDS) for vals in vals_list
        ]
        signature = self._prepaid_credit_signature() if any(decided) else {}
        return super().create(
            [
                {**vals, **signature} if decision else vals
                for vals, decision in zip(vals_list, decided, strict=True)
            ]
        )

    def write(self, vals):
        """Override: only managers decide on credit, and it shows who did and when."""
        self._check_service_credit_limit(vals)
        if any(partner._prepaid_decides_credit(vals) for partner in self):
            vals = {**vals, **self._prepaid_credit_signature()}
        return super().write(vals)

    def _prepaid_decides_credit(self, vals):
        """Return whether these values change what was decided on credit."""
        for name in CREDIT_FIELDS & set(vals):
            old = self._fields[name].convert_to_write(self[name], self)
            if old != vals[name] and not (old in UNDECIDED and vals[name] in UNDECIDED):
                return True
        return False

    def _prepaid_credit_signature(self):
        """Return the values that say who decided on credit, and when.

        :raise AccessError: the caller is neither manager nor accountant
        """
        if not self._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers decide on service on credit."))
        return {
            "service_credit_user_id": self.env.uid,
            "service_credit_date": self.env.company._prepaid_today(),
        }
