import { ResPartner } from "@point_of_sale/app/models/res_partner";
import { patch } from "@web/core/utils/patch";

patch(ResPartner.prototype, {
    get searchString() {
        return [super.searchString, this.supermarket_member_number || ""].join(" ");
    },
});
