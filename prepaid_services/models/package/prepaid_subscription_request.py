from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one

#: What a client writes is kept up to this length
REASON_LENGTH = 1000
ACTIVITY = "prepaid_services.mail_activity_type_refund"


class PrepaidSubscription(models.Model):
    """A client asks for a refund; the desk refunds the package or refuses."""

    _name = "prepaid.subscription"
    _inherit = ["prepaid.subscription", "mail.activity.mixin"]

    refund_request = fields.Selection(
        [("requested", "Requested"), ("approved", "Approved"), ("refused", "Refused")],
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    refund_request_date = fields.Date("Refund Requested on", readonly=True, copy=False)
    refund_request_reason = fields.Char("Why a Refund", readonly=True, copy=False)
    refund_answer_date = fields.Date("Refund Answered on", readonly=True, copy=False)
    refund_answer = fields.Char("Answer to the Client", readonly=True, copy=False)

    # ----------------------------------------------------------------------------------
    # Public
    # ----------------------------------------------------------------------------------

    @public
    def request_refund(self, reason=""):
        """Note that the payer asks for a refund, and give a manager an activity.

        Nothing is booked: that is :meth:`refund`, which answers the request as well. While a
        request waits for its answer, asking again changes nothing.

        :param str reason: the client's words
        :return: ``subscription_id``, ``refund_request`` (``requested``), ``date``
        :rtype: dict
        :raise UserError: the terms allow no refund, or nothing would come back
        :raise AccessError: the caller is not front desk or accountant
        """
        check_one(self)
        self._check_desk()
        self._touch()
        package = self.sudo()
        if package.refund_request != "requested":
            preview = self.refund_preview()
            if package.sale_currency_id.compare_amounts(preview["refund"], 0) <= 0:
                raise UserError(
                    self.env._(
                        "Of %(package)s nothing was paid that could come back.",
                        package=package.display_name,
                    )
                )
            package._note_request(str(reason or "").strip()[:REASON_LENGTH], preview["text"])
        return {
            "subscription_id": package.id,
            "refund_request": package.refund_request,
            "date": fields.Date.to_string(package.refund_request_date),
        }

    @public
    def refuse_refund(self, reason=""):
        """Answer a request with no; without a waiting request nothing changes.

        :param str reason: shown to the client
        :return: True
        :raise AccessError: the caller is not front desk or accountant
        """
        self._check_desk()
        self._touch()
        self._answer_request("refused", str(reason or "").strip()[:REASON_LENGTH])
        return True

    @public
    def action_approve_refund(self):
        """Open the refund dialog with the client's reason; refunding answers the request."""
        check_one(self)
        self._check_desk()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "prepaid_services.prepaid_subscription_refund_action"
        )
        context = {
            "default_subscription_id": self.id,
            "default_reason": self.refund_request_reason,
        }
        return {**action, "context": context}

    @public
    def action_print_receipt(self):
        """Print what was bought, on which terms."""
        return self.env.ref("prepaid_services.action_report_package_receipt").report_action(self)

    # ----------------------------------------------------------------------------------
    # Life of a request
    # ----------------------------------------------------------------------------------

    def _note_request(self, reason, text):
        """Keep a request and tell a manager.

        :param str reason: the client's words
        :param str text: what would come back, in plain words
        """
        self.ensure_one()
        today = self.company_id._prepaid_today()
        self.write(
            {
                "refund_request": "requested",
                "refund_request_date": today,
                "refund_request_reason": reason,
                "refund_answer_date": False,
                "refund_answer": False,
            }
        )
        self.activity_schedule(
            ACTIVITY,
            date_deadline=today,
            summary=self.env._("%(client)s asks for a refund", client=self.payer_id.name),
            note=Markup("<p>%s</p><p>%s</p>") % (text, reason),
            user_id=(self.company_id._prepaid_manager() or self.create_uid).id,
        )

    def _answer_request(self, answer, reason=""):
        """Answer the requests that wait; the others stay as they are.

        :param str answer: ``approved`` or ``refused``
        :param str reason: shown to the client
        """
        waiting = self.sudo().filtered(lambda p: p.refund_request == "requested")
        for company, packages in waiting.grouped("company_id").items():
            packages.write(
                {
                    "refund_request": answer,
                    "refund_answer_date": company._prepaid_today(),
                    "refund_answer": reason,
                }
            )
        words = {
            "approved": self.env._("Refund request approved."),
            "refused": self.env._("Refund request refused."),
        }
        if waiting:
            waiting.activity_feedback([ACTIVITY], feedback=f"{words[answer]} {reason}".strip())

    def _update_state(self, target, **values):
        """Override: a refund answers the request, however it came about."""
        changed = super()._update_state(target, **values)
        if target == "refunded":
            changed._answer_request("approved")
        elif target == "cancelled":
            changed._answer_request("refused", self.env._("The sale was cancelled."))
        return changed

    def _hand_over(self, client, day, reason):
        """Override: what one payer asked for is not the wish of the next one."""
        amount = super()._hand_over(client, day, reason)
        self._answer_request("refused", self.env._("The package was handed over."))
        return amount
