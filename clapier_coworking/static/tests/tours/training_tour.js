import { registry } from "@web/core/registry";

/** Draw a signature in the frame, as a finger does. */
function sign() {
    const canvas = document.querySelector(".o_coworking_signature canvas");
    const box = canvas.getBoundingClientRect();
    const fire = (type, x, y) =>
        canvas.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                cancelable: true,
                pointerId: 1,
                clientX: box.left + x,
                clientY: box.top + y,
            })
        );
    // A made-up pointer cannot be captured.
    canvas.setPointerCapture = () => {};
    fire("pointerdown", 20, 20);
    for (let step = 1; step <= 10; step++) {
        fire("pointermove", 20 + step * 15, 20 + (step % 3) * 30);
    }
    fire("pointerup", 170, 50);
}

registry.category("web_tour.tours").add("coworking_training_sign", {
    steps: () => [
        {
            content: "The half-day of now can be signed",
            trigger: ".list-group-item a.btn-primary[href*='/sign/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing is sent without a signature",
            trigger:
                ".o_coworking_signature:has(button[type='submit']:disabled) canvas",
            run: sign,
        },
        {
            content: "Send it",
            trigger: ".o_coworking_signature button[type='submit']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is signed",
            trigger: ".alert-success[role='status']",
        },
        {
            content: "The half-day says so",
            trigger: ".list-group-item .badge.text-bg-success",
        },
    ],
});

registry.category("web_tour.tours").add("coworking_training_teach", {
    steps: () => [
        {
            content: "Open the session",
            trigger: ".list-group-item-action[href*='/my/trainings/teaching/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The QR code is shown, and one participant has signed",
            trigger:
                "#wrap:has(img.o_coworking_qr) .o_coworking_learner .badge.text-bg-success",
        },
        {
            content: "Another one is absent",
            trigger: ".o_coworking_learner button[value='absent']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The absence is recorded: sign oneself",
            trigger:
                "#wrap:has(.o_coworking_learner button[value='lifted']) a[href$='/sign/0']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Draw",
            trigger: ".o_coworking_signature canvas",
            run: sign,
        },
        {
            content: "Send it",
            trigger: ".o_coworking_signature button[type='submit']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Back on the session, nothing is left to sign",
            trigger: "#wrap:not(:has(a[href$='/sign/0'])) .badge.text-bg-danger",
        },
    ],
});

registry.category("web_tour.tours").add("coworking_training_after", {
    steps: () => [
        {
            content: "The certificate is there",
            trigger: ".card a[href$='/certificate.pdf']",
        },
        {
            content: "The evaluation waits",
            trigger: ".card a[href*='/survey/start/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It opens without another login",
            trigger: ".o_survey_form",
        },
    ],
});
