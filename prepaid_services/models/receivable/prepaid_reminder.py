from odoo import api, models
from odoo.tools import SQL

COLLECTION = "prepaid_services.mail_activity_type_collection"
#: At most so many new questions at a time
PROPOSED = 50


class PrepaidReminder(models.Model):
    """Whose debt somebody else collects gets no reminders from us; the dossier has them all."""

    _inherit = "prepaid.reminder"

    @api.model
    def _debt_hold_sql(self, company, today):
        """Extend: a debt that was handed over is not chased by us."""
        return SQL(
            "CASE WHEN payer.id IN %s THEN 'collection' ELSE (%s) END",
            self.env["prepaid.collection"]._handed_over_sql(company),
            super()._debt_hold_sql(company, today),
        )


    @api.model
    def _run(self, company):
        """Extend: who let the last notice pass is proposed for collection."""
        left = super()._run(company)
        self._propose_collections(company)
        return left

    @api.model
    def _propose_collections(self, company):
        """Ask a manager what becomes of clients who let the day of the last notice pass.

        One activity for each; it goes when they have paid, promised, or were handed over.

        :param res.company company: root of a legal entity
        """
        kind = self.env.ref(COLLECTION, raise_if_not_found=False)
        manager = company._prepaid_manager()
        if not (kind and manager):
            return
        payers = self.env["res.partner"].browse(self._payers_past_last_notice(company))
        open_ones = self.env["mail.activity"].search(
            [
                ("activity_type_id", "=", kind.id),
                ("res_model", "=", "res.partner"),
                ("user_id.company_id", "child_of", company.id),
            ]
        )
        open_ones.filtered(lambda a: a.res_id not in payers.ids).unlink()
        asked = open_ones.exists().mapped("res_id")
        new = payers.filtered(lambda payer: payer.id not in asked)[:PROPOSED]
        new.with_company(company).activity_schedule(
            COLLECTION,
            date_deadline=company._prepaid_today(),
            summary=self.env._("The last notice has passed: hand over for collection?"),
            user_id=manager.id,
        )

    @api.model
    def _payers_past_last_notice(self, company):
        """Return the ids of the payers who got the last notice and let its day pass.

        Nothing stands against it: no promise, dispute, plan, money of theirs, or collection.

        :rtype: list[int]
        """
        self.env.flush_all()
        today = company._prepaid_today()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT due.partner_id
                  FROM (%(due)s) due
                  JOIN prepaid_reminder r ON r.res_id = due.res_id AND r.topic = 'debt'
             LEFT JOIN prepaid_reminder lead ON lead.id = r.lead_id
                  JOIN prepaid_reminder_step step
                    ON step.id = r.step_id AND step.tone = 'last'
                 WHERE due.hold IS NULL AND r.company_id = %(company)s
                   AND COALESCE(lead.state, r.state) = 'done'
                   AND COALESCE(lead.date_sent, r.date_sent)
                       + COALESCE(step.pay_days, 0) < %(today)s
                   AND due.partner_id NOT IN (
                       SELECT partner_id FROM prepaid_collection
                        WHERE state IN ('draft', 'handed_over') AND company_id IN %(family)s)
              ORDER BY 1
                """,
                due=self._due_sql("debt", company, today),
                company=company.id,
                today=today,
                family=tuple(company._prepaid_family().ids),
            )
        )
        return [payer_id for [payer_id] in rows]


class PrepaidCollection(models.Model):
    _inherit = "prepaid.collection"

    def _dossier_messages(self):
        """Extend: the steps of the ladder that reached the client, calls that were made."""
        reminders = (
            self.env["prepaid.reminder"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "in", self.company_id._prepaid_family().ids),
                    ("state", "=", "done"),
                    "|",
                    ("lead_id", "=", False),
                    ("lead_id.state", "=", "done"),
                ]
            )
        )
        channels = dict(reminders._fields["channel"]._description_selection(self.env))
        outcomes = dict(reminders._fields["outcome"]._description_selection(self.env))
        rows = super()._dossier_messages()
        for reminder in reminders:
            lead = reminder.lead_id or reminder
            words = (
                reminder.step_id.name,
                reminder.document,
                lead.outcome and outcomes[lead.outcome],
                lead.outcome_note,
            )
            rows.append(
                {
                    "date": lead.sent_at or reminder.sent_at or reminder.write_date,
                    "subject": " ".join(filter(None, words)),
                    "channel": channels[lead.channel],
                }
            )
        return sorted(rows, key=lambda row: row["date"])
