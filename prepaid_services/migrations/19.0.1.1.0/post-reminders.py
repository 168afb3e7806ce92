def migrate(cr, version):
    """Whoever had messages about packages goes on reminding of their end and last sessions."""
    cr.execute("UPDATE res_company SET prepaid_use_reminders = prepaid_package_messages")
