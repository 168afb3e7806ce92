def migrate(cr, version):
    """Few sessions left and expires soon are steps of the reminder ladder now.

    Their rows and the view with their settings go before the new code is checked against them.
    """
    cr.execute("DELETE FROM prepaid_subscription_message WHERE kind IN ('few_left', 'expiring')")
    cr.execute(
        """
        DELETE FROM ir_ui_view WHERE id IN (
            SELECT res_id FROM ir_model_data
             WHERE module = 'prepaid_services' AND model = 'ir.ui.view'
               AND name = 'res_config_settings_view_form_package_messages')
        """
    )
    cr.execute(
        """
        DELETE FROM ir_model_data
         WHERE module = 'prepaid_services' AND model = 'ir.ui.view'
           AND name = 'res_config_settings_view_form_package_messages'
        """
    )
