from urllib.parse import urlencode

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from odoo.addons.payment import utils as payment_utils


class ResPartner(models.Model):
    """Clients pay online to their balance, or what they owe."""

    _inherit = "res.partner"

    def _prepaid_pay_path(self, token="", **query):
        """Return the path of the page on which the client pays.

        :param str token: of the client's link; without it the page needs a login
        :param query: ``amount`` to pay, ``company`` (id)
        :rtype: str
        """
        self.ensure_one()
        path = f"/my/balance/{self.id}/pay" if token else "/my/balance/pay"
        query = {name: value for name, value in {**query, "access_token": token}.items() if value}
        return f"{path}?{urlencode(query)}" if query else path

    def _prepaid_signature(self, purpose, amount):
        """Return the proof that the server let this client pay this amount in this company.

        :param str purpose: ``balance`` or ``debt``
        :param float amount: in company currency
        :rtype: str
        :raise AccessError: the caller may not see the client, or give nobody a link
        """
        self._prepaid_check_may_link()
        company = self.env.company
        text = float_repr(amount, company.currency_id.decimal_places)
        values = ("prepaid", self.id, company.id, purpose, text)
        return payment_utils.generate_access_token(*values, env=self.env)

    def _prepaid_payable(self, purpose, amount):
        """Return why a client cannot pay an amount; empty when it may be paid.

        :param str purpose: ``balance`` or ``debt``
        :param float amount: in company currency, typed by the client
        :rtype: str
        """
        self.ensure_one()
        company = self.env.company
        currency = company.currency_id
        debt = self.sudo().prepaid_debt
        if not company.root_id.prepaid_portal_top_up:
            return self.env._("Online payment is switched off. Call us.")
        if purpose == "debt" and currency.compare_amounts(amount, debt):
            return self.env._("What you owe has changed. Reload the page.")
        return self._prepaid_amount_problem(amount)

    def _prepaid_remind(self, summary, note, user):
        """Schedule an activity on a client, once however often it is asked for."""
        self.ensure_one()
        return self._prepaid_schedule_once(self, summary, note, user)

    def _prepaid_amount_problem(self, amount):
        """Return what is wrong with an amount of money, in words for the client."""
        try:
            self.env["prepaid.ledger"]._check_amount(amount, self.env.company.currency_id)
        except UserError as error:
            return str(error)
        return ""

    @api.model
    def _prepaid_schedule_once(self, record, summary, note, user):
        """Schedule an activity on a client or a booking, unless it waits there already.

        :param record: with activities
        :param str summary: what is to be done; the same one is the same activity
        :param str note: the whole story
        :param res.users user: who does it
        """
        record = record.sudo()
        if summary in record.activity_ids.mapped("summary"):
            return
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=Markup("<p>%s</p>") % note,
            user_id=(user or record.create_uid).id,
        )
