from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Extend: the cockpit is for managers and accountants.

        Other menus hide by the access to their model; the cockpit has none, and its groups say
        already whether the feature is on.
        """
        blacklist = super()._load_menus_blacklist()
        if not self.env["prepaid.insight"]._may_see():
            blacklist.append(self.env.ref("prepaid_services_insight.menu_cockpit").id)
        return blacklist
