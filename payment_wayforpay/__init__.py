from odoo.addons.payment import reset_payment_provider, setup_provider

from . import controllers
from . import models


def post_init_hook(env):
    """Give every company its WayForPay provider, and accounting its payment method."""
    setup_provider(env, "wayforpay")


def uninstall_hook(env):
    """Leave disabled providers behind; refused while payments of WayForPay exist."""
    reset_payment_provider(env, "wayforpay")
