"""LiqPay's envelope: base64 JSON and its signature. Importable without a database."""

import base64
import binascii
import hashlib
import hmac
import json

from . import const

HASHES = {7: "sha3_256", 3: "sha1"}


def encode(params):
    """The text `data` of a request.

    :param dict params: JSON-safe parameters
    :rtype: str
    """
    return base64.b64encode(json.dumps(params).encode()).decode()


def decode(data):
    """The parameters of a callback.

    :param str data: base64 of a JSON object, as posted
    :raise ValueError: it is something else
    :rtype: dict
    """
    try:
        params = json.loads(base64.b64decode(data, validate=True))
    except (binascii.Error, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(params, dict):
        raise ValueError("not a JSON object")
    check(params)
    return params


def check(params):
    """Refuse a message that cannot be LiqPay's: what we read of it is text, or a number.

    :raise ValueError: names the parameter
    """
    for key in const.PAYMENT_KEYS:
        value = params.get(key)
        if isinstance(value, list | dict):
            raise ValueError(f"{key} is no text")
        if isinstance(value, str) and ("\0" in value or not _is_unicode(value)):
            raise ValueError(f"{key} has characters that cannot be stored")


def _is_unicode(text):
    """Return whether a text has no half of a character; JSON can spell one."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def sign(data, private_key, version):
    """The signature of `data`: base64 of the binary digest of key, data, key.

    :param int version: of LiqPay's API; 7 hashes with SHA3-256, 3 with SHA-1
    :rtype: str
    """
    text = f"{private_key}{data}{private_key}".encode()
    return base64.b64encode(hashlib.new(HASHES[version], text).digest()).decode()


def verify(data, signature, private_key):
    """Whether `signature` is LiqPay's, in either version: which one callbacks use is not known.

    :param str data: exactly as posted: decoded and encoded anew it would be another text
    :rtype: bool
    """
    return any(
        hmac.compare_digest(signature.encode(), sign(data, private_key, version).encode())
        for version in HASHES
    )
