from datetime import datetime, timedelta

from odoo.fields import Command


class CalendarMaker:
    """What a front desk does in the calendar; beside ``PrepaidCommon`` or one of its children."""

    #: The first day of the series; a Tuesday
    tuesday = datetime(2026, 1, 6, 10)

    def _meet(self, clients=None, user=None, **vals):
        """Return a meeting as the web client of the front desk creates it."""
        clients = self.client if clients is None else clients
        return (
            self.env["calendar.event"]
            .with_user(user or self.desk)
            .with_company(self.company)
            .create(
                {
                    "start": self.tuesday,
                    "prepaid_service_id": self.service.id,
                    "user_id": self.specialist.id,
                    "prepaid_client_ids": [Command.link(client.id) for client in clients],
                    **vals,
                }
            )
        )

    def _series(self, clients=None, start=False, count=8, **vals):
        """Return the meetings of "every Tuesday, some times", in order."""
        start = start or self.tuesday
        event = self._meet(
            clients,
            recurrency=True,
            rrule_type="weekly",
            interval=1,
            end_type="count",
            count=count,
            tue=True,
            event_tz="UTC",
            start=start,
            stop=start + timedelta(hours=1),
            **vals,
        )
        return event.recurrence_id.calendar_event_ids.sorted("start")

    def _bookings(self, state="confirmed"):
        """Return the bookings of the service's company in a state, in order."""
        return self.env["prepaid.booking"].search(
            [("company_id", "=", self.company.id), ("state", "=", state)], order="start, id"
        )

    def _shift(self, event, setting="self_only", **delta):
        """Move a meeting, or its series, as dragging it does."""
        move = timedelta(**delta)
        vals = {"start": event.start + move, "stop": event.stop + move}
        if event.recurrency:
            vals["recurrence_update"] = setting
        event.write(vals)
