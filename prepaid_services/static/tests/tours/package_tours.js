import { registry } from "@web/core/registry";

const closed = { trigger: "body:not(:has(.modal))" };

registry.category("web_tour.tours").add("prepaid_package_tour", {
    steps: () => [
        // A visit
        { trigger: ".o_prepaid_packages .o_data_row td:contains(Anna)", run: "click" },
        { trigger: ".o_prepaid_session_left:contains(○)" },
        { trigger: "button[name=action_use_today]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: ".o_prepaid_session_used:contains(●)" },
        { trigger: "[name=use_ids] .o_data_row:contains(Anna)" },
        // A bonus session
        { trigger: ".o_statusbar_buttons button:contains(Extend)", run: "click" },
        { trigger: ".modal [name=bonus_sessions] input", run: "edit 1" },
        { trigger: ".modal [name=reason] input", run: "edit Birthday" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        closed,
        { trigger: ".o_prepaid_session_bonus:contains(☆)" },
        // The money comes back
        { trigger: ".o_statusbar_buttons button:contains(Refund)", run: "click" },
        { trigger: ".modal .alert:contains(Comes back)" },
        { trigger: ".modal [name=reason] input", run: "edit Moved away" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        closed,
        { trigger: ".o_arrow_button_current:contains(Refunded)" },
    ],
});
