from odoo import fields, models
from odoo.tools import SQL

from ..door import public
from ..exceptions import check_one


class PrepaidDepositReport(models.Model):
    """Deposits and what became of them; and how many clients do not come, before and since.

    One row per booking, one statement. Amounts are in company currency.
    """

    _name = "prepaid.deposit.report"
    _description = "Deposits"
    _auto = False
    _order = "start desc, id desc"
    _rec_name = "booking_id"
    _depends = {
        "account.move": ["amount_total_signed", "payment_state", "state"],
        "account.payment": ["amount", "currency_id", "payment_type", "state"],
        "prepaid.booking": [
            "amount_total",
            "cancelled_by",
            "company_id",
            "deposit_amount",
            "deposit_fee_ids",
            "deposit_paid_on",
            "deposit_payment_ids",
            "deposit_released",
            "deposit_requested_on",
            "deposit_state",
            "partner_id",
            "service_id",
            "start",
            "state",
            "stop",
            "user_id",
        ],
    }

    booking_id = fields.Many2one("prepaid.booking", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    service_id = fields.Many2one("product.product", readonly=True)
    user_id = fields.Many2one("res.users", "Specialist", readonly=True)
    start = fields.Datetime("Visit", readonly=True)
    requested_on = fields.Datetime("Requested", readonly=True)
    paid_on = fields.Datetime("Paid", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["prepaid.booking"]._fields["state"].selection,
        string="Booking Status",
        readonly=True,
    )
    status = fields.Selection(
        [
            ("none", "No Deposit"),
            ("awaiting", "Awaiting"),
            ("paid", "Paid"),
            ("expired", "Expired"),
            ("applied", "Used for the Visit"),
            ("released", "Released"),
            ("forfeited", "Kept"),
            ("refunded", "Paid Back"),
            ("late", "Paid Too Late"),
        ],
        "Deposit Status",
        readonly=True,
    )
    era = fields.Selection(
        [("before", "Before Deposits"), ("without", "Without Deposit"), ("with", "With Deposit")],
        "Deposits",
        readonly=True,
        help="Before the company asked for its first deposit; since then, visits without and with.",
    )
    amount = fields.Monetary("Deposit", readonly=True)
    amount_paid = fields.Monetary("Paid In", readonly=True)
    amount_applied = fields.Monetary("Used", readonly=True)
    amount_released = fields.Monetary("Released", readonly=True)
    amount_kept = fields.Monetary("Money Kept", readonly=True, help="Cancellation fees, with tax.")
    amount_refunded = fields.Monetary("Paid Back", readonly=True)
    amount_saved = fields.Monetary(
        "Money Saved",
        readonly=True,
        help="Income of visits done in an hour that an unpaid or cancelled booking had set free.",
    )
    minutes_to_pay = fields.Float(
        "Minutes to Pay (median)",
        readonly=True,
        aggregator="avg",
        help="From the request to the payment. In groups: half of the clients are faster.",
    )
    no_show_rate = fields.Float(
        "No-show %",
        readonly=True,
        aggregator="avg",
        help="Of the visits that were due: how many clients did not come.",
    )
    cancel_rate = fields.Float(
        "Cancelled by Client %",
        readonly=True,
        aggregator="avg",
        help="Of the visits that were agreed and are over, without those not paid in time.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Override: a few clients who pay after days would hide how fast the others are."""
        if aggregate_spec == "minutes_to_pay:avg":
            column = self._field_to_sql(self._table, "minutes_to_pay", query)
            return SQL("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %s)", column)
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH paid AS (%(paid)s), kept AS (%(kept)s), saved AS (%(saved)s), first AS (
                SELECT company_id, MIN(deposit_requested_on) AS since
                  FROM prepaid_booking GROUP BY company_id
            )
            SELECT b.id, b.id AS booking_id, b.company_id, company.currency_id, b.partner_id,
                   b.service_id, b.user_id, b.start, b.deposit_requested_on AS requested_on,
                   b.deposit_paid_on AS paid_on, b.state,
                   CASE WHEN paid.back > 0 AND b.deposit_state IN ('late', 'released', 'expired')
                        THEN 'refunded' ELSE b.deposit_state END AS status,
                   CASE WHEN b.deposit_state != 'none' THEN 'with'
                        WHEN first.since IS NULL OR b.create_date < first.since THEN 'before'
                        ELSE 'without' END AS era,
                   CASE WHEN b.deposit_state != 'none' THEN b.deposit_amount END AS amount,
                   COALESCE(paid.received,
                       CASE WHEN b.deposit_paid_on IS NOT NULL THEN b.deposit_amount END
                   ) AS amount_paid,
                   CASE WHEN b.deposit_state = 'applied'
                        THEN LEAST(b.deposit_amount, b.amount_total) END AS amount_applied,
                   b.deposit_released AS amount_released,
                   kept.amount AS amount_kept, paid.back AS amount_refunded,
                   saved.amount AS amount_saved,
                   EXTRACT(EPOCH FROM b.deposit_paid_on - b.deposit_requested_on) / 60
                       AS minutes_to_pay,
                   CASE b.state WHEN 'no_show' THEN 100.0 WHEN 'done' THEN 0.0 END AS no_show_rate,
                   CASE WHEN b.state IN ('done', 'no_show') THEN 0.0
                        WHEN b.state = 'cancelled' AND b.cancelled_by = 'client'
                             AND b.deposit_state != 'expired' AND b.start <= %(now)s
                        THEN 100.0 END AS cancel_rate
              FROM prepaid_booking b
              JOIN res_company company ON company.id = b.company_id
              LEFT JOIN first ON first.company_id = b.company_id
              LEFT JOIN paid ON paid.booking_id = b.id
              LEFT JOIN kept ON kept.booking_id = b.id
              LEFT JOIN saved ON saved.booking_id = b.id
             WHERE b.state != 'draft'
            """,
            paid=self._select_paid(),
            kept=self._select_kept(),
            saved=self._select_saved(),
            now=fields.Datetime.now(),
        )

    def _select_paid(self):
        """Return what was paid in and back for each booking, in company currency."""
        return SQL(
            """
            SELECT rel.booking_id,
                   SUM(CASE payment.payment_type WHEN 'inbound' THEN payment.amount END)
                       AS received,
                   SUM(CASE payment.payment_type WHEN 'outbound' THEN payment.amount END) AS back
              FROM prepaid_booking_deposit_payment_rel rel
              JOIN account_payment payment ON payment.id = rel.payment_id
              JOIN res_company company ON company.id = payment.company_id
             WHERE payment.state IN ('in_process', 'paid')
               AND payment.currency_id = company.currency_id
             GROUP BY rel.booking_id
            """
        )

    def _select_kept(self):
        """Return what was kept of the deposit of each booking, and not credited since."""
        return SQL(
            """
            SELECT rel.booking_id, SUM(move.amount_total_signed) AS amount
              FROM prepaid_booking_deposit_fee_rel rel
              JOIN account_move move ON move.id = rel.invoice_id
             WHERE move.state = 'posted' AND move.payment_state != 'reversed'
             GROUP BY rel.booking_id
            """
        )

    def _select_saved(self):
        """Return the income of visits done in hours that a booking had set free.

        A visit counts once, for the last booking that had held its hour.
        """
        return SQL(
            """
            SELECT freed.id AS booking_id, SUM(visit.amount_total) AS amount
              FROM prepaid_booking visit
              JOIN LATERAL (
                    SELECT f.id FROM prepaid_booking f
                     WHERE f.user_id = visit.user_id AND f.company_id = visit.company_id
                       AND f.state = 'cancelled' AND f.deposit_requested_on IS NOT NULL
                       AND f.start < visit.stop AND f.start > visit.start - interval '1 day'
                       AND f.stop > visit.start AND f.create_date < visit.create_date
                     ORDER BY f.id DESC LIMIT 1
                   ) freed ON TRUE
             WHERE visit.state = 'done'
             GROUP BY freed.id
            """
        )

    @public
    def action_open_booking(self):
        """Open the booking of a row."""
        check_one(self)
        return self.booking_id._get_records_action()
