from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import is_id
from ...tools.groups import DESK
from ..client.res_partner import MONEY_GROUPS


class ResPartner(models.Model):
    """How a client is reminded, and what stops it: a promise, a dispute, an instalment plan."""

    _inherit = "res.partner"

    prepaid_reminder_mode = fields.Selection(
        [
            ("automatic", "Automatic"),
            ("manual", "After confirmation"),
            ("never", "Never"),
        ],
        "Reminders",
        company_dependent=True,
        tracking=True,
        help="Automatic: as each step says. After confirmation: nothing goes out before somebody "
        "confirms it. Never: no reminder at all.",
        groups=DESK,
    )
    prepaid_promise_date = fields.Date(
        "Promised to Pay by",
        company_dependent=True,
        tracking=True,
        help="Until this day is over, no reminder is sent.",
        groups=DESK,
    )
    prepaid_dispute_reason = fields.Char(
        "In Dispute because",
        company_dependent=True,
        tracking=True,
        help="As long as it says something here, no reminder is sent.",
        groups=DESK,
    )
    prepaid_reminder_count = fields.Integer(
        compute="_compute_prepaid_reminder_count", compute_sudo=True, groups=MONEY_GROUPS
    )

    def _compute_prepaid_reminder_count(self):
        """Count the messages and calls a client has got, not the documents they were about."""
        counts = dict(
            self.env["prepaid.reminder"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("lead_id", "=", False),
                    ("state", "in", ("queued", "done")),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.prepaid_reminder_count = counts.get(partner.commercial_partner_id, 0)

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public
    def prepaid_promise(self, date, note=""):
        """Note that the client promised to pay by a day; until it is over, no reminder is sent.

        :param date: local date as ``YYYY-MM-DD`` or date, today or later
        :param str note: what was said, for the history of the client
        :return: True
        :raise UserError: not a date, or one that is past
        :raise AccessError: the caller is neither front desk nor accountant
        """
        payer = self._prepaid_reminded_payer()
        day = self._prepaid_date(date)
        if day < self.env.company._prepaid_today():
            raise UserError(self.env._("A promise to pay needs a day that is still to come."))
        payer.prepaid_promise_date = day
        return payer._prepaid_log_note(self.env._("Promised to pay by %(day)s.", day=day), note)

    @public
    def prepaid_dispute(self, reason, invoice_ids=()):
        """Note that the client does not agree: with the invoices given, or with everything.

        No reminder is sent about them until :meth:`prepaid_end_dispute`.

        :param str reason: what the client says
        :param list[int] invoice_ids: posted invoices of the client; all debts by default
        :return: True
        :raise UserError: no reason, or an invoice is not the client's
        :raise AccessError: the caller is neither front desk nor accountant
        """
        payer = self._prepaid_reminded_payer()
        if not reason or not isinstance(reason, str):
            raise UserError(self.env._("Say why the client does not agree."))
        if invoice_ids:
            payer._prepaid_invoices(invoice_ids).prepaid_dispute_reason = reason
        else:
            payer.prepaid_dispute_reason = reason
        return payer._prepaid_log_note(self.env._("In dispute."), reason)

    @public
    def prepaid_end_dispute(self, invoice_ids=()):
        """Note that a dispute is settled: reminders go on.

        :param list[int] invoice_ids: only these invoices; everything of the client by default
        :return: True
        :raise UserError: an invoice is not the client's
        :raise AccessError: the caller is neither front desk nor accountant
        """
        payer = self._prepaid_reminded_payer()
        if invoice_ids:
            payer._prepaid_invoices(invoice_ids).prepaid_dispute_reason = False
        else:
            payer.prepaid_dispute_reason = False
            payer._prepaid_disputed().prepaid_dispute_reason = False
        return payer._prepaid_log_note(self.env._("Dispute settled."), "")

    @public
    def prepaid_instalments(self, parts):
        """Agree on an instalment plan for all that is open of the client.

        As long as each part is paid in time, no reminder is sent about these debts.

        :param list parts: ``[date, amount]`` of each part, in company currency; together they
            pay everything that is open
        :return: id of the plan
        :rtype: int
        :raise UserError: nothing is open, a bad date or amount, or another sum
        :raise AccessError: the caller is neither front desk nor accountant
        """
        payer = self._prepaid_reminded_payer()
        try:
            pairs = [(day, amount) for day, amount in parts]
        except (TypeError, ValueError):
            raise UserError(
                self.env._("Each part of an instalment plan is a date and an amount.")
            ) from None
        checked = [(self._prepaid_date(day), amount) for day, amount in pairs]
        plan = self.env["prepaid.instalment.plan"]._agree(payer, self.env.company.root_id, checked)
        payer._prepaid_log_note(
            self.env._("Instalment plan agreed: %(count)s parts.", count=len(checked)), ""
        )
        return plan.id

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _prepaid_reminded_payer(self):
        """Return the payer, as superuser, for callers who may deal with clients' money.

        The desk writes neither invoices nor, in a strict set-up, other companies' contacts.
        """
        self._prepaid_check_money_access()
        return self.commercial_partner_id.sudo()

    def _prepaid_invoices(self, invoice_ids):
        """Return invoices named from outside.

        :raise UserError: not ids, or not posted invoices of this payer in the legal entity
        """
        ids = invoice_ids if isinstance(invoice_ids, list | tuple) else [invoice_ids]
        if not all(map(is_id, ids)):
            raise UserError(self.env._("Give the invoices as a list of their ids."))
        found = self.env["account.move"].search(
            [*self._prepaid_own_invoices(), ("id", "in", list(ids))]
        )
        if len(found) != len(set(ids)):
            raise UserError(
                self.env._("These are not all invoices of %(client)s.", client=self.name)
            )
        return found

    def _prepaid_own_invoices(self):
        """Return the domain of the posted customer invoices of this payer."""
        return [
            ("commercial_partner_id", "=", self.id),
            ("company_id", "in", self.env.company._prepaid_family().ids),
            ("move_type", "in", ("out_invoice", "out_receipt")),
            ("state", "=", "posted"),
        ]

    def _prepaid_disputed(self):
        """Return the invoices of this payer that are in dispute."""
        return self.env["account.move"].search(
            [*self._prepaid_own_invoices(), ("prepaid_dispute_reason", "!=", False)]
        )

    def _prepaid_log_note(self, what, note):
        """Write what was agreed into the history of the client.

        :return: True
        """
        self._message_log(body=f"{what} {note}".strip(), author_id=self.env.user.partner_id.id)
        return True

    @api.model
    def _prepaid_setting_sql(self, name, company):
        """Return one setting of ``payer`` in each company of the legal entity, as SQL.

        :param str name: company-dependent field of the payer
        :rtype: SQL
        """
        column = SQL.identifier("payer", name)
        keys = [str(each.id) for each in company._prepaid_family()]
        return SQL(", ").join(SQL("NULLIF(%s->>%s, '')", column, key) for key in keys)

    @public
    def action_prepaid_reminders(self):
        """Open the reminders of the client."""
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_reminder_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
