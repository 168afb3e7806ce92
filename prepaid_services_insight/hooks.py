"""What is undone when the add-on leaves."""


def uninstall_hook(env):
    """Take the feature from everybody: its group stays, as it belongs to the base."""
    env.ref("base.group_user")._remove_group(env.ref("prepaid_services.group_feature_insight"))
