import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text, is_id
from ...tools.groups import DESK
from ..ledger.in_line import in_line

#: A date that is further away is a slip of the keyboard
YEARS_LIMIT = 30


class ResPartner(models.Model):
    """Public calls that move a client's money."""

    _inherit = "res.partner"

    @in_line
    @public
    def prepaid_top_up(self, amount, journal_id, date=False, memo="", reference=""):
        """Put money on the client's balance.

        With the company's switch *New money pays old debt first* the oldest open invoices are
        paid from it at once.

        :param float amount: in the journal's currency, greater than zero
        :param int journal_id: bank, cash or credit card journal that receives the money
        :param date: local date as ``YYYY-MM-DD`` or date, not in the future; today at the company
            by default
        :param str memo: shown on the receipt and in the client's history
        :param str reference: idempotency key; the same one twice returns the first payment
        :return: id of the payment
        :rtype: int
        :raise UserError: bad amount, journal or date, archived client, or a reference that was
            used for something else
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self._prepaid_check_money_access()
        if not self.active:
            raise UserError(
                self.env._("%(client)s is archived. Restore the client first.", client=self.name)
            )
        return self._prepaid_payment("inbound", amount, journal_id, date, memo, reference)

    @in_line
    @public
    def prepaid_pay_out(self, amount, journal_id, date=False, memo="", reference=""):
        """Give money of the client's balance back.

        Arguments, result and errors as in :meth:`prepaid_top_up`.

        :raise UserError: also when the balance is smaller than the amount, or was on that day
        """
        self._prepaid_check_money_access()
        return self._prepaid_payment("outbound", amount, journal_id, date, memo, reference)

    @in_line
    @public(once=True)
    def prepaid_write_off(self, amount=False, date=False, memo="", reference=""):
        """Turn a balance nobody will claim into income. Only by this explicit act, never by itself.

        Local law decides when that is allowed (limitation period, unclaimed property); a balance
        that has to be handed over to the state stays a liability (IFRS 15.B47).

        :param float amount: in company currency; the whole balance by default
        :param date: local date; today at the company by default
        :param str memo: the reason, shown on the entry
        :param str reference: idempotency key; the same call again returns its first result
        :return: id of the journal entry
        :rtype: int
        :raise UserError: bad amount or date, or more than the balance
        :raise AccessError: the caller is neither manager nor accountant
        """
        check_one(self)
        if not self._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers and accountants write balances off."))
        payer, company = self.commercial_partner_id, self.env.company
        ledger = self.env["prepaid.ledger"]
        ledger._touch(payer)
        amount = payer.sudo().prepaid_balance if amount is False else amount
        ledger._check_amount(amount, company.currency_id)
        since = ledger._there_since(payer, company, amount)
        move = ledger._write_off(
            [
                {
                    "company_id": company,
                    "partner_id": payer,
                    "amount": amount,
                    "date": self._prepaid_past_date(date, since, self._prepaid_money_fact()),
                    "memo": memo or self.env._("Unclaimed client balance written off"),
                }
            ]
        )
        return move.id

    @api.model
    @public
    def prepaid_journals(self):
        """Return how money can be taken and given back: bank, cash and credit card journals.

        :return: dictionaries with id, name, type and currency of each journal of the company
        :rtype: list[dict]
        :raise AccessError: the caller is neither front desk nor accountant
        """
        self._prepaid_check_money_group()
        return [
            {
                "id": journal.id,
                "name": journal.name,
                "type": journal.type,
                "currency": (journal.currency_id or self.env.company.currency_id).name,
            }
            for journal in self._prepaid_money_journals()
        ]

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _prepaid_payment(self, payment_type, amount, journal_id, date, memo, reference):
        """Check what came from outside and take or give back one payment."""
        ledger = self.env["prepaid.ledger"]
        self.env.company._prepaid_get("prepaid_advance_account_id")
        vals = self._prepare_payment_vals(amount, journal_id, date, memo, reference)
        first = self._prepaid_find_payment(payment_type, vals)
        if first:
            return first.id
        if payment_type == "inbound":
            return ledger._take([vals]).id
        journal = self.env["account.journal"].sudo().browse(journal_id)
        currency = journal.currency_id or self.env.company.currency_id
        payer = self.commercial_partner_id
        since = ledger._there_since(payer, self.env.company, amount, currency)
        self._prepaid_past_date(date, since, self._prepaid_money_fact())
        return ledger._give_back([vals]).id

    def _prepaid_money_fact(self):
        """Return in words what must have happened before money is given back."""
        return self.env._("the money came in")

    def _prepare_payment_vals(self, amount, journal_id, date, memo, reference):
        """Check what came from outside and return the values of a payment of the payer.

        The client's row is touched: one after the other finds the payment of the same reference.

        :raise UserError: bad amount, journal or date
        """
        company, ledger = self.env.company, self.env["prepaid.ledger"]
        journal = self._prepaid_journal(journal_id)
        ledger._check_amount(amount, journal.currency_id or company.currency_id)
        ledger._touch(self)
        return {
            "partner_id": self.commercial_partner_id.id,
            "company_id": company.id,
            "journal_id": journal.id,
            "amount": amount,
            "date": self._prepaid_past_date(date),
            "memo": as_text(memo) or False,
            "prepaid_reference": as_text(reference) or False,
        }

    def _prepaid_find_payment(self, payment_type, vals):
        """Return the payment made with this idempotency key, if any.

        :raise UserError: the key was used for another client, amount or direction, or stands for
            a payment that was cancelled or reversed since
        """
        Payment = self.env["account.payment"].sudo()
        if not vals["prepaid_reference"]:
            return Payment
        payment = Payment.search(
            [
                ("company_id", "=", vals["company_id"]),
                ("prepaid_reference", "=", vals["prepaid_reference"]),
            ]
        )
        if payment and (
            payment.payment_type != payment_type
            or payment.partner_id.id != vals["partner_id"]
            or payment.currency_id.compare_amounts(payment.amount, vals["amount"])
        ):
            raise UserError(
                self.env._(
                    "The reference %(reference)s was already used for another payment "
                    "(%(payment)s). Use a new reference.",
                    reference=vals["prepaid_reference"],
                    payment=payment.name,
                )
            )
        if payment and payment._prepaid_is_void():
            raise UserError(
                self.env._(
                    "Payment %(payment)s with the reference %(reference)s has been cancelled. "
                    "Use a new reference to book the money again.",
                    reference=vals["prepaid_reference"],
                    payment=payment.name,
                )
            )
        return payment

    def _prepaid_date(self, date):
        """Return a local date from outside, today at the company by default.

        :raise UserError: not a date, or of another century
        """
        today = self.env.company._prepaid_today()
        try:
            if date and not isinstance(date, str | datetime.date):
                raise ValueError
            day = fields.Date.to_date(date) or today
        except (TypeError, ValueError):
            raise UserError(
                self.env._("%(date)s is not a date. Write it as YYYY-MM-DD.", date=date)
            ) from None
        if abs(day.year - today.year) > YEARS_LIMIT:
            raise UserError(self.env._("Check the year of %(date)s.", date=day))
        return day

    def _prepaid_past_date(self, date, since=False, fact=""):
        """Return the local day of something that has happened, today by default.

        :param date since: the day of what it depends on
        :param str fact: what it depends on, in words
        :raise UserError: in the future, or before what it depends on
        """
        day, today = self._prepaid_date(date), self.env.company._prepaid_today()
        if day > today:
            raise UserError(
                self.env._(
                    "%(date)s is in the future. Use %(today)s or an earlier day.",
                    date=day,
                    today=today,
                )
            )
        if since and day < since:
            raise UserError(
                self.env._(
                    "%(date)s is too early. Use %(since)s (%(fact)s) or a later day.",
                    date=day,
                    since=since,
                    fact=fact,
                )
            )
        return day

    @api.model
    def _prepaid_find(self, partner_id):
        """Return the client of an argument from outside; nobody when there is none."""
        return self.browse(partner_id if is_id(partner_id) else []).exists()

    def _prepaid_journal(self, journal_id):
        """Return the journal money goes through.

        :raise UserError: it does not exist, is archived, of another company, or not for money
        """
        company = self.env.company
        Journal = self.env["account.journal"].sudo()
        journal = Journal
        if is_id(journal_id):
            journal = Journal.browse(journal_id).exists()
        if (
            not journal.active
            or journal.type not in ("bank", "cash", "credit")
            or journal.company_id not in company.sudo().parent_ids
        ):
            raise UserError(
                self.env._(
                    "Choose how the money is paid: an active bank, cash or credit card journal "
                    "of %(company)s.",
                    company=company.name,
                )
            )
        return journal

    def _prepaid_user_is(self, group):
        """Return whether the caller may act like this group: superuser, member or accountant."""
        user = self.env.user
        return self.env.su or user.has_group(group) or user.has_group("account.group_account_user")

    @api.model
    def _prepaid_sees_money(self):
        """Return whether the user may see what clients have and owe, in figures.

        The user, whatever right the code has at the moment: others get a status.
        """
        return self.env.user.has_groups(DESK)

    def _prepaid_check_money_access(self):
        """Refuse callers that may not read this client or not handle money."""
        check_one(self)
        self.check_access("read")
        self._prepaid_check_money_group()

    def _prepaid_check_money_group(self):
        """Refuse callers that are neither front desk nor accountant."""
        if not (
            self._prepaid_user_is("prepaid_services.group_front_desk")
            or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(
                self.env._("Only the front desk and accountants take or give back money.")
            )

    def _prepare_collect_vals(self, journal_id, amount):
        """Return the values of a payment taken at the visit."""
        self.ensure_one()
        return {
            "partner_id": self.commercial_partner_id.id,
            "company_id": self.env.company.id,
            "journal_id": self._prepaid_journal(journal_id).id,
            "amount": amount,
            "date": self.env.company._prepaid_today(),
            "memo": self.env._("Collected at the visit"),
        }

    def _prepaid_short_message(self, missing, room):
        """Return the sentence that says how much is missing and what can be done about it.

        :param float missing: in company currency
        :param float room: credit left, in company currency
        """
        self.ensure_one()
        if not self._prepaid_sees_money():
            return self.env._(
                "The balance of %(client)s is too small for this visit. Ask the front desk to "
                "collect the rest, or a manager to grant credit.",
                client=self.name,
            )
        money = self.env.company.currency_id.format
        if self.env.company.currency_id.is_zero(self._prepaid_credit_limit()):
            policy = self.env._("is not approved for service on credit")
        else:
            policy = self.env._("has only %(room)s of credit left", room=money(room))
        return self.env._(
            "%(missing)s is missing and %(client)s %(policy)s. Collect the rest now, take a "
            "top-up, or ask a manager to grant credit.",
            missing=money(missing),
            client=self.name,
            policy=policy,
        )
