import { PosStore } from "@point_of_sale/app/services/pos_store";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { patch } from "@web/core/utils/patch";
import { RefusalDialog } from "../components/refusal_dialog/refusal_dialog";
import { MemberDirectory } from "./member_directory";

patch(PosStore.prototype, {
    async processServerData() {
        await super.processServerData(...arguments);
        if (this.config.supermarket_member_till) {
            this.memberDirectory = new MemberDirectory(this);
        }
    },

    async afterProcessServerData() {
        const result = await super.afterProcessServerData(...arguments);
        this.memberDirectory?.start();
        return result;
    },

    /**
     * Tell whether an order may be paid: its customer may shop, or a till manager lets it
     * through. Asks the cashier what to do otherwise.
     *
     * @returns {Promise<boolean>}
     */
    async supermarketAllowsSale(order) {
        // Taking goods back is no sale.
        if (!this.memberDirectory || !order.lines.some((line) => line.qty > 0)) {
            return true;
        }
        const partner = order.getPartner();
        const judgement = await this.memberDirectory.judge(partner);
        order.supermarket_verdict = judgement.verdict;
        order.supermarket_verdict_date = judgement.date;
        if (judgement.allowed || order.supermarketIsOverridden) {
            return true;
        }
        const answer = await makeAwaitable(this.dialog, RefusalDialog, {
            order,
            judgement,
        });
        if (answer === "choose") {
            await this.selectPartner(order);
        }
        return answer === "overridden";
    },

    async pay() {
        const order = this.getOrder();
        if (order.canPay() && !(await this.supermarketAllowsSale(order))) {
            return;
        }
        return super.pay(...arguments);
    },

    async validateOrderFast() {
        if (!(await this.supermarketAllowsSale(this.getOrder()))) {
            return;
        }
        return super.validateOrderFast(...arguments);
    },

    /**
     * An order that was paid before it could be sent is a fact: tell the server that the
     * till was cut off.
     */
    async preSyncAllOrders(orders) {
        for (const order of orders) {
            const isBeingPaid = this.supermarketOrderBeingPaid === order.uuid;
            if (this.memberDirectory && order.finalized && !isBeingPaid) {
                order.supermarket_offline = true;
            }
        }
        return super.preSyncAllOrders(...arguments);
    },
});
