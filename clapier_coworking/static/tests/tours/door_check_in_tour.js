import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("coworking_door_code", {
    steps: () => [
        {
            content: "Type a wrong code",
            trigger: "#door_code",
            run: "edit 12",
        },
        {
            content: "The form wants six digits",
            trigger: "#door_code:invalid",
        },
        {
            content: "Type the code of the mail",
            trigger: "#door_code",
            run() {
                this.anchor.value = window.location.hash.slice(1);
            },
        },
        {
            content: "Check in",
            trigger: "button[value='code']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Welcome",
            trigger: ".alert-success[role='status']",
        },
    ],
});

registry.category("web_tour.tours").add("coworking_door_book", {
    steps: () => [
        {
            content: "Nothing is booked: take the space until the next use",
            trigger: "form:has(input[name='stop']):last-of-type button[value='book']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is booked, and checked in",
            trigger: ".alert-success[role='status']",
        },
    ],
});
