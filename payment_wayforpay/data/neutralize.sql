-- A copy of a database must not take money, nor answer for the shop.
UPDATE payment_provider
   SET wayforpay_merchant_account = NULL,
       wayforpay_secret_key = NULL
 WHERE code = 'wayforpay';
DELETE FROM ir_config_parameter WHERE key = 'payment_wayforpay.test_base_url';
