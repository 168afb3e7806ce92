"""WayForPay's JSON and its signature. Importable without a database."""

import hashlib
import hmac
import json
import re

from . import const

# Seen in the field: a key without its value, as in {"products":,"fee":0}.
WITHOUT_VALUE = re.compile(r'":\s*(?=[,}])')


def parse(text):
    """The message in a body, with every number as the text that WayForPay wrote.

    The signature is over that text: 250.5 must not become 250.50.

    :param str text: a JSON object, or one in a list
    :raise ValueError: it is something else
    :rtype: dict
    """
    try:
        content = _load(text)
    except ValueError:
        content = _load(WITHOUT_VALUE.sub('":null', text))
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    check(content)
    return content


def _load(text):
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except RecursionError as error:
        raise ValueError(str(error)) from error


def check(content):
    """Refuse a message that cannot be WayForPay's: what we read of it is text, or a number.

    :raise ValueError: names the parameter
    """
    for key in const.READ_KEYS:
        value = content.get(key)
        if isinstance(value, list | dict):
            raise ValueError(f"{key} is no text")
        if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
            raise ValueError(f"{key} has characters that cannot be stored")


def _is_unicode(text):
    """Return whether a text has no half of a character; JSON can spell one."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def sign(values, keys, secret_key):
    """The signature of the values of `keys`, in that order; lists in place, nothing for None.

    :param dict values: texts, or lists of texts; the very ones that are sent
    :rtype: str
    """
    parts = []
    for key in keys:
        value = values.get(key)
        parts += value if isinstance(value, list) else [value]
    message = ";".join("" if part is None else str(part) for part in parts)
    return hmac.new(secret_key.encode(), message.encode(), hashlib.md5).hexdigest()


def verify(values, keys, secret_key):
    """Whether `merchantSignature` among the values is right.

    :rtype: bool
    """
    received = values.get("merchantSignature")
    return isinstance(received, str) and hmac.compare_digest(
        received.encode(), sign(values, keys, secret_key).encode()
    )
