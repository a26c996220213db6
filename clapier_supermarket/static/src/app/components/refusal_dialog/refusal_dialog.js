import { Component, useState } from "@odoo/owl";
import { usePos } from "@point_of_sale/app/hooks/pos_hook";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";
import { MemberCard } from "../member_card/member_card";

/**
 * Why a sale is refused, what restores the right to shop, and the way out for a till manager.
 *
 * Answers "choose" (another customer) or "overridden"; nothing when it is closed.
 */
export class RefusalDialog extends Component {
    static template = "clapier_supermarket.RefusalDialog";
    static components = { Dialog, MemberCard };
    static props = {
        order: Object,
        judgement: Object,
        getPayload: Function,
        close: Function,
    };

    setup() {
        this.directory = useState(usePos().memberDirectory);
        const { ownManager, managers } = this.directory;
        this.state = useState({
            overriding: false,
            managerId: (ownManager || (managers.length === 1 && managers[0]))?.id || "",
            code: "",
            reason: "",
            message: "",
            waiting: false,
        });
        useAutofocus({ refName: "reason" });
    }

    get partner() {
        return this.props.order.getPartner();
    }

    get title() {
        return this.partner ? _t("This person may not shop") : _t("No member");
    }

    /** A code is asked from a manager who is not the one logged in. */
    get asksCode() {
        return this.state.managerId !== this.directory.ownManager?.id;
    }

    get isComplete() {
        const { managerId, code, reason } = this.state;
        return managerId && reason.trim() && (code || !this.asksCode);
    }

    answer(payload) {
        this.props.getPayload(payload);
        this.props.close();
    }

    onManagerChange(ev) {
        this.state.managerId = parseInt(ev.target.value) || "";
        this.state.message = "";
    }

    async override() {
        if (!this.isComplete || this.state.waiting) {
            return;
        }
        this.state.waiting = true;
        try {
            this.state.message = await this.askOverride();
        } finally {
            this.state.waiting = false;
        }
        if (!this.state.message) {
            this.props.order.supermarketSetOverridden();
            this.answer("overridden");
        }
    }

    /** @returns {Promise<string>} why it is not let through, empty when it is */
    async askOverride() {
        const { order } = this.props;
        const { managerId, reason, code } = this.state;
        const answer = await this.directory.ask("supermarket_override", [
            order.uuid,
            this.partner?.id || false,
            reason,
            managerId,
            this.asksCode && code,
        ]);
        this.state.code = "";
        if (answer) {
            return answer.ok ? "" : answer.message;
        }
        if (this.asksCode) {
            return _t("The network is cut: a code cannot be checked until it is back.");
        }
        order.supermarket_override_reason = reason;
        return "";
    }
}
