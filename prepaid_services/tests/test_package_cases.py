from odoo.tests import tagged

from .cases import CaseDriver, load, session_dates


@tagged("post_install", "-at_install")
class TestPackageCases(CaseDriver):
    """Every worked case of packages, to the last cent."""

    # -- selling and using ---------------------------------------------------------------

    def _plan_sale(self, case, **kwargs):
        """Plan the sale that the inputs of a case describe."""
        inputs = case["inputs"]
        self._prepare_company(case)
        sessions = inputs.get("sessions_per_unit", inputs.get("sessions", 0))
        bonus = 0
        if isinstance(sessions, str):
            sessions, bonus = 10, 2
        price = float(inputs.get("price") or inputs.get("net") or inputs.get("package_net"))
        tax = self._tax(inputs.get("tax_rate"), inputs.get("price_includes_tax"))
        vals = {"bonus_sessions": bonus, "is_freestyle": True, "member_limit": 3}
        vals.update(kwargs.pop("template", {}))
        paid = inputs.get("sold_and_paid_on")
        day = paid or inputs.get("sold_on") or inputs.get("granted_on") or inputs.get("package_on")
        kwargs = {
            "date": day,
            "quantity": inputs.get("quantity", 1),
            "discount": float(inputs.get("discount_percent", 0)),
            "date_end": inputs.get("valid_until", False),
            "journal_id": self.bank.id if paid else False,
            **kwargs,
        }
        template = self._template(price, sessions, tax, **vals)
        self._step(day, self._sell, template, **kwargs)
        return day

    def _plan_uses(self, case):
        for day in session_dates(case):
            self._step(day, self._use, day)

    def _run_plain(self, case):
        self._plan_sale(case)
        self._plan_uses(case)
        self._play(case)

    def _olya(self, case):
        """The seed tells her sessions in two parts."""
        inputs = case["inputs"]
        inputs["session_dates"] = [inputs["first_session"], *inputs.pop("session_dates_after")]
        self._run_plain(case)

    def test_r01(self):
        self._run_plain(load("R01")["R01"])

    def test_r02(self):
        self._run_plain(load("R02")["R02"])

    def test_r03(self):
        self._run_plain(load("R03")["R03"])

    def test_r06(self):
        self._run_plain(load("R06")["R06"])

    def test_r09(self):
        self._run_plain(load("R09")["R09"])

    def test_t01(self):
        self._run_plain(load("T01")["T01"])

    def test_t03(self):
        self._run_plain(load("T03")["T03"])

    def test_m01(self):
        self._run_plain(load("M01")["M01"])

    def test_k03(self):
        self._run_plain(load("K03")["K03"])

    def test_o01(self):
        self._olya(load("O01")["O01"])

    def test_k01(self):
        """A session marked by mistake is undone."""
        case = load("K01")["K01"]
        inputs = case["inputs"]
        self._plan_sale(case)
        for day in (*inputs["marked"], *inputs["then"]):
            self._step(day, self._use, day)
        self._step(inputs["undone_on"], lambda: self.package.undo_use(self.use["use_id"]))
        self._play(case)
        self.assertEqual(self.package.sessions_used, 3)
        self.assertEqual(self.package.state, "used_up")

    def test_s01(self):
        """A package of three clients: the ledger carries the payer, the uses who came."""
        case = load("S01")["S01"]
        bohdan, chloe = self._create_client("Bohdan"), self._create_client("Chloe")
        names = {"Anna": self.client, "Bohdan": bohdan, "Chloe": chloe}
        self._plan_sale(case, member_ids=(bohdan + chloe).ids)
        for day, name in case["inputs"]["uses"]:
            self._step(day, self._use, day, partner_id=names[name].id)
        self._play(case)
        for name, client in names.items():
            uses = self.package.use_ids.filtered(lambda u, c=client: u.partner_id == c)
            extra = case["expected_extra"]
            self.assertEqual(len(uses), extra["sessions_by_client"][name])
            earned = self.company.currency_id.round(sum(uses.mapped("amount_earned")))
            self.assertEqual(earned, float(extra["earned_by_client"][name]))
        self.assertEqual(self.package.use_ids.sudo().move_id.line_ids.partner_id, self.client)

    def test_a01(self):
        """Package and service bought from the balance."""
        case = load("A01")["A01"]
        inputs = case["inputs"]
        self._step(inputs["topup_on"], self._top_up, float(inputs["topup"]), inputs["topup_on"])
        self._plan_sale(case)
        day = inputs["service_on"]
        self._step(day, lambda: self._book(day).action_done())
        self._plan_uses(case)
        self._play(case)

    def test_c06(self):
        """A package on credit: sessions are earned while the invoice is open."""
        case = load("C06")["C06"]
        inputs = case["inputs"]
        self._plan_sale(case)
        self._plan_uses(case)
        self._step(inputs["paid_on"], self._top_up, float(inputs["net"]), inputs["paid_on"])
        self._play(case)
