from odoo import api, models


class ResPartner(models.Model):
    """What the dialogs and lists about a client's money need."""

    _inherit = "res.partner"

    @api.model
    def _prepaid_money_journals(self):
        """Return the journals through which the company takes and gives back money.

        As superuser: the front desk has no other access to journals.
        """
        Journal = self.env["account.journal"].sudo()
        return Journal.search(
            [
                *Journal._check_company_domain(self.env.company),
                ("type", "in", ("bank", "cash", "credit")),
            ]
        )

    def _prepaid_receipt_action(self, payment_id):
        """Return the action that prints the receipt of a payment."""
        movement = self.env["prepaid.client.movement"].sudo()
        movement = movement.search([("payment_id", "=", payment_id)], limit=1)
        action = movement.with_env(self.env).action_print_receipt()
        # Else the dialog stays open behind the PDF, and the money is taken twice
        return {**action, "close_on_report_download": True}

    def action_prepaid_history(self):
        """Open the client's money history: why the balance is what it is."""
        self.ensure_one()
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
