from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError

from ...door import public
from ...exceptions import check_one
from ...tools.arguments import as_text
from ...tools.dates import local_day

OUTCOMES = ("reached", "promise", "no_answer", "dispute")
#: Unanswered calls are repeated so many days later
CALL_AGAIN = 1


class PrepaidReminder(models.Model):
    """Phone calls: an activity with a script for the caller, and what came out of it."""

    _inherit = "prepaid.reminder"

    def _send_call(self, step):
        """Put the calls on the list of the callers, each with script and figures."""
        today = self.env.company._prepaid_today()
        kind = self.env.ref("prepaid_services.mail_activity_type_call")
        partner_model = self.env["ir.model"]._get_id("res.partner")
        activities = (
            self.env["mail.activity"]
            .sudo()
            .create(
                [
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": partner_model,
                        "res_id": reminder.partner_id.id,
                        "summary": reminder._call_summary(),
                        "note": reminder._call_note(),
                        "date_deadline": today,
                        "user_id": step._caller(reminder.partner_id).id or self.env.uid,
                    }
                    for reminder in self
                ]
            )
        )
        for reminder, activity in zip(self, activities, strict=True):
            reminder.sudo().write({"activity_id": activity.id, "state": "queued"})

    def _call_summary(self):
        """Return what the list of calls shows: the step and what is open now."""
        self.ensure_one()
        return f"{self.step_id.name}: {self.amount_text}"

    def _call_note(self):
        """Return what the caller needs: script and open items."""
        self.ensure_one()
        script = Markup("<br/>").join((self.call_script or "").splitlines())
        return Markup("<p>%s</p>%s") % (script, self.items_html or "")

    @public
    def log_call(self, outcome, date=False, note=""):
        """Note what came out of a call.

        :param str outcome: ``reached``, ``promise`` (with the date), ``no_answer`` (call again the
            next working day) or ``dispute`` (with the note as reason)
        :param date: for a promise: local date as ``YYYY-MM-DD`` or date
        :param str note: what was said
        :return: True
        :raise UserError: not a call that is to be made, no such outcome, a promise without a
            date, a dispute without a reason
        :raise AccessError: the caller is neither front desk nor accountant
        """
        if outcome not in OUTCOMES:
            raise UserError(
                self.env._("The outcome is one of: %(outcomes)s.", outcomes=", ".join(OUTCOMES))
            )
        reminders_sudo = self._check_desk()
        for reminder in reminders_sudo:
            if reminder.channel != "call" or reminder.state not in ("queued", "done"):
                raise UserError(
                    self.env._("%(call)s is not a call to make.", call=reminder.display_name)
                )
        for reminder in self:
            reminder._note_outcome(outcome, date, note)
        return True

    def _note_outcome(self, outcome, date, note):
        """Note the outcome of one call, and do what follows from it."""
        reminder_sudo, client = self.sudo(), self.partner_id.with_company(self.company_id)
        if outcome == "promise":
            if not date:
                raise UserError(self.env._("By which day did the client promise to pay?"))
            client.prepaid_promise(date, note)
        elif outcome == "dispute":
            client.prepaid_dispute(note)
        reminder_sudo.write({"outcome": outcome, "outcome_note": as_text(note) or False})
        if outcome == "no_answer":
            reminder_sudo._call_again()
            return
        reminder_sudo.write({"state": "done", "sent_at": fields.Datetime.now()})
        activity = reminder_sudo.activity_id
        if activity.active:
            label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
            activity.action_feedback(feedback=f"{label} {note or ''}".strip())

    def _call_again(self):
        """Move an unanswered call to the next day on which clients may be called."""
        self.ensure_one()
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=CALL_AGAIN)
        moment = self.company_id._prepaid_next_sending(tomorrow) or tomorrow
        if self.activity_id.active:
            self.activity_id.date_deadline = local_day(moment, self.company_id._prepaid_tz())

    @public
    def action_no_answer(self):
        """Note that nobody answered: the call moves to the next working day.

        :return: True
        """
        return self.log_call("no_answer")

    @public
    def action_reached(self):
        """Note that the client was reached.

        :return: True
        """
        return self.log_call("reached")

    @public(context=("prepaid_outcome",))
    def action_open_outcome(self):
        """Open the dialog for what came out of a call.

        :return: action
        """
        check_one(self)
        wizard = self.env["prepaid.reminder.outcome"].create(
            {"reminder_id": self.id, "outcome": self.env.context.get("prepaid_outcome", "promise")}
        )
        return {
            **wizard._get_records_action(target="new"),
            "name": self.env._("Outcome of the Call"),
        }
