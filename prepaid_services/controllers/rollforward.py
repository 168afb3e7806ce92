import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request

#: Widths of the columns, in characters
NAME_WIDTH, AMOUNT_WIDTH = 36, 14


class PrepaidRollforward(http.Controller):
    """The roll-forward of deferred revenue as a spreadsheet."""

    @http.route(
        "/prepaid/rollforward/<int:rollforward_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def rollforward_xlsx(self, rollforward_id, **_kw):
        """Send the figures that were computed in the opening dialog.

        :raise AccessError: the user may not read the report, or it is somebody else's
        :raise NotFound: the dialog is gone
        """
        found = rollforward_id if rollforward_id < 2**31 else 0
        report = request.env["prepaid.deferred.rollforward"].browse(found).exists()
        if not report:
            raise request.not_found()
        report.check_access("read")
        content = self._workbook(report)
        name = f"deferred-revenue-{report.date_to}.xlsx"
        headers = {
            "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(content, headers=list(headers.items()))

    def _workbook(self, report):
        """Return the bytes of the workbook."""
        output, table = io.BytesIO(), report._printed()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            bold = workbook.add_format({"bold": True})
            digits = "0" * report.company_id.currency_id.decimal_places
            money = workbook.add_format({"num_format": "#,##0" + (f".{digits}" if digits else "")})
            sheet.set_column(0, 0, NAME_WIDTH)
            sheet.set_column(1, len(table["headings"]), AMOUNT_WIDTH)
            period = f"{report.company_id.name}, {report.date_from} - {report.date_to}"
            sheet.write_row(0, 0, [period], bold)
            sheet.write_row(2, 0, ["", *table["headings"]], bold)
            for place, (label, figures) in enumerate(table["rows"], 3):
                sheet.write_string(place, 0, label)
                sheet.write_row(place, 1, figures, money)
            last = 3 + len(table["rows"])
            sheet.write_string(last, 0, report.env._("Total"), bold)
            sheet.write_row(last, 1, table["total"], money)
        return output.getvalue()
