from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...door import public
from ...exceptions import check_one

STATES = [
    ("draft", "Being Prepared"),
    ("handed_over", "Handed Over"),
    ("closed", "Closed"),
]


class PrepaidCollection(models.Model):
    """The last step with a debt: a dossier, and somebody else who collects it.

    While a client is handed over, nobody of us reminds the client, and there is no new credit.
    """

    _name = "prepaid.collection"
    _inherit = ["prepaid.debt.mixin", "mail.thread"]
    _description = "Collection of a Debt"
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", tracking=True, copy=False
    )
    channel = fields.Selection(
        [("agency", "Collection agency"), ("court", "Small-claims court"), ("lawyer", "Lawyer")],
        "To",
        required=True,
        default="agency",
    )
    agent_id = fields.Many2one(
        "res.partner",
        "Agency or Court",
        tracking=True,
        ondelete="restrict",
        help="Who collects the debt from now on.",
    )
    date = fields.Date("Handed Over on", tracking=True, copy=False)
    reference = fields.Char(
        tracking=True, copy=False, help="The number of the case at the agency or court."
    )
    reason = fields.Text("Notes", help="What was tried so far. Printed in the dossier.")
    amount = fields.Monetary("Handed Over Amount", readonly=True, copy=False)
    outcome = fields.Selection(
        [("paid", "Paid"), ("written_off", "Written off"), ("withdrawn", "Withdrawn")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    write_off_ids = fields.One2many("prepaid.write.off", "collection_id", "Write-offs")
    write_off_count = fields.Integer(compute="_compute_write_off_count")

    _once = models.UniqueIndex(
        "(partner_id, company_id) WHERE state IN ('draft', 'handed_over')",
        "The debt of this client is being collected already. Open that collection.",
    )

    @api.depends("write_off_ids")
    def _compute_write_off_count(self):
        for collection in self:
            collection.write_off_count = len(collection.write_off_ids)

    # ----------------------------------------------------------------------------------
    # Steps
    # ----------------------------------------------------------------------------------

    @public
    def action_hand_over(self):
        """Hand the debt over: reminders stop, and there is no new credit. Twice does nothing.

        :return: True
        :raise UserError: nobody to hand it to, or nothing is open
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_decides()
        for collection in self.sudo().filtered(lambda c: c.state != "handed_over"):
            if collection.state == "closed":
                raise UserError(self.env._("This collection is closed. Start a new one."))
            if not collection.agent_id:
                raise UserError(
                    self.env._("Fill in Agency or Court: who collects the debt from now on?")
                )
            if collection.currency_id.compare_amounts(collection.amount_open, 0) <= 0:
                raise UserError(
                    self.env._("%(client)s owes nothing.", client=collection.partner_id.name)
                )
            collection.write(
                {
                    "state": "handed_over",
                    "date": collection.date or collection.company_id._prepaid_today(),
                    "amount": collection.amount_open,
                }
            )
        return self._collection_changed()

    @public
    def action_close(self, outcome="withdrawn"):
        """End the collection: the client is an ordinary client again. Twice does nothing.

        :param str outcome: ``paid``, ``written_off`` or ``withdrawn``
        :return: True
        :raise UserError: an outcome that is none
        :raise AccessError: the caller is neither manager nor accountant
        """
        self._check_decides()
        if outcome not in dict(self._fields["outcome"].selection):
            raise UserError(
                self.env._("The outcome is paid, written_off or withdrawn, not %s.", outcome)
            )
        self.sudo().filtered(lambda c: c.state != "closed").write(
            {"state": "closed", "outcome": outcome}
        )
        return self._collection_changed()

    @public
    def action_close_paid(self):
        """End the collection: the agency got the money.

        :return: True
        """
        return self.action_close("paid")

    @public
    def action_close_written_off(self):
        """End the collection: nobody got the money, and the debt was written off.

        :return: True
        """
        return self.action_close("written_off")

    @public
    def action_write_off(self):
        """Open the request to write the rest off."""
        check_one(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_write_off_action"
        )
        return {
            **action,
            "views": [(False, "form")],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_collection_id": self.id,
            },
        }

    @public
    def action_open_write_offs(self):
        """Open the write-offs of this collection."""
        check_one(self)
        return self.write_off_ids._get_records_action(
            name=self.env._("Write-offs"), context={"create": False}
        )

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _check_decides(self):
        """Refuse callers that hand no debts over.

        :raise AccessError: the caller is neither manager nor accountant
        """
        self.check_access("write")
        if not self.env["res.partner"]._prepaid_user_is("prepaid_services.group_manager"):
            raise AccessError(self.env._("Only managers and accountants hand debts over."))

    def _collection_changed(self):
        """Forget what was read of the clients before; a new collection may follow at once."""
        self.flush_recordset(["state"])
        self.env["res.partner"].invalidate_model(["collection_state"], flush=False)
        self.env["res.partner"]._prepaid_forget()
        return True

    @api.model
    def _handed_over_sql(self, companies):
        """Return the sub-query of the payers whose debt somebody else collects.

        For those who write to debtors: they leave these out.

        :param res.company companies: any of the legal entities
        """
        self.flush_model(["company_id", "partner_id", "state"])
        family = companies._prepaid_family()
        return SQL(
            "(SELECT partner_id FROM prepaid_collection"
            " WHERE state = 'handed_over' AND company_id IN %s)",
            tuple(family.ids),
        )
