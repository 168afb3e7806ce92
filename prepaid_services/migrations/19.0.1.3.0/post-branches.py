#: Rules that are not updated with their file -> the field that names the company
RULES = {
    "prepaid_subscription_template_rule_company": "company_id",
    "prepaid_subscription_rule_company": "company_id",
    "prepaid_subscription_use_rule_company": "company_id",
    "prepaid_subscription_revision_rule_company": "company_id",
    "prepaid_subscription_message_rule_company": "subscription_id.company_id",
}


def migrate(cr, version):
    """Packages and their templates belong to the legal entity, as the money does."""
    for name, field in RULES.items():
        domain = (
            f"['|', ('{field}', 'parent_of', company_ids), ('{field}', 'in', prepaid_family_ids)]"
        )
        cr.execute(
            """
            UPDATE ir_rule SET domain_force = %s WHERE id IN (
                SELECT res_id FROM ir_model_data
                 WHERE module = 'prepaid_services' AND model = 'ir.rule' AND name = %s)
            """,
            (domain, name),
        )
