import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";

// Milliseconds in which several taps become one message
const PATIENCE = 350;
// Milliseconds that a link waits for the server
const LINK_PATIENCE = 5000;

/**
 * What is to be told to the server: the last quantity of each offer. One message at a
 * time, since the first one makes the cart that the others fill. Quantities are set, never
 * added: a message that arrives twice counts once.
 */
export const outbox = {
    waiting: new Map(),
    sending: new Map(),
    timer: null,
    running: null,

    put(widget, quantity) {
        this.waiting.set(widget, quantity);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.run(), PATIENCE);
    },

    get isEmpty() {
        return !this.waiting.size && !this.sending.size;
    },

    /** Sends all that waits; the promise ends when nothing waits any more. */
    run() {
        clearTimeout(this.timer);
        this.running ||= this.sendAll().finally(() => {
            this.running = null;
        });
        return this.running;
    },

    async sendAll() {
        while (this.waiting.size) {
            this.sending = this.waiting;
            this.waiting = new Map();
            for (const widget of this.sending.keys()) {
                widget.show({ busy: true });
            }
            let answers = {};
            try {
                answers = await rpc("/shop/drive/lines", {
                    quantities: this.quantities(this.sending),
                });
            } catch {
                answers = {};
            }
            for (const widget of this.sending.keys()) {
                widget.answered(
                    answers[widget.offer] || {
                        error: _t("No network: this is not kept yet. Try again."),
                    }
                );
            }
            this.sending = new Map();
        }
    },

    quantities(messages) {
        return [...messages].map(([widget, quantity]) => [widget.offer, quantity]);
    },

    /** The page goes away: what was not told yet is told without waiting. */
    flush() {
        if (this.isEmpty) {
            return;
        }
        const params = {
            quantities: this.quantities(new Map([...this.sending, ...this.waiting])),
        };
        const body = JSON.stringify({ jsonrpc: "2.0", method: "call", params });
        navigator.sendBeacon(
            "/shop/drive/lines",
            new Blob([body], { type: "application/json" })
        );
    },
};

window.addEventListener("pagehide", () => outbox.flush());
// The next page shows what was set on this one: a link waits for it.
document.addEventListener(
    "click",
    async (ev) => {
        const link = ev.target.closest?.("a[href^='/']");
        if (!link || link.target || ev.defaultPrevented || outbox.isEmpty) {
            return;
        }
        ev.preventDefault();
        await Promise.race([
            outbox.run(),
            new Promise((resolve) => setTimeout(resolve, LINK_PATIENCE)),
        ]);
        window.location.href = link.href;
    },
    true
);

/** How much of an offer the basket takes. In a plain form, the form's button says it. */
export class DriveQuantity extends Interaction {
    static selector = ".o_drive_quantity";
    dynamicContent = {
        _root: {
            "t-att-class": () => ({ o_drive_ready: true, o_drive_busy: this.busy }),
        },
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
        this.offer = parseInt(this.el.dataset.offer);
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
        if (!this.isPlain) {
            outbox.put(this, this.quantity);
        }
    }

    show({ busy = false, refused = "" }) {
        this.busy = busy;
        this.refused = refused;
        if (this.isReady !== false && this.el.isConnected) {
            this.updateContent();
        }
    }

    answered(answer) {
        // Somebody has tapped again meanwhile: the next answer counts.
        if (answer.quantity !== undefined && !outbox.waiting.has(this)) {
            this.input.value = String(answer.quantity);
            this.most = answer.most === null ? Infinity : answer.most;
        }
        this.show({ refused: answer.error || "" });
        if (answer.cart_quantity !== undefined && answer.cart_quantity !== null) {
            this.showCount(answer.cart_quantity);
        }
        if (this.el.dataset.reload && !answer.error) {
            window.location.reload();
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

registry.category("public.interactions").add("clapier_drive.quantity", DriveQuantity);

/** Shows another cycle at once; the button does it without JavaScript. */
export class DriveCycle extends Interaction {
    static selector = ".o_drive_cycle";
    dynamicContent = {
        select: { "t-on-change": () => this.el.requestSubmit() },
        button: { "t-att-class": () => ({ "d-none": true }) },
    };
}

registry.category("public.interactions").add("clapier_drive.cycle", DriveCycle);
