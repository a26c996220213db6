import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// However fast volunteers pack, the pace is asked for so often at most.
const RELOAD_EVERY = 15000;

/** The hall's board: what is packed of each product for each point, as it is packed. */
export class DriveBoard extends Component {
    static template = "clapier_drive.Board";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ board: null, cells: {}, at: null });
        this.channel = null;
        this.timer = null;
        this.loadedAt = 0;
        this.onPacked = this.onPacked.bind(this);
        this.reload = this.reload.bind(this);
        this.bus.subscribe("clapier_drive/packed", this.onPacked);
        this.bus.addEventListener("BUS:RECONNECT", this.reload);
        const { params, context } = this.props.action;
        onWillStart(() =>
            this.load(
                this.props.state?.cycle ||
                    params?.cycle_id ||
                    context?.active_id ||
                    false
            )
        );
        onWillDestroy(() => {
            clearTimeout(this.timer);
            this.bus.unsubscribe("clapier_drive/packed", this.onPacked);
            this.bus.removeEventListener("BUS:RECONNECT", this.reload);
            if (this.channel) {
                this.bus.deleteChannel(this.channel);
            }
        });
    }

    async load(cycle) {
        const board = await this.orm.call("drive.cycle", "get_prepare_board", [cycle]);
        this.loadedAt = Date.now();
        this.state.board = board;
        this.state.at = luxon.DateTime.now();
        this.state.cells = Object.fromEntries(
            (board.cells || []).map(([offer, point, total, packed]) => [
                `${offer}-${point}`,
                { total, packed },
            ])
        );
        this.listen(board.cycle_id);
        this.props.updateActionState({ cycle: board.cycle_id });
    }

    reload() {
        return this.load(this.state.board.cycle_id);
    }

    listen(cycle) {
        const channel = cycle ? `clapier_drive.board_${cycle}` : null;
        if (channel === this.channel) {
            return;
        }
        if (this.channel) {
            this.bus.deleteChannel(this.channel);
        }
        this.channel = channel;
        if (channel) {
            this.bus.addChannel(channel);
        }
    }

    onPacked({ cycle_id: cycle, moves }) {
        if (cycle !== this.state.board?.cycle_id) {
            return;
        }
        for (const [offer, point, quantity] of moves) {
            const cell = this.state.cells[`${offer}-${point}`];
            if (cell) {
                cell.packed += quantity;
            }
        }
        const wait = Math.max(this.loadedAt + RELOAD_EVERY - Date.now(), 1000);
        this.timer ||= setTimeout(() => {
            this.timer = null;
            this.reload();
        }, wait);
    }

    // --- What is shown

    get board() {
        return this.state.board;
    }

    /** Tells the producers in their order, each with its products. */
    get producers() {
        const groups = new Map();
        for (const product of this.board.products) {
            groups.set(product.producer, [
                ...(groups.get(product.producer) || []),
                product,
            ]);
        }
        return [...groups].map(([name, products]) => ({ name, products }));
    }

    cell(product, point) {
        return this.state.cells[`${product.id}-${point.id}`];
    }

    sum(cells) {
        return cells.reduce(
            (all, cell) => ({
                total: all.total + (cell ? cell.total : 0),
                packed: all.packed + (cell ? cell.packed : 0),
            }),
            { total: 0, packed: 0 }
        );
    }

    ofProduct(product) {
        return this.sum(this.board.points.map((point) => this.cell(product, point)));
    }

    ofPoint(point) {
        return this.sum(
            this.board.products.map((product) => this.cell(product, point))
        );
    }

    get all() {
        return this.sum(Object.values(this.state.cells));
    }

    percent({ total, packed }) {
        return total ? Math.min(Math.floor((100 * packed) / total + 1e-6), 100) : 100;
    }

    colour(cell) {
        if (!cell || !cell.total) {
            return "none";
        }
        if (cell.packed > cell.total - 0.0005) {
            return "full";
        }
        return cell.packed > 0.0005 ? "begun" : "empty";
    }

    number(value) {
        return formatFloat(value, { trailingZeros: false, digits: [16, 3] });
    }

    clock(text) {
        return deserializeDateTime(text).toFormat("HH:mm");
    }

    onCycle(ev) {
        this.load(Number(ev.target.value));
    }
}

registry.category("actions").add("clapier_drive.board", DriveBoard);
