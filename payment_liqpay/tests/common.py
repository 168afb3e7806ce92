import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path
from unittest import SkipTest
from unittest.mock import patch

from odoo.addons.payment.tests.common import PaymentCommon

# The simulator lives beside the add-ons, in dev/ of the repository.
SIMULATOR = Path(__file__).resolve().parents[2] / "dev" / "simulator"
PUBLIC_KEY = "sandbox_i00000000000"
PRIVATE_KEY = "sandbox_SimulatorPrivateKey0000000000000000"


def load_simulator():
    """The modules of dev.simulator; without the repository around it, tests are skipped."""
    name = "payment_provider_simulator"
    if name not in sys.modules:
        if not SIMULATOR.is_dir():
            raise SkipTest("dev/simulator of the repository is not beside the add-on")
        spec = importlib.util.spec_from_file_location(
            name, SIMULATOR / "__init__.py", submodule_search_locations=[str(SIMULATOR)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return {
        part: importlib.import_module(f"{name}.{part}") for part in ("world", "liqpay", "server")
    }


class LiqPayCommon(PaymentCommon):
    """A provider in test mode, the simulator's world, and its server for Odoo's own requests.

    Callbacks that the server would send are collected in `self.outbox`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = load_simulator()
        cls.server = cls.simulator["server"].Simulator().start()
        cls.addClassCleanup(cls.server.stop)
        cls.env["ir.config_parameter"].sudo().set_param(
            "payment_liqpay.test_base_url", f"{cls.server.url}/liqpay/"
        )
        cls.provider = cls._prepare_provider(
            "liqpay",
            update_values={"liqpay_public_key": PUBLIC_KEY, "liqpay_private_key": PRIVATE_KEY},
        )
        cls.payment_method = cls.provider.payment_method_ids
        cls.payment_method_id = cls.payment_method.id
        cls.payment_method_code = "liqpay"
        cls.currency = cls._enable_currency("UAH")
        cls.amount = 250.5
        cls.reference = "DEP-100"

    def setUp(self):
        super().setUp()
        self.outbox = []
        self.world = self.simulator["world"].World(
            deliver=lambda url, body, kind: self.outbox.append((url, body, kind)) or (200, "")
        )
        self.server.http.RequestHandlerClass.world = self.server.world = self.world

    def _tx(self, **values):
        """A draft transaction whose page was opened at LiqPay."""
        tx = self._create_transaction("redirect", **{"reference": self.reference, **values})
        self._open_page(tx)
        return tx

    def _form(self, tx):
        html = tx._get_processing_values()["redirect_form_html"]
        return self._extract_values_from_html_form(html)

    def _open_page(self, tx):
        """The order that LiqPay's page makes of Odoo's form."""
        form = self._extract_values_from_html_form(
            tx._get_processing_values()["redirect_form_html"]
        )
        return self.simulator["liqpay"].checkout(self.world, form["inputs"])

    def _order(self, tx):
        return self.world.orders[tx.reference]

    def _ends(self, tx, outcome):
        """The payment ends at LiqPay, and no callback comes."""
        self._order(tx).status = outcome

    def _report(self, tx, outcome, **changes):
        """What LiqPay tells about the payment, as verified data."""
        return {**self.simulator["liqpay"].body(self._order(tx), outcome), **changes}

    def _process(self, tx, *outcomes, **changes):
        for outcome in outcomes:
            self._ends(tx, outcome)
            tx._liqpay_process(self._report(tx, outcome, **changes))
        return tx

    def _paid_tx(self, **values):
        return self._process(self._tx(**values), "paid")

    @contextmanager
    def _faults(self, **faults):
        self.world.set_faults(faults)
        yield
        self.world.set_faults({})

    @contextmanager
    def _hold_until(self, deadline):
        """A document that waits for the payment until `deadline` (UTC)."""
        model = type(self.env["payment.transaction"])
        with patch.object(model, "_prepaid_hold_deadline", lambda tx: deadline, create=True):
            yield
