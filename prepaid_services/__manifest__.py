{
    "name": "Prepaid Services",
    "summary": "Client balance, visits paid from it, and service on credit, inside Odoo's "
    "own calendar and accounting",
    "version": "19.0.1.0.0",
    "category": "Services",
    "author": "Prepaid Services contributors",
    "license": "LGPL-3",
    "depends": [
        "account",
        "account_payment",
        "calendar",
        "portal",
        "product",
        "sms",
    ],
    "data": [
        # groups and access
        "security/prepaid_services_groups.xml",
        "security/ir.model.access.csv",
        "security/prepaid_services_security.xml",
        # data
        "data/mail_activity_type_data.xml",
        "data/ir_cron_data.xml",
        "data/ir_default_data.xml",
        "data/mail_template_data.xml",
        # reports
        "reports/prepaid_statement_templates.xml",
        "reports/prepaid_client_movement_views.xml",
        "reports/prepaid_daily_sale_views.xml",
        # wizards
        "wizards/prepaid_money_views.xml",
        "wizards/prepaid_collect_views.xml",
        "wizards/prepaid_cancel_views.xml",
        "wizards/prepaid_statement_views.xml",
        # views
        "views/prepaid_booking_views.xml",
        "views/calendar_event_views.xml",
        "views/product_template_views.xml",
        "views/res_partner_views.xml",
        "views/res_partner_portal_views.xml",
        "views/portal_templates.xml",
        "views/account_payment_views.xml",
        "views/res_config_settings_views.xml",
        "views/prepaid_services_menus.xml",
    ],
    "demo": ["demo/salon_demo.xml"],
    "assets": {
        "web.assets_backend": ["prepaid_services/static/src/calendar/**/*"],
        "web.assets_tests": ["prepaid_services/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}
