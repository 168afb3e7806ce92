from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL


class PrepaidReminder(models.Model):
    """What a reminder says: the placeholders of its texts, in the language of the client.

    A topic fills them in ``_content_<topic>()``.
    """

    _inherit = "prepaid.reminder"

    amount_text = fields.Char(
        "Total",
        compute="_compute_content",
        compute_sudo=True,
        help="What is to be paid, a sum per currency. Placeholder for texts.",
    )
    items_html = fields.Html(
        "List",
        compute="_compute_content",
        compute_sudo=True,
        sanitize=False,
        help="The list of what it is about. Placeholder for e-mails and letters.",
    )
    pay_url = fields.Char(
        compute="_compute_pay_url",
        compute_sudo=True,
        help="The client's own page. Placeholder for texts.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_pay_url(self):
        """The link of the client's own page, signed for this client."""
        for reminder in self:
            partner = reminder.partner_id.with_company(reminder.company_id)
            reminder.pay_url = partner.prepaid_portal_url

    @api.depends_context("lang")
    @api.depends("channel", "date_due", "date_sent", "partner_id", "step_id", "topic")
    def _compute_content(self):
        """Ask the topics, in one query each."""
        for topic, reminders in self.grouped("topic").items():
            contents = reminders._content(topic)
            for reminder in reminders:
                content = contents.get(reminder.id, {})
                reminder.amount_text = content.get("amount_text", "")
                reminder.items_html = content.get("items_html", Markup(""))

    def _content(self, topic):
        """Return the placeholders of reminders of one topic: ``_content_<topic>()``.

        :return: reminder id -> {amount_text, items_html}
        :rtype: dict
        """
        return getattr(self, f"_content_{topic}")()

    def _content_debt(self):
        """Return what is overdue of each client: all documents, whatever step they are at.

        What is ahead (a step before the due date) is listed, too. Credits and the client's
        balance are listed and taken off, in their own currency.

        :return: reminder id -> {amount_text, items_html}
        :rtype: dict
        """
        contents = {}
        for company, reminders in self.grouped("company_id").items():
            lines = reminders._debt_lines(company)
            credits = reminders._debt_credits(company)
            today = company._prepaid_today()
            for reminder in reminders:
                until = max(reminder.date_due or today, today)
                items = [
                    each for each in lines[reminder.partner_id.id] if each["date_due"] <= until
                ]
                contents[reminder.id] = reminder._debt_content(
                    items, credits[reminder.partner_id.id], today
                )
        return contents

    def _pay_until(self, today):
        """Return the local day by which the client is asked to pay.

        :param date today: at the company
        """
        self.ensure_one()
        if self.step_id.days < 0:
            return max(self.date_due or today, today)
        return (self.date_sent or today) + timedelta(days=self.step_id.pay_days)

    def _how_to_pay(self, totals, items, today):
        """Return how the client pays what a message asks for; nothing on the phone.

        :param dict totals: currency id -> amount
        :param list[dict] items: what it is about
        """
        self.ensure_one()
        if self.channel not in ("email", "letter"):
            return {}
        [(key, amount)] = totals.items() if len(totals) == 1 else [(False, sum(totals.values()))]
        return self.company_id._prepaid_how_to_pay(
            self.partner_id,
            amount,
            self.env["res.currency"].browse(key),
            reference=", ".join(dict.fromkeys(item["document"] for item in items)),
            until=self._pay_until(today),
            qr=self.channel == "letter",
        )

    def _debt_content(self, items, credits, today):
        """Return the list and the total of one client.

        :param list[dict] items: open items, oldest first
        :param dict credits: currency id -> what the client has with us
        """
        Currency = self.env["res.currency"]
        totals = defaultdict(float)
        for item in items:
            totals[item["currency_id"]] += item["amount"]
        rows = [
            {
                "document": item["document"],
                "date_due": item["date_due"],
                "days": max((today - item["date_due"]).days, 0),
                "amount": Currency.browse(item["currency_id"]).format(item["amount"]),
            }
            for item in items
        ]
        used = {key: min(credits.get(key, 0.0), total) for key, total in totals.items()}
        asked = {
            key: total - used[key]
            for key, total in totals.items()
            if Currency.browse(key).compare_amounts(total, used[key]) > 0
        }
        texts = [Currency.browse(key).format(amount) for key, amount in asked.items()]
        values = {
            "rows": rows,
            "credits": [
                Currency.browse(key).format(-paid) for key, paid in used.items() if paid > 0
            ],
            "totals": texts,
            "pay": self._how_to_pay(asked, items, today),
        }
        html = self.env["ir.qweb"]._render("prepaid_services.reminder_debts", values)
        return {"amount_text": " + ".join(texts), "items_html": html}

    def _debt_lines(self, company):
        """Return the open items that the clients are asked for, by payer.

        :rtype: dict[int, list[dict]]
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT item.payer_id, item.date_due, line.currency_id, move.name AS document,
                       line.amount_residual_currency AS amount
                  FROM (%(items)s) item
                  JOIN account_move_line line ON line.id = item.id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE item.payer_id IN %(payers)s AND item.peace IS NULL
              ORDER BY item.date_due, item.id
                """,
                items=self._asked_items_sql(company),
                payers=tuple(self.partner_id.ids),
            )
        )
        found = defaultdict(list)
        for row in rows:
            row["amount"] = float(row["amount"])
            found[row["payer_id"]].append(row)
        return found

    def _debt_credits(self, company):
        """Return what the clients have with us, by payer and currency.

        :rtype: dict[int, dict[int, float]]
        """
        accounts = self._debt_accounts(company)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT client.commercial_partner_id, line.currency_id,
                       -SUM(line.amount_residual_currency * %(gross)s)
                  FROM account_move_line line
                  JOIN res_partner client ON client.id = line.partner_id
                 WHERE %(open)s AND line.account_id IN %(accounts)s AND line.amount_residual < 0
                   AND client.commercial_partner_id IN %(payers)s
              GROUP BY 1, 2
                """,
                gross=self._gross_sql(),
                open=self._open_lines_sql(company),
                accounts=accounts,
                payers=tuple(self.partner_id.ids),
            )
        )
        found = defaultdict(dict)
        for payer, currency, amount in rows:
            found[payer][currency] = self.env["res.currency"].browse(currency).round(float(amount))
        return found
