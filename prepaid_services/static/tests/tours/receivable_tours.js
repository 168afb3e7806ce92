import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("prepaid_ageing_tour", {
    steps: () => [
        { trigger: ".o_menu_sections button:contains(Reporting)", run: "click" },
        { trigger: ".o-dropdown--menu .dropdown-item:contains(Aged Receivable)", run: "click" },
        // The report beside the ledger, before anything is opened
        { trigger: ".modal [name=receivable]:contains(120.00)" },
        { trigger: ".modal [name=receivable_ledger]:contains(120.00)" },
        { trigger: ".modal [name=width] input", run: "edit 15" },
        { trigger: ".modal button[name=action_show]", run: "click" },
        // The columns are named after the days they hold
        { trigger: ".o_list_view th:contains(46-60 Days)" },
        { trigger: ".o_group_header:contains(Anna):contains(120.00)", run: "click" },
        { trigger: ".o_data_row:contains(INV/)" },
        { trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot th:contains(46-60 Days)" },
        { trigger: ".o_pivot:contains(Anna):contains(120.00)" },
    ],
});

tours.add("prepaid_collection_tour", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: "button[name=action_prepaid_collection]", run: "click" },
        { trigger: ".o_field_widget[name=documents]:contains(INV/)" },
        { trigger: ".o_field_widget[name=agent_id] input", run: "edit Agency Ltd" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Agency Ltd)", run: "click" },
        { trigger: ".o_field_widget[name=reference] input", run: "edit A 17/26" },
        { trigger: "button[name=action_hand_over]", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Handed Over)" },
        { trigger: "button[name=action_write_off]", run: "click" },
        { trigger: ".o_field_widget[name=reason] input", run: "edit The agency found nothing" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".modal .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_statusbar_status .o_arrow_button_current:contains(Written Off)" },
        { trigger: ".o_field_widget[name=amount]:contains(120.00)" },
    ],
});
