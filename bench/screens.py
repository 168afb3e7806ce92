"""What the web client asks for a screen, and what the answer costs: CPU, queries, bytes."""

import json
import os
import time
from ast import literal_eval
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tools import SQL

TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(pid):
    """Return the CPU seconds of a process and of its children that have ended."""
    numbers = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    exact = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()
    return int(exact[0]) / 1e9, (int(numbers[13]) + int(numbers[14])) / TICK


class Cost:
    """CPU of this process and of the database's (parallel workers too), queries, bytes."""

    def __init__(self, env):
        self.env = env
        [(self.backend,)] = env.execute_query(SQL("SELECT pg_backend_pid()"))
        stat = Path(f"/proc/{self.backend}/stat").read_text(encoding="ascii")
        self.postmaster = int(stat.rsplit(")", 1)[1].split()[1])

    def _now(self):
        database = cpu_of(self.backend)[0] + cpu_of(self.postmaster)[1]
        return time.process_time(), database, self.env.cr.sql_log_count

    def of(self, work, times=3):
        """Return the least CPU (ms: Python, database), the queries and the bytes of some work.

        Nothing is in the ORM's cache, as in each request; registry and plans are warm.
        """
        results = []
        for _time in range(times + 1):
            self.env.invalidate_all()
            before = self._now()
            answer = work()
            after = self._now()
            results.append([now - then for now, then in zip(after, before, strict=True)])
            size = len(json.dumps(answer, default=_text))
            self.env.cr.rollback()
        python, database, queries = min(results[1:], key=lambda each: each[0] + each[1])
        return 1000 * python, 1000 * database, queries, size


def _text(value):
    return float(value) if isinstance(value, Decimal) else str(value)


class Screen:
    """An action of Odoo, opened by somebody."""

    def __init__(self, env, action, domain=None, context=None, view=None):
        action = env.ref(action).sudo() if isinstance(action, str) else action
        self.context = literal_eval(action.context or "{}") if context is None else context
        self.env = env(context={**env.context, **self.context})
        self.model = self.env[action.res_model]
        self.domain = [*literal_eval(action.domain or "[]"), *(domain or [])]
        wanted = view or action.view_mode.split(",")[0]
        ids = {each.view_mode: each.view_id.id for each in action.view_ids}
        default = action.view_id.id if action.view_id.type == wanted else False
        views = self.model.get_views(
            [(ids.get(wanted, default), wanted), (action.search_view_id.id, "search")]
        )["views"]
        self.arch = etree.fromstring(views[wanted]["arch"])
        self.search = etree.fromstring(views["search"]["arch"])
        self.groups = []
        for key in self.context:
            if key.startswith("search_default_"):
                self._apply(key.removeprefix("search_default_"))

    def _apply(self, name):
        """Switch on a filter or a grouping of the search view."""
        for node in self.search.iter("filter"):
            if node.get("name") != name:
                continue
            if node.get("domain"):
                self.domain += literal_eval(node.get("domain"))
            elif node.get("date"):
                self.domain += self._period(node)
            else:
                self.groups.append(literal_eval(node.get("context"))["group_by"])

    def _period(self, node):
        """Return the domain of a filter on a date: the months that are chosen by default."""
        months = [
            int(part.removeprefix("month") or 0)
            for part in node.get("default_period", "month").split(",")
        ]
        first = self.env.company._prepaid_today().replace(day=1)
        name = node.get("date")
        return [
            (name, ">=", str(first + relativedelta(months=min(months)))),
            (name, "<", str(first + relativedelta(months=max(months) + 1))),
        ]

    def spec(self):
        """Return what a list reads of each record."""
        result = {}
        for node in self.arch.iter("field"):
            field = self.model._fields[node.get("name")]
            result[field.name] = {"fields": {"display_name": {}}} if field.relational else {}
        return result

    def sums(self):
        """Return the aggregates that a grouped list asks for."""
        names = [node.get("name") for node in self.arch.iter("field") if node.get("sum")]
        return [f"{name}:sum" for name in names]

    def page(self, limit=80):
        """Ask the first page, or the groups with what is open of them, as the view says."""
        if not self.groups:
            return self.model.web_search_read(
                self.domain, self.spec(), limit=limit, count_limit=10001
            )
        return self.model.web_read_group(
            self.domain,
            self.groups,
            self.sums(),
            limit=limit,
            auto_unfold=self.arch.get("expand") == "1",
            unfold_read_specification=self.spec(),
        )

    def again(self):
        """Read a record of the first page by its id, as after opening it."""
        record = self.model.search(self.domain, limit=1)
        self.env.invalidate_all()
        return lambda: record.web_read(self.spec())

    def pivot(self):
        """Ask what a pivot shows at first."""
        axes = {"row": [], "col": []}
        measures = ["__count"]
        for node in self.arch.iter("field"):
            name, interval = node.get("name"), node.get("interval")
            if node.get("type") == "measure":
                aggregator = self.model._fields[name].aggregator
                measures.append(f"{name}:{aggregator}")
            else:
                axes[node.get("type")].append(f"{name}:{interval}" if interval else name)
        sets = [[], axes["row"], axes["col"], axes["row"] + axes["col"]]
        unique = [list(each) for each in dict.fromkeys(map(tuple, sets))]
        return self.model.formatted_read_grouping_sets(self.domain, unique, measures)


def calendar(env, first, last, stock=False):
    """Ask a week of the calendar of everybody.

    :param datetime first: UTC; ``last`` as well
    :param bool stock: only with the fields that Odoo's own view has
    """
    view = env["calendar.event"].get_views([(False, "calendar")])["views"]["calendar"]
    names = [node.get("name") for node in etree.fromstring(view["arch"]).iter("field")]
    names = [name for name in names if not (stock and name.startswith("prepaid_"))]
    names += ["allday", "duration", "start", "stop", "display_name", "rrule_type"]
    events = env["calendar.event"].search_read(
        [("start", "<=", str(last)), ("stop", ">=", str(first))], list(dict.fromkeys(names))
    )
    ids = [event["id"] for event in events]
    return events, env["res.partner"].get_attendee_detail(ids)


def dialog(env, model, context):
    """Ask for a dialog: its view, and the values it opens with."""
    Model = env[model].with_context(**context)
    view = Model.get_views([(False, "form")])["views"]["form"]
    spec = {}
    for node in etree.fromstring(view["arch"]).iter("field"):
        field = Model._fields.get(node.get("name"))
        if field is not None:
            spec[field.name] = {"fields": {"display_name": {}}} if field.relational else {}
    return lambda: Model.onchange({}, [], spec)


def day_of(value):
    """Return a date as the moment at which it begins."""
    return datetime.combine(value, datetime.min.time()) if isinstance(value, date) else value
