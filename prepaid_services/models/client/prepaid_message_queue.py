import re

from odoo import api, models

#: The key in a link to a page of the client's own
KEY = re.compile(r"(access_token(?:=|%3D))[^\"'&\s<>]+")


class PrepaidMessageQueue(models.AbstractModel):
    """The one way in which messages to clients get into Odoo's mail and SMS queues.

    Callers write a row first (a note, a reminder) and mark it in the transaction in which they
    queue its message, so nothing is sent twice and a broken text stops nothing else.
    """

    _name = "prepaid.message.queue"
    _description = "Messages to Clients"

    @api.model
    def _queue_mails(self, template, records, **values):
        """Queue an e-mail about each record.

        :param mail.template template: for the model of the records; empty: nothing is queued
        :param records: of clients who have an address
        :param values: of the e-mails, instead of the template's
        :return: record -> queued e-mail
        :rtype: dict
        """
        if not (template and records):
            return {}
        if records._name == "res.partner":
            # Every employee, of every company, reads what hangs on a contact
            values = {"model": False, "res_id": False, **values}
        mails = template.send_mail_batch(records.ids, force_send=False, email_values=values)
        self._hide_keys(mails)
        return dict(zip(records, mails, strict=True))

    @api.model
    def _hide_keys(self, mails):
        """Take the keys to the client's pages out of what is kept of e-mails beside a record.

        The e-mail goes out as it was written: its own text is the administrator's only.
        """
        for message in mails.sudo().mail_message_id:
            body = KEY.sub(r"\1…", message.body or "")
            if body != message.body:
                message.body = body

    @api.model
    def _queue_texts(self, template, records):
        """Queue an SMS about each record whose client has a valid phone number.

        :param sms.template template: for the model of the records; empty: nothing is queued
        :param records: records with a ``partner_id``
        :return: record -> queued SMS
        :rtype: dict
        """
        numbers = {record: record.partner_id._phone_format(fname="phone") for record in records}
        records = records.filtered(lambda record: numbers[record])
        if not (template and records):
            return {}
        bodies = template._render_field("body", records.ids, compute_lang=True)
        texts = self.env["sms.sms"].create(
            [
                {
                    "partner_id": record.partner_id.id,
                    "number": numbers[record],
                    "body": bodies[record.id],
                }
                for record in records
            ]
        )
        return dict(zip(records, texts, strict=True))
