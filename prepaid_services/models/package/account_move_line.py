from odoo import fields, models
from odoo.exceptions import UserError

from ...door import telling
from ..company.res_company import LIABILITY_TYPES


class AccountMoveLine(models.Model):
    """Lines that sell a package, and lines that belong to one."""

    _inherit = "account.move.line"

    prepaid_subscription_id = fields.Many2one(
        "prepaid.subscription",
        "Package",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
        help="Whose value this line defers, earns or takes back.",
    )
    prepaid_terms = fields.Json(
        copy=False,
        readonly=True,
        help="What was agreed at the sale of a package, where it differs from its template.",
        groups="base.group_user",
    )
    prepaid_package_ids = fields.One2many(
        "prepaid.subscription",
        "invoice_line_id",
        "Packages Sold",
        readonly=True,
        groups="base.group_user",
    )

    def _prepaid_template(self):
        """Return the template whose product stands on this line."""
        return self.product_id.with_context(active_test=False).prepaid_template_ids[:1]

    def _prepaid_lowers_price(self, deferred):
        """Return whether this negative line makes what is sold cheaper.

        A discount stands on income, or where the packages wait. What stands on a balance sheet
        account has been paid before: a down payment, an advance, a gift card, an eWallet.

        :param account.account deferred: deferred revenue of the document's packages
        """
        self.ensure_one()
        of_result = self.account_id.internal_group in ("income", "expense")
        return (of_result or self.account_id in deferred) and not self._prepaid_is_paid_before()

    def _prepaid_is_paid_before(self):
        """Return whether another application says that this line takes off what was paid. Hook.

        Odoo's Sales books a down payment of a package on its own account, deferred revenue;
        Loyalty redeems gift cards and eWallets on the account of their product.
        """
        self.ensure_one()
        if "sale_line_ids" not in self._fields:
            return False
        orders = self.sale_line_ids
        rewards = "reward_id" in orders._fields and orders.reward_id.program_id
        return self.is_downpayment or any(rewards.mapped("is_payment_program") if rewards else ())

    def _prepaid_deferred_account(self):
        """Return where the price of the package waits: the line's own account when it can."""
        self.ensure_one()
        if self.account_id.account_type in LIABILITY_TYPES:
            return self.account_id
        product = self.product_id.product_tmpl_id.with_company(self.company_id)
        position = self.move_id.fiscal_position_id
        return position.map_account(product._prepaid_deferred_account())

    def _prepaid_package_count(self):
        """Return how many packages the line sells.

        :raise UserError: not a whole number
        """
        self.ensure_one()
        quantity = self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        if abs(quantity - round(quantity)) > 1e-6 or round(quantity) < 1:
            raise UserError(
                self.env._(
                    "Packages are sold in whole numbers: change the quantity %(quantity)s of "
                    "%(product)s.",
                    quantity=self.quantity,
                    product=self.product_id.display_name,
                )
            )
        return round(quantity)

    def _prepaid_income_account(self):
        """Return the account of the revenue once the sessions are given."""
        self.ensure_one()
        product = self.product_id.product_tmpl_id.with_company(self.company_id)
        accounts = telling(product, prepaid_real_income=True).get_product_accounts(
            fiscal_pos=self.move_id.fiscal_position_id
        )
        return accounts["income"] or self.move_id.journal_id.default_account_id

    def _prepare_package_vals(self, deferred_account):
        """Return the values of the package this line sells: terms of the template and the sale."""
        self.ensure_one()
        move, template, terms = self.move_id, self._prepaid_template(), self.prepaid_terms or {}
        client = move.partner_id.browse(terms.get("partner_id", move.partner_id.id))
        if client.commercial_partner_id != move.commercial_partner_id:
            # A copy for somebody else, who gets what is written there
            own = ("partner_id", "member_ids")
            terms = {name: term for name, term in terms.items() if name not in own}
            client = move.partner_id
        day = fields.Date.to_date(terms.get("date")) or move.invoice_date or move.date
        start = fields.Date.to_date(terms.get("date_start"))
        start = start or (day if template.clock_start == "sale" else False)
        end = fields.Date.to_date(terms.get("date_end")) or template._validity_end(start)
        return {
            **template._terms_vals(),
            "company_id": move.company_id.id,
            "template_id": template.id,
            "partner_id": client.id,
            "member_ids": [fields.Command.set(terms.get("member_ids", []))],
            "invoice_line_id": self.id,
            "sale_currency_id": move.currency_id.id,
            "deferred_account_id": deferred_account.id,
            "income_account_id": self._prepaid_income_account().id,
            "analytic_distribution": self.analytic_distribution,
            "bonus_sessions": terms.get("bonus_sessions", template.bonus_sessions),
            "date_sale": day,
            "date_start": start,
            "date_end": end,
        }

    def _prepaid_begin_packages(self, account, amounts, amounts_currency):
        """Make packages of this line, or bring back those of its earlier posting.

        :param account.account account: deferred revenue
        :param list amounts: net price of each, in company currency
        :param list amounts_currency: the same in the currency of the document
        """
        self.ensure_one()
        again = self.prepaid_package_ids.filtered(lambda p: p.state == "cancelled")
        again = again.sorted("id")[: len(amounts)]
        vals = self._prepare_package_vals(account)
        for package in again:
            package.write(package._prepare_again_vals(vals))
        count = len(amounts) - len(again)
        packages = again + again.create([dict(vals) for _index in range(count)])
        reference = (self.prepaid_terms or {}).get("reference")
        if reference and not again:
            packages[:1].reference = reference
        packages._begin(amounts, amounts_currency)

    def _prepaid_replaced_lines(self):
        """Return the lines of earlier invoices in whose place this one stands. Hook.

        Of the invoice that was reversed and created again; of a sales order's line that is invoiced
        again, the earlier invoices that were credited.
        """
        self.ensure_one()
        lines = self.move_id.prepaid_replaces_id.line_ids
        if not lines and "sale_line_ids" in self._fields:
            earlier = self.sale_line_ids.invoice_lines - self
            lines = earlier.filtered(lambda line: line.move_id.payment_state == "reversed")
        return lines.filtered(lambda line: line.product_id == self.product_id)

    def copy_data(self, default=None):
        """Override of `account`: a copy of an invoice sells the same, on the same terms.

        Not its key, which stands for one sale, and not its day. A credit note sells nothing.
        """
        vals_list = super().copy_data(default)
        if "move_reverse_cancel" in self.env.context:
            return vals_list
        for line, vals in zip(self, vals_list, strict=True):
            if line.prepaid_terms:
                once = ("reference", "date")
                vals["prepaid_terms"] = {
                    name: term for name, term in line.prepaid_terms.items() if name not in once
                }
            if line.prepaid_subscription_id and line.move_id.is_sale_document(True):
                if line.display_type == "product" and line.quantity > 0 and line.prepaid_terms:
                    vals["prepaid_subscription_id"] = line.prepaid_subscription_id.id
        return vals_list

    def _prepaid_promised_sessions(self):
        """Return how many sessions of one package of this line are paid for."""
        self.ensure_one()
        return (self.prepaid_terms or {}).get("sessions", self._prepaid_template().sessions)
