"""Errors that callers can tell from others."""

from odoo.exceptions import ConcurrencyError, RedirectWarning, UserError

#: What says in words why something cannot be done; Odoo's RedirectWarning is no UserError
REFUSALS = (UserError, RedirectWarning)


class ClientBusyError(ConcurrencyError, UserError):
    """Somebody else is moving this client's money at the same moment.

    As a concurrency error the server repeats the request on fresh data, some times; if that was
    in vain, the user gets a clear message instead of a traceback.
    """

    def __init__(self, message, payer_ids=()):
        """Remember whose money it is, for those who wait in line; see ``ledger/in_line.py``.

        :param str message: what the user reads in the end
        :param payer_ids: ids of the clients
        """
        super().__init__(message)
        self.payer_ids = tuple(payer_ids)


def reason_of(error):
    """Return the words of a refusal, without the action that a RedirectWarning offers."""
    return str(error.args[0])


def check_one(records):
    """Refuse a call on no record or on several, in words that a program's author understands.

    Like ``ensure_one``, which programs see as a fault of the server.

    :raise UserError: not exactly one record
    """
    if len(records) != 1:
        raise UserError(
            records.env._(
                "%(model)s: this works on one record at a time, not on %(count)s.",
                model=records.env["ir.model"]._get(records._name).sudo().name,
                count=len(records),
            )
        )
