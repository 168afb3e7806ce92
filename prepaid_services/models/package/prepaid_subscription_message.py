from odoo import api, fields, models
from odoo.tools import SQL

from .prepaid_subscription import VALID_STATES

#: kind of message -> states of the package in which it is still true
TRUE_IN = {
    "sold": (*VALID_STATES, "used_up"),
    "expired": ("expired",),
    "restored": VALID_STATES,
}


class PrepaidSubscriptionMessage(models.Model):
    """A message to a client about what happened to a package.

    What is *about to* happen is the reminder ladder's (``prepaid.reminder``).
    """

    _name = "prepaid.subscription.message"
    _description = "Package Message"
    _inherit = ["prepaid.message.mixin"]
    _rec_name = "subscription_id"
    _subject = "subscription_id"
    _templates = "package"

    subscription_id = fields.Many2one(
        "prepaid.subscription", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id")
    kind = fields.Selection(
        [
            ("sold", "Sold"),
            ("expired", "Expired"),
            ("restored", "Restored"),
        ],
        required=True,
        readonly=True,
    )

    _once = models.UniqueIndex("(subscription_id, kind, key)", "This message was noted already.")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def _is_due(self):
        """Override: while the company wants messages, and the package is as the text says."""
        self.ensure_one()
        wanted = self.company_id.prepaid_package_messages
        return wanted and self.subscription_id.state in TRUE_IN[self.kind]

    @api.model
    def _wants_sms(self):
        """Override: as the settings say."""
        return self.env.company.prepaid_package_sms

    @api.model
    def _wake(self):
        """Override: the cron of the packages' messages."""
        self.env.ref("prepaid_services.ir_cron_package_messages").sudo()._trigger()


class PrepaidSubscription(models.Model):
    """Which packages give reason for a message."""

    _inherit = "prepaid.subscription"

    days_left = fields.Integer(
        compute="_compute_days_left", help="Until the last valid day; 0: none or over."
    )

    @api.depends("date_end")
    def _compute_days_left(self):
        for package in self:
            days = 0
            if package.date_end:
                days = (package.date_end - package.company_id._prepaid_today()).days
            package.days_left = max(days, 0)

    def _update_state(self, target, **values):
        """Extend: note the messages about what has just happened to a package."""
        before = {package.id: package.state for package in self}
        changed = super()._update_state(target, **values)
        kinds = {
            ("draft", "active"): "sold",
            ("cancelled", "active"): "sold",
            ("expired", "active"): "restored",
        }
        for old, packages in changed.grouped(lambda p: before[p.id]).items():
            kind = "expired" if target == "expired" else kinds.get((old, target))
            packages = packages.filtered("company_id.prepaid_package_messages")
            if kind and packages:
                packages._note_event(kind)
        return changed

    def _note_event(self, kind):
        """Note a message about these packages. Those of the night wait for the morning run."""
        end = SQL("COALESCE(%s::text, '')", SQL.identifier(self._table, "date_end"))
        key = SQL("'once'") if kind == "sold" else end
        self.flush_recordset(["date_end"])
        query = self.sudo()._search([("id", "in", self.ids)], active_test=False)
        self.env["prepaid.subscription.message"]._note(kind, query, self._table, key)
        if kind != "expired":
            self.env["prepaid.subscription.message"]._wake()

    # ----------------------------------------------------------------------------------
    # Nightly
    # ----------------------------------------------------------------------------------

    @api.model
    def _cron_messages(self):
        """Queue all that waits, in every company."""
        self.env["prepaid.subscription.message"]._queue_waiting()
