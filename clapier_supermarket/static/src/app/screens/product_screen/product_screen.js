import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";
import { MemberCard } from "../../components/member_card/member_card";

ProductScreen.components = { ...ProductScreen.components, MemberCard };

patch(ProductScreen.prototype, {
    async _getPartnerByBarcode(code) {
        if (!this.pos.memberDirectory) {
            return super._getPartnerByBarcode(...arguments);
        }
        return this.pos.memberDirectory.findByBarcode(code.code);
    },
});
