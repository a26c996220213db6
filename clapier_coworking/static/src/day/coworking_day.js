import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Tells the states and kinds of uses that have a colour, for the key under the table. */
function legend() {
    return [
        { kind: "confirmed", text: _t("Booked") },
        { kind: "present", text: _t("Checked in") },
        { kind: "pending", text: _t("To approve or to pay") },
        { kind: "training", text: _t("Training") },
        { kind: "offer", text: _t("Offered to the waiting list") },
        { kind: "closure", text: _t("Closed") },
    ];
}

/** All spaces and desks of one day: who uses what, who comes, and what is free. */
export class CoworkingDay extends Component {
    static template = "clapier_coworking.Day";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.legend = legend();
        this.state = useState({ board: null, busy: false });
        onWillStart(() => this.load(this.props.state?.day || false));
    }

    get board() {
        return this.state.board;
    }

    get hours() {
        const { first, last } = this.board;
        return Array.from({ length: last - first }, (_, index) => first + index);
    }

    get arrivals() {
        return this.board.arrivals.filter(
            (arrival) => arrival.state === "confirmed" && !arrival.is_over
        );
    }

    async load(day) {
        this.state.board = await this.orm.call("coworking.space", "get_day_board", [
            day,
        ]);
        this.props.updateActionState({ day: this.board.day });
    }

    onDate(ev) {
        if (ev.target.value) {
            this.load(ev.target.value);
        }
    }

    /** Returns the wall-clock text of an hour: 9.5 is 09:30. */
    clock(hour) {
        const minutes = Math.round(hour * 60);
        const pad = (number) => String(number).padStart(2, "0");
        return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
    }

    /** Returns where a range of hours lies on the axis; nothing of it is outside. */
    place(from, to) {
        const { first, last } = this.board;
        const start = Math.max(from, first);
        const stop = Math.min(to, last);
        const percent = (hours) => `${((hours * 100) / (last - first)).toFixed(3)}%`;
        return `left: ${percent(start - first)}; width: ${percent(Math.max(0, stop - start))}`;
    }

    isShown(range) {
        return range[0] < this.board.last && range[1] > this.board.first;
    }

    /** Returns the class that colours a use. */
    colour(use) {
        if (use.kind !== "booking") {
            return use.kind;
        }
        return use.state === "awaiting" ? "pending" : use.state;
    }

    label(use) {
        return [`${this.clock(use.from)}–${this.clock(use.to)}`, use.name, use.who]
            .filter(Boolean)
            .join(" · ");
    }

    openUse(use) {
        if (use.booking_id) {
            this.openForm("coworking.booking", use.booking_id);
        } else {
            this.action.doAction("clapier_coworking.coworking_claim_action", {
                additionalContext: { search_default_coming: 1 },
            });
        }
    }

    openForm(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    /** Opens a new booking at the step of the space that was clicked. */
    async bookAt(space, ev) {
        const box = ev.currentTarget.getBoundingClientRect();
        const { first, last } = this.board;
        const hour = first + ((ev.clientX - box.left) / box.width) * (last - first);
        await this.book(space, Math.floor(hour / space.step) * space.step);
    }

    /** Opens a new booking at the next step, for those who use a keyboard. */
    async bookNext(space) {
        const now = this.board.now === false ? this.board.first + 1 : this.board.now;
        await this.book(space, Math.ceil(now / space.step) * space.step);
    }

    async book(space, hour) {
        const action = await this.orm.call("coworking.space", "action_book_at", [
            [space.id],
            this.board.day,
            hour,
        ]);
        await this.action.doAction(action, {
            onClose: () => this.load(this.board.day),
        });
    }

    async checkIn(arrival) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call("coworking.booking", "action_check_in", [[arrival.id]]);
            await this.load(this.board.day);
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("actions").add("coworking_day", CoworkingDay);
