from odoo import models


class AccountChartTemplate(models.AbstractModel):
    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        """Give a company that gets a chart of accounts its prepayment accounts at once."""
        res = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._prepaid_setup()
        return res
