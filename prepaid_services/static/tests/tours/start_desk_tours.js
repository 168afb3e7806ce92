import { registry } from "@web/core/registry";

// The start desk: a client who stopped coming is called, put aside, called again and booked
registry.category("web_tour.tours").add("prepaid_start_desk_tour", {
    steps: () => [
        {
            content: "What is at risk, and why, is on the card",
            trigger: ".o_kanban_record:contains('Anna'):contains('Stopped Coming'):contains('900.00')",
            run: "click",
        },
        {
            content: "What to say on the phone",
            trigger: "div[name=script]:contains('miss you')",
        },
        {
            content: "The client was in a hurry",
            trigger: "button[name=action_snooze]",
            run: "click",
        },
        {
            trigger: "button[name=action_contacted]",
            run: "click",
        },
        {
            content: "Now the client wants to come",
            trigger: ".o_field_widget[name=date_again]",
        },
        {
            trigger: "button[name=action_book]",
            run: "click",
        },
        {
            content: "Client and service are filled in",
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Anna)",
        },
        {
            trigger: ".modal .o_field_widget[name=start] button, .modal .o_field_widget[name=start] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=start] input",
            run: "edit 12/31/2099 10:00:00",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The task is over by itself",
            trigger: "body:not(:has(.modal)) .o_statusbar_status [data-value=booked].o_arrow_button_current",
        },
    ],
});
