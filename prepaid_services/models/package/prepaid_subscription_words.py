from odoo import models


class PrepaidSubscription(models.Model):
    """The terms of a package in plain words, for its receipt."""

    _inherit = "prepaid.subscription"

    def _terms_in_words(self):
        """Return the terms as short sentences.

        :rtype: list[str]
        """
        self.ensure_one()
        sentences = [
            self._words_coverage(),
            self.session_minutes
            and self.env._(
                "One session is up to %(minutes)s minutes; a longer visit takes several.",
                minutes=self.session_minutes,
            ),
            self._words_start(),
            self.grace_days
            and self.env._(
                "Sessions can still be used %(days)s days after the end.", days=self.grace_days
            ),
            self._words_freeze(),
            *self._words_missed(),
            self._words_refund(),
        ]
        return [sentence for sentence in sentences if sentence]

    def _words_coverage(self):
        names = [*self.service_ids.mapped("name"), *self.category_ids.mapped("name")]
        if not names:
            return self.env._("Pays visits for any service.")
        return self.env._("Pays visits for: %(services)s.", services=", ".join(names))

    def _words_start(self):
        if self.date_start or self.clock_start == "sale":
            return False
        if self.clock_start == "forced":
            return self.env._(
                "Starts at the first visit, at the latest %(days)s days after the sale.",
                days=self.clock_days,
            )
        return self.env._("Starts at the first visit.")

    def _words_freeze(self):
        if not self.freeze_allowed:
            return self.env._("Cannot be frozen.")
        if self.freeze_max_days:
            return self.env._(
                "Can be frozen for up to %(days)s days.", days=self.freeze_max_days
            )
        return self.env._("Can be frozen.")

    def _words_missed(self):
        """Return what cancelling late and not coming cost; nothing when the visits are free."""
        if self.is_unlimited:
            return []
        return [
            self.late_cancel_policy == "use"
            and self.env._(
                "A visit cancelled less than %(hours)s hours before costs the session.",
                hours=self.late_cancel_hours,
            ),
            self.no_show_policy == "use" and self.env._("A missed visit costs the session."),
        ]

    def _words_refund(self):
        words = {
            "pro_rata": self.env._("What is not used can be refunded in proportion."),
            "list_price": self.env._(
                "What is not used can be refunded: the price less used sessions at %(price)s each.",
                price=self.currency_id.format(self.session_price),
            ),
            "none": self.env._("Cannot be refunded."),
        }
        sentence = words[self.refund_policy]
        if self.refund_policy != "none" and self.refund_fee_percent:
            sentence += " " + self.env._(
                "The fee is %(percent)s%% of the refund.", percent=f"{self.refund_fee_percent:g}"
            )
        return sentence
