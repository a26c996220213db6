import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * Tells the amount of a subscription while it is typed, and sends the form once only.
 * The server needs neither: it computes the amount itself and counts a key once.
 */
export class ShareAmount extends Interaction {
    static selector = ".o_supermarket_subscription";
    dynamicContent = {
        _root: { "t-on-input": () => {}, "t-on-submit": () => (this.sent = true) },
        ".o_supermarket_amount": { "t-out": () => this.amount },
        "button[type=submit]": { "t-att-disabled": () => this.sent },
    };

    setup() {
        this.sent = false;
    }

    get amount() {
        const type = this.el.querySelector("input[name=type_id]:checked");
        const quantity = this.el.querySelector("input[name=quantity]").valueAsNumber;
        if (!type || !(quantity > 0)) {
            return "";
        }
        return new Intl.NumberFormat(document.documentElement.lang || undefined, {
            style: "currency",
            currency: type.dataset.currency,
        }).format(quantity * type.dataset.price);
    }
}

registry
    .category("public.interactions")
    .add("clapier_supermarket.share_amount", ShareAmount);
