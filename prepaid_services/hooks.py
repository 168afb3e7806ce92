"""What happens once, at installation."""


def post_init_hook(env):
    """Prepare the accounts and the journal of every company that has a chart of accounts."""
    env["res.company"].search([("parent_id", "=", False)])._prepaid_setup()
