import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("coworking_public_booking", {
    steps: () => [
        {
            content: "Tap a day",
            trigger: ".o_coworking_dates a.o_coworking_date:last-of-type",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Tap a start",
            trigger: ".o_coworking_starts a.o_coworking_start:contains('14:00')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The price is said before",
            trigger: ".o_coworking_confirm strong:contains('10')",
        },
        {
            content: "Say who you are",
            trigger: "#coworking_name",
            run: "edit Noor Visitor",
        },
        { trigger: "#coworking_email", run: "edit noor@visitor.example" },
        { trigger: "#coworking_phone", run: "edit 04 77 00 00 00" },
        {
            content: "Confirm",
            trigger: ".o_coworking_submit",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Pay",
            trigger: ".o_coworking_pay button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "By transfer",
            trigger: ".modal.show input[name='o_payment_radio']",
            run: "click",
        },
        {
            content: "Send the payment",
            trigger: ".modal.show button[name='o_payment_submit_button']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is recorded",
            trigger:
                "#wrapwrap:contains('Noor Visitor'), .o_payment_status, #wrap .alert",
        },
    ],
});

tours.add("coworking_series_with_conflict", {
    steps: () => [
        {
            content: "Three weeks in a row",
            trigger: ".o_coworking_series input[name='count']",
            run: "edit 3",
        },
        { trigger: ".o_coworking_series input[name='hour']", run: "edit 10:00" },
        {
            trigger: ".o_coworking_series button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "One of the dates is taken, and said so before anything is kept",
            trigger: ".o_coworking_row_taken select[name='use']",
            run: "selectByIndex 1",
        },
        {
            content: "Leave the last date out",
            trigger: ".o_coworking_row:last-child input[type='checkbox']",
            run: "click",
        },
        {
            content: "The total follows: two dates",
            trigger: ".o_coworking_total:contains('20')",
        },
        {
            trigger: ".o_coworking_submit",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The other date is booked with it",
            trigger: ".o_coworking_sibling",
        },
    ],
});

tours.add("coworking_cancel_with_fee", {
    steps: () => [
        {
            content: "Open the booking",
            trigger: ".o_coworking_booking",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_coworking_cancel summary", run: "click" },
        {
            content: "The fee is said before",
            trigger: ".o_coworking_fee strong:contains('5')",
        },
        {
            trigger: ".o_coworking_cancel[open] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Cancelled",
            trigger: ".alert-success[role='status']",
        },
    ],
});

tours.add("coworking_join_waiting_list", {
    steps: () => [
        {
            content: "The time is taken: join the waiting list",
            trigger: ".o_coworking_wait button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "On the list",
            trigger: ".o_coworking_answer button[value='withdraw']",
        },
    ],
});

tours.add("coworking_accept_offer", {
    steps: () => [
        {
            content: "The time is kept: open it",
            trigger: ".o_coworking_waiting",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Accept",
            trigger: ".o_coworking_answer button[value='accept']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Booked",
            trigger: ".o_coworking_state.text-bg-success",
        },
    ],
});

tours.add("coworking_cancel_series", {
    steps: () => [
        {
            content: "Open the first of the bookings",
            trigger: ".o_coworking_booking",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_coworking_cancel summary", run: "click" },
        {
            content: "What each choice costs is said before",
            trigger:
                ".o_coworking_cancel label[for='cancel_following'] .o_coworking_fee",
        },
        {
            trigger: ".o_coworking_cancel label[for='cancel_following']",
            run: "click",
        },
        {
            trigger: ".o_coworking_cancel[open] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The later dates are cancelled too",
            trigger: ".o_coworking_sibling .text-bg-secondary",
        },
    ],
});

tours.add("coworking_three_taps", {
    steps: () => [
        {
            content: "One: my bookings",
            trigger: ".o_portal_docs a[href='/my/bookings']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Two: the space of the last time, when it is free next",
            trigger: ".o_coworking_again a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Three: confirm",
            trigger: ".o_coworking_submit",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Booked",
            trigger: ".o_coworking_state.text-bg-success",
        },
    ],
});
