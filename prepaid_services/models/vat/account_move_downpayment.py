from odoo import models


class AccountMove(models.Model):
    """Advance invoices are down payments for e-invoicing: its type, and the link to what uses it.

    Core asks ``_is_downpayment`` and ``_get_downpayment_lines``. Sales' overrides do not ask
    further and may be loaded after ours, as may Poland's list of related invoices: so these three
    are extended when all modules are there, in the way of ``base_automation``.
    """

    _inherit = "account.move"

    def _register_hook(self):
        """Extend what other modules say about down payments by our advance invoices."""
        super()._register_hook()
        moves, lines = self.env.registry["account.move"], self.env.registry["account.move.line"]
        for model, name, extra in (
            (moves, "_is_downpayment", "_prepaid_is_advance_invoice"),
            (lines, "_get_downpayment_lines", "_prepaid_advance_invoice_lines"),
            (moves, "_l10n_pl_edi_get_related_invoices", "_prepaid_advance_invoice_names"),
        ):
            origin = getattr(model, name, None)
            if origin and not hasattr(origin, "prepaid_origin"):
                setattr(model, name, self._prepaid_extended(origin, extra))

    @staticmethod
    def _prepaid_extended(origin, extra):
        """Return a method that adds to what another one says, or says it alone."""

        def extended(self):
            return getattr(self, extra)() or origin(self)

        extended.prepaid_origin = origin
        return extended

    def _prepaid_is_advance_invoice(self):
        """Return whether this is the invoice of an advance."""
        self.ensure_one()
        return self.prepaid_kind == "advance"

    def _prepaid_advance_invoice_names(self):
        """Return the numbers of the advance invoices that this document deducts."""
        self.ensure_one()
        advances = self.sudo().invoice_line_ids._prepaid_advance_invoice_lines().move_id - self
        return advances.sorted("id").mapped("name")


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _prepaid_advance_invoice_lines(self):
        """Return the lines of advance invoices that these lines are, or deduct."""
        advances = self.sudo().prepaid_vat_line_id | self.sudo().matched_credit_ids.credit_move_id
        advances |= self
        found = advances.filtered(
            lambda line: line.move_id.prepaid_kind == "advance" and line.tax_ids
        )
        return self.browse(found.ids)
