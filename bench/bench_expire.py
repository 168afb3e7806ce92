"""10,000 unpaid bookings cancelled by the cron, against plain ORM writes in the same batches.

Both sides include what has to be done in any case: the visits leave the calendar, and the messages
to the clients are queued. Prints the growth of the memory from half way to the end as well.
"""

import resource
from datetime import timedelta

from measure import Salon, measured, multiply, show, verdict

from odoo import fields
from odoo.tools import SQL

COUNT, BATCH = 10000, 200


def memory():
    """Return the peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ask(env, salon, count):
    """Return bookings whose time to pay is over, each with a meeting and a client of its own."""
    env["prepaid.deposit.rule"].create(
        {"name": "Deposit", "amount_type": "fixed", "amount": 5.0, "sequence": -1}
    )
    client = env["res.partner"].create({"name": "Client", "email": "client@example.com"})
    start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=2)
    original = salon.env["prepaid.booking"].create(
        {
            "partner_id": client.id,
            "service_id": salon.service.id,
            "user_id": salon.staff["anna"].id,
            "start": start,
        }
    )
    original.action_confirm()
    env["prepaid.booking.message"].search([]).unlink()
    numbers = SQL("generate_series(1, %s) number", count)
    client_ids = multiply(env, client, numbers, name=SQL("'Client ' || number"))
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id BETWEEN %s AND %s", client_ids
    )
    event_ids = multiply(env, original.event_id.sudo(), numbers)
    past = fields.Datetime.now() - timedelta(minutes=1)
    first, _last = multiply(
        env,
        original.sudo(),
        numbers,
        partner_id=SQL("%s + number", client_ids[0] - 1),
        payer_id=SQL("%s + number", client_ids[0] - 1),
        event_id=SQL("%s + number", event_ids[0] - 1),
        deposit_deadline=SQL("%s::timestamp", past),
    )
    original.sudo().action_cancel(by="us")
    env["prepaid.booking.message"].search([]).unlink()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return range(first, first + count)


def tell(env):
    """Queue the messages that wait."""
    env["prepaid.booking"]._cron_deposit_messages()


def plain(env, ids):
    """Do the same with nothing but ORM writes: state, calendar, a row per message."""
    Booking, Message = env["prepaid.booking"], env["prepaid.booking.message"]
    vals = {
        "state": "cancelled",
        "deposit_state": "expired",
        "cancelled_by": "client",
        "cancel_reason": "The deposit was not paid in time",
    }
    for begin in range(0, len(ids), BATCH):
        batch = Booking.browse(ids[begin : begin + BATCH])
        batch.write(vals)
        batch.event_id.with_context(prepaid_series=True).write({"active": False})
        Message.create(
            [{"booking_id": booking.id, "kind": "expired", "key": "now"} for booking in batch]
        )
        env.cr.commit()
        env.invalidate_all()


def main(env, count=COUNT):
    """Print times, queries, ratio and memory."""
    env = env(context={**env.context, "tracking_disable": False})
    salon = Salon(env, clients=2)
    with measured(env) as warm:
        plain(env, ask(env, salon, BATCH))
        tell(env)
    ids = ask(env, salon, count)
    with measured(env) as other:
        plain(env, ids)
        tell(env)
    half, peaks = ask(env, salon, count), []
    progress = type(env["ir.cron"])._commit_progress

    def watch(self, *args, **kwargs):
        peaks.append(memory())
        return progress(self, *args, **kwargs)

    type(env["ir.cron"])._commit_progress = watch
    with measured(env) as ours:
        env["prepaid.booking"]._expire_deposits()
        tell(env)
    type(env["ir.cron"])._commit_progress = progress
    left = env["prepaid.booking"].search_count(
        [("id", "in", list(half)), ("deposit_state", "!=", "expired")]
    )
    sent = env["prepaid.booking.message"].search_count(
        [("booking_id", "in", list(half)), ("state", "=", "queued")]
    )
    show("expired and told", ours, count)
    show("plain writes, told as well", other, count)
    print(f"not expired: {left}, told: {sent} of {count} (warm-up {warm.seconds:.1f} s)")
    verdict("ours / plain", ours.seconds / other.seconds, 1.5)
    verdict("memory: end / half way", peaks[-1] / peaks[len(peaks) // 2], 1.1)
