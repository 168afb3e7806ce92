from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.recognition import split_by_weights
from .prepaid_subscription import LIVE_STATES

SALES = ("out_invoice", "out_receipt")


class AccountMove(models.Model):
    """Invoices make packages, credit notes take them back; whatever channel wrote them."""

    _inherit = "account.move"

    prepaid_replaces_id = fields.Many2one(
        "account.move",
        "Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The reversed invoice that this one replaces; its packages continue.",
        groups="base.group_user",
    )

    # ----------------------------------------------------------------------------------
    # Posting and taking back
    # ----------------------------------------------------------------------------------

    def _post(self, soft=True):
        """Override of `account`: what was sold as a package becomes one."""
        posted = super()._post(soft)
        documents = posted.sudo().filtered(lambda m: m.move_type in (*SALES, "out_refund"))
        for move in documents.filtered(lambda m: m._prepaid_package_lines()):
            values = move._prepaid_correct_deferral()
            sold = {
                line: part
                for line, part in values.items()
                if move.move_type in SALES and line.quantity > 0
            }
            back = {line: part for line, part in values.items() if line not in sold}
            # First what comes back: a package may be exchanged for another one
            move._prepaid_credit_packages(back)
            move._prepaid_make_packages(sold)
        return posted

    def _invoice_paid_hook(self):
        """Override of `account`: packages that wait for their payment can be used now."""
        res = super()._invoice_paid_hook()
        self.sudo().line_ids.prepaid_package_ids.filtered(
            lambda p: p.state == "draft"
        )._update_state("active")
        return res

    def button_draft(self):
        """Override of `account`: an invoice in draft has no package; not once it was used."""
        posted = self.sudo().filtered(lambda m: m.state == "posted")
        packages = posted.line_ids.prepaid_package_ids.filtered(lambda p: p.state != "cancelled")
        packages._check_withdraw()
        posted._prepaid_check_credit_note()
        res = super().button_draft()
        packages._withdraw()
        return res

    def _check_draftable(self):
        """Override of `account`: revenue of packages is corrected on the package."""
        if any(move.prepaid_kind in ("earning", "correction") for move in self):
            raise UserError(
                self.env._(
                    "This entry follows a package and cannot be reset to draft. Undo the session "
                    "on the package, or take its invoice back."
                )
            )
        return super()._check_draftable()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: the revenue of a session is taken back on the package only."""
        if any(move.prepaid_kind == "earning" for move in self):
            raise UserError(
                self.env._(
                    "This entry is the revenue of a package. Undo the session on the package: "
                    "its sessions come back together with the money."
                )
            )
        return super()._reverse_moves(default_values_list, cancel)

    def _prepaid_check_credit_note(self):
        """Refuse to reset a document that changed a package for good.

        Of a credit note the client has the money; sessions that were added may be used.

        :raise UserError: says which document does it instead
        """
        changes = self.env["prepaid.subscription.revision"].sudo().search(
            [("move_id", "in", self.ids), ("kind", "in", ("refund", "upgrade"))]
        )
        moves = changes.move_id & self
        if moves.filtered(lambda m: m.move_type == "out_refund"):
            raise UserError(
                self.env._(
                    "This credit note took a package back. Sell the package again instead of "
                    "resetting the credit note."
                )
            )
        if moves:
            raise UserError(
                self.env._(
                    "This invoice added sessions to a package, or took one back. Make a credit "
                    "note instead of resetting it."
                )
            )

    # ----------------------------------------------------------------------------------
    # What belongs on deferred revenue
    # ----------------------------------------------------------------------------------

    def _prepaid_debts(self, due=False):
        """Return the receivable lines of these invoices.

        :param date due: only the instalments that are due on this day
        """
        lines = self.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        return lines.filtered(lambda line: not due or line.date_maturity <= due)

    def _prepaid_price_total(self):
        """Return what was sold for, with tax: advances that are deducted were paid before."""
        self.ensure_one()
        deducted = self._prepaid_taxed_advance_lines()
        return self.currency_id.round(self.amount_total - sum(deducted.mapped("price_total")))

    def _prepaid_package_lines(self):
        """Return the lines that sell or take back packages. Hook.

        An invoice takes back with a negative quantity, as a till does when goods are exchanged.
        """
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
            and (line.quantity > 0 or (line.quantity < 0 and line.move_id.move_type in SALES))
            and line.product_id.with_context(active_test=False).prepaid_template_ids
        )

    def _prepaid_correct_deferral(self):
        """Put the net price of packages on deferred revenue where the document did not.

        The account was forced by somebody, or a discount for the whole order stands on a line of
        its own: it reduces all lines in proportion (IFRS 15.81).

        :return: package line -> (deferred account, balance, amount in the document's currency)
        """
        self.ensure_one()
        shares, entries, values = self._prepaid_discount_shares(), [], {}
        for line in self._prepaid_package_lines():
            account = line._prepaid_deferred_account()
            parts = [(line.account_id, line.balance, line.amount_currency, line.is_storno)]
            parts += shares.get(line, [])
            for origin, balance, amount, is_storno in parts:
                if origin != account:
                    # With storno, in the column of the document: as if it had never been there
                    entries += [
                        (origin, -balance, -amount, None, {"is_storno": not is_storno}),
                        (account, balance, amount, None, {"is_storno": balance > 0}),
                    ]
            values[line] = (
                account,
                sum(part[1] for part in parts),
                sum(part[2] for part in parts),
            )
        if entries and self.company_id._prepaid_defers():
            self._prepaid_book_correction(entries)
        self._prepaid_warn_tax(self.env["account.account"].union(*(v[0] for v in values.values())))
        return values

    def _prepaid_book_correction(self, entries):
        """Book the correcting entry of a document."""
        self.env["prepaid.ledger"]._earn(
            [
                {
                    "company": self.company_id,
                    "date": self.date,
                    "ref": self.env._("Packages of %(document)s deferred", document=self.name),
                    "partner": self.commercial_partner_id,
                    "currency": self.currency_id,
                    "origin": self,
                    "kind": "correction",
                    "values": {},
                    "lines": entries,
                }
            ]
        )

    def _prepaid_discount_shares(self):
        """Share out lines that reduce the whole document over what they reduce.

        Among the lines with the same taxes, as the discount of an order is written per tax.

        :return: line -> list of (account, balance, amount in the document's currency, storno)
        """
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        packages = self._prepaid_package_lines()
        positive = lines.filtered(lambda line: line.price_subtotal > 0)
        shares = {}
        deferred = packages.account_id.union(*(p._prepaid_deferred_account() for p in packages))
        for discount in (lines - positive - packages).filtered(
            lambda line: line.price_subtotal < 0 and line._prepaid_lowers_price(deferred)
        ):
            same = positive.filtered(lambda p, d=discount: p.tax_ids == d.tax_ids) or positive
            weights = same.mapped("price_subtotal")
            if not weights:
                continue
            balances = split_by_weights(
                discount.balance, weights, self.company_currency_id.rounding
            )
            amounts = split_by_weights(
                discount.amount_currency, weights, self.currency_id.rounding
            )
            for line, balance, amount in zip(same, balances, amounts, strict=True):
                part = (discount.account_id, balance, amount, discount.is_storno)
                shares.setdefault(line, []).append(part)
        return shares

    def _prepaid_warn_tax(self, accounts):
        """Say so when a tax without an account of its own landed on deferred revenue."""
        taxes = self.line_ids.filtered(
            lambda line: line.tax_line_id and line.account_id in accounts and line.balance
        ).tax_line_id
        if taxes:
            self.message_post(
                body=self.env._(
                    "The tax %(tax)s has no account and was booked on deferred revenue. Set its "
                    "account in the tax, reset this invoice to draft and post it again.",
                    tax=", ".join(taxes.mapped("name")),
                )
            )

    # ----------------------------------------------------------------------------------
    # Packages
    # ----------------------------------------------------------------------------------

    def _prepaid_make_packages(self, values):
        """Make the packages of an invoice, or bring back those of its earlier posting.

        :param dict values: from :meth:`_prepaid_correct_deferral`
        """
        self.ensure_one()
        replaced = self._prepaid_replaced_packages(values)
        for line, (account, balance, amount) in values.items():
            if line.prepaid_subscription_id:
                line.prepaid_subscription_id._add_by_invoice(line, -balance, -amount)
                continue
            count = line._prepaid_package_count()
            if not self.company_id._prepaid_defers():
                balance = amount = 0.0
            amounts = split_by_weights(-balance, [1] * count, self.company_currency_id.rounding)
            in_currency = split_by_weights(-amount, [1] * count, self.currency_id.rounding)
            old = len(replaced[line])
            for package, *share in zip(
                replaced[line], amounts[:old], in_currency[:old], strict=True
            ):
                package._continue_sale(line, *share)
            line._prepaid_begin_packages(account, amounts[old:], in_currency[old:])

    def _prepaid_replaced_packages(self, lines):
        """Return the packages that go on under this invoice, which replaces a reversed one.

        In the order of the lines; one that was handed over stays with its new owner.

        :return: line -> packages
        :rtype: dict
        """
        taken, packages = {}, self.env["prepaid.subscription"].sudo()
        for line in lines:
            if line.prepaid_subscription_id:
                continue
            known = line._prepaid_replaced_lines().prepaid_package_ids - packages
            known = known.filtered(
                lambda p, line=line: p.state != "cancelled"
                and p.template_id == line._prepaid_template()
                and p.sale_currency_id == line.currency_id
            )
            own = line.prepaid_package_ids.filtered(lambda p: p.state == "cancelled")
            room = max(line._prepaid_package_count() - len(own), 0) if known else 0
            taken[line] = known.sorted("id")[:room]
            packages += taken[line]
        return taken

    def _prepaid_credit_packages(self, values):
        """Take packages back, or lower their price, as far as a credit note says.

        :param dict values: from :meth:`_prepaid_correct_deferral`
        """
        self.ensure_one()
        origin = self.reversed_entry_id.sudo()
        for line, (_account, balance, amount) in values.items():
            sold = origin.line_ids.filtered(lambda o, line=line: o.product_id == line.product_id)
            packages = line.prepaid_subscription_id or (
                sold.prepaid_package_ids | sold.prepaid_subscription_id
            )
            packages = packages.filtered(lambda p: p.state != "cancelled")
            packages = packages or self._prepaid_find_packages(line)
            if packages:
                packages._credit(line, balance, amount)

    def _prepaid_find_packages(self, line):
        """Return the client's living packages of a line that names no invoice, the newest ones.

        As many as the line takes back.
        """
        packages = self.env["prepaid.subscription"].sudo().search(
            [
                ("template_id", "=", line._prepaid_template().id),
                ("payer_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("sale_currency_id", "=", self.currency_id.id),
                ("state", "in", LIVE_STATES),
            ],
            order="id desc",
        )
        return packages[: abs(round(line.quantity))]

    def _prepaid_reverse_corrections(self):
        """Take back the entries that corrected the deferral of these documents."""
        moves = self.adjusting_entries_move_ids.filtered(
            lambda m: m.prepaid_kind == "correction"
            and m.state == "posted"
            and not m.reversal_move_ids
        )
        if moves:
            defaults = [
                {"date": m.company_id._prepaid_open_date(m.journal_id, m.date)} for m in moves
            ]
            moves._reverse_moves(defaults, cancel=True)
