def migrate(cr, version):
    """Odoo keeps the index of a field that no longer asks for one; others begin with the field."""
    cr.execute("DROP INDEX IF EXISTS prepaid_booking__partner_id_index")
    cr.execute("DROP INDEX IF EXISTS prepaid_subscription_template__product_id_index")
    cr.execute("DROP INDEX IF EXISTS prepaid_loss_rate__company_id_index")
