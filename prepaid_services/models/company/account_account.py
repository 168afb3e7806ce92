from odoo import api, models


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.depends_context("prepaid_account_code")
    def _compute_display_name(self):
        """Override of `account`: our settings show the codes to whoever may change them.

        Core shows them to accountants only; the administrator who sets the house up is none yet.
        """
        super()._compute_display_name()
        if not self.env.context.get("prepaid_account_code"):
            return
        if self.env.user.has_group("base.group_system"):
            for account in self.filtered("code"):
                account.display_name = f"{account.code} {account.name}"

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
