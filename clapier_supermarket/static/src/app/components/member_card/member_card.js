import { Component, useEffect, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { _t } from "@web/core/l10n/translation";
import { MemberVerdict } from "./member_verdict";

/**
 * Who the customer is and whether they may shop: photo, name, number, household, verdict.
 */
export class MemberCard extends Component {
    static template = "clapier_supermarket.MemberCard";
    static components = { MemberVerdict };
    static props = { partner: { optional: true } };

    setup() {
        this.pos = usePos();
        this.directory = useState(this.pos.memberDirectory);
        this.state = useState({ photoFailed: false });
        useEffect(
            (partnerId) => {
                this.state.photoFailed = false;
                if (partnerId) {
                    this.directory.completeCard(this.props.partner);
                }
            },
            () => [this.props.partner?.id]
        );
    }

    get card() {
        return this.directory.getCard(this.props.partner?.id);
    }

    get photo() {
        return `/web/image/res.partner/${this.props.partner.id}/avatar_128`;
    }

    get initials() {
        const words = (this.props.partner.name || "?").split(/\s+/);
        return words
            .slice(0, 2)
            .map((word) => word[0])
            .join("");
    }

    /** One line: whom the person is attached to, and who else shops with this household. */
    get household() {
        const people = this.card?.household || [];
        const names = (role) =>
            people
                .filter((person) => person.role === role)
                .map((person) => person.name)
                .join(", ");
        const lines = [];
        if (names("holder")) {
            lines.push(_t("Attached to %s", names("holder")));
        }
        if (names("attached")) {
            lines.push(_t("Household: %s", names("attached")));
        }
        return lines.join(" · ");
    }
}
