from odoo import models


class IrRule(models.Model):
    _inherit = "ir.rule"

    def _eval_context(self):
        """Extend: ``prepaid_family_ids``, the legal entities of the companies switched on.

        Root and branches share their clients' money, and so what was sold for it.
        """
        family = self.env.companies._prepaid_family()
        return {**super()._eval_context(), "prepaid_family_ids": family.ids}
