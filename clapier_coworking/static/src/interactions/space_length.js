import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** Shows the free times of another length at once; the button does it without JavaScript. */
export class SpaceLength extends Interaction {
    static selector = ".o_coworking_length";
    dynamicContent = {
        select: { "t-on-change": () => this.el.requestSubmit() },
        button: { "t-att-class": () => ({ "d-none": true }) },
    };
}

registry
    .category("public.interactions")
    .add("clapier_coworking.space_length", SpaceLength);
