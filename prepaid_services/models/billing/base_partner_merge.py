from odoo import api, models

#: Of two rows of a run the one that has come further
RANK = ("queued", "waiting", "failed", "skipped")


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A client is in a billing run once."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_payers(self, sources, target):
        """Extend: the run keeps its total."""
        res = super()._prepaid_unite_payers(sources, target)
        for lines in self._prepaid_rivals("prepaid.billing.line", sources | target, ["run_id"]):
            kept, *_others = lines.sorted(lambda line: RANK.index(line.state))
            kept.write(
                {
                    "amount": sum(lines.mapped("amount")),
                    "documents": sum(lines.mapped("documents")),
                    "invoice_ids": [(4, invoice.id) for invoice in lines.invoice_ids],
                }
            )
            (lines - kept).unlink()
        return res

    @api.model
    def _prepaid_payer_fields(self):
        """Extend: the rows of runs."""
        return [*super()._prepaid_payer_fields(), ("prepaid.billing.line", "partner_id")]
