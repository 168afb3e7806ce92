from odoo import api, models

from ...door import operation, told


class PrepaidLedger(models.AbstractModel):
    """VAT on advances: when money is received, by the policy of the company on that day."""

    _inherit = "prepaid.ledger"

    @api.model
    @operation
    def _vat_receive(self, moves):
        """Note the policy of newly received advances and do what it asks.

        Only what is left after debts were paid is an advance. Money that is used in the same
        breath (context ``prepaid_vat_later``) is looked at by the night, if anything is left.

        :param account.move moves: posted entries that may bring advances
        """
        moves = moves.filtered(lambda move: move.company_id.root_id.sudo().prepaid_vat_since)
        if not moves:
            return
        credits = moves._prepaid_advance_lines().filtered(
            lambda line: line.balance < 0 and line.partner_id and not line.prepaid_vat_policy
        )
        for policy, lines in credits.grouped(lambda line: line._prepaid_vat_policy_now()).items():
            lines.prepaid_vat_policy = policy
        if not told(self.env, "prepaid_vat_later"):
            self._vat_accrue(credits)

    @api.model
    @operation
    def _vat_accrue(self, credits):
        """Make the VAT of open advances due, as their policies say; what is done is left alone.

        :param account.move.line credits: posted advances
        :raise RedirectWarning: the tax or the account is not set; names the setting
        """
        credits = credits.filtered(
            lambda line: (
                line.parent_state == "posted"
                and not line.prepaid_vat
                and line.company_currency_id.compare_amounts(line.amount_residual, 0) < 0
            )
        )
        by_policy = credits.grouped("prepaid_vat_policy")
        none = credits.browse()
        self._vat_accrue_by_entry(by_policy.get("advance_entry", none))
        self._vat_accrue_by_invoice(by_policy.get("advance_invoice", none))

    @api.model
    def _vat_tax(self, credit):
        """Return the tax of an advance, mapped for the client; none when the client pays none.

        :raise RedirectWarning: no tax is set; names the setting
        """
        company = credit.company_id
        tax = company._prepaid_get("prepaid_vat_tax_id")
        FiscalPosition = self.env["account.fiscal.position"].sudo().with_company(company)
        position = FiscalPosition._get_fiscal_position(credit.partner_id.with_company(company))
        return position.map_tax(tax)[:1] if position else tax

    @api.model
    def _vat_share(self, tax, gross, currency):
        """Return the VAT in an amount received.

        :param float gross: with VAT
        """
        return currency.round(gross * tax.amount / (100.0 + tax.amount))

    @api.model
    def _vat_part(self, vat, used, received, currency):
        """Return the VAT of the used part of an advance, rounded over all its uses together.

        :param float vat: of the whole advance
        :param float used: so far, with VAT
        :param float received: with VAT
        """
        if currency.compare_amounts(used, received) >= 0:
            return vat
        return currency.round(vat * used / received)
