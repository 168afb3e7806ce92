from odoo import fields, models
from odoo.exceptions import UserError

from ..door import public


class PrepaidStatement(models.TransientModel):
    """One question: the statement of which period?"""

    _name = "prepaid.statement"
    _description = "Print a Client's Statement"
    _inherit = ["prepaid.dialog"]

    partner_id = fields.Many2one("res.partner", "Client", required=True)
    date_from = fields.Date("From", help="Empty: from the beginning.")
    date_to = fields.Date("To", help="Empty: until today.")

    @public
    def action_print(self):
        """Print the statement of the period.

        :return: the report action
        :raise UserError: the period ends before it starts
        """
        report = self.env.ref("prepaid_services.action_report_statement")
        return report.with_context(**self._period()).report_action(self.partner_id)

    @public
    def action_mail(self):
        """E-mail the statement of the period to the client.

        :return: notification that says to whom
        :raise UserError: the period ends before it starts, or the client has no e-mail address
        """
        return self.partner_id.with_context(**self._period()).action_prepaid_mail_statement()

    def _period(self):
        """Return the context that says the period to the report.

        :raise UserError: the period ends before it starts
        """
        self.ensure_one()
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UserError(self.env._("The statement ends before it starts. Change From or To."))
        return {
            "prepaid_date_from": fields.Date.to_string(self.date_from) or False,
            "prepaid_date_to": fields.Date.to_string(self.date_to) or False,
        }
