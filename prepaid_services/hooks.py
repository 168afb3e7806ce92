"""What happens once, at installation."""


def post_init_hook(env):
    """Choose accounts and journal of every company that has a chart of accounts.

    What its chart does not have is made when somebody agrees, in the settings.
    """
    env["res.company"].search([("parent_id", "=", False)])._prepaid_setup(create=False)
