from odoo import api, models

from ...door import public
from ...exceptions import check_one


class ResPartner(models.Model):
    """What the dialogs and lists about a client's money need."""

    _inherit = "res.partner"

    @api.model
    def _prepaid_money_journals(self):
        """Return the ways in which the company takes and gives back money.

        As superuser: a branch uses its parent's.

        :rtype: prepaid.payment.way
        """
        Way = self.env["prepaid.payment.way"].sudo()
        return Way.search([("company_id", "parent_of", self.env.company.ids)])

    def _prepaid_receipt_action(self, payment_id):
        """Return the action that prints the receipt of a payment."""
        movement = self.env["prepaid.client.movement"].sudo()
        movement = movement.search([("payment_id", "=", payment_id)], limit=1)
        action = movement.with_env(self.env).action_print_receipt()
        # Else the dialog stays open behind the PDF, and the money is taken twice
        return {**action, "close_on_report_download": True}

    @public
    def action_prepaid_history(self):
        """Open the client's money history: why the balance is what it is."""
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_client_movement_action"
        )
        return {
            **action,
            "domain": [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "in", self.env.company._prepaid_family().ids),
            ],
            "context": {"prepaid_partner_id": self.commercial_partner_id.id},
        }
