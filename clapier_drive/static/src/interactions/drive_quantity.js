import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";

// Milliseconds in which several taps become one message
const PATIENCE = 350;
// One message at a time: the first one makes the cart that the others fill.
let line = Promise.resolve();

/**
 * Sets how much of an offer the basket takes. Quantities are set, never added: a message
 * that arrives twice counts once. In a form of its own the form says it, on its button.
 */
export class DriveQuantity extends Interaction {
    static selector = ".o_drive_quantity";
    dynamicContent = {
        _root: { "t-att-class": () => ({ o_drive_ready: true, o_drive_busy: this.busy }) },
        ".o_drive_less": { "t-on-click.prevent": () => this.move(-1) },
        ".o_drive_more": { "t-on-click.prevent": () => this.move(1) },
        ".o_drive_input": {
            "t-on-change": () => this.changed(),
            "t-on-keydown": (ev) => {
                if (ev.key === "Enter" && !this.isPlain) {
                    ev.preventDefault();
                    this.changed();
                }
            },
        },
        ".o_drive_refused": { "t-out": () => this.refused },
    };

    setup() {
        this.busy = false;
        this.refused = "";
        this.input = this.el.querySelector(".o_drive_input");
        this.isPlain = !this.el.querySelector(".o_drive_set");
        this.kept = this.input.value;
        this.step = parseFloat(this.el.dataset.step);
        this.first = parseFloat(this.el.dataset.first);
        const most = this.el.dataset.most;
        this.most = most === undefined ? Infinity : parseFloat(most);
    }

    get quantity() {
        return parseFloat(this.input.value.replace(",", ".")) || 0;
    }

    /** One step more or less: from nothing to the least that is ordered, and back. */
    move(direction) {
        let quantity = this.quantity + direction * this.step;
        if (quantity < this.first - 0.0005) {
            quantity = direction > 0 ? this.first : 0;
        }
        if (quantity > this.most + 0.0005) {
            this.refused = _t("No more is left.");
            return;
        }
        this.input.value = String(Math.round(quantity * 1000) / 1000);
        this.changed();
    }

    changed() {
        this.refused = "";
        if (this.isPlain) {
            return;
        }
        clearTimeout(this.timer);
        this.timer = this.waitForTimeout(() => this.send(), PATIENCE);
    }

    async send() {
        if (this.input.value === this.kept) {
            return;
        }
        this.busy = true;
        this.updateContent();
        line = line.then(() => this.tell());
        const answer = await this.waitFor(line);
        this.busy = false;
        if (answer.quantity !== undefined) {
            this.input.value = String(answer.quantity);
            this.kept = this.input.value;
            this.most = answer.most === null ? Infinity : answer.most;
        }
        this.refused = answer.error || "";
        if (answer.cart_quantity !== undefined && answer.cart_quantity !== null) {
            this.showCount(answer.cart_quantity);
        }
        this.updateContent();
        if (this.el.dataset.reload && !answer.error) {
            window.location.reload();
        }
    }

    async tell() {
        try {
            return await rpc("/shop/drive/line", {
                offer_id: parseInt(this.el.dataset.offer),
                quantity: this.quantity,
            });
        } catch {
            return { error: _t("No network: this is not kept yet. Try again.") };
        }
    }

    showCount(count) {
        for (const badge of document.querySelectorAll(".my_cart_quantity")) {
            badge.textContent = count || "";
            badge.classList.toggle("d-none", !count);
        }
        for (const item of document.querySelectorAll(".o_wsale_my_cart")) {
            item.classList.remove("d-none");
        }
    }
}

registry
    .category("public.interactions")
    .add("clapier_drive.quantity", DriveQuantity);

/** Shows another cycle at once; the button does it without JavaScript. */
export class DriveCycle extends Interaction {
    static selector = ".o_drive_cycle";
    dynamicContent = {
        select: { "t-on-change": () => this.el.requestSubmit() },
        button: { "t-att-class": () => ({ "d-none": true }) },
    };
}

registry.category("public.interactions").add("clapier_drive.cycle", DriveCycle);
