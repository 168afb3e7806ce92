def migrate(cr, version):
    """Say of deposits that are held how much of them was on the balance before."""
    cr.execute(
        """
        UPDATE prepaid_booking booking
           SET deposit_from_balance = GREATEST(booking.deposit_held - COALESCE(paid.amount, 0), 0)
          FROM prepaid_booking held
          LEFT JOIN (
               SELECT link.booking_id,
                      SUM(CASE payment.payment_type
                              WHEN 'outbound' THEN -payment.amount ELSE payment.amount END)
                          AS amount
                 FROM prepaid_booking_deposit_payment_rel link
                 JOIN account_payment payment ON payment.id = link.payment_id
                WHERE payment.state IN ('in_process', 'paid')
                GROUP BY link.booking_id) paid ON paid.booking_id = held.id
         WHERE held.id = booking.id AND booking.deposit_held > 0
        """
    )
