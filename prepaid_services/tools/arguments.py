"""What programs send: XML-RPC has no None, so False and an empty text say *not given*, too."""

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
