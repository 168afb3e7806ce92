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
        massage = self._create_service("Massage", 110.0)
        self._plan_sale(case, template={"service_ids": massage.ids})
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

    # -- modifications and breakage ------------------------------------------------------

    def test_m02(self):
        """Two bonus sessions later: what is unearned over what is left."""
        case = load("M02")["M02"]
        inputs = case["inputs"]
        self._plan_sale(case)
        self._plan_uses(case)
        self._step(
            inputs["bonus_on"],
            lambda: self.package.extend(bonus_sessions=inputs["bonus"], reason="Sorry"),
        )
        self._play(case)
        self.assertEqual(self.package.revision_ids.mapped("kind"), ["bonus", "sale"])

    def test_m04(self):
        """A later end brings no entry."""
        case = load("M04")["M04"]
        inputs = case["inputs"]
        self._plan_sale(case)
        self._plan_uses(case)
        end = inputs["new_valid_until"]
        self._step(inputs["extended_on"], lambda: self.package.extend(end, reason="Ill"))
        self._play(case)

    def test_m06(self):
        """Seed 003: expired, restored and extended with two bonus lessons."""
        case = load("M06")["M06"]
        inputs = case["inputs"]
        self._plan_sale(case)
        self._plan_uses(case)
        end, bonus = inputs["new_valid_until"], inputs["bonus"]
        self._step(inputs["restored_on"], lambda: self.package.extend(end, bonus, "Came back"))
        self._play(case)
        kinds = self.package.revision_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["sale", "expiry", "restore"])
        self.assertEqual(self.package.state, "used_up")

    def test_b01(self):
        case = load("B01")["B01"]
        self._run_plain(case)
        self.assertEqual(self.package.state, "expired")

    def test_b02(self):
        case = load("B02")["B02"]
        grace = case["inputs"]["grace_days"]
        self._plan_sale(case, template={"grace_days": grace})
        self._plan_uses(case)
        self._play(case)

    def test_b04(self):
        """Three of four lapsed sessions come back, the rest stays lapsed."""
        case = load("B04")["B04"]
        inputs = case["inputs"]
        self._plan_sale(case, date_end=inputs["breakage_on"])
        self._plan_uses(case)
        self._step(
            inputs["restored_on"],
            lambda: self.package.extend(
                "2026-12-31", reason="Ill", restored_sessions=inputs["restored_sessions"]
            ),
        )
        self._play(case)

    def _run_proportional(self, case):
        percent = float(case["inputs"]["expected_breakage_percent"])
        vals = {"breakage_policy": "proportional", "breakage_percent": percent}
        self._plan_sale(case, template=vals)
        self._plan_uses(case)
        self._play(case)

    def test_b06(self):
        self._run_proportional(load("B06")["B06"])

    def test_b07(self):
        self._run_proportional(load("B07")["B07"])

    # -- time passes ---------------------------------------------------------------------

    def _run_pass(self, case):
        months = case["inputs"]["months"]
        vals = {"is_unlimited": True, "validity_number": months}
        self._plan_sale(case, template=vals)
        self._play(case)
        self.assertEqual(str(self.package.date_end), case["inputs"]["end"])
        days = case.get("expected_extra", {}).get("days")
        self.assertEqual(self.package.revision_ids[-1:].total_units, days)
        self.assertEqual(self.package.state, "expired")

    def test_p01(self):
        self._run_pass(load("P01")["P01"])

    def test_p03(self):
        self._run_pass(load("P03")["P03"])

    def test_p05(self):
        self._run_pass(load("P05")["P05"])

    def test_p06(self):
        self._run_pass(load("P06")["P06"])

    # -- refunds, currencies -------------------------------------------------------------

    def test_f01(self):
        """Credit note on one day, the money two days later."""
        case = load("F01")["F01"]
        inputs = case["inputs"]
        self._plan_sale(case)
        self._plan_uses(case)
        self._step(inputs["credit_note_on"], self._refund)
        self._step(inputs["refund_paid_on"], self._pay_credit_note)
        self._play(case)
        self.assertEqual(self.refunded["refund"], 720.0)
        self.assertEqual(self.package.state, "refunded")

    def _refund(self, **kwargs):
        self.refunded = self.package.refund(**kwargs)

    def _pay_credit_note(self):
        """The accountant registers the payment of the credit note."""
        note = self.env["account.move"].browse(self.refunded["credit_note_id"])
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        ).create({"journal_id": self.bank.id}).action_create_payments()

    def test_f03(self):
        """A fee of a tenth is kept."""
        case = load("F03")["F03"]
        inputs = case["inputs"]
        fee = float(inputs["fee_percent"])
        self._plan_sale(case, template={"refund_fee_percent": fee})
        self._plan_uses(case)
        self._step(inputs["refunded_on"], self._refund, journal_id=self.bank.id)
        self._play(case)

    def test_x01(self):
        """A package in euros stays at the rate of its sale."""
        case = load("X01")["X01"]
        inputs = case["inputs"]
        euro = self.env.ref("base.EUR")
        euro.active = True
        for day, rate in (
            (inputs["sold_on"], inputs["rate_at_sale"]),
            (inputs["paid_on"], inputs["rate_at_payment"]),
        ):
            self.env["res.currency.rate"].create(
                {
                    "name": day,
                    "rate": float(rate),
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                }
            )
        inputs["price"] = inputs["net_eur"]
        self._plan_sale(case, currency_id=euro.id, price=float(inputs["net_eur"]))
        self._plan_uses(case)
        self._step(inputs["paid_on"], self._pay_euros, euro, inputs["paid_on"])
        self._play(case)
        rows = self.package.use_ids.sudo()
        self.assertEqual(rows.mapped("earned_currency"), [100.0] * 3)

    def _pay_euros(self, euro, day):
        invoice = self.env["account.move"].browse(self.sale["invoice_id"])
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {"journal_id": self.bank.id, "currency_id": euro.id, "payment_date": day}
        ).action_create_payments()
