from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def write(self, vals):
        """Override of `account`: an account that the settings name is not archived."""
        if vals.get("active") is False:
            self.env["res.company"]._prepaid_check_not_set(self)
        return super().write(vals)


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def write(self, vals):
        """Override of `account`: a journal that the settings name is not archived."""
        if vals.get("active") is False:
            self.env["res.company"]._prepaid_check_not_set(self)
        return super().write(vals)
