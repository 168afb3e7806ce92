-- A copy of a database must not take money, nor answer for the shop.
UPDATE payment_provider
   SET liqpay_public_key = NULL,
       liqpay_private_key = NULL
 WHERE code = 'liqpay';
DELETE FROM ir_config_parameter WHERE key = 'payment_liqpay.test_base_url';
