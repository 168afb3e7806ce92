from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PrepaidReminderStep(models.Model):
    """One step of a ladder: so many days before or after a date, a client hears from us.

    Steps of a topic make a ladder, in the order of their days. A company with steps of its own
    uses only those; steps without a company are everybody's.
    """

    _name = "prepaid.reminder.step"
    _description = "Reminder Step"
    _order = "topic, days, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: all companies without own steps.")
    topic = fields.Selection(
        [("debt", "Pay what is open")], required=True, default="debt", help="What it is about."
    )
    days = fields.Integer(
        required=True, aggregator=None, help="After the due date; before it when negative."
    )
    tone = fields.Selection(
        [
            ("friendly", "Friendly"),
            ("reminding", "Reminding"),
            ("firm", "Firm"),
            ("serious", "Serious"),
            ("last", "Last notice"),
        ],
        required=True,
        default="friendly",
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("letter", "Letter"), ("call", "Phone call")],
        required=True,
        default="email",
    )
    is_automatic = fields.Boolean(
        "Automatic", default=True, help="Off: somebody confirms each reminder before it goes out."
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        "Text",
        domain=[("model", "=", "prepaid.reminder")],
        ondelete="restrict",
        help="The e-mail, or the text of the letter.",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        "SMS Text",
        domain=[("model", "=", "prepaid.reminder")],
        ondelete="restrict",
    )
    call_script = fields.Text(
        translate=True, help="What to say on the phone; the figures stand beside it."
    )
    user_id = fields.Many2one(
        "res.users",
        "Caller",
        domain=[("share", "=", False)],
        help="Who calls. Empty: the client's salesperson, else a manager.",
    )
    pay_days = fields.Integer(
        "Days to Pay",
        default=7,
        help="The message asks to pay within so many days. Before the due date: until that day.",
    )
    # What it costs the client
    fee_product_id = fields.Many2one(
        "product.product",
        "Fee",
        check_company=True,
        domain=[("type", "=", "service")],
        help="Invoiced at its sales price each time this step goes out to a client.",
    )
    interest_product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain=[("type", "=", "service")],
    )
    interest_rate = fields.Float(
        "Interest per Year (%)",
        help="On what is overdue, for each day since the due date or the last interest. "
        "Local law says how much is allowed.",
    )

    _rate_positive = models.Constraint(
        "CHECK (interest_rate IS NULL OR interest_rate >= 0)", "Interest may not be negative."
    )
    _pay_days_positive = models.Constraint(
        "CHECK (pay_days >= 0)", "The days to pay may not be negative."
    )
    _days_uniq = models.UniqueIndex(
        "(topic, days, COALESCE(company_id, 0)) WHERE active",
        "There is a step for this day already.",
    )

    @api.constrains("channel", "mail_template_id", "sms_template_id", "active")
    def _check_text(self):
        """A message needs a text."""
        needed = {
            "email": "mail_template_id",
            "letter": "mail_template_id",
            "sms": "sms_template_id",
        }
        for step in self.filtered("active"):
            name = needed.get(step.channel)
            if name and not step[name]:
                raise ValidationError(
                    self.env._(
                        "%(step)s needs a text: choose one in the field %(field)s.",
                        step=step.name,
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    @api.constrains("interest_rate", "interest_product_id")
    def _check_interest(self):
        """Interest is invoiced by a product."""
        for step in self:
            if step.interest_rate and not step.interest_product_id:
                raise ValidationError(
                    self.env._("%(step)s: choose the product for the interest.", step=step.name)
                )

    @api.depends("name", "days")
    def _compute_display_name(self):
        """Show the days as everybody writes ladders: -3, +7, +15."""
        for step in self:
            step.display_name = f"{step.days:+d} {step.name}" if step.name else ""

    @api.model
    def _ladder(self, topic, company):
        """Return the steps of a topic that a company uses, in the order of their days."""
        steps = self.sudo().search(
            [("topic", "=", topic), ("company_id", "in", [company.id, False])]
        )
        return steps.filtered("company_id") or steps

    def _caller(self, partner):
        """Return who calls a client about this step."""
        self.ensure_one()
        return self.user_id or partner.user_id or self.env.company._prepaid_manager()
