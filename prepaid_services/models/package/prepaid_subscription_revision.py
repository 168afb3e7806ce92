from odoo import fields, models


class PrepaidSubscriptionRevision(models.Model):
    """A change of what a package promises, with the schedule that is in force from then on."""

    _name = "prepaid.subscription.revision"
    _description = "Package Revision"
    _inherit = ["prepaid.subscription.row"]
    _rec_name = "kind"

    kind = fields.Selection(
        [
            ("sale", "Sold"),
            ("withdrawal", "Sale Taken Back"),
            ("start", "Started"),
            ("bonus", "Bonus Sessions"),
            ("upgrade", "Price Changed"),
            ("extension", "Extended"),
            ("freeze", "Frozen"),
            ("unfreeze", "Unfrozen"),
            ("expiry", "Expired"),
            ("restore", "Restored"),
            ("transfer", "Transferred"),
            ("member", "Clients Changed"),
            ("refund", "Refunded"),
            ("replacement", "Invoice Replaced"),
        ],
        required=True,
        readonly=True,
    )
    date_end = fields.Date("Valid until", readonly=True)
    frozen_from = fields.Date(readonly=True)
    frozen_to = fields.Date(readonly=True)
    # The schedule from here on; see tools/recognition.py
    total_amount = fields.Monetary("Value in All", readonly=True)
    base_amount = fields.Monetary("Earned until Then", readonly=True)
    base_broken = fields.Monetary("Lapsed until Then", readonly=True)
    total_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    base_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    base_broken_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    lapsed_amount = fields.Monetary("Lapsed for Good", readonly=True)
    lapsed_currency = fields.Monetary(readonly=True, currency_field="sale_currency_id")
    total_units = fields.Integer("Sessions or Days", readonly=True)
    base_units = fields.Integer("Used until Then", readonly=True)

    _booked_idx = models.Index(
        "(accounting_date) INCLUDE (amount_deferred, company_id) WHERE move_id IS NOT NULL"
    )

    def _book_broken(self, ref, together=False):
        """Book the breakage of these revisions (negative: taken back), on their days.

        :param str ref: words on the entry; the package's name is put before it when several
        :param bool together: one entry per company and day
        """
        pending = self.filtered(lambda r: not r.currency_id.is_zero(r.amount_broken))
        earnings = []
        for revision in pending:
            package = revision.subscription_id
            lines = package._earning_lines(
                0.0, revision.amount_broken, 0.0, revision.broken_currency
            )
            words = f"{package.display_name}: {ref}" if together else ref
            earnings.append(
                package._prepare_earning(revision.date, words, lines, revision.payer_id)
            )
        moves = self.env["prepaid.ledger"]._earn(earnings, together)
        pending._link_moves(moves)
