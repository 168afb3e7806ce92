from psycopg2 import OperationalError

from odoo import models
from odoo.tools import SQL

from ...door import INSIDE, told


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _increase_rank(self, field, n=1):
        """Override of `account`: what the ledger invoices counts in the ledger's transaction.

        Core counts after the commit, in a transaction of its own, with everything that a change of
        a contact brings along. Whoever waits for the same client's money would fail because of
        that; here the client's row is locked already.
        """
        ours = self.browse()
        if told(self.env, INSIDE):
            ours = self.filtered(lambda p: p.id and p[field] and p == p.commercial_partner_id)
        super(ResPartner, self - ours)._increase_rank(field, n)
        if not ours:
            return
        ours.flush_recordset([field])
        count = SQL(
            "UPDATE res_partner SET %(field)s = %(field)s + %(n)s WHERE id IN %(ids)s",
            field=SQL.identifier(field),
            n=n,
            ids=tuple(ours.ids),
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(count, log_exceptions=False)
        except OperationalError:
            return  # As in core: a rank is not worth a failure
        ours.invalidate_recordset([field], flush=False)
