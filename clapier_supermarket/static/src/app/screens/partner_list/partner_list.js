import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { PartnerLine } from "@point_of_sale/app/screens/partner_list/partner_line/partner_line";
import { useEffect } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";
import { MemberVerdict } from "../../components/member_card/member_verdict";

PartnerLine.components = { ...PartnerLine.components, MemberVerdict };

patch(PartnerList.prototype, {
    setup() {
        super.setup(...arguments);
        const directory = this.pos.memberDirectory;
        if (directory?.requiresMember && directory.table.size) {
            this.state.initialPartners = this.state.initialPartners.filter((partner) =>
                directory.getCard(partner.id)
            );
            this.loadedPartnerIds = new Set(
                this.state.initialPartners.map((partner) => partner.id)
            );
        }
        useEffect(
            () => this.supermarketShowKnownMembers(),
            () => [this.state.query]
        );
    },

    /** Show members that are not loaded as they are typed, from the last known verdicts. */
    supermarketShowKnownMembers() {
        const directory = this.pos.memberDirectory;
        for (const card of directory?.search(this.state.query) || []) {
            this.supermarketShow(directory.getPartner(card, false));
        }
    },

    supermarketShow(partner) {
        if (!this.loadedPartnerIds.has(partner.id)) {
            this.loadedPartnerIds.add(partner.id);
            this.state.loadedPartners.push(partner);
        }
    },

    async clickPartner(partner) {
        const directory = this.pos.memberDirectory;
        if (directory && partner && !(await directory.refreshCard(partner))) {
            directory.getPartner(directory.getCard(partner.id) || { id: partner.id });
        }
        return super.clickPartner(...arguments);
    },

    async getNewPartners() {
        const directory = this.pos.memberDirectory;
        if (!directory || !this.state.query) {
            return super.getNewPartners(...arguments);
        }
        const { query } = this.state;
        const offsets = this.globalState.offsetBySearch;
        this.state.loading = true;
        try {
            const partners = await directory.findByText(query, offsets[query] || 0);
            offsets[query] = (offsets[query] || 0) + partners.length;
            partners.forEach((partner) => this.supermarketShow(partner));
            return partners;
        } finally {
            this.state.loading = false;
        }
    },
});
