import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** The button that prints the member's card: useless, hence hidden, without JavaScript. */
export class PrintCard extends Interaction {
    static selector = ".o_supermarket_print";
    dynamicContent = {
        _root: {
            "t-att-class": () => ({ "d-none": false }),
            "t-on-click": () => window.print(),
        },
    };
}

registry
    .category("public.interactions")
    .add("clapier_supermarket.print_card", PrintCard);
