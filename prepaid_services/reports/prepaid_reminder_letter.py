from lxml import html
from markupsafe import Markup

from odoo import models


class ReportPrepaidReminderLetter(models.AbstractModel):
    """A reminder on paper: the text of its step, to the client's address."""

    _name = "report.prepaid_services.report_reminder_letter"
    _description = "Reminder Letter"

    def _get_report_values(self, docids, data=None):
        """Return the letters, each in the client's own language.

        As superuser: the front desk has no access to open items of its own.
        """
        reminders = self.env["prepaid.reminder"].browse(docids)
        reminders.check_access("read")
        return {"docs": reminders, "letters": [self._letter(each.sudo()) for each in reminders]}

    def _letter(self, reminder):
        """Return what one letter says.

        :rtype: dict
        """
        lang = reminder.partner_id.lang or self.env.lang
        template = reminder.step_id.mail_template_id
        render = {
            name: template._render_field(name, reminder.ids, set_lang=lang)[reminder.id]
            for name in ("subject", "body_html")
        }
        return {
            "reminder": reminder.with_context(lang=lang),
            "date": reminder.date_sent or reminder.company_id._prepaid_today(),
            "subject": render["subject"],
            "body": self._on_paper(render["body_html"], reminder.pay_url),
        }

    def _on_paper(self, body, url):
        """Return the text of an e-mail as it stands on paper: nobody can press its buttons.

        :param str body: HTML
        :param str url: of the client's page; a link to it that looks like a button goes
        """
        tree = html.fromstring(body or "<div/>")
        for link in tree.xpath("//a"):
            words = "://" not in link.text_content() and link.get("href") == url
            is_button = words or "background" in (link.get("style") or "")
            holder = link.getparent()
            if not is_button or holder is None:
                link.drop_tag()
                continue
            link.drop_tree()
            if holder is not tree and not holder.text_content().strip() and not len(holder):
                holder.drop_tree()
        return Markup(html.tostring(tree, encoding="unicode"))
