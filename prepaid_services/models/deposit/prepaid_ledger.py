from odoo import api, models
from odoo.exceptions import UserError

from ..client.res_partner import NOTHING


class PrepaidLedger(models.AbstractModel):
    _inherit = "prepaid.ledger"

    @api.model
    def _held(self, partners, companies):
        """Override: deposits of coming visits pay nothing else."""
        held = super()._held(partners, companies)
        for root in companies.root_id:
            by_payer = self.env["prepaid.booking"]._held_by_payer(
                partners.commercial_partner_id, root
            )
            for payer, amount in by_payer.items():
                key = (payer.with_env(self.env), root, root.currency_id)
                held[key] = held.get(key, 0.0) + amount
        return held

    @api.model
    def _give_back(self, vals_list):
        """Extend: what is held for a coming visit is not paid out behind its back."""
        # Asked before: deposits follow what leaves the balance, see account.move
        held = {}
        for vals in vals_list:
            company = self.env["res.company"].sudo().browse(vals["company_id"])
            partner = self.env["res.partner"].sudo().browse(vals["partner_id"])
            held[company] = held.get(company, {}) | self._held_for_visits(partner, company)
        payments = super()._give_back(vals_list)
        for company, by_payer in held.items():
            self._check_left(by_payer, company)
        return payments

    @api.model
    def _write_off(self, vals_list):
        """Extend: what is held for a coming visit is not written off either."""
        moves = super()._write_off(vals_list)
        for company, ours in moves.grouped("company_id").items():
            self._check_left(self._held_for_visits(ours.partner_id, company), company)
        return moves

    @api.model
    def _held_for_visits(self, partners, company):
        """Return the deposits held for the coming visits of partners' payers, by payer."""
        payers = partners.commercial_partner_id.with_company(company)
        return self.env["prepaid.booking"]._held_by_payer(payers, company)

    @api.model
    def _check_left(self, held, company):
        """Refuse to leave payers with less than the deposits held for their coming visits.

        :param dict held: payer -> amount in company currency
        :raise UserError: says how much is held
        """
        payers = self.env["res.partner"].union(*held).sudo().with_company(company)
        totals = payers._prepaid_totals()
        for payer, amount in held.items():
            left = totals.get(payer.id, NOTHING)[2]
            if company.currency_id.compare_amounts(left, amount) < 0:
                raise UserError(
                    self.env._(
                        "%(amount)s of the balance of %(client)s is the deposit of coming "
                        "visits. Cancel the visit first.",
                        amount=company.currency_id.format(amount),
                        client=payer.display_name,
                    )
                )
