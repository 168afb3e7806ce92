from odoo import fields, models

#: Topics about what a client has paid for and not used, the most urgent one first
USE_TOPICS = [
    ("expiry", "It ends soon"),
    ("few_left", "Last sessions"),
    ("pace", "Too slow to use everything"),
    ("never", "Never started"),
    ("dormant", "Stopped coming"),
    ("balance", "Balance untouched"),
]


class PrepaidReminderStep(models.Model):
    """Ladders that remind clients to use what they paid for."""

    _inherit = "prepaid.reminder.step"

    topic = fields.Selection(
        selection_add=USE_TOPICS, ondelete={topic: "cascade" for topic, _label in USE_TOPICS}
    )
