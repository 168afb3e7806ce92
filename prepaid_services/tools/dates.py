"""Calendar arithmetic of the client's day. Importable without Odoo."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(moment, tz_name):
    """Return the calendar day on which something happens for the people there.

    :param datetime moment: naive, in UTC, as Odoo stores it
    :param str tz_name: IANA name of the time zone; falsy means UTC
    :rtype: date
    """
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(tz_name or "UTC")).date()


def day_bounds(day, tz_name):
    """Return the first moment of a local day and of the day after it.

    A day with a change to or from summer time has 23 or 25 hours.

    :param date day: local day
    :param str tz_name: IANA name of the time zone; falsy means UTC
    :return: two naive datetimes in UTC, the second one exclusive
    :rtype: tuple[datetime, datetime]
    """
    zone = ZoneInfo(tz_name or "UTC")
    return tuple(
        datetime.combine(each, time.min, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
        for each in (day, day + timedelta(days=1))
    )
