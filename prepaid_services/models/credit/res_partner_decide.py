from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...door import public, telling, told
from ...exceptions import check_one
from ...tools.groups import DESK

#: Decision from outside -> state of the client
DECISIONS = {"approve": "approved", "refuse": "refused", "hold": "on_hold"}
TERMS = {"service_credit_state", "service_credit_limit"}


class ResPartner(models.Model):
    """Deciding on credit: each decision is kept, with who, why, and what spoke for it."""

    _inherit = "res.partner"

    service_credit_auto_hold = fields.Boolean(
        "Held by Itself",
        company_dependent=True,
        readonly=True,
        help="Ends by itself when the client has paid. A hold by hand ends by hand.",
        groups=DESK,
    )

    @public
    def prepaid_decide_credit(self, decision, limit=0.0, reason="", review_date=False):
        """Decide on service on credit for a client.

        :param str decision: ``approve``, ``refuse`` or ``hold``
        :param float limit: with ``approve``: the most the client may owe, in company currency
        :param str reason: why; kept in the history
        :param review_date: next review, local date as ``YYYY-MM-DD`` or date; after the company's
            months by default, never when these are 0
        :return: id of the review
        :rtype: int
        :raise UserError: no such decision, no reason, a bad limit or date
        :raise AccessError: the caller is neither manager nor accountant
        """
        check_one(self)
        self.check_access("read")
        if not self._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers decide on service on credit."))
        if decision not in DECISIONS:
            raise UserError(self.env._("A decision is approve, refuse or hold."))
        if not reason or not isinstance(reason, str):
            raise UserError(self.env._("Say why: the reason is kept with the decision."))
        if decision == "approve":
            self.env["prepaid.ledger"]._check_amount(limit, self.env.company.currency_id)
        # as superuser: accountants decide, too, who write no contacts; it was checked above
        payer_sudo = self.commercial_partner_id.sudo()
        figures = payer_sudo.prepaid_credit_figures()
        review = payer_sudo._prepare_review(figures, reason)
        payer_sudo = telling(payer_sudo, prepaid_review=review)
        state = DECISIONS[decision]
        payer_sudo.write(
            {
                "service_credit_state": state,
                **({"service_credit_limit": limit} if state == "approved" else {}),
                "service_credit_review_date": self._prepaid_review_day(review_date),
            }
        )
        return payer_sudo._prepaid_last_review().id

    def _prepare_review(self, figures, reason):
        """Return what is kept of the reasons of a decision."""
        lines = [f"{'+' if side == 'for' else '-'} {text}" for side, text in figures["points"]]
        return {
            "reason": reason,
            "proposal": figures["proposal"],
            "explanation": "\n".join([*lines, figures["arithmetic"]]),
        }

    def _prepaid_review_day(self, review_date):
        """Return the day of the next review, False for never."""
        if review_date:
            return self._prepaid_date(review_date)
        months = self.env.company.prepaid_credit_review_months
        return months and self.env.company._prepaid_today() + relativedelta(months=months)

    def _prepaid_last_review(self):
        """Return the last decision of this company on a client."""
        return self.env["prepaid.credit.review"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)], limit=1
        )

    def _prepaid_credit_terms(self):
        """Return the decision and the limit of this company.

        :rtype: tuple
        """
        return self.service_credit_state or "not_reviewed", self.service_credit_limit

    # ----------------------------------------------------------------------------------
    # History
    # ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a client who starts with credit has a first review."""
        partners = super().create(vals_list)
        for partner, vals in zip(partners, vals_list, strict=True):
            if vals.get("service_credit_state") not in (None, False, "not_reviewed"):
                partner._prepaid_note_review(("not_reviewed", 0.0))
        return partners

    def write(self, vals):
        """Override: whatever way credit is decided on, it is kept; a hold by hand stays."""
        if not TERMS & set(vals):
            return super().write(vals)
        deciding = self
        if not self._prepaid_known_review():
            deciding = self.filtered(lambda p: p._prepaid_decides_credit(vals))
        before = {partner.id: partner._prepaid_credit_terms() for partner in deciding}
        if deciding and "service_credit_state" in vals and "service_credit_auto_hold" not in vals:
            vals = {**vals, "service_credit_auto_hold": False}
        result = super().write(vals)
        for partner in deciding:
            partner._prepaid_note_review(before[partner.id])
        return result

    def _prepaid_note_review(self, before):
        """Note a decision, with what the caller knows about its reasons."""
        known = self._prepaid_known_review()
        review = self.env["prepaid.credit.review"]._note(self, before, **known)
        if review.message_state == "waiting":
            self.env.ref("prepaid_services.ir_cron_credit").sudo()._trigger()

    def _prepaid_known_review(self):
        """Return what our own code says about a decision; a caller's context says nothing here.

        :rtype: dict
        """
        return told(self.env, "prepaid_review", {})

    @public
    def action_open_credit_review(self):
        """Open the dialog that shows what speaks for and against credit.

        :return: action
        """
        check_one(self)
        wizard = self.env["prepaid.credit.decide"].create(
            {"partner_id": self.commercial_partner_id.id}
        )
        return {**wizard._get_records_action(target="new"), "name": self.env._("Credit Review")}

    @public
    def action_prepaid_credit_reviews(self):
        """Open the decisions on a client.

        :return: action
        """
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_credit_review_action"
        )
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)]}
