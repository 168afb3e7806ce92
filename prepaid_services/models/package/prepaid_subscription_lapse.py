from odoo import models


class PrepaidSubscription(models.Model):
    """Expiry: what was not used lapses, and becomes revenue if the terms say so."""

    _inherit = "prepaid.subscription"

    def _lapse(self):
        """Let packages expire: breakage on the last usable day (IFRS 15.B46, second sentence)."""
        for day, packages in self.grouped("date_last").items():
            broken = packages.filtered(
                lambda p: not p.is_unlimited and p.breakage_policy != "none" and p.amount_deferred
            )
            revisions = (packages - broken)._revise("expiry", day)
            for package in broken:
                rest = package._reached()["deferred_currency"]
                revisions += package._revise(
                    "expiry",
                    day,
                    amount_broken=package.amount_deferred,
                    broken_currency=rest,
                    deferred_currency=-rest,
                )
            revisions._book_broken(self.env._("lapsed"), together=True)
        self._update_state("expired")
