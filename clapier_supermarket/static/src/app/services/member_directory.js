import { markRaw } from "@odoo/owl";
import IndexedDB from "@point_of_sale/app/models/utils/indexed_db";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { Reactive } from "@web/core/utils/reactive";
import { debounce } from "@web/core/utils/timing";
import { MemberTable } from "../models/member_table";

const STORE = "members";
const ANSWER_TIMEOUT = 5000;
const TABLE_TIMEOUT = 60000;
const JUST_NOW = 10000;
const REFRESH_EVERY = 10 * 60 * 1000;
const COMPLETE_EVERY_HOURS = 12;

/**
 * What a member till knows of the cooperative's people: it asks the server, and falls back
 * on the last known verdicts when the network is cut.
 */
export class MemberDirectory extends Reactive {
    constructor(pos) {
        super();
        this.pos = pos;
        this.table = markRaw(new MemberTable());
        this.version = 0;
        this.isCutOff = false;
        this.asked = markRaw(new Map());
        this.refreshSoon = debounce(() => this.refresh(), 1000);
    }

    get config() {
        return this.pos.config;
    }

    get data() {
        return this.pos.data;
    }

    get isOffline() {
        return this.isCutOff || this.data.network.offline;
    }

    get requiresMember() {
        return Boolean(this.config._supermarket_requires_member);
    }

    get managers() {
        return this.config._supermarket_managers || [];
    }

    /** The till manager who is logged in, if the user is one. */
    get ownManager() {
        return this.managers.find((manager) => manager.id === this.pos.user.id);
    }

    // Cards

    /** Return the card of a person, or undefined; a component that reads it follows it. */
    getCard(partnerId) {
        return this.version >= 0 && this.table.get(partnerId);
    }

    search(text) {
        return this.version >= 0 ? this.table.search(text) : [];
    }

    /**
     * Find somebody by card: at the server, else among the last known verdicts.
     *
     * @returns {Promise<ResPartner | undefined>}
     */
    async findByBarcode(barcode) {
        const answer = await this.ask("supermarket_find_members", [barcode]);
        if (answer) {
            this.learn(answer);
            const card = answer.cards.find((found) => found.card === barcode);
            return card && this.pos.models["res.partner"].get(card.id);
        }
        const card = this.table.getByBarcode(barcode);
        return card && this.getPartner(card);
    }

    /**
     * Find people by name, number or card at the server.
     *
     * @returns {Promise<ResPartner[]>} empty when the network is cut
     */
    async findByText(text, offset = 0) {
        const answer = await this.ask("supermarket_find_members", [text, offset]);
        return answer ? this.learn(answer) : [];
    }

    /**
     * Ask the server anew about one person.
     *
     * @returns {Promise<boolean>} whether it answered
     */
    refreshCard({ id }) {
        if (!this.asked.has(id)) {
            const asked = this.ask("supermarket_member", [id])
                .then((answer) => answer && Boolean(this.learn(answer)))
                .finally(() => this.asked.delete(id));
            this.asked.set(id, asked);
        }
        return this.asked.get(id);
    }

    /** Ask about one person, unless the server just told. */
    async completeCard(partner) {
        const card = this.table.get(partner.id);
        if (!card?.learned || Date.now() - card.learned > JUST_NOW) {
            await this.refreshCard(partner);
        }
    }

    /**
     * Return the partner of a card; one that was not loaded is made with its server id.
     *
     * @param {boolean} [keep] have it survive a reload of the page without network
     */
    getPartner(card, keep = true) {
        const Partner = this.pos.models["res.partner"];
        const known = Partner.get(card.id);
        const records = {
            "res.partner": [
                {
                    id: card.id,
                    name: card.name,
                    barcode: card.card,
                    supermarket_member_number: card.number,
                },
            ],
        };
        if (!known) {
            this.pos.models.connectNewData(records);
        }
        if (keep && !known?.write_date) {
            this.data.synchronizeServerDataInIndexedDB(records);
        }
        return Partner.get(card.id);
    }

    /**
     * Judge whether a sale to a person may go on, with the best knowledge there is.
     *
     * @returns {Promise<{allowed: boolean, verdict: string, reason: string, date: string}>}
     */
    async judge(partner) {
        if (!partner) {
            return {
                allowed: !this.requiresMember,
                verdict: "unknown",
                reason: _t(
                    "Only members shop here: scan the member's card or choose their name."
                ),
            };
        }
        await this.refreshCard(partner);
        const { verdict, reason, date } = this.getCard(partner.id) || {
            verdict: "unknown",
            reason: _t(
                "%s is not known to this till: wait for the network.",
                partner.name
            ),
        };
        const allowed =
            ["allowed", "warned"].includes(verdict) ||
            (verdict === "unknown" && !this.requiresMember);
        return { allowed, verdict, reason, date };
    }

    /** Take in an answer of `supermarket_find_members` or `supermarket_member`. */
    learn({ records, cards }) {
        cards.forEach((card) => this.table.put({ ...card, learned: Date.now() }));
        this.version++;
        this.data.synchronizeServerDataInIndexedDB(records);
        return this.pos.models.connectNewData(records)["res.partner"];
    }

    /** Return when a card was last known to be true, as the cashier reads time. */
    formatDate(date = this.table.date) {
        return date ? deserializeDateTime(date).toFormat("HH:mm") : "";
    }

    // Table of last known verdicts

    /** Start to follow verdicts: from the browser's storage, then from the server. */
    async start() {
        this.data.connectWebSocket("SUPERMARKET_MEMBERS", this.refreshSoon);
        browser.addEventListener("pos-network-online", this.refreshSoon);
        browser.setInterval(() => this.refresh(), REFRESH_EVERY);
        await this.openStorage();
        await this.refresh();
    }

    /** Receive what changed since last time; everything when the table has grown old. */
    async refresh() {
        const age = this.table.completeDate
            ? -deserializeDateTime(this.table.completeDate).diffNow("hours").hours
            : Infinity;
        const since = age < COMPLETE_EVERY_HOURS && this.table.date;
        const answer = await this.ask("supermarket_members", [since], TABLE_TIMEOUT);
        if (answer) {
            this.table.update(answer);
            this.version++;
            await this.database?.create(STORE, [
                { key: this.storageKey, ...this.table.dump() },
            ]);
        }
    }

    get storageKey() {
        return `${this.config.company_id.id}-${user.lang}`;
    }

    async openStorage() {
        this.database = await new Promise((resolve) => {
            const name = `supermarket-members-${odoo.info?.db}`;
            const database = new IndexedDB(name, false, [["key", STORE]], () =>
                resolve(markRaw(database))
            );
        });
        const stored = await this.database.readAll([STORE]);
        const dump = stored?.[STORE]?.find((row) => row.key === this.storageKey);
        if (dump) {
            this.table.restore(dump);
            this.version++;
        }
    }

    // Network

    /**
     * Ask the server, for a few seconds: a phone's network rather hangs than fails.
     *
     * @returns {Promise<object | false>} false when the network is cut
     */
    async ask(method, args, timeout = ANSWER_TIMEOUT) {
        let timer;
        try {
            const answer = await Promise.race([
                this.data.call("pos.config", method, [[this.config.id], ...args]),
                new Promise((_, reject) => {
                    timer = browser.setTimeout(
                        () => reject(new ConnectionLostError()),
                        timeout
                    );
                }),
            ]);
            this.isCutOff = false;
            return answer;
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
            this.isCutOff = true;
            return false;
        } finally {
            browser.clearTimeout(timer);
        }
    }
}
