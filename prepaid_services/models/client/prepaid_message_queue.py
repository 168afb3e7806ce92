from odoo import api, models


class PrepaidMessageQueue(models.AbstractModel):
    """The one way in which messages to clients get into Odoo's mail and SMS queues.

    Callers write a row first (a note, a reminder) and mark it in the transaction in which they
    queue its message, so nothing is sent twice and a broken text stops nothing else.
    """

    _name = "prepaid.message.queue"
    _description = "Messages to Clients"

    @api.model
    def _queue_mails(self, template, records):
        """Queue an e-mail about each record.

        :param mail.template template: for the model of the records; empty: nothing is queued
        :param records: of clients who have an address
        :return: record -> queued e-mail
        :rtype: dict
        """
        if not (template and records):
            return {}
        mails = template.send_mail_batch(records.ids, force_send=False)
        return dict(zip(records, mails, strict=True))

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
