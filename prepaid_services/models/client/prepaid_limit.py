import zlib

from odoo import api, fields, models
from odoo.tools import SQL, config

#: What costs or sends something on public pages: how often in how many seconds with one link
LIMITS = {"pdf": (20, 600), "ask": (10, 3600), "pay": (30, 600)}
#: Several people may share an address
PER_ADDRESS = 10
#: One link or address must not keep the house from working
LOCK = zlib.crc32(b"prepaid_services.pdf") - 2**31


class PrepaidLimit(models.Model):
    """How often something was asked from outside, counted in the database for all workers."""

    _name = "prepaid.limit"
    _description = "Limit of Public Pages"
    _log_access = False

    name = fields.Char(required=True)
    since = fields.Datetime(required=True)
    count = fields.Integer(required=True)

    _name_uniq = models.UniqueIndex("(name)")

    @api.model
    def _allows(self, kind, link, address):
        """Count a wish, and return whether it is within the limits of its link and its address.

        :param str kind: one of ``LIMITS``
        :param str link: what the link opens, e.g. a client
        :param str address: the visitor's
        """
        most, seconds = LIMITS[kind]
        link_count = self._count(f"{kind} link {link}", seconds)
        address_count = self._count(f"{kind} address {address}", seconds)
        return link_count <= most and address_count <= most * PER_ADDRESS

    @api.model
    def _count(self, name, seconds):
        """Count one more, and return how many there were within the period."""
        now = fields.Datetime.now()
        begin = fields.Datetime.subtract(now, seconds=seconds)
        [[count]] = self.env.execute_query(
            SQL(
                "INSERT INTO prepaid_limit AS l (name, since, count) VALUES (%(name)s, %(now)s, 1)"
                " ON CONFLICT (name) DO UPDATE SET"
                " count = CASE WHEN l.since < %(begin)s THEN 1 ELSE l.count + 1 END,"
                " since = CASE WHEN l.since < %(begin)s THEN %(now)s ELSE l.since END"
                " RETURNING count",
                name=name,
                now=now,
                begin=begin,
            )
        )
        return count

    @api.model
    def _may_print(self):
        """Return whether one more PDF may be made now; it is taken until the transaction ends.

        Each waits for its styles and pictures, which another worker of the same house serves: half
        of them print at most, so that one is always left.

        :rtype: bool
        """
        places = max((config["workers"] or 4) // 2, 1)
        take = "SELECT pg_try_advisory_xact_lock(%s, %s)"
        return any(
            self.env.execute_query(SQL(take, LOCK, place))[0][0] for place in range(places)
        )

    @api.autovacuum
    def _gc_limits(self):
        """Forget what is over."""
        longest = max(seconds for _most, seconds in LIMITS.values())
        before = fields.Datetime.subtract(fields.Datetime.now(), seconds=longest)
        self.search([("since", "<", before)]).unlink()
