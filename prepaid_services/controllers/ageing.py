import io
import re

import xlsxwriter
from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

#: A number in the address
NUMBER = re.compile(r"[0-9]{1,9}")
#: Widths of the columns, in characters
NAME_WIDTH, AMOUNT_WIDTH = 36, 14


class PrepaidAgeing(http.Controller):
    """The aged receivable as a spreadsheet, written row by row as the database sends it."""

    @http.route("/prepaid/ageing.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def ageing_xlsx(self, as_of, by="client", base="due", width="30", net="0", cids="", **_kw):
        """Send the report for the companies of the page it was asked from.

        :raise AccessError: the user may not read the report, or one of the companies
        """
        companies = [int(each) for each in cids.split("-") if NUMBER.fullmatch(each)]
        allowed = [each for each in companies if each in request.env.user.company_ids.ids]
        report = request.env["prepaid.receivable.report"].with_context(
            allowed_company_ids=allowed or request.env.user.company_id.ids,
            prepaid_as_of=as_of,
            prepaid_base=base,
            prepaid_width=int(width) if NUMBER.fullmatch(width) else width,
            prepaid_net=net == "1",
        )
        report.check_access("read")
        try:
            report._check_page(by, False, 0)
            report._options()
        except AccessError:
            raise
        except UserError as error:
            raise BadRequest(str(error)) from error
        content = self._workbook(report, by)
        headers = {
            "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(f"ageing-{report._options()['as_of']}.xlsx"),
        }
        return request.make_response(content, headers=list(headers.items()))

    def _workbook(self, report, by):
        """Return the bytes of the workbook."""
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet(report.env._("Aged Receivable")[:31])
            bold = workbook.add_format({"bold": True})
            digits = "0" * report.env.company.currency_id.decimal_places
            money = workbook.add_format({"num_format": "#,##0" + (f".{digits}" if digits else "")})
            total = workbook.add_format({"num_format": money.num_format, "bold": True})
            options = report._options()
            headings = [*report._bucket_labels(options["width"]), *report._total_labels()]
            sheet.set_column(0, 0, NAME_WIDTH)
            sheet.set_column(1, len(headings), AMOUNT_WIDTH)
            sheet.write_row(0, 0, [report._description_as_of()], bold)
            for place, (_n, _key, name, *values) in enumerate(report._ageing_rows(by)):
                first = place == 0
                if first:
                    # Without VAT on advances the last column says nothing
                    shown = len(headings) if values[-1] else len(headings) - 1
                    sheet.write_row(2, 0, ["", *headings[:shown]], bold)
                label = report.env._("Total") if first else name or ""
                sheet.write_string(3 + place, 0, label, bold if first else None)
                sheet.write_row(3 + place, 1, values[:shown], total if first else money)
            self._write_ledger(sheet, report, 5 + place, bold, money)
        return output.getvalue()

    def _write_ledger(self, sheet, report, row, bold, money):
        """Write the trial balance beside the report's total, under its rows."""
        figures, env = report.ledger_check(report._options()["as_of"]), report.env
        headings = [env._("This report"), env._("Trial balance"), env._("Difference")]
        sheet.write_row(row, 0, ["", *headings], bold)
        lines = (
            (env._("Receivable accounts"), "receivable", "receivable_ledger", "difference"),
            (env._("Client balances"), "advance", "advance_ledger", "advance_difference"),
            (env._("VAT in the client balances"), "advance_vat"),
        )
        for place, (label, *keys) in enumerate(lines, row + 1):
            sheet.write_string(place, 0, label)
            sheet.write_row(place, 1, [figures[key] for key in keys], money)
