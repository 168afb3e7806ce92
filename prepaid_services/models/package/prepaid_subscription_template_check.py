from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import COUNT_LIMIT, is_count, is_given, is_id
from .prepaid_subscription import LIVE_STATES


class PrepaidSubscriptionTemplate(models.Model):
    """What can be agreed at a sale, and what is refused before anything is written."""

    _inherit = "prepaid.subscription.template"

    def _check_terms(self, terms, day, price, quantity):
        """Return what is agreed at the sale, checked and JSON-safe.

        :raise UserError: a number, date or client that cannot be; something that is fixed by a
            template that is not freestyle
        """
        self.ensure_one()
        self._check_count(quantity, 1, self.env._("The quantity"))
        if quantity > 1 and not self.allow_overlap:
            raise UserError(
                self.env._(
                    "%(template)s does not allow two at the same time. Sell one, and the next one "
                    "with a later start.",
                    template=self.name,
                )
            )
        self.env["prepaid.ledger"]._check_not_negative(price, self.env._("The price"))
        for name, least in (("sessions", 1), ("bonus_sessions", 0)):
            if is_given(terms[name]):
                self._check_count(terms[name], least, self.env._("The number of sessions"))
        changed = [terms[name] for name in ("sessions", "bonus_sessions", "date_end")] + [price]
        if not self.is_freestyle and any(is_given(value) for value in changed):
            self._check_freestyle(terms, price)
        return self._clean_terms(terms, day)

    @api.model
    def _check_count(self, value, least, label):
        """Refuse an argument from outside that is no whole number, or too small or large.

        :raise UserError: names the argument
        """
        if not is_count(value, least):
            raise UserError(
                self.env._(
                    "%(field)s must be a whole number from %(least)s to %(most)s.",
                    field=label,
                    least=least,
                    most=COUNT_LIMIT,
                )
            )

    def _check_money_terms(self, discount, currency_id):
        """Return the currency of a sale.

        :raise UserError: a discount that is no percentage, or a currency that does not exist
        """
        if not (self.env["prepaid.ledger"]._is_number(discount) and 0 <= discount <= 100):
            raise UserError(self.env._("The discount must be between 0 and 100 percent."))
        if not currency_id:
            return self.company_id.currency_id
        currency = self.env["res.currency"].browse(currency_id if is_id(currency_id) else [])
        currency = currency.exists()
        if not currency.active:
            raise UserError(self.env._("Choose an active currency."))
        return currency

    def _check_payment_term(self, payment_term_id):
        """Return the payment terms of a sale in instalments; none when none are asked for.

        :raise UserError: they do not exist, are archived, or belong to another company
        """
        terms = self.env["account.payment.term"]
        if not is_given(payment_term_id):
            return terms
        terms = terms.browse(payment_term_id if is_id(payment_term_id) else []).exists()
        companies = self.company_id.sudo().parent_ids
        if not terms.active or (terms.company_id and terms.company_id not in companies):
            name = self.company_id.name
            raise UserError(self.env._("Choose active payment terms of %(company)s.", company=name))
        return terms

    def _check_freestyle(self, terms, price):
        """Refuse changes at the sale of a template that is not freestyle, except by managers.

        :raise UserError: names the template
        """
        same = (
            (not is_given(terms["sessions"]) or terms["sessions"] == self.sessions)
            and (
                not is_given(terms["bonus_sessions"])
                or terms["bonus_sessions"] == self.bonus_sessions
            )
            and not terms["date_end"]
            and (not is_given(price) or not self.currency_id.compare_amounts(price, self.price))
        )
        if not same:
            self._check_freestyle_manager()

    def _check_freestyle_manager(self):
        """Refuse anybody but managers to change what this template fixes.

        :raise UserError: names the template
        """
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise UserError(
                self.env._(
                    "%(template)s is sold as it is. Ask a manager, or use a freestyle template.",
                    template=self.name,
                )
            )

    def _clean_terms(self, terms, day):
        """Return the terms with real dates and existing clients.

        :raise UserError: a date that is none, an end before the start, too many clients, or an
            overlap that the template forbids
        """
        to_date = self.env["res.partner"]._prepaid_date
        start = to_date(terms["date_start"]) if terms["date_start"] else False
        end = to_date(terms["date_end"]) if terms["date_end"] else False
        if end and end < (start or day):
            raise UserError(self.env._("The package would end before it starts."))
        members = self._check_members(terms["member_ids"]).filtered(
            lambda m: m.id != terms["partner_id"]
        )
        if len(members) + 1 > self.member_limit:
            raise UserError(
                self.env._(
                    "%(template)s is for %(count)s client(s). Choose fewer, or raise the number "
                    "on the template.",
                    template=self.name,
                    count=self.member_limit,
                )
            )
        if not self.allow_overlap:
            self._check_overlap(terms["partner_id"], start or day, end)
        cleaned = {
            **terms,
            "date_start": fields.Date.to_string(start) if start else False,
            "date_end": fields.Date.to_string(end) if end else False,
            "member_ids": members.ids,
            "date": fields.Date.to_string(day),
        }
        return {name: value for name, value in cleaned.items() if is_given(value)}

    def _check_members(self, ids):
        """Return the other clients of a sale.

        :raise UserError: not a list of clients that exist
        """
        ids = ids if is_given(ids) else []
        known = isinstance(ids, list | tuple) and all(is_id(each) for each in ids)
        members = self.env["res.partner"].browse(ids if known else [])
        if not known or members - members.exists():
            raise UserError(self.env._("Choose existing clients to share the package with."))
        return members

    def _check_overlap(self, partner_id, start, end):
        """Refuse a second package of this template that is valid at the same time.

        :param date end: last valid day; False: by the validity of the template
        :raise UserError: names the one that is valid
        """
        end = end or self._validity_end(start)
        last = end and fields.Date.add(end, days=self.grace_days)
        other = self.env["prepaid.subscription"].sudo().search(
            [
                ("template_id", "=", self.id),
                ("partner_id", "=", partner_id),
                ("state", "in", LIVE_STATES),
                "|",
                ("date_last", "=", False),
                ("date_last", ">=", start),
                "|",
                ("date_start", "=", False),
                ("date_start", "<=", last or fields.Date.to_date("9999-12-31")),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "The client still has %(package)s (until %(day)s), and this template does not "
                    "allow two at the same time. Choose a later start.",
                    package=other.display_name,
                    day=other.date_last or self.env._("it is used up"),
                )
            )
