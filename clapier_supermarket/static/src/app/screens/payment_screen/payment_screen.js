import { useBarcodeReader } from "@point_of_sale/app/hooks/barcode_reader_hook";
import { PaymentScreen } from "@point_of_sale/app/screens/payment_screen/payment_screen";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { MemberCard } from "../../components/member_card/member_card";

PaymentScreen.components = { ...PaymentScreen.components, MemberCard };

patch(PaymentScreen.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.pos.memberDirectory) {
            this.barcodeReader = useService("barcode_reader");
            useBarcodeReader({ client: this.supermarketScanCard });
        }
    },

    async supermarketScanCard(code) {
        const partner = await this.pos.memberDirectory.findByBarcode(code.code);
        if (partner) {
            this.pos.setPartnerToCurrentOrder(partner);
        } else {
            this.barcodeReader.showNotFoundNotification(code);
        }
    },
});
