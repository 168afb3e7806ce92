from datetime import timedelta

from odoo import api, fields, models

#: specialists, pay per hour, materials in percent; the last one is everybody else's
RATES = [(("david",), 24.0, 5.0), (("clara", "elena"), 20.0, 3.0), ((), 18.0, 8.0)]
#: What wages, rent and the owner take of each week's receipts
SPENT = 0.93
#: A bill that is larger than what is left, and when it is due
BILL_SHARE, BILL_WEEKS = 1.6, 6


class PrepaidDemoSalon(models.AbstractModel):
    """The owner's side of the demo salon: pay, costs, and money that is spent as it comes in.

    As in many salons most of it is gone before the visits it was paid for; and a bill for new
    chairs is on its way.
    """

    _inherit = "prepaid.demo.salon"

    @api.model
    def _generate(self, clients=60, days=182, seed=19):
        """Extend: rates of pay, the costs of each past week, and a bill to come."""
        self._cancel_other_demo()
        bookings = super()._generate(clients, days, seed)
        self._create_rates()
        left = self._book_costs(days // 7)
        self._book_bill(left * BILL_SHARE)
        return bookings

    @api.model
    def _cancel_other_demo(self):
        """Cancel the invoices and bank entries of Odoo's own demo: they would drown the salon."""
        names = self.env["ir.model.data"].search(
            [
                ("module", "=", "account"),
                ("model", "=", "account.move"),
                ("name", "=like", f"{self.env.company.id}\\_demo\\_%"),
            ]
        )
        moves = self.env["account.move"].browse(names.mapped("res_id")).exists()
        moves.line_ids.remove_move_reconcile()
        moves.filtered(lambda move: move.state == "posted").button_draft()
        moves.button_cancel()

    @api.model
    def _create_rates(self):
        """Say what giving a service costs."""
        Users = self.env["res.users"]
        self.env["prepaid.delivery.cost"].create(
            [
                {
                    "sequence": 10 * number,
                    "user_ids": [fields.Command.set(Users.search([("login", "in", logins)]).ids)],
                    "pay_kind": "hour",
                    "pay_amount": pay,
                    "materials_percent": materials,
                }
                for number, (logins, pay, materials) in enumerate(RATES)
            ]
        )

    @api.model
    def _account(self, account_type):
        """Return an account of the company of some type."""
        Account = self.env["account.account"].with_company(self.env.company)
        domain = Account._check_company_domain(self.env.company)
        return Account.search([*domain, ("account_type", "=", account_type)], limit=1)

    @api.model
    def _book_costs(self, weeks):
        """Book the costs of each past week, as the accountant would: paid from the bank.

        :return: what is left of the receipts
        """
        company = self.env.company
        today = company._prepaid_today()
        insight = self.env["prepaid.insight"]
        _change, received = insight._cash_weeks(company, today, weeks)
        journal = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(company), ("type", "=", "bank")],
            limit=1,
        )
        expense = self._account("expense")
        entries = self.env["account.move"].create(
            [
                {
                    "journal_id": journal.id,
                    "date": today - timedelta(weeks=weeks - 1 - week, days=1),
                    "ref": "Wages, rent and drawings of the week",
                    "line_ids": [
                        fields.Command.create({"account_id": account.id, "balance": balance})
                        for account, balance in (
                            (expense, company.currency_id.round(SPENT * amount)),
                            (
                                journal.default_account_id,
                                -company.currency_id.round(SPENT * amount),
                            ),
                        )
                    ],
                }
                for week, amount in enumerate(received)
                if company.currency_id.round(SPENT * amount) > 0
            ]
        )
        entries.action_post()
        return (1 - SPENT) * sum(received)

    @api.model
    def _book_bill(self, amount):
        """Book a supplier's bill that is due in some weeks."""
        today = self.env.company._prepaid_today()
        supplier = self.env["res.partner"].create({"name": "Salon Furniture Ltd"})
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "invoice_date": today - timedelta(days=10),
                "invoice_date_due": today + timedelta(weeks=BILL_WEEKS),
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "name": "Six new chairs",
                            "price_unit": self.env.company.currency_id.round(amount) or 1.0,
                            "account_id": self._account("expense").id,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
