"""The same documents that settle visits, made by plain Odoo from values that are already known."""

from itertools import groupby


def prepare(bookings):
    """Return what plain Odoo is given for free: the invoices' values, and ids of open advances.

    :param prepaid.booking bookings: of one company, not done
    """
    bookings = bookings.sudo()
    journal = bookings._sale_journal()
    advances = bookings.env["prepaid.ledger"]._open_credits(bookings.payer_id, bookings.company_id)
    values = [
        {"move_type": "out_invoice", **booking._prepare_invoice_vals(journal)}
        for booking in bookings
    ]
    return bookings.env, values, advances.ids, bookings.company_id.prepaid_journal_id.id


def settle(prepared):
    """Create and post the invoices and the entries that pay them, and match both sides."""
    env, values, advance_ids, journal_id = prepared
    invoices = env["account.move"].create(values)
    invoices.action_post()
    debts = invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    advances = env["account.move.line"].browse(advance_ids)
    shares = env["prepaid.ledger"]._allocate(debts, advances)
    groups = [(key, list(group)) for key, group in groupby(shares, key=lambda share: share[:2])]
    entries = env["account.move"].create([_entry(journal_id, *key, group) for key, group in groups])
    entries.with_context(prepaid_debts_first=False).action_post()
    plan = []
    for entry, ((debt, _day), group) in zip(entries, groups, strict=True):
        *used, paid = entry.line_ids.sorted("id")
        plan += [line + share[2] for line, share in zip(used, group, strict=True)]
        plan.append(paid + debt)
    env["account.move.line"]._reconcile_plan(plan)


def _entry(journal_id, debt, day, shares):
    """Return the values of the entry that moves advances onto one invoice."""
    lines = [(credit.account_id, balance) for _debt, _day, credit, balance, _amount in shares]
    lines.append((debt.account_id, -sum(balance for _account, balance in lines)))
    return {
        "move_type": "entry",
        "journal_id": journal_id,
        "date": day,
        "line_ids": [
            (0, 0, {"account_id": account.id, "partner_id": debt.partner_id.id, "balance": balance})
            for account, balance in lines
        ],
    }
