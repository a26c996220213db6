import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { _t } from "@web/core/l10n/translation";

const VERDICTS = {
    allowed: {
        label: _t("May shop"),
        icon: "fa-check-circle",
        color: "text-bg-success",
    },
    warned: {
        label: _t("May shop, warned"),
        icon: "fa-exclamation-circle",
        color: "text-bg-warning",
    },
    refused: { label: _t("Refused"), icon: "fa-ban", color: "text-bg-danger" },
    unknown: {
        label: _t("Not a member"),
        icon: "fa-question-circle",
        color: "text-bg-secondary",
    },
};

/**
 * The verdict of a person in a word, an icon and a colour.
 */
export class MemberVerdict extends Component {
    static template = "clapier_supermarket.MemberVerdict";
    static props = { partnerId: { type: [Number, String], optional: true } };

    setup() {
        this.directory = useState(usePos().memberDirectory);
    }

    get card() {
        return this.directory.getCard(this.props.partnerId);
    }

    get verdict() {
        return VERDICTS[this.card?.verdict || "unknown"];
    }

    /** The time a verdict dates from, when the server cannot be asked. */
    get asOf() {
        return (
            this.directory.isOffline &&
            this.card &&
            this.directory.formatDate(this.card.date)
        );
    }
}
