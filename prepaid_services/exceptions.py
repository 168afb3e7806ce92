"""Errors that callers can tell from others."""

from odoo.exceptions import ConcurrencyError, UserError


class ClientBusyError(ConcurrencyError, UserError):
    """Somebody else is moving this client's money at the same moment.

    As a concurrency error the server repeats the request on fresh data, some times; if that was
    in vain, the user gets a clear message instead of a traceback.
    """
