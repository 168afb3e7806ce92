def migrate(cr, version):
    """Let the views of the last version fit the form of bookings, which is loaded before them.

    The button *No-show* has another name; what deposits change of it goes with their view.
    """
    cr.execute(
        r"""
        UPDATE ir_ui_view
           SET arch_db = replace(
                   arch_db::text,
                   'name=\"action_no_show\" position',
                   'name=\"action_open_no_show\" position')::jsonb
         WHERE model = 'prepaid.booking'
           AND arch_db::text LIKE '%action_no_show%'
        """
    )
