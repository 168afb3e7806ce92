from odoo import api, fields, models
from odoo.tools import format_date, format_list, format_time

#: The deposit of a visit that will not be: the client has it back, or we have it
GIVEN_BACK_OR_KEPT = ("released", "forfeited")


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
    @api.depends_context("lang", "prepaid_together")
    def _compute_visit_words(self):
        """Write day and time in the company's time zone and the language of the context.

        A message about a series names all days; times that differ stand with their days.
        """
        for booking in self:
            words = [visit._day_and_time() for visit in booking._together() if visit.start]
            days = [day for day, _time in words]
            if len({time for _day, time in words}) > 1:
                days = [*(" ".join(pair) for pair in words[:-1]), days[-1]]
            booking.visit_date = format_list(booking.env, days) if days else ""
            booking.visit_time = words[-1][1] if words else ""

    def _day_and_time(self):
        """Return the day and the time of a visit as the client reads them."""
        self.ensure_one()
        zone = self.company_id._prepaid_tz()
        day = format_date(self.env, self._service_day(), date_format="EEEE, d MMMM")
        return day, format_time(self.env, self.start, tz=zone, time_format="short")

    @api.depends(
        "deposit_deadline", "deposit_released", "deposit_state", "deposit_fee_ids.payment_state"
    )
    @api.depends_context("lang", "prepaid_together")
    def _compute_deposit_words(self):
        """Write the deadline, and what became of the deposit, as sentences."""
        for booking in self:
            booking.deposit_until = booking._client_time(booking.deposit_deadline)
            lines = []
            ended = booking._together().filtered(lambda b: b.deposit_state in GIVEN_BACK_OR_KEPT)
            if ended:
                lines = booking._effect_lines(
                    sum(visit._fees_kept() for visit in ended),
                    sum(ended.mapped("deposit_released")),
                    any(ended.mapped("deposit_forgiven")),
                )
            booking.deposit_outcome = " ".join(lines)

    def _fees_kept(self):
        """Return what was kept of the deposit and not credited since, with taxes."""
        self.ensure_one()
        fees = self.sudo().deposit_fee_ids.filtered(
            lambda m: m.state == "posted" and m.payment_state != "reversed"
        )
        return sum(fees.mapped("amount_total"))
