"""Features that became add-ons of their own take along what belongs to them.

Nothing is deleted here. Where a feature was used, its add-on counts as installed and is updated
with this one, so that what people changed (noupdate) stays as it is. Where it was not, Odoo removes
the add-on in the same update, with its empty tables, its menus and its nightly job.
"""

#: What each takes along (models, fields, records), and how to tell that it is used
ADDONS = {
    "prepaid_services_insight": {
        "group": "group_feature_insight",
        "tables": ["prepaid_delivery_cost"],
        "models": [
            "prepaid.cash.forecast",
            "prepaid.cash.forecast.hours",
            "prepaid.cash.forecast.test",
            "prepaid.cash.forecast.week",
            "prepaid.cockpit",
            "prepaid.delivery.cost",
            "prepaid.earned.check",
            "prepaid.earned.report",
            "prepaid.insight",
            "prepaid.owed.report",
        ],
        "names": [
            "access\\_prepaid\\_cash\\_forecast\\_%",
            "access\\_prepaid\\_delivery\\_cost\\_%",
            "access\\_prepaid\\_earned\\_%",
            "access\\_prepaid\\_owed\\_%",
            "constraint\\_res\\_company\\_prepaid\\_forecast\\_%",
            "digest\\_digest\\_view\\_form\\_prepaid",
            "digest\\_month",
            "digest\\_month\\_action",
            "field\\_digest\\_digest\\_\\_kpi\\_prepaid\\_%",
            "field\\_res\\_company\\_\\_prepaid\\_forecast\\_%",
            "field\\_res\\_config\\_settings\\_\\_prepaid\\_forecast\\_%",
            "ir\\_cron\\_cash\\_gap%",
            "mail\\_activity\\_type\\_cash\\_gap",
            "menu\\_cash\\_forecast%",
            "menu\\_cockpit%",
            "menu\\_delivery\\_costs",
            "menu\\_earned\\_%",
            "prepaid\\_cash\\_forecast\\_%",
            "prepaid\\_cockpit\\_%",
            "prepaid\\_delivery\\_cost\\_%",
            "prepaid\\_earned\\_%",
            "prepaid\\_owed\\_%",
            "res\\_config\\_settings\\_view\\_form\\_insight",
        ],
    },
}


def migrate(cr, version):
    for addon, parts in ADDONS.items():
        _move_names(cr, addon, parts)
        _set_state(cr, addon, "to upgrade" if _is_used(cr, parts) else "to remove")
    # The demo salon is there already, and is not made a second time
    cr.execute(
        """
        UPDATE ir_module_module AS addon
           SET state = 'to upgrade', latest_version = '19.0.1.0.0', demo = TRUE
          FROM ir_module_module AS base
         WHERE addon.name = 'prepaid_services_demo' AND addon.state = 'uninstalled'
           AND base.name = 'prepaid_services' AND base.demo
           AND NOT EXISTS (SELECT 1 FROM ir_module_module WHERE state = 'to remove')
        """
    )


def _move_names(cr, addon, parts):
    """Give records of the base to the add-on, by their external ids."""
    names = [*parts["names"]]
    for model in parts["models"]:
        name = model.replace(".", "\\_")
        names += [
            f"model\\_{name}",
            f"field\\_{name}\\_\\_%",
            f"selection\\_\\_{name}\\_\\_%",
            f"constraint\\_{name}\\_%",
        ]
    cr.execute(
        """
        UPDATE ir_model_data AS named SET module = %(addon)s
         WHERE module = 'prepaid_services' AND name LIKE ANY (%(names)s)
           AND NOT EXISTS (
               SELECT 1 FROM ir_model_data AS there
                WHERE there.module = %(addon)s AND there.name = named.name)
        """,
        {"addon": addon, "names": names},
    )
    cr.execute(
        """
        UPDATE ir_model_constraint SET module = addon.id
          FROM ir_module_module AS addon, ir_module_module AS base, ir_model_data AS named
         WHERE addon.name = %(addon)s AND base.name = 'prepaid_services'
           AND ir_model_constraint.module = base.id
           AND named.model = 'ir.model.constraint' AND named.module = %(addon)s
           AND named.res_id = ir_model_constraint.id
        """,
        {"addon": addon},
    )


def _is_used(cr, parts):
    """Return whether somebody has the feature, or something was written with it."""
    cr.execute(
        """
        SELECT 1 FROM ir_model_data AS named
         WHERE named.module = 'prepaid_services' AND named.name = %s
           AND (EXISTS (SELECT 1 FROM res_groups_implied_rel WHERE hid = named.res_id)
                OR EXISTS (SELECT 1 FROM res_groups_users_rel WHERE gid = named.res_id))
        """,
        [parts["group"]],
    )
    if cr.rowcount:
        return True
    for table in parts["tables"]:
        cr.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 names of our own
        if cr.rowcount:
            return True
    return False


def _set_state(cr, addon, state):
    """Let this update load an add-on that it did not know: what it brings is there already."""
    cr.execute(
        """
        UPDATE ir_module_module AS addon
           SET state = %(state)s, latest_version = '19.0.1.0.0', demo = base.demo
          FROM ir_module_module AS base
         WHERE addon.name = %(addon)s AND addon.state = 'uninstalled'
           AND base.name = 'prepaid_services'
        """,
        {"addon": addon, "state": state},
    )
