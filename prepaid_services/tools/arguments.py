"""What programs send: XML-RPC has no None, so False and an empty text say *not given*, too."""

import datetime
import math
import re

#: The largest number that a record's id or a count in the database can be
INTEGER_LIMIT = 2**31 - 1
#: More packages on one invoice, or sessions in one package, are a slip of the keyboard
COUNT_LIMIT = 10_000


def is_given(value):
    """Return whether an argument was given; zero is a value (and equals False in Python)."""
    return value is not None and value is not False and value != ""


def is_whole(value):
    """Return whether an argument is a whole number, and not a yes or no (a number in Python)."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_count(value, least, most=COUNT_LIMIT):
    """Return whether an argument is a whole number within its limits."""
    return is_whole(value) and least <= value <= most


def is_id(value):
    """Return whether an argument can be the id of a record."""
    return is_count(value, 1, INTEGER_LIMIT)


def as_text(value):
    """Return an argument as text, whatever it is; empty when it was not given."""
    return str(value) if is_given(value) else ""


# --------------------------------------------------------------------------------------
# Kinds of arguments
# --------------------------------------------------------------------------------------

#: What the name of a public method's argument stands for, in the whole house
KINDS = {
    **dict.fromkeys(("memo", "note", "override_reason", "reason", "waive_reason"), "text"),
    **dict.fromkeys(("reference",), "key"),
    **dict.fromkeys(("base", "by", "decision", "key", "kind", "method", "outcome"), "word"),
    **dict.fromkeys(("amount", "discount", "fee_percent", "limit", "price"), "number"),
    **dict.fromkeys(
        ("bonus_sessions", "days", "offset", "quantity", "restored_sessions", "sessions", "units"),
        "count",
    ),
    "width": "count",
    **dict.fromkeys(("currency_id", "journal_id", "partner_id", "payment_term_id", "use_id"), "id"),
    **dict.fromkeys(("invoice_ids", "member_ids"), "ids"),
    **dict.fromkeys(
        ("as_of", "date", "date_end", "date_from", "date_start", "date_to", "review_date"), "day"
    ),
    "start": "moment",
    **dict.fromkeys(("from_balance", "goodwill", "net", "to_balance"), "flag"),
    "parts": "list",
}
#: The longest texts, in characters; a key is in an index, whose rows are short
MAX_TEXT = {"text": 4000, "key": 200, "word": 100, "day": 40, "moment": 40}
#: The days we know of: others are slips of the keyboard
YEARS = range(1970, 2100)
#: How much of a value is shown in the message that refuses it
SHOWN = 40

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_storable(text):
    """Return whether the database takes a text: no NUL, and nothing that UTF-8 cannot write."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def is_number(value):
    """Return whether an argument is a number, and neither a text nor a yes."""
    if isinstance(value, float):
        return math.isfinite(value)
    return is_whole(value)


def is_day(value):
    """Return whether an argument is a day, or a moment, of our time."""
    if isinstance(value, str):
        if not _DAY.match(value):
            return False
        try:
            value = datetime.date.fromisoformat(value[:10])
        except ValueError:
            return False
    return isinstance(value, datetime.date) and value.year in YEARS


def is_fine(kind, value):
    """Return whether an argument is of a kind; one that was not given always is.

    :param str kind: one of those in ``KINDS``
    """
    return not is_given(value) or _FINE[kind](value)


def _is_list_of_ids(value):
    return isinstance(value, list | tuple) and all(map(is_id, value))


_FINE = {
    "count": lambda value: is_whole(value) and abs(value) <= INTEGER_LIMIT,
    "day": is_day,
    "flag": lambda value: isinstance(value, bool | int) and value in (0, 1),
    "id": is_id,
    "ids": _is_list_of_ids,
    "key": lambda value: isinstance(value, str) or is_number(value),
    "list": lambda value: isinstance(value, list | tuple),
    "moment": is_day,
    "number": is_number,
    "text": lambda value: isinstance(value, str) or is_number(value),
    "word": lambda value: isinstance(value, str),
}


def shown_as(value):
    """Return a value as it is shown in the message that refuses it."""
    shown = ascii(value) if not isinstance(value, str) or not is_storable(value) else value
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
