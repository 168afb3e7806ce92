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
            "body": Markup(render["body_html"]),
        }
