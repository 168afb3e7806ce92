from odoo import api, fields, models
from odoo.tools import format_date, format_time


class PrepaidBooking(models.Model):
    """Placeholders of the messages: what the client reads, in the client's own words and time."""

    _inherit = "prepaid.booking"

    visit_date = fields.Char(
        "Day of the Visit", compute="_compute_visit_words", help="As the client reads it."
    )
    visit_time = fields.Char(
        "Time of the Visit", compute="_compute_visit_words", help="As the client reads it."
    )
    deposit_until = fields.Char(
        "Time to Pay",
        compute="_compute_deposit_words",
        compute_sudo=True,
        help="As the client reads it.",
    )
    deposit_outcome = fields.Char(
        "What Became of the Deposit",
        compute="_compute_deposit_words",
        compute_sudo=True,
        help="What was kept and what returned to the balance, as a sentence.",
    )

    @api.depends("start", "company_id")
    @api.depends_context("lang")
    def _compute_visit_words(self):
        """Write day and time in the company's time zone and the language of the context."""
        for booking in self:
            zone = booking.company_id._prepaid_tz()
            if not booking.start:
                booking.visit_date = booking.visit_time = ""
                continue
            booking.visit_date = format_date(
                booking.env, booking._service_day(), date_format="EEEE, d MMMM"
            )
            booking.visit_time = format_time(
                booking.env, booking.start, tz=zone, time_format="short"
            )

    @api.depends(
        "deposit_deadline", "deposit_released", "deposit_state", "deposit_fee_ids.payment_state"
    )
    @api.depends_context("lang")
    def _compute_deposit_words(self):
        """Write the deadline, and what became of the deposit, as sentences."""
        for booking in self:
            booking.deposit_until = booking._client_time(booking.deposit_deadline)
            lines = []
            if booking.deposit_state in ("released", "forfeited"):
                lines = booking._effect_lines(
                    booking._fees_kept(), booking.deposit_released, booking.deposit_forgiven
                )
            booking.deposit_outcome = " ".join(lines)

    def _fees_kept(self):
        """Return what was kept of the deposit and not credited since, with taxes."""
        self.ensure_one()
        fees = self.sudo().deposit_fee_ids.filtered(
            lambda m: m.state == "posted" and m.payment_state != "reversed"
        )
        return sum(fees.mapped("amount_total"))
