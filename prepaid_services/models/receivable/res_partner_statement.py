import base64

from odoo import fields, models

from ...door import public
from ...tools.ageing import bucket_keys

#: Packages that still matter to the client
SHOWN_PACKAGES = ("active", "frozen", "expired")


class ResPartner(models.Model):
    """More on the statement: how old the debt is, and what was paid for and not used yet."""

    _inherit = "res.partner"

    def _prepaid_statement(self, date_from=False, date_to=False):
        """Extend: the age of the debts at the end, and the packages with something left.

        :return: also ``ageing``: (heading, amount) of the ages that are not empty, and
            ``packages``
        """
        statement = super()._prepaid_statement(date_from, date_to)
        client = statement["client"]
        packages = client.env["prepaid.subscription"]._portal_packages(client)
        return {
            **statement,
            "ageing": client._prepaid_debt_by_age(statement["date_to"]),
            "packages": packages.filtered(
                lambda p: p.state in SHOWN_PACKAGES and (p.is_unlimited or p.sessions_left)
            ),
        }

    def _prepaid_debt_by_age(self, as_of=False):
        """Return the payer's debts by age at the end of a day, as superuser.

        :param date as_of: local date, today by default
        :return: (heading, amount) of the ages that are not empty, in company currency
        :rtype: list[tuple[str, float]]
        """
        self.ensure_one()
        company = self.env.company
        family = company._prepaid_family()
        report = self.env["prepaid.receivable.report"].sudo()
        report = report.with_context(
            allowed_company_ids=[company.id, *(family - company).ids],
            prepaid_as_of=as_of,
            prepaid_payer_id=self.commercial_partner_id.id,
        )
        names = [f"amount_{number}:sum" for number in range(6)]
        [amounts] = report._read_group([], [], names)
        labels = [
            self.env._("Not due yet"),
            *(self.env._("%(days)s days overdue", days=days) for days in bucket_keys(30)[1:]),
        ]
        return [
            (label, amount)
            for label, amount in zip(labels, amounts, strict=True)
            if not company.currency_id.is_zero(amount or 0.0)
        ]

    def _prepaid_mail_statement(self, date_from=False, date_to=False):
        """Queue the e-mail with the statement of a period, in the client's language.

        :param date date_from: first day, the beginning by default
        :param date date_to: last day, until now by default
        :return: the queued e-mail
        :rtype: mail.mail
        """
        self.ensure_one()
        attachment = self._prepaid_statement_document(date_from, date_to)
        template = self.env.ref("prepaid_services.mail_template_statement").sudo()
        queue = self.env["prepaid.message.queue"]
        return queue._queue_mails(template, self, attachment_ids=attachment.ids)[self]

    def _prepaid_statement_document(self, date_from=False, date_to=False):
        """Return the statement of a period as PDF, in the client's language.

        :param date date_from: first day, the beginning by default
        :param date date_to: last day, until now by default
        :rtype: ir.attachment
        """
        self.ensure_one()
        report = self.env["ir.actions.report"].sudo().with_company(self.env.company)
        report = report.with_context(
            prepaid_date_from=fields.Date.to_string(date_from) or False,
            prepaid_date_to=fields.Date.to_string(date_to) or False,
        )
        content, _kind = report._render_qweb_pdf("prepaid_services.report_statement", self.ids)
        day = date_to or self.env.company._prepaid_today()
        words = self.with_context(lang=self.lang or self.env.lang).env
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": words._("Statement %(day)s.pdf", day=day),
                    "datas": base64.b64encode(content),
                    "mimetype": "application/pdf",
                }
            )
        )

    @public(context=("prepaid_date_from", "prepaid_date_to"))
    def action_prepaid_mail_statement(self):
        """E-mail the statement until today to these clients.

        :return: notification that says to whom
        :rtype: dict
        :raise UserError: a client has no e-mail address or is archived
        """
        self._prepaid_check_money_group()
        self._prepaid_check_addresses()
        for client in self:
            client._prepaid_mail_statement(
                fields.Date.to_date(self.env.context.get("prepaid_date_from")),
                fields.Date.to_date(self.env.context.get("prepaid_date_to")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The statement is on its way to %(emails)s.",
                    emails=", ".join(self.mapped("email")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
