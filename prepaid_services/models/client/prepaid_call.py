import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class PrepaidCall(models.Model):
    """A call that a program may repeat: what was asked, by whom, and what came of it.

    One row per reference and company. The row is written before the call begins, so the second of
    two parallel ones waits for the first and fails with a serialization error; the server repeats
    it, and it finds the result.
    """

    _name = "prepaid.call"
    _description = "Call with a Reference"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    reference = fields.Char(required=True)
    method = fields.Char(required=True)
    asked = fields.Text(required=True)
    result = fields.Json()

    _reference_uniq = models.UniqueIndex("(company_id, reference)")

    @api.model
    def _begin(self, records, method, reference, arguments):
        """Note a call, or find the one that was made with its reference.

        :param records: on which the method is called
        :param str method: model and name
        :param str reference: the caller's idempotency key
        :param dict arguments: of the call
        :return: the call; ``result`` is set when it was made before
        :raise UserError: the reference was used for something else, or by somebody else
        """
        company, uid = records.env.company, records.env.uid
        asked = json.dumps([records.ids, arguments], default=str, sort_keys=True)
        stamp = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO prepaid_call (company_id, reference, method, asked, create_uid,"
                " create_date, write_uid, write_date) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING RETURNING id",
                *(company.id, reference, method, asked, uid, stamp, uid, stamp),
            )
        )
        if rows:
            return self.browse(rows[0])
        call = self.search([("company_id", "=", company.id), ("reference", "=", reference)])
        if (call.method, call.asked, call.create_uid.id) != (method, asked, uid):
            raise UserError(
                self.env._(
                    "The reference %(reference)s was already used for something else. Use a new "
                    "reference.",
                    reference=reference,
                )
            )
        return call
