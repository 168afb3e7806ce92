from odoo import models


class ReportPrepaidDossier(models.AbstractModel):
    """The dossier of a debt that is handed over."""

    _name = "report.prepaid_services.report_dossier"
    _description = "Collection Dossier"

    def _get_report_values(self, docids, data=None):
        """Return what each dossier says, in the language of the company."""
        cases = self.env["prepaid.collection"].browse(docids)
        cases.check_access("read")
        return {"docs": cases, "dossiers": [case._dossier() for case in cases]}
