"""What it costs to give a service: the specialist's pay and materials. Importable without Odoo."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """Pay and materials for some services of some specialists; empty means any."""

    pay_kind: str  # "hour", "visit" or "percent"
    pay: float  # company currency per hour or per visit, or percent of the price
    materials: float = 0.0  # percent of the price
    user_ids: frozenset = frozenset()
    service_ids: frozenset = frozenset()
    category_ids: frozenset = frozenset()

    def fits(self, user_id, service_id, category_ids):
        """Return whether the rate is for this specialist and service.

        :param user_id: specialist, or None when nobody knows yet who will do it
        :param service_id: service, or None when it is not known
        :param category_ids: the category of the service with all its parents
        """
        return (
            (not self.user_ids or user_id in self.user_ids)
            and (not self.service_ids or service_id in self.service_ids)
            and (not self.category_ids or bool(self.category_ids & set(category_ids)))
        )

    def cost(self, visits, hours, price):
        """Return what visits cost.

        :param float visits: how many
        :param float hours: together
        :param float price: together, without tax, company currency
        :rtype: float
        """
        pay = {
            "hour": self.pay * hours,
            "visit": self.pay * visits,
            "percent": self.pay / 100.0 * price,
        }[self.pay_kind]
        return pay + self.materials / 100.0 * price


def first_match(rates, user_id, service_id, category_ids=()):
    """Return the first rate that fits, or None.

    :param list[Rate] rates: in their order
    """
    return next((rate for rate in rates if rate.fits(user_id, service_id, category_ids)), None)
