import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { patch } from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    async askBeforeValidation() {
        if (!(await this.pos.supermarketAllowsSale(this.order))) {
            return false;
        }
        return super.askBeforeValidation(...arguments);
    },

    async finalizeValidation() {
        this.pos.supermarketOrderBeingPaid = this.order.uuid;
        try {
            return await super.finalizeValidation(...arguments);
        } finally {
            this.pos.supermarketOrderBeingPaid = false;
        }
    },
});
