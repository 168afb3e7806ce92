"""What Accounting does with clients' money past our screens."""

from unittest.mock import patch

from odoo.fields import Command

from .vat import VatCommon


class LedgerCommon(VatCommon):
    # -- bookings of Accounting ----------------------------------------------------------

    def _bank_line(self, amount, day, client=None, account=None):
        """Book a line of the bank statement; on customer prepayments by default."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": day,
                "payment_ref": "Bank",
                "partner_id": (client or self.client).id,
                "amount": amount,
                "counterpart_account_id": (account or self.advance).id,
            }
        )

    def _entry(self, amount, day, client=None, account=None):
        """Book an entry by hand that adds money to customer prepayments, or takes it."""
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": one.id,
                            "partner_id": (client or self.client).id,
                            "balance": sign * amount,
                        }
                    )
                    for one, sign in ((account or self.advance, -1), (self.other_income, 1))
                ],
            }
        )
        entry.action_post()
        return entry

    def _payment_form(self, amount, day, client=None, topup=True, journal=None):
        """Confirm a payment of Odoo's own form, with *Client Balance* or without."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound" if amount > 0 else "outbound",
                "partner_type": "customer",
                "partner_id": (client or self.client).id,
                "journal_id": (journal or self.bank).id,
                "amount": abs(amount),
                "date": day,
                "prepaid_topup": topup,
            }
        )
        payment.action_post()
        return payment

    def _payment(self, amount, day, client=None, **kwargs):
        """Confirm a payment on the receivable, matched with nothing."""
        payment = self._payment_form(amount, day, client, topup=False, **kwargs)
        self.assertEqual(payment.move_id.state, "posted")
        return payment

    def _invoice(self, amount, day, client=None):
        """Confirm an invoice of Odoo's own form, due at once."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (client or self.client).id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_line_ids": [
                    Command.create({"product_id": self.service.id, "price_unit": amount})
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _night(self):
        """Run crons as the server does, but commit nothing."""
        crons = type(self.env["ir.cron"])
        return patch.object(crons, "_commit_progress", lambda *_args, **_kwargs: float("inf"))

    def _euro_journal(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        return self.env["account.journal"].create(
            {"name": "Bank EUR", "type": "bank", "code": "BEUR", "currency_id": euro.id}
        )

    # -- things of the salon -------------------------------------------------------------

    def _half_later(self):
        """Return payment terms: half now, half in a month."""
        return self.env["account.payment.term"].create(
            {
                "name": "Half",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )

    # -- what must hold ------------------------------------------------------------------

    def _card(self, client=None):
        client = client or self.client
        client.invalidate_recordset()
        return self._as_desk(client)

    def _advance_lines(self):
        return self.env["account.move.line"].search(
            [("account_id", "=", self.advance.id), ("parent_state", "=", "posted")]
        )

    def _assert_usable(self, amount, debt=0.0):
        """What the card shows as usable and as owed, and what the ledger makes of both."""
        card = self._card()
        self.assertEqual(card.prepaid_balance, amount)
        self.assertEqual(card.prepaid_debt, debt)
        self.assertEqual(card.service_balance, amount - debt)
