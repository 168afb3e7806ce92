import { AttendeeCalendarModel } from "@calendar/views/attendee_calendar/attendee_calendar_model";
import { delay } from "@web/core/utils/concurrency";
import { patch } from "@web/core/utils/patch";
import { registry } from "@web/core/registry";

/** Lets the calendar read so slowly that news from the bus arrive while it does. */
function slowCalendar() {
    patch(AttendeeCalendarModel.prototype, {
        async updateData() {
            await delay(800);
            return super.updateData(...arguments);
        },
    });
}

const tours = registry.category("web_tour.tours");

tours.add("prepaid_deposit_tour", {
    steps: () => [
        // An hourglass, and in words what it means
        {
            trigger:
                ".fc-event:contains(Manicure):has(.o_prepaid_deposit_awaiting[title*='awaited until'])",
            run: "click",
        },
        { trigger: ".o_cw_popover .o_prepaid_deposits:contains(awaited until)" },
        { trigger: ".o_cw_popover .o_prepaid_take_deposit", run: "click" },
        { trigger: ".modal [name=terms]:contains(Deposit:)", run: slowCalendar },
        { trigger: ".modal [name=journal_id] .o_radio_item:contains(Cash) input", run: "click" },
        { trigger: ".modal button:contains(Take the Deposit)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        // Green at once, on this screen by the bus as on every other
        { trigger: ".fc-event:contains(Manicure):has(.o_prepaid_deposit_paid[title*='paid'])" },
    ],
});

tours.add("prepaid_deposit_no_show_tour", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: ".o_form_view [name=deposit_state]:contains(Paid)" },
        { trigger: "button[name=action_open_no_show]", run: "click" },
        // The money effect before anything happens
        { trigger: ".modal [name=effect]:contains(50.00)" },
        { trigger: ".modal button:contains(Did Not Come)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_form_view [name=deposit_state]:contains(Kept)" },
    ],
});

tours.add("prepaid_deposit_awaiting_tour", {
    steps: () => [
        { trigger: ".o_data_row:contains(Anna) .o_prepaid_countdown:contains(min)" },
        { trigger: ".o_data_row td:contains(Anna)", run: "click" },
        { trigger: ".o_form_view .o_prepaid_countdown" },
        { trigger: "button[name=action_request_payment]:contains(Send Again)", run: "click" },
        { trigger: "button:contains(Cancel)", run: "click" },
        { trigger: ".modal button:contains(Cancel the Booking)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Cancelled)" },
    ],
});

tours.add("prepaid_deposit_rule_tour", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "[name=name] input", run: "edit New clients" },
        { trigger: "[name=amount_type] .o_radio_item:contains(Part of the Price) input", run: "click" },
        { trigger: "[name=percent] input", run: "edit 25" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved" },
        { trigger: ".breadcrumb-item:contains(Deposit Rules)", run: "click" },
        { trigger: "button:contains(Try the Rules)", run: "click" },
        { trigger: ".modal [name=partner_id] input", run: "edit Anna" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Anna)", run: "click" },
        { trigger: ".modal [name=service_id] input", run: "edit Manicure" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Manicure)", run: "click" },
        { trigger: ".modal [name=amount]:contains(30.00)" },
        { trigger: ".modal [name=because]:contains(applies)" },
        { trigger: ".modal button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
