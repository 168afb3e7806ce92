from unittest.mock import patch

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as rpc
from odoo.service.server import thread_local
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.prepaid_services.door import telling
from odoo.addons.prepaid_services.exceptions import ClientBusyError
from odoo.addons.prepaid_services.models.ledger.in_line import NEWCOMER, _Turn, is_overtaking

from .parallel_common import PRICE, ParallelCommon

SPENDERS = 20


@tagged("post_install", "-at_install")
class TestConcurrency(ParallelCommon):
    """Real connections spend the same money."""

    # -- tests ---------------------------------------------------------------------------

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_parallel_spenders_never_overdraw_and_lose_nothing(self):
        enough_for = SPENDERS // 2
        client_id = self._client(enough_for * PRICE)
        visit_ids = self._visits(client_id, SPENDERS)
        results = self._parallel([("prepaid.booking", "action_done", [i]) for i in visit_ids])
        done, errors = results.count(True), [error for error in results if error is not True]
        self.assertFalse([error for error in errors if not isinstance(error, UserError)])
        self.assertLessEqual(done, enough_for)
        if not all(isinstance(error, ClientBusyError) for error in errors):
            self.assertEqual(done, enough_for, "refused although there was money")
        self.assertEqual(self._figures(client_id), ((enough_for - done) * PRICE, 0.0))
        # Everybody else comes again with money
        left = (SPENDERS - enough_for) * PRICE
        self._call("res.partner", "prepaid_top_up", [client_id], left, self.journal_id)
        self._call("prepaid.booking", "action_done", visit_ids)
        self.assertEqual(self._figures(client_id), (0.0, 0.0))
        rows = self._call("prepaid.booking", "read", visit_ids, ["invoice_name", "payment_status"])
        self.assertEqual([row["payment_status"] for row in rows], ["paid"] * SPENDERS)
        self.assertEqual(len({row["invoice_name"] for row in rows}), SPENDERS)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_spenders_wait_in_line_instead_of_trying_at_random(self):
        client_id = self._client(SPENDERS * PRICE)
        visit_ids = self._visits(client_id, SPENDERS - 2)
        top_up = ("res.partner", "prepaid_top_up", [client_id], PRICE, self.journal_id)
        with patch.object(rpc.time, "sleep", side_effect=AssertionError("slept")):
            results = self._parallel(
                [top_up, *(("prepaid.booking", "action_done", [i]) for i in visit_ids), top_up]
            )
        self.assertEqual(results[1:-1], [True] * len(visit_ids))
        self.assertEqual(self._figures(client_id), (4 * PRICE, 0.0))

    def test_nobody_overtakes_those_who_wait(self):
        client_id = self._client(5 * PRICE)
        turn = _Turn(self.db, [client_id])
        self.addCleanup(turn.end)
        for expected in (True, False):
            with Registry(self.db).cursor() as cr:
                Client = api.Environment(cr, self.desk_id, {})["res.partner"]
                newcomer = telling(Client, **{NEWCOMER: True})
                self.assertEqual(is_overtaking(newcomer.env, [client_id]), expected)
                self.assertFalse(is_overtaking(Client.env, [client_id]), "did not come by itself")
            turn.end()

    def test_an_invoice_counts_in_the_same_transaction(self):
        """Counted after the commit, it would let whoever waits for this client fail."""
        client_id = self._client(5 * PRICE)
        visit_ids = self._visits(client_id, 3)
        for number, visit_id in enumerate(visit_ids, 1):
            self._call("prepaid.booking", "action_done", [visit_id])
            [row] = self._call("res.partner", "read", [client_id], ["customer_rank"])
            self.assertGreaterEqual(row["customer_rank"], number)

    def test_a_call_within_another_one_does_not_begin_again(self):
        """What the outer one knows would be older than what the inner one sees."""
        client_id = self._client(5 * PRICE)
        with Registry(self.db).cursor() as cr:
            client = api.Environment(cr, self.desk_id, {})["res.partner"].browse(client_id)
            self.assertEqual(client.prepaid_balance, 5 * PRICE)
            self._call("res.partner", "prepaid_pay_out", [client_id], PRICE, self.journal_id)
            thread_local.rpc_model_method = "res.partner.something_else"
            with self.assertRaises(ClientBusyError):
                client.prepaid_pay_out(PRICE, self.journal_id)
        self.assertEqual(self._figures(client_id), (4 * PRICE, 0.0))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_desks_finish_the_same_visit(self):
        client_id = self._client(5 * PRICE)
        [visit_id] = self._visits(client_id, 1)
        call = ("prepaid.booking", "action_done", [visit_id])
        self.assertEqual(self._parallel([call, call]), [True, True])
        self.assertEqual(self._figures(client_id), (4 * PRICE, 0.0))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_a_top_up_sent_twice_counts_once(self):
        client_id = self._client(0)
        args = ([client_id], PRICE, self.journal_id, False, "", "terminal 1, receipt 7")
        first, second = self._parallel([("res.partner", "prepaid_top_up", *args)] * 2)
        self.assertEqual(first, second)
        self.assertEqual(self._figures(client_id), (PRICE, 0.0))
