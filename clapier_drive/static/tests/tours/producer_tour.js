import { registry } from "@web/core/registry";

// A producer on a phone: a wrong quantity is said on its line, then the right one is kept.
registry.category("web_tour.tours").add("drive_producer", {
    steps: () => [
        {
            content: "There is more to sell of the first product",
            trigger: ".o_drive_offers tbody tr:first-child input[inputmode=decimal]",
            run: "edit twelve",
        },
        {
            trigger: ".o_drive_offers tbody tr:nth-child(2) input[inputmode=decimal]",
            run: "edit 25",
        },
        {
            trigger: ".o_drive_save button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The first line is refused, the second one kept",
            trigger: ".o_drive_offers tr.table-danger:first-child .text-danger",
        },
        {
            trigger:
                ".o_drive_offers tbody tr:nth-child(2) input[inputmode=decimal]:value(25)",
        },
        {
            trigger: ".o_drive_offers tr.table-danger input[inputmode=decimal]",
            run: "edit 12",
        },
        {
            content: "And the third is not offered this week",
            trigger: ".o_drive_offers tbody tr:nth-child(3) input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_drive_save button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_drive_done",
        },
        {
            trigger: ".o_drive_tabs a[href$='/absences']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Days off",
            trigger: "input[name=start]",
            run() {
                const day = new Date(Date.now() + 40 * 86400000)
                    .toISOString()
                    .slice(0, 10);
                for (const name of ["start", "stop"]) {
                    document.querySelector(`input[name=${name}]`).value = day;
                }
            },
        },
        {
            trigger: "form[action$='/absences'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_drive_absences li",
        },
        {
            trigger: ".o_drive_tabs a[href$='/orders']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_drive_orders a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What to bring, as products and crates",
            trigger: ".o_drive_crates",
        },
    ],
});
