import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("prepaid_month_tour", {
    steps: () => [
        { trigger: "[name=date_from] input, [name=date_from] button", run: "click" },
        { trigger: "[name=date_from] input", run: "edit 01/15/2026" },
        { trigger: "[name=date_to] input, [name=date_to] button", run: "click" },
        { trigger: "[name=date_to] input", run: "edit 03/20/2026" },
        { trigger: "button[name=action_show]", run: "click" },
        { trigger: ".o_data_row:eq(0) td[name=month]:contains(/^January 2026$/)" },
        { trigger: ".o_data_row:eq(2) td[name=month]:contains(/^March 2026$/)" },
    ],
});
