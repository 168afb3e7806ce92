from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...door import public
from ...exceptions import check_one


class AccountPayment(models.Model):
    _inherit = "account.payment"

    prepaid_vat_invoiceable = fields.Boolean(
        compute="_compute_prepaid_vat_invoiceable", compute_sudo=True
    )

    @api.depends("prepaid_topup", "payment_type", "move_id.state", "move_id.line_ids.reconciled")
    def _compute_prepaid_vat_invoiceable(self):
        """An advance without tax of which something is open can get an advance invoice."""
        ledger = self.env["prepaid.ledger"]
        received = self.filtered(
            lambda p: (
                p.prepaid_topup
                and p.payment_type == "inbound"
                and p.move_id.state == "posted"
                and p.company_id.root_id.prepaid_vat_tax_id
            )
        )
        lines = received.move_id._prepaid_advance_lines().filtered(
            lambda line: not line.reconciled and line.balance < 0
        )
        accrued = ledger._vat_items(lines).prepaid_vat_line_id if lines else lines
        (self - received).prepaid_vat_invoiceable = False
        for payment in received:
            payment.prepaid_vat_invoiceable = bool((lines & payment.move_id.line_ids) - accrued)

    @public
    def action_prepaid_advance_invoice(self):
        """Invoice a received advance: a numbered invoice with VAT, paid by this payment.

        :return: the action that opens the advance invoice
        :raise UserError: nothing of the payment is open, or its VAT is accrued by an entry
        :raise RedirectWarning: no tax is set
        :raise AccessError: the caller is no accountant
        """
        check_one(self)
        if not (self.env.su or self.env.user.has_group("account.group_account_invoice")):
            raise AccessError(self.env._("Only accountants make advance invoices."))
        self.check_access("write")
        invoice = self.env["prepaid.ledger"]._vat_invoice_by_hand(self.sudo())
        return invoice.with_env(self.env)._get_records_action()
