import { registry } from "@web/core/registry";

/** From the opened link to the confirmed visit, without a login: one tap. */
registry.category("web_tour.tours").add("prepaid_pay_link_tour", {
    steps: () => [
        {
            content: "what, when and until when",
            trigger: ".o_prepaid_booking_page .o_prepaid_what:contains(Manicure)",
        },
        { trigger: ".o_prepaid_status:contains(Pay to confirm):contains(until)" },
        { trigger: ".o_prepaid_with:contains(specialist)" },
        { trigger: ".o_prepaid_where:contains(Main Street 5)" },
        { trigger: ".o_prepaid_price:contains(120.00)" },
        { trigger: ".o_prepaid_pay .o_prepaid_amount:contains(50.00)" },
        { trigger: ".o_prepaid_terms:contains(You can cancel free of charge)" },
        {
            content: "the method is chosen already: one tap pays",
            trigger: "button[name='o_payment_submit_button']:enabled:contains(Pay $)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the status page leads back by itself",
            trigger: ".o_prepaid_status:contains(Confirmed)",
        },
        { trigger: ".o_prepaid_deposit:contains(50.00)" },
        { trigger: "a.o_prepaid_ics" },
        {
            content: "nothing is cut off at phone width",
            trigger: "body",
            run() {
                const width = document.documentElement.clientWidth + 1;
                for (const el of document.querySelectorAll(".o_prepaid_booking_page *")) {
                    if (el.getBoundingClientRect().right > width) {
                        throw new Error(`Wider than the phone: ${el.className}`);
                    }
                }
            },
        },
        {
            content: "what cancelling would cost is said before it is done",
            trigger: ".o_prepaid_cancel > summary",
            run: "click",
        },
        { trigger: ".o_prepaid_cancel .o_prepaid_effect:contains(returns to the balance)" },
        {
            trigger: ".o_prepaid_cancel button.btn-danger",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_prepaid_status:contains(Cancelled)" },
        { trigger: ".o_prepaid_booking_page:contains(Your deposit is on your balance)" },
    ],
});

/** The client who is logged in moves a visit and tops up the balance. */
registry.category("web_tour.tours").add("prepaid_portal_visits_tour", {
    steps: () => [
        {
            trigger: ".o_prepaid_visit:contains(Manicure)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "a.o_prepaid_move", run: "click", expectUnloadPage: true },
        {
            content: "free times of the same specialist; the first day is open",
            trigger: ".o_prepaid_day[open] a.o_prepaid_time",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_prepaid_move_confirm .o_prepaid_effect" },
        {
            trigger: ".o_prepaid_move_confirm button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_prepaid_status:contains(Confirmed)",
            run() {
                window.location = "/my/balance";
            },
            expectUnloadPage: true,
        },
        { trigger: "a.o_prepaid_top_up", run: "click", expectUnloadPage: true },
        { trigger: "#prepaid_amount", run: "edit 25,50" },
        { trigger: ".o_prepaid_amount_form button", run: "click", expectUnloadPage: true },
        {
            trigger: "button[name='o_payment_submit_button']:enabled:contains(25.50)",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_prepaid_balance .o_prepaid_amount:contains(75.50)" },
    ],
});
