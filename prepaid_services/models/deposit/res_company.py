from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.groups import STAFF_SETTING


class ResCompany(models.Model):
    """How a company handles deposits of bookings."""

    _inherit = "res.company"

    prepaid_fee_product_id = fields.Many2one(
        "product.product",
        "Cancellation Fee Product",
        check_company=True,
        domain=[("type", "=", "service")],
        help="What is kept of a deposit is invoiced with this product: its income account and its "
        "taxes decide how it is booked.",
        groups=STAFF_SETTING,
    )
    prepaid_deposit_forgive_first = fields.Boolean(
        "Forgive the First Time",
        help="The first late cancellation or no-show of a client costs nothing.",
        groups=STAFF_SETTING,
    )
    prepaid_deposit_desk_waives = fields.Boolean(
        "Front Desk May Waive Deposits",
        help="Otherwise only managers may, with a reason.",
        groups=STAFF_SETTING,
    )
    prepaid_deposit_desk_confirms = fields.Boolean(
        "Desk Confirms Paid Bookings",
        help="A booking whose deposit was paid online waits until the desk confirms it; the seat "
        "and the money are held. Otherwise it is confirmed at once.",
        groups=STAFF_SETTING,
    )
    prepaid_deposit_sms = fields.Boolean("Deposit Messages Also by SMS", groups=STAFF_SETTING)
    prepaid_deposit_reminder_hours = fields.Float(
        "Reminder, Hours before the Deadline",
        default=3.0,
        help="0: none.",
        groups=STAFF_SETTING,
    )

    @api.constrains("prepaid_deposit_reminder_hours")
    def _check_prepaid_deposit_reminder_hours(self):
        """A reminder comes before the deadline."""
        for company in self.filtered(lambda c: c.prepaid_deposit_reminder_hours < 0):
            raise ValidationError(
                self.env._(
                    "%(field)s must be 0 or more.",
                    field=company._fields["prepaid_deposit_reminder_hours"]._description_string(
                        self.env
                    ),
                )
            )

    @api.model
    def _prepaid_deposits_on(self):
        """Return whether deposits of bookings are switched on in the settings."""
        feature = self.env.ref("prepaid_services.group_feature_deposit")
        return feature in self.env.ref("base.group_user").sudo().all_implied_ids

    # ----------------------------------------------------------------------------------
    # The product of the fee
    # ----------------------------------------------------------------------------------

    def _prepaid_setup(self, create=True):
        """Extend: the product with which kept deposits are invoiced."""
        res = super()._prepaid_setup(create)
        for company in self.sudo().filtered(lambda c: c.chart_template and not c.parent_id):
            if company.prepaid_other_income_account_id and not company.prepaid_fee_product_id:
                company._prepaid_create_fee_product()
        return res

    def _prepaid_create_fee_product(self):
        """Create the product of the cancellation fee, without tax until the accountant says so.

        A kept deposit is a compensation or a consideration: local law decides (C-277/05).
        """
        self.ensure_one()
        company = self.with_company(self)
        company.prepaid_fee_product_id = company.env["product.product"].create(
            {
                "name": self.env._("Cancellation fee"),
                "type": "service",
                "company_id": self.id,
                "sale_ok": False,
                "purchase_ok": False,
                "list_price": 0.0,
                "taxes_id": [fields.Command.clear()],
                "supplier_taxes_id": [fields.Command.clear()],
                "property_account_income_id": company.prepaid_other_income_account_id.id,
            }
        )
        return company.prepaid_fee_product_id

    def _prepaid_fee_products(self):
        """Override: the fee of a visit that did not take place is no service."""
        fees = self.sudo()._prepaid_family().prepaid_fee_product_id
        return super()._prepaid_fee_products() | fees

    def _prepaid_fee_product(self):
        """Return the product of the fee, of the company or its nearest parent."""
        self.ensure_one()
        for company in self.sudo().parent_ids[::-1]:
            if company.prepaid_fee_product_id:
                return company.prepaid_fee_product_id
        self._prepaid_get("prepaid_other_income_account_id")
        return self.sudo().root_id._prepaid_create_fee_product()
