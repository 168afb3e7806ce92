from odoo import models

from ..tools.ageing import bucket_keys
from .prepaid_receivable_ageing import TOTALS


class ReportPrepaidAgeing(models.AbstractModel):
    """The aged receivable on paper, with the ledger beside it."""

    _name = "report.prepaid_services.report_ageing"
    _description = "Aged Receivable (PDF)"

    def _get_report_values(self, docids, data=None):
        """Return the tables of what was asked in the opening dialogs."""
        dialogs = self.env["prepaid.ageing"].browse(docids)
        return {
            "docs": dialogs,
            "company": self.env.company,
            "tables": [self._one_report(dialog) for dialog in dialogs],
        }

    def _one_report(self, dialog):
        """Return one report: headings, rows, total, and the ledger's figures.

        :param prepaid.ageing dialog: what was asked
        :rtype: dict
        """
        report = dialog._report()
        (_count, _id, _name, *total), *rows = report._ageing_rows(dialog.by)
        headings = [*report._bucket_labels(dialog.width), *report._total_labels()]
        # Without VAT on advances the last column says nothing
        shown = len(headings) if total[-1] else len(headings) - 1
        return {
            "dialog": dialog,
            "day": dialog._format_day(),
            "headings": headings[:shown],
            "columns": [*bucket_keys(dialog.width), *TOTALS][:shown],
            "rows": [
                (name or self.env._("No name"), values[:shown]) for _n, _id, name, *values in rows
            ],
            "total": total[:shown],
            "ledger": report.ledger_check(dialog.as_of),
        }
