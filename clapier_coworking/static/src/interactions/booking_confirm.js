import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Adds up what is ticked, and sends the form once only.
 * The server needs neither: it computes prices itself and counts a key once.
 */
export class BookingConfirm extends Interaction {
    static selector = ".o_coworking_confirm";
    dynamicContent = {
        _root: {
            "t-on-change": () => this.addUp(),
            "t-on-submit": () => this.send(),
        },
        ".o_coworking_submit": { "t-att-disabled": () => this.sent },
    };

    setup() {
        this.sent = false;
    }

    /** Sends once; who comes back to the page finds the button alive again. */
    send() {
        this.sent = true;
        this.waitForTimeout(() => (this.sent = false), 5000);
    }

    /** Says the total of several uses; the price of one is not changed by ticking. */
    addUp() {
        const total = this.el.querySelector(".o_coworking_total");
        const rows = this.el.querySelectorAll(".o_coworking_row");
        if (!total || !rows.length) {
            return;
        }
        let sum = 0;
        for (const chosen of this.el.querySelectorAll(
            ".o_coworking_row input:checked, .o_coworking_row option:checked"
        )) {
            sum += Number(chosen.dataset.total) || 0;
        }
        total.textContent = new Intl.NumberFormat(
            document.documentElement.lang || undefined,
            { style: "currency", currency: this.el.dataset.currency }
        ).format(sum);
    }
}

registry
    .category("public.interactions")
    .add("clapier_coworking.booking_confirm", BookingConfirm);
