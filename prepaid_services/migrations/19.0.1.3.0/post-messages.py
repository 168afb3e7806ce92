"""The request for the deposits of a series says what all of them cost."""

MORE = """<p t-if="object.together_count &gt; 1">
                    That is for the first of <t t-out="object.together_count">10</t> visits; \
for all of them it is <t t-out="format_amount(object.together_amount, object.currency_id)">\
500.00</t>. The page of the first visit leads to the others.
                </p>
                """
BUTTON = '<p style="margin: 16px 0;">'


def migrate(cr, version):
    cr.execute(
        """
        UPDATE mail_template
           SET body_html = jsonb_set(
                   body_html,
                   '{en_US}',
                   to_jsonb(regexp_replace(body_html->>'en_US', %(button)s, %(more)s))
               )
         WHERE id IN (SELECT res_id
                        FROM ir_model_data
                       WHERE module = 'prepaid_services'
                         AND name = 'mail_template_deposit_request')
           AND body_html->>'en_US' NOT LIKE '%%together_count%%'
        """,
        {"button": BUTTON, "more": MORE + BUTTON},
    )
