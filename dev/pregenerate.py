"""Fed to `odoo shell` on a fresh template: build the assets once, not in each browser test."""

import re

# What the tests open: the client, the portal, reports, and what some screens load when they need it
USED = re.compile(r"web\.(assets_(web|web_print|tests|frontend.*)|report_assets_.*)$")
LAZY = {"web.fullcalendar_lib", "web.chartjs_lib"}

qweb = env["ir.qweb"]
scripts, styles = qweb._get_bundles_to_pregenarate()
scripts |= LAZY
styles |= LAZY
for bundle in sorted(LAZY | set(filter(USED.match, scripts | styles))):
    try:
        assets = qweb._get_asset_bundle(bundle, css=bundle in styles, js=bundle in scripts)
        if bundle in scripts:
            assets.js()
        if bundle in styles:
            assets.css()
    except Exception as error:
        print(f"asset bundle {bundle} left out: {error}")
env.cr.commit()
