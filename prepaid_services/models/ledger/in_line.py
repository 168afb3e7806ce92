"""Who spends the same client's money at the same moment waits in line.

The guard is the update of the client's row (``prepaid.ledger._touch``): of two transactions that
began before either was done, the second fails. The server would repeat it after a random time, and
with many spenders that means seconds of sleep, and failing again. A public method marked
``in_line`` waits for its turn instead, and begins again the moment the one before it is done.
Where there is a line already, whoever comes next goes to its end: nobody is overtaken.
"""

import functools
import time

from psycopg2 import OperationalError
from psycopg2.errors import LockNotAvailable

from odoo import sql_db
from odoo.http import request
from odoo.service.server import thread_local
from odoo.sql_db import PoolError
from odoo.tools import SQL

from ...door import telling, told
from ...exceptions import ClientBusyError

#: The first half of the keys of our advisory locks; the second is the client's id
LOCK_CLASS = 0x70726570
#: Whoever waits for longer is left to the server's own way of repeating
PATIENCE_SECONDS = 60
#: The context of a call that did not wait for its turn
NEWCOMER = "prepaid_newcomer"


def in_line(method):
    """Let a public method wait for its turn when another one spends the same client's money.

    Only as the call a program or screen made, with nothing written before it: then all that is
    lost by beginning again is what the method itself did. Called by other code, it fails as before.
    """

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        if not _is_the_request(self, method.__name__):
            return method(self, *args, **kwargs)
        try:
            return method(telling(self, **{NEWCOMER: True}), *args, **kwargs)
        except ClientBusyError as error:
            busy = error
        return _call_in_turn(functools.partial(method, self, *args, **kwargs), self.env, busy)

    return call


def _is_the_request(records, name):
    """Return whether the present request is this very call, and has not written anything yet."""
    tails = (f"/{records._name}.{name}", f"/{records._name}/{name}")
    is_called = thread_local.rpc_model_method == tails[0][1:] or (
        request and request.httprequest.path.endswith(tails)
    )
    if not is_called or any(records.env.transaction.field_dirty.values()):
        return False
    unwritten = SQL("SELECT pg_current_xact_id_if_assigned() IS NULL")
    return records.env.execute_query(unwritten)[0][0]


def is_overtaking(env, client_ids):
    """Return whether the present call did not wait though others wait for the same clients' money.

    Whoever waits holds or wants the lock for itself, so a shared one is not to be had. Having it
    lets the first in line wait until this call is done, instead of failing because of it.
    """
    if not told(env, NEWCOMER):
        return False
    rows = env.execute_query(
        SQL(
            "SELECT pg_try_advisory_xact_lock_shared(%s, id)"
            " FROM unnest(%s) AS client(id) ORDER BY id",
            LOCK_CLASS,
            sorted(client_ids),
        )
    )
    return not all(free for [free] in rows)


def _call_in_turn(call, env, busy):
    """Wait until nobody before us spends money of the same clients, and call on fresh data.

    :param call: without arguments; it failed
    :param ClientBusyError busy: why
    :raise ClientBusyError: it took too long
    """
    _begin_anew(env)
    try:
        turn = _Turn(env.cr.dbname, busy.payer_ids)
    except (LockNotAvailable, OperationalError, PoolError):
        raise busy from None
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        result = _call_until(call, env, deadline)
    except BaseException:
        turn.end()
        raise
    # The next one may look once our changes are there for all
    env.cr.postcommit.add(turn.end)
    env.cr.postrollback.add(turn.end)
    return result


def _call_until(call, env, deadline):
    """Call, again while somebody who did not wait was faster."""
    while True:
        try:
            return call()
        except ClientBusyError:
            if time.monotonic() > deadline:
                raise
            _begin_anew(env)


def _begin_anew(env):
    """Leave the transaction and what is known from it, as the server does before it repeats.

    The next statement begins another one, which sees what was done until then.
    """
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()


class _Turn:
    """The right to spend money of clients, waited for outside of the transaction that spends it.

    In there the waiting itself would fix what it sees. PostgreSQL gives the turns in the order in
    which they were asked for, and takes one back when its connection ends, whatever happens to us.
    """

    def __init__(self, dbname, client_ids):
        self.cr = sql_db.db_connect(dbname).cursor()
        try:
            self.cr.execute(
                SQL("SELECT set_config('lock_timeout', %s, true)", f"{PATIENCE_SECONDS}s")
            )
            # In one order, so that two batches do not wait for each other
            for client_id in sorted(client_ids):
                self.cr.execute(
                    SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_CLASS, client_id),
                    log_exceptions=False,
                )
        except BaseException:
            self.end()
            raise

    def end(self):
        """Give the turn to the next one. May be called twice."""
        if not self.cr.closed:
            self.cr.close()
