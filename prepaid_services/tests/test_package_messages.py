from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .cases import CaseDriver

MESSAGES = "odoo.addons.prepaid_services.models.message.prepaid_message_mixin"


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestPackageMessages(CaseDriver):
    """Clients are told about their packages: each thing once, in their language, or not at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "prepaid_package_messages": True,
                "prepaid_package_sms": True,
                "email": "salon@example.com",
            }
        )
        cls.client.write({"email": "anna@example.com", "phone": "+32 456 00 11 22"})

    def _run_messages(self, left=float("inf")):
        """Run the cron of the messages; without time left it stops after a batch."""
        crons = type(self.env["ir.cron"])
        self.env.invalidate_all()  # as in a transaction of its own
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: left):
            self.env["prepaid.subscription"].sudo()._cron_messages()

    def _texts(self, client=None):
        """Return the queued SMS of a client, oldest first."""
        texts = self.env["sms.sms"].sudo().search([], order="id")
        return texts.filtered(lambda s: s.partner_id == (client or self.client)).mapped("body")

    def _mails(self, client=None):
        """Return the queued e-mails of a client, oldest first."""
        mails = self.env["mail.mail"].sudo().search(
            [("model", "=", "prepaid.subscription"), ("state", "=", "outgoing")], order="id"
        )
        return mails.filtered(lambda m: m.recipient_ids == (client or self.client))

    def _notes(self):
        """Return what was noted about the package."""
        return self.env["prepaid.subscription.message"].search(
            [("subscription_id", "in", self.packages.ids)], order="id"
        )

    def _expect(self, *subjects):
        """Run twice: the client has e-mails with exactly these subjects, and as many SMS."""
        for _run in range(2):
            self._run_messages()
            found = self._mails().mapped("subject")
            self.assertEqual(len(found), len(subjects), found)
            for subject, words in zip(found, subjects, strict=True):
                self.assertRegex(subject, words)
            self.assertEqual(len(self._texts()), len(subjects))

    def test_whole_life(self):
        self._sell(self._template(100.0, 4, validity_number=1))
        self.assertFalse(self._mails(), "never in the transaction of the sale")
        self._expect("Your package Package")
        [mail] = self._mails()
        for words in ("Anna", "Sessions left: <strong>4", "02/14/2026", "/my/balance/"):
            self.assertIn(words, mail.body_html)
        self.assertEqual(self._mails().email_from, self.company.email_formatted)
        self.package.use_session(units=2)
        self._expect("Your package")
        with freeze_time("2026-02-15 12:00:00"):
            self._run_crons()
            self._expect("Your", "has expired")
            self.package.extend("2026-04-30")
            self._expect("Your", "expired", "valid again")
        self.assertEqual(set(self._notes().mapped("state")), {"queued"})

    def test_waits_for_payment(self):
        self._sell(self._template(100.0, 4, activation="payment"))
        self.assertEqual(self.package.state, "draft")
        self._expect()
        self._top_up(100.0)
        self.assertEqual(self.package.state, "active")
        self._expect("Your package")

    def test_sold_again_is_told_once(self):
        self._sell(self._template(100.0, 4))
        self._expect("Your package")
        invoice = self.package.sudo().invoice_line_id.move_id
        invoice.button_draft()
        invoice.action_post()
        self._expect("Your package")

    def test_what_is_not_true_any_more_is_dropped(self):
        self._sell(self._template(100.0, 4))
        self.package.sudo().invoice_line_id.move_id.button_draft()
        self._expect()
        self.assertEqual(self._notes().state, "dropped")

    def test_language_of_the_client(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.client.lang = "fr_FR"
        template = self.env.ref("prepaid_services.mail_template_package_sold")
        template.with_context(lang="fr_FR").subject = "Votre forfait {{ object.template_id.name }}"
        text = self.env.ref("prepaid_services.sms_template_package_sold")
        text.with_context(lang="fr_FR").body = "Merci {{ object.partner_id.name }}"
        dana = self._create_client("Dana", email="dana@example.com", phone="+32456001133")
        package_template = self._template(100.0, 4)
        self._sell(package_template)
        package_template.sell(dana.id)
        self._run_messages()
        self.assertEqual(self._mails().subject, "Votre forfait Package")
        self.assertEqual(self._texts(), ["Merci Anna"])
        self.assertEqual(self._mails(dana).subject, "Your package Package")

    def test_off(self):
        self.company.prepaid_package_messages = False
        self._sell(self._template(100.0, 3, validity_number=1))
        self.package.use_session()
        with freeze_time("2026-02-14 12:00:00"):
            self._expect()
        with freeze_time("2026-02-15 12:00:00"):
            self._run_crons()
            self._expect()
            self.package.extend("2026-04-30")
        self._expect()
        self.assertFalse(self._notes())

    def test_switched_off_while_waiting(self):
        self._sell(self._template(100.0, 4))
        self.company.prepaid_package_messages = False
        self._expect()

    def test_without_sms(self):
        self.company.prepaid_package_sms = False
        self._sell(self._template(100.0, 4))
        self._run_messages()
        self.assertEqual((len(self._mails()), self._texts()), (1, []))

    def test_clients_who_cannot_be_reached(self):
        template = self._template(100.0, 4)
        for vals in ({"email": False, "phone": False}, {"email": "nobody", "phone": False}):
            self.client.write(vals)
            self._sell(template)
            self._expect()
        self.client.write({"email": "anna@example.com"})
        self._sell(template)
        self.client.sudo().active = False
        self._expect()

    def test_killed_half_way(self):
        self._sell(self._template(100.0, 4), quantity=2)
        Message = type(self.env["prepaid.subscription.message"])
        with (
            patch.object(Message, "_queue_texts", side_effect=MemoryError),
            self.assertRaises(MemoryError),
            self.env.cr.savepoint(),
        ):
            self._run_messages()
        self._notes().invalidate_recordset()
        self.assertEqual(self._notes().mapped("state"), ["waiting", "waiting"])
        self.assertFalse(self._mails())
        with patch(f"{MESSAGES}.BATCH", 1):
            self._run_messages(left=0)
        self.assertEqual(self._notes().mapped("state"), ["queued", "waiting"])
        self._expect("Your package", "Your package")

    def test_broken_template_stops_nothing(self):
        """A text that works for some packages only: the others are sent, the sale stands."""
        template = self.env.ref("prepaid_services.sms_template_package_sold")
        template.body = "{{ 1 / (object.sessions_left - 3) }}"
        self._sell(self._template(100.0, 3))
        broken = self.package
        self._sell(self._template(100.0, 4))
        with mute_logger("odoo.addons.mail.models.mail_render_mixin", MESSAGES):
            self._run_messages()
        self.assertEqual((len(self._mails()), len(self._texts())), (1, 1), "all or nothing")
        failed = self.env["prepaid.subscription.message"].search([("state", "=", "failed")])
        self.assertEqual(failed.subscription_id.ids, broken.ids)
        self.assertTrue(failed.error)
        template.body = "Repaired"
        with self.assertRaises(AccessError):
            failed.with_user(self.specialist).action_retry()
        self._as_desk(failed).action_retry()
        self._run_messages()
        self.assertEqual((len(self._mails()), self._texts()[-1]), (2, "Repaired"))
        self.assertEqual(failed.state, "queued")

    def test_deleted_template(self):
        self.env.ref("prepaid_services.mail_template_package_sold").unlink()
        self._sell(self._template(100.0, 4))
        self._run_messages()
        self.assertEqual((len(self._mails()), len(self._texts())), (0, 1))

    def test_settings(self):
        self.assertFalse(self.env["res.company"].create({"name": "New"}).prepaid_package_messages)

    def test_record_is_not_edited(self):
        self._sell(self._template(100.0, 4))
        note = self._notes()
        for call in (lambda: self._as_desk(note).write({"key": "x"}), self._as_desk(note).unlink):
            with self.assertRaises(AccessError):
                call()

    def test_cron(self):
        """The cron itself commits, and works."""
        self._sell(self._template(100.0, 4))
        with self.enter_registry_test_mode():
            self.env.ref("prepaid_services.ir_cron_package_messages").method_direct_trigger()
        self.assertEqual(len(self._mails()), 1)
