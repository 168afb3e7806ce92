from odoo import api, models

from .prepaid_start_task import OPEN_STATES


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A client is on the start desk's list once."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _prepaid_unite_clients(self, sources, target):
        """Extend: the task the client asked for, else the first one, takes the others over."""
        res = super()._prepaid_unite_clients(sources, target)
        open_tasks = [("state", "in", OPEN_STATES)]
        Task = "prepaid.start.task"
        for tasks in self._prepaid_rivals(Task, sources | target, ["company_id"], open_tasks):
            kept = tasks.filtered("requested_on")[:1] or tasks[0]
            notes = filter(None, (kept + (tasks - kept)).mapped("note"))
            kept.write(
                {
                    "note": "\n".join(notes) or False,
                    "user_id": kept.user_id.id or tasks.user_id[:1].id,
                }
            )
            (tasks - kept)._update_state("closed")
        return res
