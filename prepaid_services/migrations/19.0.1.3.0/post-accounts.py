def migrate(cr, version):
    """Remember where clients' money lies: the accounts in use, and those payments went to."""
    cr.execute(
        """
        INSERT INTO prepaid_advance_account_rel (company_id, account_id)
             SELECT id, prepaid_advance_account_id FROM res_company
              WHERE prepaid_advance_account_id IS NOT NULL
              UNION
             SELECT SPLIT_PART(company.parent_path, '/', 1)::int, payment.destination_account_id
               FROM account_payment payment
               JOIN res_company company ON company.id = payment.company_id
               JOIN account_account account ON account.id = payment.destination_account_id
              WHERE payment.prepaid_topup
                AND account.account_type IN ('liability_current', 'liability_non_current')
        ON CONFLICT DO NOTHING
        """
    )
