from odoo import models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text, is_given
from .prepaid_subscription import TAKEN_BACK_STATES


class PrepaidSubscription(models.Model):
    """Selling more sessions of a package that runs: its invoice, and the new schedule."""

    _inherit = "prepaid.subscription"

    @public(once=True)
    def add_sessions(
        self,
        sessions,
        price,
        date=False,
        journal_id=False,
        from_balance=True,
        reason="",
        reference="",
    ):
        """Sell more sessions of this package: a further invoice, in the currency of the sale.

        What is not earned yet and the new money are spread over all sessions that are left (below
        the single price the sessions are no contract of their own, IFRS 15.21(a)).

        :param int sessions: how many are added
        :param float price: of all of them together, as on the invoice line
        :param date: local day, from the last use or change on; today at the company by default
        :param int journal_id: bank, cash or card journal in which what the balance does not pay is
            collected now; without it the rest stays open
        :param bool from_balance: whether the client's balance pays first
        :param str reason: for the record
        :param str reference: idempotency key; the same call again returns its first result
        :return: ``subscription_id``, ``invoice_id``, ``amount_total`` (price with tax, before
            advances that the invoice deducts), ``amount_due`` (both in the currency of the sale),
            ``sessions_left``, ``state``
        :rtype: dict
        :raise UserError: unlimited, expired or taken back; no whole number; a bad price; a price
            that only a manager may set
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self._check_addition(sessions, price)
        package, day = self.sudo(), self._day_of_change(date)
        # The client first, as whoever finishes a visit: else the two could wait for each other
        self.env["prepaid.ledger"]._touch(package.payer_id)
        self._touch()
        template = self.template_id.with_company(self.company_id._prepaid_at_work())
        invoice = template._invoice_sale(
            package.payer_id,
            day,
            package.sale_currency_id,
            package._prepare_addition_vals(sessions, price, day, reason),
            deduct=from_balance,
        )
        debts = invoice._prepaid_debts()
        template._pay_sale(invoice, debts, day, journal_id, from_balance)
        return {
            "subscription_id": self.id,
            "invoice_id": invoice.id,
            "amount_total": invoice._prepaid_price_total(),
            "amount_due": invoice.amount_residual,
            "sessions_left": self.sessions_left,
            "state": self.state,
        }

    def _check_addition(self, sessions, price):
        """Refuse an addition that makes no sense, before anything is written.

        :raise UserError: says what is wrong and what works
        """
        self.ensure_one()
        message = False
        if self.is_unlimited:
            message = self.env._("An unlimited package has no sessions to add. Extend it.")
        elif self.state == "expired":
            message = self.env._(
                "%(package)s has expired. Extend it first.", package=self.display_name
            )
        elif self.state in TAKEN_BACK_STATES:
            message = self.env._("%(package)s was taken back.", package=self.display_name)
        if message:
            raise UserError(message)
        self.template_id._check_count(sessions, 1, self.env._("The number of sessions"))
        if not is_given(price):
            raise UserError(self.env._("Say what the added sessions cost."))
        self.env["prepaid.ledger"]._check_not_negative(price, self.env._("The price"))
        if not self.template_id.is_freestyle:
            self.template_id._check_freestyle_manager()

    def _prepare_addition_vals(self, sessions, price, day, reason):
        """Return the values of the invoice line of more sessions. Hook."""
        self.ensure_one()
        return {
            "product_id": self.invoice_line_id.product_id.id,
            "name": self.env._(
                "%(package)s: %(count)s more sessions",
                package=self.template_id.name,
                count=sessions,
            ),
            "quantity": 1.0,
            "price_unit": price,
            "account_id": self.deferred_account_id.id,
            "analytic_distribution": self.analytic_distribution,
            "prepaid_subscription_id": self.id,
            "prepaid_terms": {"sessions": sessions, "date": str(day), "reason": as_text(reason)},
        }

    def _add_by_invoice(self, line, amount, amount_currency):
        """Follow an invoice that adds sessions; arguments as in :meth:`_raise_price`.

        One that replaces the invoice whose credit note ended the package lets it go on.
        """
        self.ensure_one()
        if self.state == "refunded" and line.move_id.prepaid_replaces_id:
            self._continue_sale(line, amount, amount_currency)
        else:
            self._raise_price(line, amount, amount_currency)

    def _raise_price(self, line, amount, amount_currency):
        """Follow an invoice that added sessions.

        :param line: line of the posted invoice
        :param float amount: put on deferred revenue, in company currency
        :param float amount_currency: the same in the currency of the sale
        """
        self.ensure_one()
        self._check_raise(line)
        terms = line.prepaid_terms or {}
        if not self.company_id._prepaid_defers():
            amount = amount_currency = 0.0
        self._touch()
        self._revise(
            "upgrade",
            terms.get("date") or line.move_id.invoice_date,
            terms.get("reason"),
            move_id=line.move_id.id,
            amount_sold=amount,
            deferred_currency=amount_currency,
            rebase=self._rebase_vals(terms.get("sessions", 0), amount, amount_currency),
        )
        self._follow_use()

    def _check_raise(self, line):
        """Refuse an invoice that adds sessions to what is over, or to somebody else's package.

        A copy of an earlier one, as :meth:`add_sessions` makes none.

        :raise UserError: says what is wrong and what works
        """
        self.ensure_one()
        message = False
        if self.state in ("refunded", "cancelled"):
            message = self.env._("%(package)s was taken back.", package=self.display_name)
        elif self.state == "expired":
            message = self.env._(
                "%(package)s has expired. Extend it first.", package=self.display_name
            )
        elif self.payer_id != line.move_id.commercial_partner_id:
            message = self.env._(
                "%(package)s belongs to %(client)s: invoice its added sessions there.",
                package=self.display_name,
                client=self.payer_id.name,
            )
        if message:
            raise UserError(message)

    def _sale_invoices(self):
        """Return the invoices by which the package and its added sessions were sold."""
        self.ensure_one()
        moves = self.invoice_line_id.move_id | self.revision_ids.sudo().move_id
        return moves.filtered(lambda m: m.move_type in ("out_invoice", "out_receipt"))
