{
    "name": "Payment Provider: WayForPay",
    "summary": "Cards, Apple Pay and Google Pay through WayForPay",
    "version": "19.0.1.0.0",
    "category": "Accounting/Payment Providers",
    "author": "Prepaid Services contributors",
    "license": "LGPL-3",
    "depends": ["payment"],
    "data": [
        "views/payment_wayforpay_templates.xml",
        "views/payment_provider_views.xml",
        "data/payment_method_data.xml",
        "data/payment_provider_data.xml",
        "data/ir_cron_data.xml",
    ],
    "assets": {"web.assets_tests": ["payment_wayforpay/static/tests/tours/**/*"]},
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
