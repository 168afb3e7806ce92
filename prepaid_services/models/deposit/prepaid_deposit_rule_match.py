from odoo import api, models

from ..booking.prepaid_booking import PAST_STATES


class PrepaidDepositRule(models.Model):
    """Which rule a booking falls under, and why."""

    _inherit = "prepaid.deposit.rule"

    @api.model
    def _match(self, bookings):
        """Return the first rule that matches each booking.

        The facts about all clients are read at once: the number of queries does not depend on
        the number of bookings.

        :param prepaid.booking bookings: of any companies; new ones may be unsaved
        :return: booking -> rule, only where one matches
        :rtype: dict
        """
        rules = self.sudo().search([("company_id", "in", bookings.company_id.ids)])
        facts = self._read_facts(bookings, rules)
        matched = {}
        for booking in bookings:
            for rule in rules:
                if rule.company_id == booking.company_id and not rule._mismatch(
                    booking, facts[booking]
                ):
                    matched[booking] = rule
                    break
        return matched

    @api.model
    def _read_facts(self, bookings, rules):
        """Return what the rules need to know about each booking.

        :return: booking -> day, and how many visits the client was at and did not come to
        """
        counts = {}
        if rules.filtered(lambda r: r.client_kind != "all"):
            counts = self._count_visits(bookings.partner_id._origin, bookings.company_id)
        return {
            booking: {
                "day": booking._service_day(),
                "done": counts.get((booking.partner_id._origin.id, "done"), 0),
                "no_show": counts.get((booking.partner_id._origin.id, "no_show"), 0),
            }
            for booking in bookings
        }

    @api.model
    def _count_visits(self, clients, companies):
        """Return how often clients came and did not come, in the legal entities of companies.

        :return: (client id, state) -> number
        """
        family = companies._prepaid_family()
        groups = (
            self.env["prepaid.booking"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", clients.ids),
                    ("company_id", "in", family.ids),
                    ("state", "in", PAST_STATES),
                ],
                ["partner_id", "state"],
                ["__count"],
            )
        )
        return {(partner.id, state): count for partner, state, count in groups}

    def _mismatch(self, booking, facts):
        """Return why the rule does not apply to a booking, in words; empty when it does.

        :param dict facts: of the booking, from :meth:`_read_facts`
        """
        self.ensure_one()
        checks = (
            self._mismatch_service,
            self._mismatch_client,
            self._mismatch_specialist,
            self._mismatch_day,
            self._mismatch_price,
        )
        return next((text for check in checks if (text := check(booking, facts))), "")

    def _mismatch_service(self, booking, facts):
        """Return why the service is not meant. Services and categories widen each other."""
        service = booking.service_id
        if self.service_ids or self.category_ids:
            path = f"/{service.categ_id.parent_path or ''}"
            below = any(f"/{category.id}/" in path for category in self.category_ids)
            if service._origin not in self.service_ids and not below:
                return self.env._("the service is another one")
        if self.product_tag_ids and not self.product_tag_ids & service.all_product_tag_ids:
            return self.env._("the service is not in the promotion")
        return ""

    def _mismatch_client(self, booking, facts):
        """Return why the client is not meant."""
        tags = booking.partner_id.category_id | booking.partner_id.commercial_partner_id.category_id
        if self.partner_category_ids and not self.partner_category_ids & tags:
            return self.env._("the client has none of its tags")
        if self.client_kind == "new" and facts["done"]:
            return self.env._("the client is not new: %(count)s visits done", count=facts["done"])
        if self.client_kind == "no_show" and facts["no_show"] < self.min_no_shows:
            return self.env._(
                "the client did not come %(count)s times, less than %(limit)s",
                count=facts["no_show"],
                limit=self.min_no_shows,
            )
        return ""

    def _mismatch_specialist(self, booking, facts):
        """Return why the specialist is not meant."""
        if self.user_ids and booking.user_id._origin not in self.user_ids:
            return self.env._("the specialist is another one")
        return ""

    def _mismatch_day(self, booking, facts):
        """Return why the day is not meant."""
        if self.date_from and facts["day"] < self.date_from:
            return self.env._("the visit is before its first day")
        if self.date_to and facts["day"] > self.date_to:
            return self.env._("the visit is after its last day")
        return ""

    def _mismatch_price(self, booking, facts):
        """Return why the price is too low."""
        if booking.currency_id.compare_amounts(booking.amount_total, self.min_price) < 0:
            return self.env._("the visit is cheaper than its lowest price")
        return ""

    # ----------------------------------------------------------------------------------
    # In words
    # ----------------------------------------------------------------------------------

    def _explain(self, booking):
        """Return how the first matching rule is found, line by line, for the tester.

        :param prepaid.booking booking: may be unsaved
        :return: (rule or empty, list of sentences)
        """
        rules = self.sudo().search([("company_id", "=", booking.company_id.id)])
        facts = self._read_facts(booking, rules)[booking]
        lines = []
        for rule in rules:
            reason = rule._mismatch(booking, facts)
            if not reason:
                return rule, [*lines, self.env._("%(rule)s: applies.", rule=rule.name)]
            lines.append(self.env._("%(rule)s: not this one, %(why)s.", rule=rule.name, why=reason))
        return rules.browse(), [*lines, self.env._("No rule applies: no deposit.")]
