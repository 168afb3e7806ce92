"""Fed to `odoo shell` on a fresh template: build the assets once, not in each browser test."""

# What screens load when they need it: the calendar, the charts
LAZY = {"web.fullcalendar_lib", "web.chartjs_lib"}

qweb = env["ir.qweb"]
scripts, styles = qweb._get_bundles_to_pregenarate()
scripts |= LAZY
styles |= LAZY
for bundle in sorted(scripts | styles):
    # The unit test bundles are large and asked for by one test at most.
    if "unit_tests" in bundle or bundle.startswith("web.qunit"):
        continue
    try:
        assets = qweb._get_asset_bundle(bundle, css=bundle in styles, js=bundle in scripts)
        if bundle in scripts:
            assets.js()
        if bundle in styles:
            assets.css()
    except Exception as error:
        print(f"asset bundle {bundle} left out: {error}")
env.cr.commit()
