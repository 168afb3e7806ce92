from odoo import api, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """A bill is a message, too: no reminder comes on its heels."""

    _inherit = "prepaid.reminder"

    @api.model
    def _lately_told_sql(self, company):
        """Extend: who got a bill some days ago."""
        self.env["prepaid.billing.line"].flush_model()
        return SQL(
            """
            (SELECT bill.partner_id
               FROM prepaid_billing_line bill JOIN prepaid_billing_run run ON run.id = bill.run_id
              WHERE run.company_id = %s AND bill.state = 'queued' AND bill.queued_at::date > %s
              UNION ALL %s)
            """,
            company.id,
            self._recent_day(company),
            super()._lately_told_sql(company),
        )
