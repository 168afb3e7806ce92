from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one

#: More sessions than this are shown as numbers only
MOST_DOTS = 60
#: kind -> sign that is told apart without colour
SIGNS = {"used": "●", "left": "○", "bonus": "☆", "reserved": "◐", "lapsed": "✕"}


class PrepaidSubscription(models.Model):
    """How a package looks on its card, and the buttons of the card."""

    _inherit = "prepaid.subscription"

    bonus_sessions = fields.Integer("Gift Sessions", readonly=True)
    sessions_html = fields.Html(
        "Sessions at a Glance", compute="_compute_sessions_html", sanitize=False
    )

    @api.depends("sessions_total", "sessions_used", "sessions_reserved", "state")
    def _compute_sessions_html(self):
        """Draw each session as a sign: used, left, gift, reserved, lapsed; also without colour."""
        labels = self._sign_labels()
        for package in self:
            counts = package._count_signs()
            signs = Markup("").join(
                Markup('<span class="o_prepaid_session o_prepaid_session_%s" title="%s">%s</span>')
                % (kind, labels[kind], SIGNS[kind])
                for kind, count in counts
                for _index in range(count)
                if sum(count for _kind, count in counts) <= MOST_DOTS
            )
            legend = package._legend(counts, labels)
            package.sessions_html = Markup(
                '<div class="o_prepaid_sessions" role="img" aria-label="%s">%s</div>'
                '<small class="text-muted">%s</small>'
            ) % (legend, signs, legend)

    def _legend(self, counts, labels):
        """Return the signs in words. Reserved sessions and gifts are among those left.

        :param list counts: see :meth:`_count_signs`
        :param dict labels: see :meth:`_sign_labels`
        :rtype: str
        """
        self.ensure_one()
        words = {k: f"{SIGNS[k]} {labels[k]} {count}" for k, count in counts if count}
        if "left" not in dict(counts):
            return " · ".join(words.values())
        left = f"{SIGNS['left']} {labels['left']} {self.sessions_left}"
        among = ", ".join(words[kind] for kind in ("reserved", "bonus") if kind in words)
        parts = [words.get("used"), f"{left} ({among})" if among else left]
        return " · ".join(filter(None, parts))

    def _sign_labels(self):
        """Return the words for each sign."""
        return {
            "used": self.env._("used"),
            "reserved": self.env._("reserved"),
            "left": self.env._("left"),
            "bonus": self.env._("gift"),
            "lapsed": self.env._("lapsed"),
        }

    def _count_signs(self):
        """Return how many sessions there are of each kind; gifts are used last.

        :rtype: list[tuple]
        """
        self.ensure_one()
        if self.is_unlimited:
            return [("used", self.sessions_used), ("reserved", self.sessions_reserved)]
        if self.state in ("expired", "refunded", "cancelled"):
            return [("used", self.sessions_used), ("lapsed", self._lapsed_sessions())]
        free = self.sessions_left - self.sessions_reserved
        gifts = min(self.bonus_sessions, free)
        return [
            ("used", self.sessions_used),
            ("reserved", self.sessions_reserved),
            ("left", free - gifts),
            ("bonus", gifts),
        ]

    # ----------------------------------------------------------------------------------
    # Buttons
    # ----------------------------------------------------------------------------------

    @public
    def action_use_today(self):
        """Use one session for the owner today, from the card.

        :return: True
        """
        check_one(self)
        self.use_session()
        return True

    @public
    def action_undo_last(self):
        """Take the last session back, from the card.

        :return: True
        :raise UserError: no session was used
        """
        check_one(self)
        uses = self.use_ids.filtered(
            lambda u: u.kind not in ("undo", "time") and not u.reversal_ids
        )
        if not uses:
            raise UserError(self.env._("No session was used yet."))
        self.undo_use(uses.sorted("id")[-1].id)
        return True

    @public
    def action_unfreeze(self):
        """Unfreeze from the card.

        :return: True
        """
        check_one(self)
        self.unfreeze()
        return True
