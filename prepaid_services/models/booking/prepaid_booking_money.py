from odoo import api, fields, models
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one
from ...tools.groups import DESK
from ..client.res_partner import NOTHING
from .prepaid_booking import LIVE_STATES, OPEN_STATES, RESERVING_STATES

#: What says how a finished visit is paid
INVOICE_FIELDS = ("amount_residual", "amount_total", "payment_state", "state")


class PrepaidBooking(models.Model):
    """How a visit is paid. All figures are in company currency."""

    _inherit = "prepaid.booking"

    invoice_id = fields.Many2one(
        "account.move", readonly=True, copy=False, index="btree_not_null", check_company=True
    )
    invoice_name = fields.Char("Invoice Number", related="invoice_id.name", related_sudo=True)
    amount_due = fields.Monetary(
        "Still to Pay",
        compute="_compute_payment_status",
        compute_sudo=True,
        # With a price of one's own choice it tells the balance to the cent
        groups=DESK,
        help="What is open of a finished visit, or what the balance lacks for a coming one.",
    )
    payment_status = fields.Selection(
        [
            ("free", "Free"),
            ("not_invoiced", "Not Invoiced"),
            ("paid", "Paid"),
            ("partial", "Partly Paid"),
            ("owing", "Not Paid"),
            ("covered", "Balance Enough"),
            ("credit", "On Credit"),
            ("short", "Balance Short"),
        ],
        "Payment",
        compute="_compute_payment_status",
        compute_sudo=True,
    )
    deposit_held = fields.Monetary(
        "Held Deposit",
        readonly=True,
        copy=False,
        help="The part of the client's balance that only this visit may use.",
    )
    override_reason = fields.Char(
        "Credit Granted because", readonly=True, copy=False, tracking=True
    )

    _invoice_uniq = models.UniqueIndex(
        "(invoice_id) WHERE invoice_id IS NOT NULL", "An invoice belongs to one visit."
    )

    # ----------------------------------------------------------------------------------
    # Paid or not, covered or not
    # ----------------------------------------------------------------------------------

    @api.depends("state", "amount_total", "invoice_id.amount_residual", "start")
    def _compute_payment_status(self):
        """Say for finished visits what is open, for coming ones whether the money is there.

        Coming visits share the balance in the order of their dates. Of the invoices only what is
        looked at is read: a week of the calendar has hundreds, each with a hundred columns.
        """
        self.invoice_id.fetch(INVOICE_FIELDS)
        lacking = self._lacking_by_booking()
        for booking in self:
            currency = booking.currency_id
            total = booking.amount_total
            if booking.state == "done":
                due, status = booking._invoice_status()
            elif booking.state in OPEN_STATES:
                due, on_credit = lacking.get(booking._origin.id, (0.0, 0.0))
                status = "covered"
                if not currency.is_zero(due):
                    status = "credit" if currency.compare_amounts(due, on_credit) <= 0 else "short"
            else:
                due, status = 0.0, False
            free = currency.is_zero(total) and booking.state in LIVE_STATES
            booking.amount_due = due
            booking.payment_status = "free" if free else status

    def _invoice_status(self):
        """Return what is open of a finished visit, and the status that follows from its invoice.

        An accountant may have cancelled or credited the invoice.
        """
        self.ensure_one()
        invoice = self.invoice_id
        if invoice.state != "posted" or invoice.payment_state == "reversed":
            return 0.0, "not_invoiced"
        due = invoice.amount_residual
        if self.currency_id.is_zero(due):
            return 0.0, "paid"
        less = self.currency_id.compare_amounts(due, invoice.amount_total) < 0
        return due, "partial" if less else "owing"

    def _lacking_by_booking(self):
        """Return what the balance lacks for each coming visit, and how much of it is on credit.

        One query for the bookings of all payers, one for their balances.

        :return: booking id -> (lacking, credit left for it)
        """
        coming = self.filtered(lambda b: b.state in OPEN_STATES)._origin
        result = {}
        for company in coming.company_id:
            ours = coming.filtered(lambda b, company=company: b.company_id == company)
            payers = ours.payer_id.with_company(company).sudo()
            totals = payers._prepaid_totals()
            limits = {payer.id: payer._prepaid_credit_limit() for payer in payers}
            for booking_id, payer_id, amount, before, held in ours._queue_by_payer(payers):
                _advance, debt, own = totals.get(payer_id, NOTHING)
                free = max(own - held, 0.0)
                lacking = min(amount, max(amount + before - free, 0.0))
                owed = max(before - free, 0.0) + max(debt, 0.0)
                credit = max(limits[payer_id] - owed, 0.0)
                result[booking_id] = (lacking, credit)
        return result

    def _queue_by_payer(self, payers):
        """Return bookings of payers with what earlier confirmed bookings of the same payer need.

        What is held for a booking is neither needed by it any more nor free for the others.

        :return: rows (booking id, payer id, amount, amount of the bookings before, held in all)
        """
        self._flush_queue()
        company = payers.env.company
        return self.env.execute_query(
            SQL(
                """
                SELECT queue.id, queue.payer_id, queue.amount, queue.before, queue.held
                  FROM (SELECT id, payer_id, amount,
                               COALESCE(SUM(CASE WHEN state = 'confirmed' THEN amount END)
                                   OVER (PARTITION BY payer_id ORDER BY start, id
                                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
                               ) AS before,
                               COALESCE(SUM(deposit_held) OVER (PARTITION BY payer_id), 0) AS held
                          FROM (SELECT id, payer_id, state, start, deposit_held,
                                       GREATEST(amount_total - COALESCE(deposit_held, 0), 0)
                                       AS amount
                                  FROM prepaid_booking
                                 WHERE payer_id IN %(payers)s
                                   AND company_id IN %(companies)s
                                   AND (state IN %(reserving)s OR id IN %(ids)s)) visit) queue
                 WHERE queue.id IN %(ids)s
                """,
                payers=tuple(payers.ids),
                companies=tuple(company._prepaid_family().ids),
                ids=tuple(self.ids),
                reserving=RESERVING_STATES,
            )
        )

    @api.model
    def _flush_queue(self):
        """Write out what the statements about reserved money read."""
        self.env["prepaid.booking"].flush_model(
            ["amount_total", "company_id", "deposit_held", "payer_id", "start", "state"]
        )

    @api.model
    def _expected_by_payer(self, payers):
        """Return what confirmed bookings of payers will cost, and what is held for others.

        :return: payer id -> amount
        """
        if not payers._origin:
            return {}
        self._flush_queue()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT payer_id,
                           SUM(CASE WHEN state = 'confirmed'
                                    THEN GREATEST(amount_total, deposit_held)
                                    ELSE COALESCE(deposit_held, 0) END)
                      FROM prepaid_booking
                     WHERE payer_id IN %(payers)s
                       AND company_id IN %(companies)s
                       AND state IN %(reserving)s
                     GROUP BY payer_id
                    """,
                    payers=tuple(payers._origin.ids),
                    companies=tuple(self.env.company._prepaid_family().ids),
                    reserving=RESERVING_STATES,
                )
            )
        )

    @api.model
    def _held_by_payer(self, payers, company, without=None):
        """Return how much of the balance of payers is held as deposits of bookings.

        :param without: bookings whose deposits do not count
        :return: payer -> amount in company currency, only where something is held
        """
        groups = self.sudo()._read_group(
            [
                ("payer_id", "in", payers.ids),
                ("state", "in", RESERVING_STATES),
                ("deposit_held", ">", 0),
                ("company_id", "in", company._prepaid_family().ids),
                ("id", "not in", without.ids if without else []),
            ],
            ["payer_id"],
            ["deposit_held:sum"],
        )
        return dict(groups)

    @public
    def action_top_up(self):
        """Open the top-up dialog for the client of a booking, with what the visit lacks."""
        check_one(self)
        return self._money_dialog("top_up", default_amount=self.amount_due)

    @public
    def action_pay_out(self):
        """Open the dialog that gives money back to the client of a booking."""
        check_one(self)
        return self._money_dialog("pay_out")

    def _money_dialog(self, direction, **context):
        """Return the dialog that takes or gives back money of one of these bookings' clients.

        :param str direction: ``top_up`` or ``pay_out``
        """
        clients = self.partner_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            f"prepaid_services.prepaid_money_action_{direction}"
        )
        return {
            **action,
            "context": {
                "default_direction": direction,
                "default_partner_id": clients.id if len(clients) == 1 else False,
                "prepaid_client_ids": clients.ids if len(clients) > 1 else False,
                **context,
            },
        }
