"""What programs send: XML-RPC has no None, so False and an empty text say *not given*, too."""


def is_given(value):
    """Return whether an argument was given; zero is a value (and equals False in Python)."""
    return value is not None and value is not False and value != ""
