from datetime import datetime

from odoo import http
from odoo.exceptions import ConcurrencyError, UserError
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools.dates import local_day
from .portal import PRIVATE_HEADERS
from .portal_payment import PrepaidPaymentPortal

#: How a moment is written in the URL
MOMENT = "%Y-%m-%dT%H:%M"


class PrepaidBookingPortal(PrepaidPaymentPortal):
    """A visit on the client's own page: pay the deposit, cancel, move, put it in the calendar.

    A page opens with the client's login or with the link of this one booking. Opening it changes
    nothing: messengers open links to show a preview.
    """

    def _prepare_home_portal_values(self, counters):
        """Override: the card *Visits* appears when there are some."""
        values = super()._prepare_home_portal_values(counters)
        if "prepaid_booking_count" in counters:
            Booking = request.env["prepaid.booking"].sudo()
            client = request.env.user.partner_id
            values["prepaid_booking_count"] = Booking.search_count(Booking._portal_domain(client))
        return values

    # ----------------------------------------------------------------------------------
    # Pages
    # ----------------------------------------------------------------------------------

    @http.route(
        ["/my/bookings", "/my/bookings/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_bookings(self, page=1, **_kwargs):
        """List the visits of the client who is logged in: the coming ones, then past ones."""
        client = request.env.user.partner_id.sudo()
        Booking = client.env["prepaid.booking"]
        domain = Booking._portal_domain(client)
        coming = Booking.search([*domain, *Booking._portal_coming_domain()], order="start, id")
        past = [*domain, ("id", "not in", coming.ids)]
        pager = portal_pager(
            url="/my/bookings",
            total=Booking.search_count(past),
            page=page,
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "prepaid_booking",
            "client": client,
            "coming": coming,
            "past": Booking.search(past, limit=self._items_per_page, offset=pager["offset"]),
            "pager": pager,
        }
        return self._prepaid_response("prepaid_services.portal_my_bookings", values)

    @http.route("/my/bookings/<int:booking_id>", type="http", auth="public", website=True)
    def portal_booking(self, booking_id, access_token=None, **_kwargs):
        """Show a visit: what, when, where, and what is to be paid."""
        booking = self._prepaid_booking(booking_id, access_token)
        if not booking:
            return self._prepaid_refuse()
        return self._prepaid_booking_page(booking, access_token)

    @http.route("/my/bookings/<int:booking_id>/ics", type="http", auth="public", website=True)
    def portal_booking_ics(self, booking_id, access_token=None, **_kwargs):
        """Send a visit as a file for the client's calendar."""
        booking = self._prepaid_booking(booking_id, access_token)
        if not booking or not booking.start:
            return self._prepaid_refuse()
        headers = {
            **PRIVATE_HEADERS,
            "Content-Type": "text/calendar; charset=utf-8",
            "Content-Disposition": content_disposition("visit.ics"),
        }
        return request.make_response(booking._ics(), headers=list(headers.items()))

    @http.route("/my/bookings/<int:booking_id>/move", type="http", auth="public", website=True)
    def portal_booking_move(self, booking_id, access_token=None, start=None, **_kwargs):
        """Offer free times, or show what moving the visit to the chosen one means."""
        booking = self._prepaid_booking(booking_id, access_token)
        if not booking:
            return self._prepaid_refuse()
        if not booking._portal_may_move():
            return self._prepaid_back(booking, access_token)
        free = booking._portal_free_starts()
        chosen = self._prepaid_moment(start)
        values = {
            **self._prepaid_booking_values(booking, access_token),
            "days": self._prepaid_days(booking, free),
            "chosen": chosen if chosen in free else None,
            "taken": bool(start) and chosen not in free,
            "effect": booking._reschedule_effect(chosen) if chosen in free else None,
        }
        return self._prepaid_response("prepaid_services.portal_booking_move", values)

    # ----------------------------------------------------------------------------------
    # What the client does
    # ----------------------------------------------------------------------------------

    @http.route(
        "/my/bookings/<int:booking_id>/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_booking_cancel(self, booking_id, access_token=None, kept=None, **_kwargs):
        """Cancel a visit, on the terms that the page showed."""
        return self._prepaid_do(
            booking_id, access_token, "_portal_cancel", self._cast_as_float(kept) or 0.0
        )

    @http.route(
        "/my/bookings/<int:booking_id>/move/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_booking_moved(self, booking_id, access_token=None, start=None, kept=None, **_kwargs):
        """Move a visit to a free time, on the terms that the page showed."""
        return self._prepaid_do(
            booking_id,
            access_token,
            "_portal_move",
            self._prepaid_moment(start),
            self._cast_as_float(kept) or 0.0,
        )

    @http.route(
        "/my/bookings/<int:booking_id>/confirm",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_booking_confirm(self, booking_id, access_token=None, **_kwargs):
        """Confirm a visit whose deposit the client's balance covers."""
        return self._prepaid_do(booking_id, access_token, "_portal_confirm_covered")

    # ----------------------------------------------------------------------------------
    # Helpers
    # ----------------------------------------------------------------------------------

    def _prepaid_do(self, booking_id, access_token, method, *args):
        """Call a method of a visit for the client, and show the visit again.

        What is refused is said on the page; nothing is written then.
        """
        booking = self._prepaid_booking(booking_id, access_token)
        if not booking:
            return self._prepaid_refuse()
        try:
            with request.env.cr.savepoint():
                getattr(booking, method)(*args)
        except ConcurrencyError:
            raise  # Repeated by the server, on fresh data
        except UserError as error:
            booking.invalidate_recordset()
            return self._prepaid_booking_page(booking, access_token, problem=str(error))
        return self._prepaid_back(booking, access_token)

    def _prepaid_back(self, booking, access_token):
        """Lead the browser to the page of a visit."""
        return request.redirect(booking._portal_path(token=access_token), code=303)

    def _prepaid_booking_values(self, booking, access_token):
        """Return what every page of a visit shows."""
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "prepaid_booking",
            "booking": booking,
            "company": booking.company_id,
            "res_company": booking.company_id,
            "currency": booking.currency_id,
            "tz": booking.company_id._prepaid_tz(),
            "status": booking._portal_status(),
            "access_token": access_token or "",
            "url_args": {"access_token": access_token} if access_token else {},
        }

    def _prepaid_booking_page(self, booking, access_token, problem=""):
        """Render the page of a visit.

        :param str problem: what was refused just now, in words for the client
        """
        values = self._prepaid_booking_values(booking, access_token)
        may_cancel = booking._portal_may_cancel()
        values.update(
            problem=problem,
            may_move=booking._portal_may_move(),
            cancellation=booking._cancellation_effect(by="client") if may_cancel else None,
        )
        if values["status"] == "to_pay":
            values.update(self._prepaid_deposit_form(booking, access_token))
        return self._prepaid_response("prepaid_services.portal_booking", values)

    def _prepaid_moment(self, text):
        """Return a moment in UTC given in a URL; None when it is none."""
        try:
            return datetime.strptime(text or "", MOMENT)
        except ValueError:
            return None

    def _prepaid_days(self, booking, starts):
        """Return the free times by day, in the time of the company."""
        tz = booking.company_id._prepaid_tz()
        days = {}
        for start in starts:
            days.setdefault(local_day(start, tz), []).append((start.strftime(MOMENT), start))
        return days
