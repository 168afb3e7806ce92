from werkzeug.exceptions import MethodNotAllowed

from odoo import models
from odoo.http import request

OURS = "odoo.addons.prepaid_services."


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Extend: our pages answer the methods they name, and OPTIONS is none of them.

        Odoo lets it through to every page, for browsers that ask on behalf of other sites. There it
        would do what a POST does, without session and token.
        """
        ours = rule.endpoint.func.__module__.startswith(OURS)
        if ours and request.httprequest.method not in ("GET", "HEAD", "POST"):
            raise MethodNotAllowed(rule.endpoint.routing.get("methods") or ("GET", "POST"))
        return super()._pre_dispatch(rule, args)
