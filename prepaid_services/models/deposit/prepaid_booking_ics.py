import vobject

from odoo import models


class PrepaidBooking(models.Model):
    """The visit as an entry of the client's own calendar."""

    _inherit = "prepaid.booking"

    def _ics(self):
        """Return the visit as an iCalendar file (RFC 5545), in the language of the environment.

        The entry keeps its identity: opened again after the visit was moved, it moves as well.
        The meeting's own file would name the other clients of a class.

        :rtype: bytes
        """
        self.ensure_one()
        booking = self.sudo()
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//Prepaid Services//Odoo//EN"
        event = calendar.add("vevent")
        database = booking.env["ir.config_parameter"].get_param("database.uuid")
        values = {
            "uid": f"booking-{booking.id}@{database}",
            "dtstamp": booking._ics_moment(booking.write_date),
            "dtstart": booking._ics_moment(booking.start),
            "dtend": booking._ics_moment(booking.stop),
            "sequence": str(int(booking.write_date.timestamp()) // 60),
            "summary": f"{booking.service_id.name}, {booking.company_id.name}",
            "description": booking._ics_description(),
            "location": booking._portal_location(),
            "status": "CANCELLED" if booking.state == "cancelled" else "CONFIRMED",
        }
        for name, value in values.items():
            if value:
                event.add(name).value = value
        return calendar.serialize().encode()

    def _ics_moment(self, moment):
        """Return a moment as vobject wants it: aware, in UTC."""
        return moment and moment.replace(tzinfo=vobject.icalendar.utc, microsecond=0)

    def _ics_description(self):
        """Return with whom the visit is, and how to reach the salon."""
        self.ensure_one()
        phone = self.company_id.phone
        return "\n".join(filter(None, [self.user_id.name, phone]))
