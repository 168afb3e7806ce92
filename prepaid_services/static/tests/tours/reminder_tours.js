import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const { DateTime } = luxon;

const closed = { trigger: "body:not(:has(.modal))" };

/** The manager looks at what speaks for the client, and approves. */
tours.add("prepaid_credit_review_tour", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: "button[name=action_open_credit_review]", run: "click" },
        { trigger: ".modal .fa-thumbs-up" },
        { trigger: ".modal .o_radio_input[data-value=approve]", run: "click" },
        { trigger: ".modal [name=limit] input", run: "edit 200" },
        { trigger: ".modal [name=reason] input", run: "edit Comes every week" },
        { trigger: ".modal button[name=action_decide]", run: "click" },
        closed,
        { trigger: "button[name=action_prepaid_credit_reviews]", run: "click" },
        { trigger: ".o_data_row td:contains(Comes every week)" },
    ],
});

/** The desk looks at who would be reminded, and starts the run. */
tours.add("prepaid_reminder_run_tour", {
    steps: () => [
        { trigger: "[data-menu-xmlid='prepaid_services.menu_receivables']", run: "click" },
        { trigger: "[data-menu-xmlid='prepaid_services.menu_reminder_run']", run: "click" },
        { trigger: ".modal .o_data_row td:contains(Anna)" },
        { trigger: ".modal button[name=action_start]", run: "click" },
        closed,
        { trigger: ".o_data_row:contains(Anna)" },
    ],
});

/** The desk calls, and the client promises to pay. */
tours.add("prepaid_call_tour", {
    steps: () => [
        { trigger: ".o_data_row:contains(Anna) button:contains(Promised)", run: "click" },
        { trigger: ".modal [data-field=date]", run: "click" },
        {
            trigger: ".modal input[data-field=date]",
            run: `edit ${DateTime.now().plus({ days: 7 }).toFormat("MM/dd/yyyy")} && press Tab`,
        },
        { trigger: ".modal [name=note] input", run: "edit After payday" },
        { trigger: ".modal button[name=action_save]", run: "click" },
        closed,
        { trigger: ".o_view_nocontent" },
    ],
});
