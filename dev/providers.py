"""Fed to `odoo shell`: LiqPay and WayForPay in test mode, at the simulator of $SIMULATOR_URL.

Without $SIMULATOR_URL both are switched off again.
"""

import os

from odoo.addons.payment_liqpay import const as liqpay
from odoo.addons.payment_wayforpay import const as wayforpay

url = os.environ.get("SIMULATOR_URL")
settings = {
    "liqpay": {
        "liqpay_public_key": "sandbox_i00000000000",
        "liqpay_private_key": "sandbox_SimulatorPrivateKey0000000000000000",
    },
    "wayforpay": {
        "wayforpay_merchant_account": "test_merch_n1",
        "wayforpay_secret_key": "flk3409refn54t54t*FNJRET",
    },
}
parameters = env["ir.config_parameter"].sudo()
for module in (liqpay, wayforpay):
    code = module.__name__.rpartition("payment_")[2].partition(".")[0]
    parameters.set_param(module.TEST_BASE_URL_PARAMETER, f"{url}/{code}/" if url else False)
    for provider in env["payment.provider"].search([("code", "=", code)]):
        # The salon's company only: the others have no bank to book payments in.
        bank = [("type", "=", "bank"), ("company_id", "=", provider.company_id.id)]
        if url and env["account.journal"].search_count(bank, limit=1):
            provider.write({**settings[code], "state": "test", "is_published": True})
        elif provider.state == "test":
            provider.write({"state": "disabled", "is_published": False})
if url:  # callbacks and returns come to the port that this run serves
    parameters.set_param("web.base.url", f"http://127.0.0.1:{os.environ['PORT']}")
env.cr.commit()
