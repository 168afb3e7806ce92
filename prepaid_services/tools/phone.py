"""What looks like a phone number, however it is written."""

import re

LOOKS_LIKE = re.compile(r"^\+?[\d\s().\-/\u00a0]+$")
#: With fewer digits a text is rather an order's or a house's number
LEAST_TO_SEARCH, LEAST_TO_CREATE = 4, 7


def phone_digits(text, least=LEAST_TO_SEARCH):
    """Return the digits of a phone number without the zeros before it; else an empty text.

    The zeros stand for "abroad" or "in this country" and are not stored everywhere.

    >>> phone_digits("+32 456 00-11-22"), phone_digits("0456/00.11.22"), phone_digits("Anna 2")
    ('32456001122', '456001122', '')
    >>> phone_digits("2026"), phone_digits("2026", LEAST_TO_CREATE), phone_digits(None)
    ('2026', '', '')
    """
    if not isinstance(text, str) or not LOOKS_LIKE.match(text.strip()):
        return ""
    digits = re.sub(r"\D", "", text).lstrip("0")
    return digits if len(digits) >= least else ""
