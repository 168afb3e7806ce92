from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...door import public, telling
from ...tools.arguments import is_given
from ..client.res_partner import NOTHING
from ..ledger.in_line import in_line
from .prepaid_booking import OPEN_STATES, UNSETTLED_STATES


class PrepaidBooking(models.Model):
    """Finishing visits: invoice, balance, and the rest now or on credit; and taking it back."""

    _inherit = "prepaid.booking"

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @in_line
    @public
    def action_done(self, journal_id=False, amount=False, override_reason=""):
        """Finish visits: invoice them, pay them from the balance, and see to the rest.

        The rest is collected now when a journal is given, else it stays on credit when the client
        is approved and within the limit, or a manager says why it may. Visits that are already
        done are left alone.

        :param int journal_id: bank, cash or card journal in which the rest is collected now
        :param float amount: how much is collected, in company currency; the whole rest by default
        :param str override_reason: a manager's reason to give credit beyond the policy
        :return: True
        :raise UserError: the balance is short (says how much and what to do), a booking is
            cancelled, a service has no income account, ...
        :raise AccessError: the caller may not handle these bookings, or not grant credit
        """
        self.check_access("write")
        self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
        pending = self.filtered(lambda b: b.state != "done")
        for company in pending.company_id:
            ours = pending.filtered(lambda b, company=company: b.company_id == company)
            ours.with_company(company)._settle(journal_id, amount, override_reason)
        return True

    @in_line
    @public
    def action_open_done(self):
        """Finish visits from the screen: at once when the balance is enough, else ask how.

        :return: the dialog that asks, or True
        """
        pending = self.filtered(lambda b: b.state != "done")
        pending.check_access("write")
        pending._check_day_come()
        if any(
            ours._missing_by_payer()
            for ours in pending.sudo().grouped("company_id").values()
        ):
            wizard = self.env["prepaid.collect"].create(
                {
                    "booking_ids": [fields.Command.set(pending.ids)],
                    "company_id": pending[0].company_id.id,
                }
            )
            return {**wizard._get_records_action(target="new"), "name": self.env._("Finish Visit")}
        return pending.action_done()

    def _check_day_come(self):
        """Refuse to finish visits of days to come from the screen: nothing was given yet.

        Programs that know better call :meth:`action_done`, which books on the day of the visit.

        :raise UserError: names the visit and its day
        """
        for booking in self.filtered(lambda b: b.state in OPEN_STATES):
            day = booking._service_day()
            if day > booking.company_id._prepaid_today():
                raise UserError(
                    self.env._(
                        "%(visit)s is on %(day)s and cannot be done before that day. Move it if it "
                        "has already taken place.",
                        visit=booking.display_name,
                        day=format_date(self.env, day),
                    )
                )

    @in_line
    @public
    def action_undo_done(self, reason=""):
        """Take finished visits back: credit notes, and what was paid returns to the balance.

        :param str reason: shown on the credit notes
        :return: True
        :raise UserError: a booking is not done
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self.check_access("write")
        self._check_desk()
        self.env["prepaid.ledger"]._touch(self.sudo().payer_id)
        undone = self.filtered(lambda b: b.state == "done")
        invoices = undone.sudo().invoice_id.filtered(
            lambda m: m.state == "posted" and m.payment_state != "reversed"
        )
        self._update_state(("done",), "confirmed", invoice_id=False, override_reason=False)
        if invoices:
            self.env["prepaid.ledger"]._credit(
                invoices, reason or self.env._("Visit marked done by mistake")
            )
        return True

    # ----------------------------------------------------------------------------------
    # Settling
    # ----------------------------------------------------------------------------------

    def _settle(self, journal_id=False, amount=False, override_reason="", force=False):
        """Finish the visits of one company.

        :param bool force: leave whatever is not paid as a debt (automatic completion)
        """
        self._check_invoiceable()
        self._close_manager_activities()
        missing = self._missing_by_payer()
        if journal_id or is_given(amount):
            missing = self._collect(missing, journal_id, amount)
        if not force:
            self._check_credit(missing, override_reason)
        priced = self._get_invoiced().sudo()
        ledger = self.env["prepaid.ledger"]
        journal = self._sale_journal()
        invoices = ledger._invoice(
            [booking._prepare_invoice_vals(journal) for booking in priced], from_balance=True
        )
        ledger._apply(
            invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        )
        done = self._update_state(
            UNSETTLED_STATES,
            "done",
            override_reason=override_reason or False,
            auto_done_error=False,
        )
        for booking, invoice in zip(priced, invoices, strict=True):
            booking.invoice_id = invoice
        return done

    def _get_invoiced(self):
        """Return the visits that get an invoice: not the free ones. Hook for other ways to pay."""
        return self.filtered(lambda b: not b.currency_id.is_zero(b.price))

    def _check_invoiceable(self):
        """Refuse visits that cannot become an invoice, before anything is written.

        :raise UserError: names the booking or service, and the way out
        """
        for booking in self:
            if booking.state == "cancelled":
                raise UserError(
                    self.env._(
                        "%(booking)s is cancelled. Reopen it before marking it done.",
                        booking=booking.display_name,
                    )
                )
        journal = self._sale_journal()
        for service in self.service_id.sudo().with_company(self.company_id):
            accounts = service.product_tmpl_id.get_product_accounts()
            if not (accounts["income"] or journal.default_account_id):
                raise UserError(
                    self.env._(
                        "The service %(service)s has no income account. Set one on the service "
                        "or on its category.",
                        service=service.display_name,
                    )
                )

    def _sale_journal(self):
        """Return the journal of the invoices; see ``res.company._prepaid_sale_journal``."""
        return self.company_id._prepaid_sale_journal()

    def _missing_by_payer(self):
        """Return what the money of each payer lacks for these visits, as it is on the card.

        What is held for other visits is not there for these; their own deposits are.

        :return: payer -> amount in company currency, only where something is missing
        """
        if not self:
            return {}
        company, needed = self.company_id, defaultdict(float)
        for booking in self:
            needed[booking.payer_id] += booking.amount_total
        totals = self.payer_id.sudo().with_company(company)._prepaid_totals()
        held = self._held_by_payer(self.payer_id, company, without=self)
        missing = {
            payer: amount - max(totals.get(payer.id, NOTHING)[2] - held.get(payer, 0.0), 0.0)
            for payer, amount in needed.items()
        }
        compare = company.currency_id.compare_amounts
        return {payer: amount for payer, amount in missing.items() if compare(amount, 0) > 0}

    def _collect(self, missing, journal_id, amount):
        """Take the rest, or a part of it, for these visits.

        :return: what is still missing, by payer
        :raise UserError: an amount for visits of several payers, or more than is missing
        """
        self._check_desk()
        company, ledger = self.company_id, self.env["prepaid.ledger"]
        self._check_collect_journal(journal_id)
        if amount is not False and amount is not None:
            if len(missing) > 1:
                raise UserError(self.env._("Collect an amount from one client at a time."))
            ledger._check_amount(amount, company.currency_id)
            missing_total = sum(missing.values())
            if company.currency_id.compare_amounts(amount, missing_total) > 0:
                raise UserError(
                    self.env._(
                        "Only %(missing)s is missing. Take the rest as a top-up.",
                        missing=company.currency_id.format(missing_total),
                    )
                )
        vals_list = [
            payer._prepare_collect_vals(journal_id, amount if is_given(amount) else due)
            for payer, due in missing.items()
        ]
        telling(ledger, prepaid_vat_later=True)._take(vals_list, debts_first=False)
        taken = {vals["partner_id"]: vals["amount"] for vals in vals_list}
        left = {payer: due - taken[payer.id] for payer, due in missing.items()}
        compare = company.currency_id.compare_amounts
        return {payer: due for payer, due in left.items() if compare(due, 0) > 0}

    def _check_collect_journal(self, journal_id):
        """Refuse a journal in which the rest cannot be collected.

        :raise UserError: not a journal for money, or one in another currency: what is missing is
            in company currency
        """
        journal = self.env["res.partner"]._prepaid_journal(journal_id)
        currency = self.company_id.currency_id
        if (journal.currency_id or currency) != currency:
            raise UserError(
                self.env._(
                    "The journal %(journal)s is in %(foreign)s, the visit in %(currency)s. "
                    "Take a top-up instead, or choose another journal.",
                    journal=journal.name,
                    foreign=journal.currency_id.name,
                    currency=currency.name,
                )
            )

    def _check_credit(self, missing, override_reason):
        """Refuse service on credit beyond the policy.

        :param dict missing: payer -> amount that would stay open
        :raise UserError: says how much is missing and what to do
        :raise AccessError: a reason was given by somebody who is not a manager
        """
        if not missing:
            return
        if override_reason:
            if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
                raise AccessError(self.env._("Only managers grant credit beyond the policy."))
            return
        currency = self.company_id.currency_id
        payers = self.env["res.partner"].union(*missing)
        for payer in payers.sudo().with_company(self.company_id):
            amount, room = missing[payer], payer._prepaid_credit_room()
            if currency.compare_amounts(amount, room) > 0:
                raise UserError(payer._prepaid_short_message(amount, room))

    def _prepare_invoice_vals(self, journal):
        """Return the values of the invoice of one visit. Hook.

        Dated on the day of the service, or the first open day; due at once unless the client has
        terms (an invoice without terms would be due on the day of entry).
        """
        self.ensure_one()
        company = self.company_id
        day = company._prepaid_open_date(journal, self._service_day(), has_tax=True)
        terms = self.payer_id.with_company(company).property_payment_term_id
        return {
            "company_id": company.id,
            "journal_id": journal.id,
            "partner_id": self.payer_id.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": terms.id,
            "invoice_user_id": self.user_id.id,
            "invoice_origin": self.display_name,
            "currency_id": company.currency_id.id,
            "invoice_line_ids": [fields.Command.create(self._prepare_invoice_line_vals())],
        }

    def _prepare_invoice_line_vals(self):
        """Return the values of the invoice line of one visit. Hook."""
        self.ensure_one()
        name = self.service_id.display_name
        if self.partner_id != self.payer_id:
            name = f"{name} ({self.partner_id.name})"
        return {
            "product_id": self.service_id.id,
            "name": name,
            "quantity": 1.0,
            "price_unit": self.price,
        }
