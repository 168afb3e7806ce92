from odoo import api, models
from odoo.tools import SQL

#: Ratios of sums: measure -> (numerator, denominator)
SHARES = {
    "earned_share": ("amount_earned_gross", "amount_received"),
    "earned_sold_share": ("amount_earned", "amount_sold"),
}


class PrepaidEarnedReport(models.Model):
    """Measures of earned against received that are no sums: shares, and days of waiting."""

    _inherit = "prepaid.earned.report"

    def _read_group_select(self, aggregate_spec, query):
        """Override: shares are ratios of sums, days are weighted by the money."""
        name = aggregate_spec.split(":")[0]
        if name in SHARES:
            above, below = (
                self._field_to_sql(self._table, column, query) for column in SHARES[name]
            )
            return SQL("SUM(%s) / NULLIF(SUM(%s), 0)", above, below)
        if name == "days_to_service":
            alias = self._join_waiting(query)
            return SQL(
                "SUM(%s) / NULLIF(SUM(%s), 0)",
                SQL.identifier(alias, "weight"),
                SQL.identifier(alias, "matched"),
            )
        return super()._read_group_select(aggregate_spec, query)

    def _join_waiting(self, query):
        """Join how long the money of each service had waited, once.

        :return: alias of the join
        """
        alias = query.make_alias(self._table, "waiting")
        if alias not in query._joins:
            condition = SQL(
                "%s = %s", SQL.identifier(alias, "id"), SQL.identifier(self._table, "id")
            )
            query.add_join("LEFT JOIN", alias, SQL("(%s)", self._waiting_sql()), condition)
        return alias

    @api.model
    def _waiting_sql(self):
        """Match each client's services with the client's money, first in, first out.

        Both are laid end to end by date; where they overlap, the money of one day paid the service
        of another. Services that were taken back count as money that came in.

        :return: SELECT of ``id`` (of the service's row), ``matched`` (amount), ``weight`` (amount
            times days)
        """
        return SQL(
            """
            WITH fact AS (
                SELECT id, date, partner_id, company_id, amount_received AS came,
                       amount_earned_gross + amount_broken + amount_paid_back AS went,
                       amount_earned_gross > 0 AS is_service
                  FROM (%s) all_facts WHERE partner_id IS NOT NULL
            ), money AS (
                SELECT date, partner_id, company_id, amount,
                       SUM(amount) OVER lane - amount AS low, SUM(amount) OVER lane AS high
                  FROM (SELECT id, date, partner_id, company_id,
                               came + GREATEST(-went, 0) AS amount FROM fact) positive
                 WHERE amount > 0
                WINDOW lane AS (PARTITION BY company_id, partner_id ORDER BY date, id)
            ), service AS (
                SELECT id, date, partner_id, company_id, is_service,
                       SUM(went) OVER lane - went AS low, SUM(went) OVER lane AS high
                  FROM fact WHERE went > 0
                WINDOW lane AS (PARTITION BY company_id, partner_id ORDER BY date, id)
            )
            SELECT service.id,
                   SUM(LEAST(service.high, money.high) - GREATEST(service.low, money.low))
                       AS matched,
                   SUM((LEAST(service.high, money.high) - GREATEST(service.low, money.low))
                       * (service.date - money.date)) AS weight
              FROM service
              JOIN money ON money.partner_id = service.partner_id
               AND money.company_id = service.company_id
               AND money.low < service.high AND money.high > service.low
             WHERE service.is_service
          GROUP BY service.id
            """,
            self._table_query,
        )
