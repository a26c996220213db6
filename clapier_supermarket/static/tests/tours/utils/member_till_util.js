/* global posmodel */

import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { run, scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";

const CARD = ".supermarket-member-card:visible";
const REFUSAL = ".modal .supermarket-refusal";

export function open() {
    return [Chrome.startPoS(), Dialog.confirm("Open Register"), tableIsKnown()].flat();
}

/** The last known verdicts have come, as they do soon after opening. */
export function tableIsKnown() {
    return run(async () => {
        for (let tries = 0; tries < 100; tries++) {
            if (posmodel.memberDirectory.table.completeDate) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("The verdicts of the members did not come");
    }, "last known verdicts are here");
}

export function isNotLoaded(barcode) {
    return run(() => {
        if (posmodel.models["res.partner"].getBy("barcode", barcode)) {
            throw new Error("This member should not have been loaded at opening");
        }
    }, "the member was not loaded at opening");
}

export function scan(barcode) {
    return scan_barcode(barcode);
}

export function cardShows(verdict, ...texts) {
    return texts.map((text) => ({
        content: `the card is ${verdict} and shows ${text}`,
        trigger: `${CARD}[data-verdict=${verdict}]:contains("${text}")`,
    }));
}

/** Type in the list of customers and choose. */
export function chooseByName(typed, name) {
    return [
        ProductScreen.clickReview(),
        {
            content: "open the list of customers",
            trigger: ".product-screen .set-partner",
            run: "click",
        },
        {
            isActive: ["mobile"],
            content: "open the search field",
            trigger: ".modal-dialog .fa-search.undefined",
            run: "click",
        },
        {
            content: `type ${typed}`,
            trigger: ".modal-dialog .input-group input",
            run: `edit ${typed}`,
        },
        PartnerList.clickPartner(name),
        {
            isActive: ["mobile"],
            content: "back to the products",
            trigger: ".actionpad .back-button",
            run: "click",
        },
    ].flat();
}

/** Press the button that leads to the payment, wherever that leads. */
export function pressPay() {
    return [
        {
            isActive: ["desktop"],
            content: "press payment",
            trigger: ".product-screen .pay-order-button",
            run: "click",
        },
        {
            isActive: ["mobile"],
            content: "press payment",
            trigger: ".product-screen .btn-switchpane.pay-button",
            run: "click",
        },
    ];
}

export function saleIsRefused(reason) {
    return [
        {
            content: "the sale is refused with its reason",
            trigger: `${REFUSAL}:contains("${reason}")`,
        },
    ];
}

export function backFromRefusal() {
    return [
        {
            content: "close the refusal",
            trigger: `${REFUSAL} .modal-footer button:contains("Back")`,
            run: "click",
        },
        { content: "still at the products", trigger: ".product-screen" },
    ];
}

export function openOverride() {
    return [
        {
            content: "open the override",
            trigger: `${REFUSAL} .supermarket-override`,
            run: "click",
        },
    ];
}

export function override({ manager, code, reason, message }) {
    const steps = [];
    if (manager) {
        steps.push({
            content: "choose the till manager",
            trigger: `${REFUSAL} select`,
            run: `selectByLabel ${manager}`,
        });
    }
    if (code) {
        steps.push({
            content: "type the code",
            trigger: `${REFUSAL} input[type=password]`,
            run: `edit ${code}`,
        });
    }
    steps.push(
        {
            content: "write the reason",
            trigger: `${REFUSAL} input[type=text]`,
            run: `edit ${reason}`,
        },
        {
            content: "let it through",
            trigger: `${REFUSAL} .supermarket-override-confirm:enabled`,
            run: "click",
        }
    );
    if (message) {
        steps.push({
            content: "the override is refused",
            trigger: `${REFUSAL} .alert:contains("${message}")`,
        });
    }
    return steps;
}

export function pay() {
    return [
        { content: "payment screen", trigger: ".payment-screen" },
        PaymentScreen.clickPaymentMethod("Bank"),
        PaymentScreen.clickValidate(),
        ReceiptScreen.receiptIsThere(),
    ].flat();
}

/** The network is back: send the orders that wait, as core does on its own. */
export function sendWhatWaits() {
    return run(async () => {
        posmodel.addPendingOrder(
            posmodel.models["pos.order"]
                .filter((order) => order.isUnsyncedPaid)
                .map((order) => order.id)
        );
        await posmodel.syncAllOrders({ throw: true });
    }, "send what waits");
}
