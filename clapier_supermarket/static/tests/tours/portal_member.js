import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("supermarket_portal_member", {
    steps: () => [
        {
            content: "Open my membership from the tiles",
            trigger: ".o_portal_docs a[href='/my/membership']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The verdict is in green",
            trigger: ".o_supermarket_verdict.text-bg-success",
        },
        {
            content: "Open the large card",
            trigger: ".o_supermarket_identity a[href='/my/membership/card']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The QR code is on the card",
            trigger: ".o_supermarket_card img.o_supermarket_qr",
        },
        {
            content: "With JavaScript, the card can be printed",
            trigger: ".o_supermarket_print:not(.d-none)",
        },
        {
            content: "Back to the membership",
            trigger: ".o_portal_submenu a[href='/my/membership']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Go to the shares",
            trigger: ".o_portal_wrap a[href='/my/membership/shares']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Choose the type of shares",
            trigger: ".o_supermarket_subscription input[name='type_id']",
            run: "click",
        },
        {
            content: "Choose how many",
            trigger: ".o_supermarket_subscription input[name='quantity']",
            run: "edit 4",
        },
        {
            content: "The amount follows",
            trigger: ".o_supermarket_amount:contains(40)",
        },
        {
            content: "Subscribe",
            trigger: ".o_supermarket_subscription button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The request waits for its payment, and can be paid",
            trigger: ".o_supermarket_request a[href^='/my/invoices/']",
        },
    ],
});
