from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.dates import local_day
from ...tools.groups import STAFF_SETTING
from ...tools.sending_time import HORIZON, next_sending_time


class ResCompany(models.Model):
    """When a company reminds its clients."""

    _inherit = "res.company"

    # Off until somebody wants it: installing or updating must not write to clients
    prepaid_reminders = fields.Boolean(
        "Send Reminders Automatically",
        help="Reminders that need no confirmation go out by themselves, in the hours below.",
        groups=STAFF_SETTING,
    )
    prepaid_reminders_asked = fields.Boolean(
        help="Somebody started a run by hand: what is planned goes out once.",
        groups=STAFF_SETTING,
    )
    prepaid_reminder_gap = fields.Integer(
        "Days between Two Reminders",
        default=5,
        help="A client gets no second reminder before, whatever it is about.",
        groups=STAFF_SETTING,
    )
    prepaid_send_from = fields.Float(
        "Send from", default=9.0, help="Local time of the company.", groups=STAFF_SETTING
    )
    prepaid_send_to = fields.Float(
        "Send until", default=18.0, help="Local time of the company.", groups=STAFF_SETTING
    )
    prepaid_send_days = fields.Selection(
        [
            ("mon_fri", "Monday to Friday"),
            ("mon_sat", "Monday to Saturday"),
            ("every", "Every day"),
        ],
        "Send on",
        default="mon_fri",
        groups=STAFF_SETTING,
    )

    _prepaid_reminder_gap_positive = models.Constraint(
        "CHECK (prepaid_reminder_gap >= 0)",
        "The days between two reminders may not be negative.",
    )

    @api.constrains("prepaid_send_from", "prepaid_send_to")
    def _check_prepaid_send_hours(self):
        """Reminders need some time of the day in which they may go out."""
        for company in self:
            if not 0 <= company.prepaid_send_from < company.prepaid_send_to <= 24:
                raise ValidationError(
                    self.env._(
                        "Send from and Send until must be hours of the day, the first one earlier."
                    )
                )

    def _prepaid_wants_topic(self, topic, by_hand):
        """Return whether clients of the company are reminded of a topic. Hook.

        :param bool by_hand: somebody starts the run, or looks at what it would do
        """
        self.ensure_one()
        return by_hand or self.prepaid_reminders or self.prepaid_reminders_asked

    def _prepaid_next_sending(self, moment=None):
        """Return from when on clients may be contacted.

        :param datetime moment: naive, in UTC; now by default
        :return: naive, in UTC; ``moment`` when they may be contacted then; None: on no day
        """
        self.ensure_one()
        moment = moment or fields.Datetime.now()
        return next_sending_time(
            moment,
            self._prepaid_tz(),
            (self.prepaid_send_from, self.prepaid_send_to),
            self.prepaid_send_days or "mon_fri",
            self._prepaid_holidays(local_day(moment, self._prepaid_tz())),
        )

    def _prepaid_may_send(self):
        """Return whether clients may be contacted at this moment."""
        return self._prepaid_next_sending() == fields.Datetime.now()

    def _prepaid_holidays(self, day):
        """Return the days without reminders from ``day`` on.

        Those of the settings, and the public holidays of the company's working time.

        :rtype: set[date]
        """
        self.ensure_one()
        holidays = (
            self.env["prepaid.holiday"]
            .sudo()
            .search(
                [
                    ("company_id", "in", [False, self.id]),
                    "|",
                    ("date_to", ">=", day),
                    ("date_from", ">=", day),
                ]
            )
        )
        return holidays._days() | self._prepaid_calendar_leaves(day)

    def _prepaid_calendar_leaves(self, day):
        """Return the public holidays of the company's working time from ``day`` on."""
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return set()
        tz_name, days = calendar.tz or self._prepaid_tz(), set()
        for leave in calendar.global_leave_ids.filtered(lambda each: each.date_to.date() >= day):
            first = local_day(leave.date_from, tz_name)
            last = local_day(leave.date_to - timedelta(seconds=1), tz_name)
            count = min((last - first).days + 1, HORIZON)
            days |= {first + timedelta(days=offset) for offset in range(count)}
        return days
