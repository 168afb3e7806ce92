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
    # Fees and unused services: those of the settings, and those that entries of packages earned on
    cr.execute(
        """
        INSERT INTO prepaid_fee_account_rel (company_id, account_id)
             SELECT id, prepaid_breakage_account_id FROM res_company
              WHERE prepaid_breakage_account_id IS NOT NULL
              UNION
             SELECT id, prepaid_other_income_account_id FROM res_company
              WHERE prepaid_other_income_account_id IS NOT NULL
              UNION
             SELECT SPLIT_PART(company.parent_path, '/', 1)::int, line.account_id
               FROM account_move move
               JOIN account_move_line line ON line.move_id = move.id
               JOIN res_company company ON company.id = move.company_id
               JOIN account_account account ON account.id = line.account_id
              WHERE move.prepaid_kind IN ('earning', 'write_off')
                AND account.account_type = 'income_other'
        ON CONFLICT DO NOTHING
        """
    )
