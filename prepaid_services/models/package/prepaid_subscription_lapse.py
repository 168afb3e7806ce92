from odoo import models


class PrepaidSubscription(models.Model):
    """Expiry: what was not used lapses, and becomes revenue if the terms say so."""

    _inherit = "prepaid.subscription"

    def _lapse(self):
        """Let packages expire: breakage on the last usable day (IFRS 15.B46, second sentence)."""
        reached = self._reached_by_package()
        revisions = self.env["prepaid.subscription.revision"]
        for day, packages in self.grouped("date_last").items():
            revisions += packages._revise(
                "expiry",
                day,
                each={
                    package.id: {
                        "amount_broken": package.amount_deferred,
                        "broken_currency": reached[package.id]["deferred_currency"],
                        "deferred_currency": -reached[package.id]["deferred_currency"],
                    }
                    for package in packages
                    if package.breakage_policy != "none" and not package._is_earned_by_time()
                },
            )
        revisions._book_broken(self.env._("lapsed"), together=True)
        self._update_state("expired")

    def _is_earned_by_time(self):
        """Return whether days earn the package: a pass whose clock runs. It has nothing to lose."""
        self.ensure_one()
        return self.is_unlimited and bool(self.date_start)
