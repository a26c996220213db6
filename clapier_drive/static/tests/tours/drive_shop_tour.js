import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("drive_family_orders", {
    steps: () => [
        { content: "The cut-off is said", trigger: "#o_drive_banner strong" },
        {
            content: "Take carrots",
            trigger: ".oe_product_cart:contains('Carrots') .o_drive_more",
            run: "click",
        },
        {
            content: "And honey",
            trigger: ".oe_product_cart:contains('Honey') .o_drive_more",
            run: "click",
        },
        {
            content: "Both are in the basket",
            trigger: ".my_cart_quantity:contains('2')",
        },
        {
            content: "No more than what is left",
            trigger: ".oe_product_cart:contains('Honey') .o_drive_more",
            run: "click",
        },
        {
            trigger:
                ".oe_product_cart:contains('Honey') .o_drive_quantity:not(.o_drive_busy)",
        },
        {
            content: "Look at the basket",
            trigger: "a[href='/shop/cart']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Go on",
            trigger: "a[name='website_sale_main_button']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Choose the point",
            trigger: ".o_drive_point:not(.o_drive_point_full) input",
            run: "click",
        },
        {
            trigger: "#o_drive_point_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Use the credit",
            trigger: ".o_drive_credit button[name='use']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Give a suspended basket",
            trigger: ".o_drive_gift button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It is kept", trigger: ".o_drive_gift button[value='0']" },
        {
            content: "Order",
            trigger: "#o_drive_order_form button",
            run: "click",
            expectUnloadPage: true,
        },
        { content: "It is ordered", trigger: ".o_drive_done" },
        {
            content: "One more",
            trigger:
                ".o_drive_change .list-group-item:contains('Carrots') .o_drive_more",
            run: "click",
        },
        {
            content: "Keep it",
            trigger: ".o_drive_save",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Pay the difference",
            trigger: ".o_drive_due form[action$='/pay'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "By transfer",
            trigger: "input[name='o_payment_radio']",
            run: "click",
        },
        {
            trigger: "button[name='o_payment_submit_button']:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is recorded",
            trigger: ".o_drive_done, #o_payment_status_alert, .o_payment_status",
        },
    ],
});
