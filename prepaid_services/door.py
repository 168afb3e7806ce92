"""The door of the house: what comes in by a public call, and what the ledger lets through.

Whatever a program sends is from outside: ids, arguments and the context as well. :func:`public`
looks at all of it once, before a public method begins; :func:`inside` is the context that only our
own code filled in.
"""

import functools
import inspect
from collections.abc import Mapping

from odoo.exceptions import MissingError, UserError
from odoo.models import BaseModel
from odoo.tools.misc import freehash

from .tools.arguments import KINDS, MAX_TEXT, is_fine, is_id, is_storable, shown_as

#: What a caller's context may say, beside what a public method names itself
CONTEXT = ("lang", "tz", "allowed_company_ids")
#: The key that says that a context was filled in by our own code
INSIDE = "prepaid_inside"


# --------------------------------------------------------------------------------------
# The context
# --------------------------------------------------------------------------------------


class Own:
    """A value that only our own code puts in a context: nothing that is sent can be one."""

    __slots__ = ("value",)

    def __init__(self, value=True):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Own) and self.value == other.value

    def __hash__(self):
        return freehash(self.value)


def told(env, key, default=None):
    """Return what our own code put in the context; whatever a caller put there is nothing."""
    value = env.context.get(key)
    return value.value if isinstance(value, Own) else default


def _is_ours(value):
    """Return whether our own code made a value of a context: it is of a class of this add-on."""
    return type(value).__module__.startswith(__package__)


def telling(records, **keys):
    """Return records with these keys in their context, readable by :func:`told`."""
    return records.with_context(**{key: Own(value) for key, value in keys.items()})


def inside(records, kept=(), **keys):
    """Return records in a context that keeps language, time zone and companies of the caller.

    What our own code put there stays as well. What is inside already stays as it is.

    :param kept: further keys of the caller's context that stay
    :param keys: as in :func:`telling`
    """
    context = records.env.context
    if not told(records.env, INSIDE):
        context = {
            key: value
            for key, value in context.items()
            if key in CONTEXT or key in kept or _is_ours(value)
        }
        records = records.with_context(context, **{INSIDE: Own()})
    return telling(records, **keys) if keys else records


def operation(method):
    """Let a method of the ledger work as superuser and inside, with all the records it is given.

    The ledger is the only room where everybody's call becomes the superuser's: here the caller's
    context ends.
    """

    @functools.wraps(method)
    def operate(self, *args, **kwargs):
        ledger = inside(self.sudo())
        args = [_moved(value, ledger.env) for value in args]
        kwargs = {name: _moved(value, ledger.env) for name, value in kwargs.items()}
        return method(ledger, *args, **kwargs)

    return operate


def _moved(value, env):
    """Return an argument with its records in another environment: records, or values with some."""
    if isinstance(value, BaseModel):
        return value if value.env is env else value.with_env(env)
    if isinstance(value, list):
        return [_moved(each, env) if isinstance(each, BaseModel | dict) else each for each in value]
    if isinstance(value, dict):
        return {
            _moved(key, env): (each.with_env(env) if isinstance(each, BaseModel) else each)
            for key, each in value.items()
        }
    return value


# --------------------------------------------------------------------------------------
# Public methods
# --------------------------------------------------------------------------------------


def public(method=None, *, context=(), once=False):
    """Mark a method that programs and buttons may call, and look at what they send.

    The records are there and the caller may read them; each argument is of the kind that its name
    stands for (``tools.arguments.KINDS``); of the context only what :func:`inside` keeps is left.
    Our own code, inside already, is not asked again.

    :param context: keys of the caller's context that the method heeds
    :param bool once: with the argument ``reference`` given, the same call again returns what came
        of the first one, and does nothing (``prepaid.call``)
    """
    if method is None:
        return functools.partial(public, context=context, once=once)
    signature = inspect.signature(method)
    kinds = {name: KINDS[name] for name in list(signature.parameters)[1:]}

    @functools.wraps(method)
    def door(self, *args, **kwargs):
        if told(self.env, INSIDE):
            return method(self, *args, **kwargs)
        if not (self.env.su or hasattr(door, "_api_model")):
            _check_records(self)
        given = signature.bind(self, *args, **kwargs).arguments
        for name, kind in kinds.items():
            _check_argument(self.env, name, kind, given.get(name))
        self = inside(self, context)  # noqa: PLW0642
        if once and given.get("reference"):
            return _call_once(method, signature.bind(self, *args, **kwargs))
        return _shown_outside(method(self, *args, **kwargs))

    door._prepaid_public = True
    return door


def _call_once(method, bound):
    """Return the result of a call, made now or before with the same reference."""
    bound.apply_defaults()
    records, *_rest = bound.args
    arguments = {**bound.arguments}
    arguments.pop("self")
    reference = str(arguments.pop("reference"))
    name = f"{records._name}.{method.__name__}"
    call = records.env["prepaid.call"].sudo()._begin(records, name, reference, arguments)
    if call.result is False or call.result is None:
        call.result = method(*bound.args, **bound.kwargs)
    return call.result


def _shown_outside(result):
    """Return a result without what our own code put in the context of an action."""
    if isinstance(result, dict) and isinstance(result.get("context"), Mapping):
        context = result["context"].items()
        shown = {key: value for key, value in context if not _is_ours(value)}
        return {**result, "context": shown}
    return result


def _check_records(records):
    """Refuse a call on nothing, on what does not exist, and on what the caller may not read.

    :raise UserError: no ids, or something else
    :raise MissingError: a record does not exist
    :raise AccessError: the caller may not read a record, or not work in a company
    """
    env = records.env
    companies = env.context.get("allowed_company_ids") or []
    if not (isinstance(companies, list | tuple) and all(map(is_id, companies))):
        raise _wrong(env, "allowed_company_ids", "ids", companies)
    if records._abstract or not (records._ids and all(map(is_id, records._ids))):
        raise _wrong(env, "ids", "ids", list(records._ids))
    _ = env.companies  # may the caller work there?
    missing = records - records.exists()
    if missing:
        raise MissingError(
            env._(
                "%(model)s: these records do not exist or have been deleted: %(ids)s.",
                model=env["ir.model"]._get(records._name).sudo().name,
                ids=", ".join(map(str, missing.ids[:10])),
            )
        )
    records.check_access("read")


def _check_argument(env, name, kind, value):
    """Refuse an argument of another kind than documented.

    :raise UserError: names the argument, and what is expected
    """
    if isinstance(value, str) and not is_storable(value):
        raise UserError(env._("%(argument)s has characters that cannot be stored.", argument=name))
    limit = MAX_TEXT.get(kind)
    if limit and isinstance(value, str) and len(value) > limit:
        raise UserError(
            env._(
                "%(argument)s is too long: at most %(limit)s characters.",
                argument=name,
                limit=limit,
            )
        )
    if not is_fine(kind, value):
        raise _wrong(env, name, kind, value)


def _wrong(env, name, kind, value):
    """Return the error that says what is expected of an argument."""
    expected = {
        "count": env._("a whole number"),
        "day": env._("a date, as YYYY-MM-DD"),
        "flag": env._("yes or no"),
        "id": env._("the id of a record"),
        "ids": env._("a list of ids of records"),
        "key": env._("a short text"),
        "list": env._("a list"),
        "moment": env._("a date and time, as YYYY-MM-DD HH:MM:SS"),
        "number": env._("a number"),
        "text": env._("a text"),
        "word": env._("a word"),
    }
    return UserError(
        env._(
            "%(argument)s must be %(expected)s, not %(value)s.",
            argument=name,
            expected=expected[kind],
            value=shown_as(value),
        )
    )
