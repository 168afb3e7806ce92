from odoo.tests import tagged

from .common import PrepaidCommon

#: More entries beside each other do not fit on a screen of 1366 px in every language
MOST = 8


@tagged("post_install", "-at_install")
class TestMenus(PrepaidCommon):
    """What each role finds in the application, with every feature switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        features = cls.env["ir.model.data"].search(
            [("module", "=", "prepaid_services"), ("name", "=like", "group\\_feature\\_%")]
        )
        cls.features = cls.env["res.groups"].browse(features.mapped("res_id"))
        cls.env.ref("base.group_user").implied_ids += cls.features

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

    def test_what_is_off_is_not_on_the_screen(self):
        self.env.ref("base.group_user").implied_ids -= self.features
        names, home = self._entries(self.manager)
        self.assertEqual(names, ["Bookings", "Calendar", "Clients", "Configuration"])
        self.assertEqual(home, "prepaid-today")
