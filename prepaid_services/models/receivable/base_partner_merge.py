from odoo import api, models
from odoo.tools import SQL

#: Of two statements of a period the one that has come further
RANK = ("queued", "waiting", "failed", "skipped")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """One statement of a period, and one collection, for a client who was there twice."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_payers(self, sources, target):
        """Extend: what was sent stays; the collection that was handed over has all debts."""
        res = super()._prepaid_unite_payers(sources, target)
        payers = sources | target
        key = ["company_id", "date_to"]
        for rows in self._prepaid_rivals("prepaid.statement.sending", payers, key):
            (rows - rows.sorted(lambda row: RANK.index(row.state))[0]).unlink()
        running = [("state", "in", ("draft", "handed_over"))]
        Collection = "prepaid.collection"
        for cases in self._prepaid_rivals(Collection, payers, ["company_id"], running):
            kept = cases.filtered(lambda case: case.state == "handed_over")[:1] or cases[0]
            kept._absorb(cases - kept)
        return res

    @api.model
    def _prepaid_payer_fields(self):
        """Extend: statements, collections and write-offs."""
        models_ = ("prepaid.statement.sending", "prepaid.collection", "prepaid.write.off")
        return [*super()._prepaid_payer_fields(), *((model, "partner_id") for model in models_)]


class PrepaidCollection(models.Model):
    _inherit = "prepaid.collection"

    def _absorb(self, others):
        """Take over the debts of other collections, which are closed."""
        self.ensure_one()
        self.env.flush_all()
        handed_over = others.filtered(lambda case: case.state == "handed_over")
        others.write_off_ids.collection_id = self
        self.amount += sum(handed_over.mapped("amount"))
        documents = self._fields["invoice_ids"]
        # By SQL: they become documents of this client only when Odoo has merged
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(case)s, %(document)s)"
                " SELECT %(kept)s, %(document)s FROM %(table)s WHERE %(case)s IN %(others)s"
                " ON CONFLICT DO NOTHING",
                table=SQL.identifier(documents.relation),
                case=SQL.identifier(documents.column1),
                document=SQL.identifier(documents.column2),
                kept=self.id,
                others=tuple(others.ids),
            )
        )
        others.write({"state": "closed", "outcome": "withdrawn"})
        for case in others:
            case.message_post(body=self.env._("The client was merged with %s.", self.display_name))
