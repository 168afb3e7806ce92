"""Makes pytest as strict as Odoo's own test runner, and stricter about skipping."""

import logging
import os
import re
import shutil
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import freezegun.api
import psycopg2
import pytest
from psycopg2 import sql

# Odoo skips a test when its browser or PDF program is missing or slow to start. Here that is a
# failure: a suite that tests nothing must not be green.
MISSING_PROGRAM = re.compile(r"chrome|wkhtmltopdf|websocket", re.IGNORECASE)
BROWSER_START_SECONDS = 60
BROWSER_PAUSE_SECONDS = 0.1


def pytest_configure(config):
    # The durations of tests go by the real clock
    freezegun.configure(extend_ignore_list=["_pytest.timing"])
    # No module gets another clock after its import: to look through 4,000 of them each time that a
    # test stops the clock takes a fortieth of the tests' time
    freezegun.api._get_module_attributes_hash = id


def pytest_collection_modifyitems(items):
    import odoo.tests.common as odoo_tests

    from odoo.addons.prepaid_services.tests.parallel_common import ParallelCommon

    odoo_tests.CHECK_BROWSER_ITERATIONS = int(
        BROWSER_START_SECONDS / odoo_tests.CHECK_BROWSER_SLEEP
    )
    odoo_tests.ChromeBrowser._websocket_request = patiently(
        odoo_tests.ChromeBrowser._websocket_request
    )
    # First what takes all cores for itself, while no browser waits for its turn; then large classes
    # before small ones, so that all processes end at the same time
    sizes = Counter(item.cls for item in items)
    items.sort(key=lambda item: (not issubclass(item.cls, ParallelCommon), -sizes[item.cls]))


def patiently(request):
    """Let a browser load its page: Odoo asks it without a pause whether it has."""

    def wrapper(self, method, **kwargs):
        if method == "Runtime.evaluate":
            time.sleep(BROWSER_PAUSE_SECONDS)
        return request(self, method, **kwargs)

    return wrapper


@pytest.fixture(scope="session", autouse=True)
def own_filestore(load_registry):
    """Each process has its own files: pytest-odoo lets all share those that one of them removes."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        yield
        return
    from odoo.tests import get_db_name
    from odoo.tools import config

    shared = Path(config.filestore(get_db_name()))
    own = shared.with_name(get_db_name())
    shutil.copytree(shared, own, copy_function=os.link)
    config.filestore.return_value = str(own)
    yield
    shutil.rmtree(own)


@pytest.fixture(scope="session", autouse=True)
def ready_salon(load_registry):
    """Furnish the salon of the tests once, in the databases of dev/test, which nobody keeps."""
    from odoo.tests import get_db_name

    from odoo.addons.prepaid_services.tests import common, ready

    if get_db_name().startswith("tmp_"):
        ready.furnish(common.PrepaidCommon)


@pytest.fixture(scope="class", autouse=True)
def vacuum(load_registry):
    """Remove what a test class rolled back, or the tests would become slower and slower."""
    from odoo.tests import get_db_name

    yield
    with closing(psycopg2.connect(dbname=get_db_name())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup > 500")
            for names in cursor.fetchall():
                cursor.execute(sql.SQL("VACUUM {}").format(sql.Identifier(*names)))


class ErrorRecords(logging.Handler):
    """Keeps what is logged as an error; what mute_logger stops does not get here."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(autouse=True)
def fail_on_logged_error():
    handler = ErrorRecords()
    root = logging.getLogger()
    root.addHandler(handler)
    yield
    root.removeHandler(handler)
    if handler.records:
        lines = "\n".join(f"{r.name}: {r.getMessage()}" for r in handler.records)
        pytest.fail(
            f"The test logged an error (mute_logger the expected ones):\n{lines}", pytrace=False
        )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if MISSING_PROGRAM.search(reason):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: must not be skipped: {reason}"
