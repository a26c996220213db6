import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("supermarket_portal_shift", {
    steps: () => [
        {
            content: "Book the shift that has a seat",
            trigger:
                "form[action='/my/shifts/book']:has(input[name='shift_id']) button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is among my shifts: ask to cancel it",
            trigger: ".o_supermarket_shift_cancel summary",
            run: "click",
        },
        {
            content: "Say yes",
            trigger: ".o_supermarket_shift_cancel[open] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "My own shift alone is left: exchange it",
            trigger: ".o_portal_wrap a[href*='/my/shifts/exchange?give=']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Tick the shift that I would work instead",
            trigger:
                "form[action='/my/shifts/exchange/propose'] .col:last-child input[name='shift_ids']",
            run: "click",
        },
        {
            content: "Propose it",
            trigger: "form[action='/my/shifts/exchange/propose'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is done at once: somebody wanted mine",
            trigger: ".alert-success[role='status']",
        },
    ],
});
