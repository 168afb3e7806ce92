from odoo import models
from odoo.tools.pdf import merge_pdf


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **kwargs):
        """Override of `base`: print several of our documents one after the other.

        An unpatched wkhtmltopdf, which distributions ship, refuses more than one at a time.
        """
        bodies = list(bodies)
        ours = report_ref and self._get_report(report_ref).report_name or ""
        printer = super()
        if len(bodies) < 2 or not ours.startswith("prepaid_services."):
            return printer._run_wkhtmltopdf(bodies, report_ref=report_ref, **kwargs)
        return merge_pdf(
            [printer._run_wkhtmltopdf([body], report_ref=report_ref, **kwargs) for body in bodies]
        )
