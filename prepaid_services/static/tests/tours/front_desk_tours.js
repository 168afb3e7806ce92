import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Opens the pop-over of a visit in the calendar. */
const openVisit = (title) => [
    { trigger: `.fc-event:contains("${title}")`, run: "click" },
    { trigger: `.o_cw_popover:contains("${title}")` },
];

/** Waits until a visit shows an icon with this name on its tile. */
const seeIcon = (title, name) => ({
    trigger: `.fc-event:contains("${title}"):has(.o_prepaid_${name})`,
});

/** Clicks Done in the pop-over of a visit, for which the balance is too small. */
const finishWithDialog = (title) => [
    ...openVisit(title),
    { trigger: ".o_prepaid_done", run: "click" },
    { trigger: ".modal:contains(Finish Visit):contains(Still Missing)" },
];

/** Chooses what happens with the rest, and finishes the visit. */
const payRest = (choice) => [
    { trigger: `.modal .o_radio_item:contains("${choice}") input`, run: "click" },
    { trigger: ".modal button[name=action_confirm]", run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

tours.add("prepaid_settings_tour", {
    steps: () => [
        { trigger: "[name=group_prepaid_balance] input:not(:checked)", run: "click" },
        { trigger: "[name=group_prepaid_credit] input:not(:checked)", run: "click" },
        { trigger: ".o_form_button_save:enabled", run: "click", expectUnloadPage: true },
        // Saving reloads the page: what was off is on the screen now
        { trigger: "[name=group_prepaid_balance] input:checked" },
        { trigger: "[name=group_prepaid_credit] input:checked" },
    ],
});

tours.add("prepaid_top_up_tour", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: "[name=prepaid_buttons] button:contains(Top Up)", run: "click" },
        { trigger: ".modal [name=amount] input", run: "edit 75" },
        { trigger: ".modal [name=journal_id] .o_radio_item:contains(Cash) input", run: "click" },
        { trigger: ".modal [name=memo] input", run: "edit Gift" },
        { trigger: ".modal button:contains(Top Up):not(:contains(Print))", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        // The balance is on the card at once, and its history says why
        { trigger: ".oe_stat_button[name=action_prepaid_history]:contains(75.00)", run: "click" },
        { trigger: ".o_data_row:contains(Top-up):contains(Gift):contains(75.00)" },
    ],
});

tours.add("prepaid_new_visit_tour", {
    steps: () => [
        { trigger: ".fc-timegrid-slot-lane[data-time='14:00:00']", run: "click" },
        { trigger: ".modal [name=prepaid_service_id] input", run: "edit Massage" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Massage)", run: "click" },
        // Price and duration are the service's
        { trigger: ".modal [name=prepaid_price] input:value(120.00)" },
        { trigger: ".modal [name=start]:contains(3:30):not(:contains(3:00))" },
        { trigger: ".modal [name=prepaid_client_ids] input", run: "edit Anna" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Anna)", run: "click" },
        { trigger: ".modal [name=prepaid_client_ids] .o_tag:contains(Anna)" },
        { trigger: ".modal [name=prepaid_client_ids] input", run: "edit Zoe Newcomer" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Create)", run: "click" },
        { trigger: ".modal [name=prepaid_client_ids] .o_tag:contains(Zoe)" },
        { trigger: ".modal [name=user_id] input", run: "edit specialist" },
        { trigger: ".o-autocomplete--dropdown-item:contains(specialist)", run: "click" },
        { trigger: ".modal [name=prepaid_price] input", run: "edit 90" },
        { trigger: ".modal .o_form_button_save", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        seeIcon("Massage - Anna - Zoe", "payment_short"),
        // It is on the specialist's calendar, who is ticked in the side panel now
        { trigger: ".o_calendar_filter_item:contains(specialist) input:checked" },
    ],
});

tours.add("prepaid_more_options_tour", {
    steps: () => [
        { trigger: ".fc-timegrid-slot-lane[data-time='14:00:00']", run: "click" },
        { trigger: ".modal [name=prepaid_service_id] input", run: "edit Massage" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Massage)", run: "click" },
        { trigger: ".modal [name=prepaid_client_ids] input", run: "edit Anna" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Anna)", run: "click" },
        { trigger: ".modal [name=prepaid_client_ids] .o_tag:contains(Anna)" },
        { trigger: ".modal button:contains(More Options)", run: "click" },
        // The full form has what was entered in the small one
        { trigger: ".o_form_sheet [name=prepaid_client_ids] .o_tag:contains(Anna)" },
        { trigger: ".o_form_sheet [name=duration] input:value(01:30)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_field_widget[name=booking_ids] .o_data_row:contains(Anna)" },
    ],
});

tours.add("prepaid_done_tour", {
    steps: () => [
        seeIcon("Manicure - Anna", "payment_covered"),
        ...openVisit("Manicure - Anna"),
        { trigger: ".o_prepaid_seats:contains(Confirmed):contains(Balance Enough)" },
        { trigger: ".o_prepaid_done", run: "click" },
        seeIcon("Manicure - Anna", "state_done"),
        seeIcon("Manicure - Anna", "payment_paid"),
    ],
});

tours.add("prepaid_collect_tour", {
    steps: () => [
        ...finishWithDialog("Manicure - Anna"),
        { trigger: ".modal [name=amount_missing]:contains(70.00)" },
        { trigger: ".modal [name=journal_id] .o_radio_item:contains(Bank) input", run: "click" },
        ...payRest("Collect now"),
        seeIcon("Manicure - Anna", "payment_paid"),
    ],
});

tours.add("prepaid_credit_tour", {
    steps: () => [
        ...finishWithDialog("Manicure - Anna"),
        ...payRest("Leave on credit"),
        seeIcon("Manicure - Anna", "payment_partial"),
    ],
});

tours.add("prepaid_override_tour", {
    steps: () => [
        ...finishWithDialog("Manicure - Anna"),
        {
            trigger: ".modal .o_radio_item:contains(Grant credit as manager) input",
            run: "click",
        },
        { trigger: ".modal [name=override_reason] input", run: "edit Pays on Friday" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        seeIcon("Manicure - Anna", "payment_owing"),
    ],
});

tours.add("prepaid_cancel_tour", {
    steps: () => [
        ...openVisit("Manicure - Anna"),
        { trigger: ".o_prepaid_cancel", run: "click" },
        { trigger: ".modal .o_radio_item:contains(The client) input", run: "click" },
        { trigger: ".modal [name=reason] input", run: "edit Ill" },
        { trigger: ".modal button[name=action_confirm]", run: "click" },
        { trigger: "body:not(:has(.modal)):not(:has(.fc-event:contains(Manicure - Anna)))" },
    ],
});

tours.add("prepaid_undo_tour", {
    steps: () => [
        ...openVisit("Manicure - Anna"),
        { trigger: ".o_cw_popover_edit", run: "click" },
        { trigger: ".o_field_widget[name=booking_ids] .o_data_row:contains(Done)" },
        { trigger: ".o_data_row button[name=action_undo_done]", run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_data_row:contains(Confirmed) button[name=action_open_done]" },
    ],
});

tours.add("prepaid_today_tour", {
    steps: () => [
        // Two visits at once, from the list
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view .o_group_header:first, .o_list_view .o_data_row:first" },
        { trigger: ".o_list_view thead .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_open_done]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Anna):contains(Done):contains(Paid)" },
        { trigger: ".o_list_view .o_data_row:contains(Boris):contains(Done):contains(Paid)" },
    ],
});
