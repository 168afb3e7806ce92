import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("prepaid_portal_balance_tour", {
    steps: () => [
        {
            content: "the card on the portal's home opens the page",
            trigger: ".o_portal_index_card:not(.d-none) a[href='/my/balance']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the balance is there",
            trigger: ".o_prepaid_balance .o_prepaid_amount:contains(180.00)",
        },
        {
            content: "the coming visit",
            trigger: ".o_prepaid_visits li:contains(Manicure):contains(120.00)",
        },
        {
            content: "history with the balance after each change",
            trigger: ".o_prepaid_history li:contains(Gift for the birthday):contains(300.00)",
        },
        {
            content: "nothing is wider than the phone",
            trigger: ".o_prepaid_statement",
            run() {
                const { scrollWidth, clientWidth } = document.documentElement;
                if (clientWidth > 400) {
                    throw new Error(`not a phone: ${clientWidth} px`);
                }
                if (scrollWidth > clientWidth) {
                    throw new Error(`the page scrolls sideways: ${scrollWidth} > ${clientWidth}`);
                }
            },
        },
        {
            content: "the oldest change first",
            trigger: "a[href*='sortby=oldest']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_prepaid_history li:first-child:contains(Gift for the birthday)",
        },
        {
            content: "the way back",
            trigger: ".o_portal_submenu .breadcrumb-item.active:contains(Balance)",
        },
    ],
});
