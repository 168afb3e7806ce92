from odoo import models
from odoo.http import request

from .. import const


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Override of `http_routing` to keep the body of WayForPay's callbacks.

        They are JSON labelled as a form: once the form parser has read the body, it is gone.
        """
        if request.httprequest.path == const.WEBHOOK_ROUTE:
            request.httprequest.get_data(cache=True)
        return super()._pre_dispatch(rule, args)
