import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The numbers are there, and both charts are drawn. */
const seeCockpit = [
    { trigger: ".o_prepaid_tile[name=visits]:contains('0 / 1')" },
    { trigger: ".o_prepaid_tile[name=owed]:contains('300')" },
    { trigger: ".o_prepaid_tile[name=owed]:contains('sessions')" },
    { trigger: ".o_prepaid_no_gap, .o_prepaid_gap" },
    { trigger: ".o_prepaid_chart canvas:count(2)" },
    { trigger: ".o_prepaid_bar_row:contains(specialist)" },
    { trigger: "footer:contains(agree with the general ledger)" },
];

tours.add("prepaid_cockpit_tour", {
    steps: () => [
        { trigger: "[data-menu-xmlid='prepaid_services_insight.menu_cockpit']", run: "click" },
        ...seeCockpit,
        { trigger: ".o_prepaid_tile[name=visits]", run: "click" },
        { trigger: ".o_data_row:contains(Anna)" },
        { trigger: ".breadcrumb-item:contains(Cockpit)", run: "click" },
        { trigger: ".o_prepaid_card_title[name=forecast]", run: "click" },
        { trigger: "[name=week_ids] .o_data_row" },
        { trigger: "[name=prepaid_forecast_sales_percent] input", run: "edit 50" },
        { trigger: "button[name=action_compute]", run: "click" },
        { trigger: ".nav-link:contains(Was the Forecast Right)", run: "click" },
        { trigger: "[name=test_ids]" },
    ],
});

tours.add("prepaid_cockpit_phone_tour", {
    steps: () => [
        ...seeCockpit,
        {
            trigger: ".o_prepaid_cockpit",
            run() {
                if (this.anchor.scrollWidth > this.anchor.clientWidth) {
                    throw new Error("The cockpit is wider than the phone");
                }
            },
        },
        { trigger: ".o_prepaid_tile[name=owed]", run: "click" },
        { trigger: ".o_kanban_record, .o_data_row" },
    ],
});
