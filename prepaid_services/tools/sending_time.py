"""When clients may be written to or called: working days and hours. Importable without Odoo."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Choice in the settings -> weekdays, Monday is 0
WORKING_DAYS = {
    "mon_fri": frozenset(range(5)),
    "mon_sat": frozenset(range(6)),
    "every": frozenset(range(7)),
}
#: A year without a working day is a mistake in the settings; nobody is written to
HORIZON = 366


def next_sending_time(moment, tz_name, hours, days, holidays=()):
    """Return the first moment from ``moment`` on at which clients may be contacted.

    :param datetime moment: naive, in UTC
    :param str tz_name: IANA name of the time zone; falsy means UTC
    :param tuple hours: first and last hour of the day, local, as floats; the last one exclusive
    :param str days: key of ``WORKING_DAYS``
    :param holidays: local dates without messages
    :return: naive, in UTC; ``moment`` itself when it is allowed now; None when no day is
    :rtype: datetime | None
    """
    zone = ZoneInfo(tz_name or "UTC")
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    for offset in range(HORIZON):
        day = local.date() + timedelta(days=offset)
        if day.weekday() not in WORKING_DAYS[days] or day in holidays:
            continue
        midnight = datetime.combine(day, time.min, tzinfo=zone)
        opens, closes = (midnight + timedelta(hours=each) for each in hours)
        if local <= opens:
            return opens.astimezone(UTC).replace(tzinfo=None)
        if local < closes:
            return moment
    return None
