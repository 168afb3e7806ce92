from lxml import etree

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.prepaid_services.tests.cases import CaseDriver
from odoo.addons.prepaid_services.tests.histories import EXAMPLES

#: More entries beside each other do not fit on a screen of 1366 px in every language
MOST = 8
CLICK_EVERYWHERE = """
    odoo.loader.modules.get("@web/webclient/clickbot/clickbot_loader")
        .startClickEverywhere("prepaid_services.menu_root");
"""
#: Hides the list of filters from the robot, which would click on 300 of them
NO_FILTERS = """
    const find = document.querySelector.bind(document);
    document.querySelector = (selector) =>
        selector.includes("o_searchview_dropdown_toggler") ? null : find(selector);
"""

#: Presses "+", types a client and a service, then Add; says so when no error came up
TYPE_INTO_BOARD = """
    const wait = async (find) => {
        for (let turn = 0; turn < 100; turn++) {
            const found = find();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error("waited in vain for " + find);
    };
    const one = (selector) => () => document.querySelector(selector);
    const choose = async (field, text, entry) => {
        const input = await wait(one(`.o_kanban_quick_create [name=${field}] input`));
        input.focus();
        input.value = text;
        input.dispatchEvent(new InputEvent("input", { bubbles: true }));
        const item = await wait(() =>
            [...document.querySelectorAll(".o-autocomplete--dropdown-item a")].find((each) =>
                each.textContent.includes(entry)
            )
        );
        item.click();
        await wait(() => !document.querySelector(".o-autocomplete--dropdown-menu"));
    };
    (async () => {
        (await wait(one(".o_kanban_quick_add"))).click();
        await choose("partner_id", "Zoe", "Zoe");
        await choose("service_id", "Manicure", "Manicure");
        (await wait(one(".o_kanban_quick_create .o_kanban_add"))).click();
        await wait(() =>
            [...document.querySelectorAll(".o_kanban_record")].some((card) =>
                card.textContent.includes("Zoe")
            )
        );
        if (document.querySelector(".o_error_dialog, .modal")) {
            throw new Error("Oops");
        }
        // The form stays, empty, for the next one
        const input = one(".o_kanban_quick_create [name=partner_id] input");
        await wait(() => input() && !input().value);
        document.querySelector(".o_kanban_quick_create .o_kanban_cancel").click();
        await wait(() => !document.querySelector(".o_kanban_quick_create"));
        console.log("typed");
    })().catch((error) => console.error(error.message));
"""


class MenuCommon(CaseDriver):
    """A salon with every feature switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        features = cls.env["ir.model.data"].search(
            [("module", "=", "prepaid_services"), ("name", "=like", "group\\_feature\\_%")]
        )
        cls.features = cls.env["res.groups"].browse(features.mapped("res_id"))
        cls.env.ref("base.group_user").implied_ids += cls.features


@tagged("post_install", "-at_install")
class TestMenus(MenuCommon):
    """What each role finds in the application."""

    def _entries(self, user):
        """Return the names of the entries of the application, and what it opens with."""
        menus = self.env["ir.ui.menu"].with_user(user).with_company(self.company)
        tree = menus.load_web_menus(False)
        root = tree[self.env.ref("prepaid_services.menu_root").id]
        return [tree[child]["name"] for child in root["children"]], root["actionPath"]

    def test_manager(self):
        names, home = self._entries(self.manager)
        self.assertLessEqual(len(names), MOST)
        self.assertEqual(names[:4], ["Cockpit", "Bookings", "Calendar", "Clients"])
        self.assertEqual(home, "prepaid-cockpit")

    def test_front_desk(self):
        names, home = self._entries(self.desk)
        self.assertEqual(names[:3], ["Bookings", "Calendar", "Clients"])
        self.assertNotIn("Configuration", names)
        self.assertEqual(home, "prepaid-today")

    def test_specialist(self):
        names, home = self._entries(self.specialist)
        self.assertEqual(names[:2], ["Bookings", "Calendar"])
        self.assertNotIn("Clients", names)
        self.assertEqual(home, "prepaid-today")

    def test_calendar_has_an_address_of_our_own(self):
        """Reloading the page keeps the menu: the web client finds it by the address."""
        menus = self.env["ir.ui.menu"].with_user(self.desk).load_web_menus(False)
        entry = menus[self.env.ref("prepaid_services.menu_calendar").id]
        self.assertEqual(entry["actionPath"], "prepaid-calendar")
        action = self.env["calendar.event"].with_user(self.desk)._prepaid_open_calendar()
        self.assertFalse(action["path"], "the address of core's calendar would win")

    def test_what_is_off_is_not_on_the_screen(self):
        self.env.ref("base.group_user").implied_ids -= self.features
        names, home = self._entries(self.manager)
        self.assertEqual(names, ["Bookings", "Calendar", "Clients", "Configuration"])
        self.assertEqual(home, "prepaid-today")


@tagged("post_install", "-at_install")
class TestQuickCreate(MenuCommon, HttpCase):
    """Every "+" of a board asks for what is needed, and nothing that is typed ends in an error."""

    allow_end_on_form = True

    def test_boards_ask_for_what_is_needed(self):
        """Where a name alone makes no record, a board has a form of its own, or no "+"."""
        views = self.env["ir.ui.view"].search(
            [("type", "=", "kanban"), ("model", "=like", "prepaid.%"), ("mode", "=", "primary")]
        )
        self.assertTrue(views)
        for view in views:
            arch = etree.fromstring(self.env[view.model].sudo().get_view(view.id, "kanban")["arch"])
            if arch.get("create") == "0" or arch.get("quick_create") in ("0", "false"):
                continue
            self.assertTrue(arch.get("quick_create_view"), view.xml_id)

    def _type(self, path, user):
        self.browser_js(
            path,
            TYPE_INTO_BOARD,
            "!!document.querySelector('.o_kanban_quick_add')",
            login=user.login,
            timeout=60,
            success_signal="typed",
        )

    def test_today(self):
        self._book(fields.Date.today(), hour=12)
        self._create_client("Zoe")
        self._type("/odoo/prepaid-today", self.desk)
        self.env.invalidate_all()
        mine = [("partner_id.name", "=", "Zoe"), ("user_id", "=", self.specialist.id)]
        self.assertEqual(self.env["prepaid.booking"].sudo().search_count(mine), 1)


@tagged("post_install", "-at_install")
class TestMenusOpen(MenuCommon, HttpCase):
    """Every view of every menu opens for those who have it: Odoo's own robot clicks on them.

    With ``EXAMPLES=1`` or more it clicks on each filter as well.
    """

    allow_end_on_form = True

    def setUp(self):
        super().setUp()
        today = fields.Date.today()
        self._approve_credit()
        self._sell(self._template(100.0, 4), journal_id=self.bank.id)
        self._use(today)
        self._book(today).action_done()
        self._book(today, hour=12)

    def _click_everywhere(self, user):
        self.browser_js(
            "/odoo",
            CLICK_EVERYWHERE if EXAMPLES else NO_FILTERS + CLICK_EVERYWHERE,
            "odoo.isReady === true",
            login=user.login,
            timeout=300,
            success_signal="clickbot test succeeded",
        )

    def test_specialist(self):
        self._click_everywhere(self.specialist)

    def test_desk(self):
        self._click_everywhere(self.desk)

    def test_manager_who_keeps_the_books(self):
        self.manager.group_ids += self.env.ref("account.group_account_manager")
        self._click_everywhere(self.manager)
