def migrate(cr, version):
    """Menus moved: what a data file no longer says, an update would leave as it was.

    Bookings is a heading now, not a list; two entries are for other groups, which the data gives.
    """
    cr.execute(
        """
        UPDATE ir_ui_menu SET action = NULL WHERE id IN (
            SELECT res_id FROM ir_model_data
             WHERE module = 'prepaid_services' AND model = 'ir.ui.menu'
               AND name = 'menu_bookings')
        """
    )
    cr.execute(
        """
        DELETE FROM ir_ui_menu_group_rel WHERE menu_id IN (
            SELECT res_id FROM ir_model_data
             WHERE module = 'prepaid_services' AND model = 'ir.ui.menu'
               AND name IN ('menu_all_bookings', 'menu_reminder_effect'))
        """
    )
