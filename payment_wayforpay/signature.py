"""WayForPay's JSON and its signature. Importable without a database."""

import hashlib
import hmac
import json
import re

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
    return content


def _load(text):
    return json.loads(text, parse_float=str, parse_int=str)


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
