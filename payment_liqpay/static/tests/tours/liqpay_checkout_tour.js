import { registry } from "@web/core/registry";

// The simulator's page presses its own button: a tour cannot run on another site.
registry.category("web_tour.tours").add("liqpay_checkout_tour", {
    steps: () => [
        {
            content: "choose LiqPay",
            trigger: 'input[name="o_payment_radio"][data-payment-method-code="liqpay"]',
            run: "click",
        },
        {
            content: "go to its page",
            trigger: 'button[name="o_payment_submit_button"]:not([disabled])',
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "back on the invoice, which is paid",
            trigger: ".o_portal_invoice_sidebar, .o_portal_sidebar",
            timeout: 30000,
        },
        {
            content: "it says so",
            trigger: "body:contains('Paid'), body:contains('In Payment')",
        },
    ],
});
