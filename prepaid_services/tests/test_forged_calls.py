from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .cases import CaseDriver
from .debt_common import DebtCommon
from .deposit_common import DepositCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestForgedCalls(CaseDriver):
    """What a remote call may carry besides its arguments: contexts, own defaults, others' ids."""

    def _own_default(self, user, model, field, value):
        """Choose a default for oneself, as every employee may."""
        self.env["ir.default"].with_user(user).set(model, field, value, user_id=True)

    def _vals(self, **vals):
        return {
            "partner_id": self.client.id,
            "service_id": self.service.id,
            "start": "2026-01-20 10:00:00",
            **vals,
        }

    def test_booking_begins_as_a_draft(self):
        """Neither the context nor a default of one's own makes a visit done, paid or free."""
        forged = {
            "default_state": "done",
            "default_deposit_state": "paid",
            "default_deposit_held": 500.0,
            "default_amount_total": 0.0,
        }
        Booking = self.env["prepaid.booking"].with_user(self.specialist)
        Booking = Booking.with_company(self.company)
        self._own_default(self.specialist, "prepaid.booking", "state", "confirmed")
        for booking in (
            Booking.create(self._vals()),
            Booking.with_context(**forged).create(self._vals(start="2026-01-21 10:00:00")),
        ):
            self.assertRecordValues(
                booking,
                [
                    {
                        "state": "draft",
                        "deposit_state": "none",
                        "deposit_held": 0.0,
                        "amount_total": 120.0,
                    }
                ],
            )
        self.assertEqual(Booking.default_get(["state"]), {"state": "draft"})

    def test_package_is_not_chosen_by_writing(self):
        """Whoever could name a package would read it, and use up its sessions."""
        self._sell(self._template(100.0, 4))
        own = self._book("2026-01-20", client=self._create_client("Dana"))
        own = own.with_user(self.specialist).with_company(self.company)
        package = self.package.with_user(self.specialist)
        for vals in ({"subscription_id": package.id}, {"session_units": 9}, {"pay_otherwise": 1}):
            self._refused("button", own.write, vals)
        with self.assertRaises(AccessError):
            package.read(["sessions_left"])

    def test_credit_is_not_decided_by_a_default(self):
        Partner = self.env["res.partner"].with_user(self.desk).with_company(self.company)
        self._own_default(self.desk, "res.partner", "service_credit_limit", 900.0)
        forged = {"default_service_credit_state": "approved", "default_service_credit_limit": 900.0}
        for partner in (
            Partner.create({"name": "Dana"}),
            Partner.with_context(**forged).create({"name": "Dan"}),
        ):
            self.assertEqual(partner.service_credit_state, "not_reviewed")
            self.assertEqual(partner.service_credit_limit, 0.0)

    def test_hold_by_hand_does_not_become_one_that_ends_by_itself(self):
        client = self.client.with_company(self.company)
        client.with_user(self.manager).prepaid_decide_credit("hold", reason="Owes the neighbours")
        desk = self._as_desk(self.client)
        with self.assertRaises(AccessError):
            desk.write({"service_credit_auto_hold": True})
        # The form may send the state back as it is
        desk.write({"service_credit_state": "on_hold", "comment": "Called"})
        self.assertEqual(client.service_credit_state, "on_hold")

    def test_history_of_credit_is_not_written_by_hand(self):
        forged = {"prepaid_review": {"reason": "Trust me", "limit": 900.0, "user_id": 2}}
        self._as_desk(self.client).with_context(**forged).write(
            {"service_credit_state": "not_reviewed"}
        )
        Review = self.env["prepaid.credit.review"]
        self.assertFalse(Review.search([("partner_id", "=", self.client.id)]))

    def test_dialogs_tell_nothing_of_others(self):
        other = self._create_user("other", "prepaid_services.group_specialist")
        visit = self._book("2026-01-20", user_id=other.id)
        vals = {"booking_ids": [fields.Command.link(visit.id)]}
        for model, name in (
            ("prepaid.collect", "client_names"),
            ("prepaid.collect", "credit_room"),
            ("prepaid.cancel", "effect"),
        ):
            dialog = self.env[model].with_user(self.specialist).with_company(self.company)
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                dialog.create(vals).read([name])
            with self.assertRaises(AccessError, msg=name), self.env.cr.savepoint():
                dialog.onchange(vals, ["booking_ids"], {"booking_ids": {}, name: {}})

    def test_dialogs_work_for_own_companies(self):
        """They act as superuser for the company that stands on them."""
        company = self.setup_other_company(name="Other Salon")["company"]
        accountant = self._create_user("books", "account.group_account_user")
        for user, model in (
            (self.desk, "prepaid.reminder.run"),
            (self.desk, "prepaid.instalment.agree"),
            (accountant, "prepaid.loss.proposal"),
        ):
            Dialog = self.env[model].with_user(user).with_company(self.company)
            vals = {"partner_id": self.client.id} if "partner_id" in Dialog._fields else {}
            self.assertTrue(Dialog.create(vals))
            with self.assertRaises(AccessError, msg=model), self.env.cr.savepoint():
                Dialog.create({**vals, "company_id": company.id})


@tagged("post_install", "-at_install")
@freeze_time("2026-01-15 12:00:00")
class TestForgedDeposit(DepositCommon):
    def test_context_waives_nothing(self):
        self._rule()
        booking = self._book("2026-01-16", hour=9)
        self._pay(booking)
        forged = {"prepaid_waive_reason": "Because I say so", "prepaid_expiring": True}
        self._as_desk(booking).with_context(**forged).action_cancel()
        self._assert_deposit(booking, "cancelled", "forfeited")
        self.assertFalse(booking.deposit_waive_reason)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 12:00:00")
class TestForgedWriteOff(DebtCommon):
    def test_request_begins_as_a_request(self):
        self._document(120, "2026-01-10", "2026-01-20")
        forged = {"default_state": "done", "default_amount": 500.0}
        WriteOff = self.env["prepaid.write.off"].with_user(self.desk).with_company(self.company)
        request = WriteOff.with_context(**forged).create(
            {"partner_id": self.client.id, "reason": "Moved abroad"}
        )
        self.assertRecordValues(request, [{"state": "requested", "amount": 0.0}])

    def test_what_was_decided_stays(self):
        """The method says whether money can be recovered, the reason is on the entry."""
        self._document(120, "2026-01-10", "2026-01-20")
        request = self._request()
        request.reason = "Moved to Chile"
        self._approve(request)
        for vals in ({"method": "credit_note"}, {"reason": "x"}, {"date": "2026-01-01"}):
            with self.assertRaisesRegex(UserError, "Written Off"):
                request.write(vals)
