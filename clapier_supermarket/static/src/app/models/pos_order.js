import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { patch } from "@web/core/utils/patch";

patch(PosOrder.prototype, {
    /** Whether a till manager let this order through for the customer it has now. */
    get supermarketIsOverridden() {
        return (
            this.uiState.supermarketOverrideFor === (this.getPartner()?.id || "nobody")
        );
    },

    supermarketSetOverridden() {
        this.uiState.supermarketOverrideFor = this.getPartner()?.id || "nobody";
    },
});
