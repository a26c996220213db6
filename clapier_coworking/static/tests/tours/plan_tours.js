import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("coworking_plan_change", {
    steps: () => [
        {
            content: "Look at what the last months would have cost",
            trigger: ".o_coworking_ways li:contains('Full') details summary",
            run: "click",
        },
        {
            content: "Take the other plan from next month on",
            trigger:
                ".o_coworking_ways li:contains('Full') details[open] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It says so",
            trigger: "#wrap .alert-success",
        },
    ],
});
