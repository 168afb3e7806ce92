import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const { DateTime } = luxon;

const closed = { trigger: "body:not(:has(.modal))" };

/** Types a day, counted from today, into a date field of the open dialog. */
const typeDay = (name, shift) => [
    // A filled date is a button until it is clicked
    { trigger: `.modal [data-field=${name}]`, run: "click" },
    {
        trigger: `.modal input[data-field=${name}]`,
        run: `edit ${DateTime.now().plus(shift).toFormat("MM/dd/yyyy")} && press Tab`,
    },
];

/** Confirms the open dialog with its main button. */
const confirmDialog = (label) => [
    { trigger: `.modal .modal-footer .btn-primary:contains(${label})`, run: "click" },
    closed,
];

/** Waits until the card of a package draws so many sessions of a kind. */
const seeSessions = (kind, count) => ({
    trigger: `.o_prepaid_sessions:has(.o_prepaid_session_${kind}:count(${count}))`,
});

tours.add("prepaid_package_tour", {
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

tours.add("prepaid_package_template_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_sheet [name=name] input", run: "edit 5 Manicures" },
        { trigger: "[name=sessions] input", run: "edit 5" },
        { trigger: "[name=price] input", run: "edit 100" },
        { trigger: "[name=validity_number] input", run: "edit 1" },
        { trigger: ".o_form_button_save", run: "click" },
        // What was saved can be sold from here
        { trigger: ".o_form_saved" },
        { trigger: ".o_statusbar_buttons button:contains(Sell)" },
    ],
});

tours.add("prepaid_package_sell_tour", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: ".oe_stat_button:contains(Sell a Package)", run: "click" },
        { trigger: ".modal [name=template_id] input", run: "edit 5 Manicures" },
        { trigger: ".o-autocomplete--dropdown-item:contains(5 Manicures)", run: "click" },
        // Price and sessions are the template's
        { trigger: ".modal [name=price]:contains(100.00)" },
        { trigger: ".modal [name=sessions]:contains(5)" },
        ...typeDay("date", { days: -40 }),
        { trigger: ".modal [name=journal_id] .o_radio_item:contains(Cash) input", run: "click" },
        ...confirmDialog("Sell"),
        seeSessions("left", 5),
        { trigger: "[name=amount_deferred]:contains(100.00)" },
    ],
});

tours.add("prepaid_package_visits_tour", {
    steps: () => [
        { trigger: ".o_data_row:contains(Anna):contains(Confirmed)" },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_open_done]", run: "click" },
        { trigger: ".o_list_view:has(.o_data_row:contains(Anna):contains(Done):count(3))" },
    ],
});

tours.add("prepaid_package_expired_tour", {
    steps: () => [
        // Only active packages are shown by default
        { trigger: ".o_facet_value:contains(Active)" },
        { trigger: ".o_view_nocontent" },
        // A range of dates brings what is over, struck through
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_filter_menu .o_accordion_toggle:contains(Valid until)", run: "click" },
        {
            trigger: `.o_filter_menu .o-dropdown-item:contains(${lastEnd()})`,
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(5 Manicures):contains(Expired)",
            run() {
                const cell = document.querySelector(".o_data_row td[name=partner_id]");
                const { textDecorationLine, opacity } = getComputedStyle(cell);
                if (textDecorationLine !== "line-through" || Number(opacity) !== 0.5) {
                    throw new Error(`an expired package looks alive: ${textDecorationLine}`);
                }
            },
        },
        { trigger: ".o_data_row:contains(5 Manicures) td[name=partner_id]", run: "click" },
        seeSessions("used", 3),
        seeSessions("lapsed", 2),
        ...extendSteps(),
        ...useSteps(),
        ...refundSteps(),
    ],
});

/** The month, by name, in which a package of one month ended that was sold 40 days ago. */
function lastEnd() {
    return DateTime.now().minus({ days: 40 }).plus({ months: 1 }).minus({ days: 1 }).monthLong;
}

function extendSteps() {
    return [
        { trigger: ".o_statusbar_buttons button:contains(Extend)", run: "click" },
        { trigger: ".modal [name=lapsed_sessions]:contains(2)" },
        ...typeDay("date_end", { days: 30 }),
        { trigger: ".modal [name=bonus_sessions] input", run: "edit 1" },
        { trigger: ".modal [name=reason] input", run: "edit Was ill" },
        ...confirmDialog("Extend"),
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Active)" },
        seeSessions("left", 2),
        seeSessions("bonus", 1),
        { trigger: ".o_notebook .nav-link:contains(Revisions)", run: "click" },
        { trigger: ".o_data_row:contains(Was ill)" },
    ];
}

function useSteps() {
    return [
        { trigger: ".o_statusbar_buttons button:contains(Use a Session)", run: "click" },
        ...confirmDialog("Ok"),
        seeSessions("used", 4),
    ];
}

function refundSteps() {
    return [
        { trigger: ".o_statusbar_buttons button:contains(Refund)", run: "click" },
        { trigger: ".modal [name=preview]:contains(Comes back):contains(26.67)" },
        { trigger: ".modal [name=reason] input", run: "edit Moved away" },
        ...confirmDialog("Refund"),
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Refunded)" },
        { trigger: "[name=amount_deferred]:contains(0.00)" },
    ];
}
