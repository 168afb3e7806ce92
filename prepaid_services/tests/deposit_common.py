from unittest.mock import patch

from .common import PrepaidCommon


class DepositCommon(PrepaidCommon):
    """A salon that asks for deposits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "prepaid_services.group_feature_deposit"
        )
        cls.client.write({"email": "anna@example.com", "phone": "+32 456 00 11 22"})

    @classmethod
    def _rule(cls, **vals):
        """Return a rule of the manager: by default 50.00 for everything."""
        Rule = cls.env["prepaid.deposit.rule"].with_user(cls.manager).with_company(cls.company)
        return Rule.create({"name": "Deposit", "amount_type": "fixed", "amount": 50.0, **vals})

    def _pay(self, booking, amount=False, **kwargs):
        """Take the deposit in cash as the front desk."""
        return self._as_desk(booking).action_take_deposit(self.cash.id, amount, **kwargs)

    def _assert_deposit(self, booking, state, deposit_state, held=0.0):
        """Check where a booking is on its way."""
        booking.invalidate_recordset()
        found = (booking.state, booking.deposit_state, booking.deposit_held)
        self.assertEqual(found, (state, deposit_state, held))


class DepositCrons(DepositCommon):
    """Runs the crons and reads the queues."""

    def _run(self, method="_expire_deposits", left=float("inf")):
        """Run a cron of the deposits as the server does; without time left it stops."""
        self.env.invalidate_all()  # as in a transaction of its own
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: left):
            getattr(self.env["prepaid.booking"].sudo(), method)()

    def _mails(self):
        """Queue what waits, and return the subjects of the client's e-mails, oldest first."""
        self._run("_cron_deposit_messages")
        mails = self.env["mail.mail"].sudo().search([("model", "=", "prepaid.booking")], order="id")
        return mails.mapped("subject")
