import { normalize } from "@web/core/l10n/utils";

/**
 * The last known verdict of every member, found by id, card, number or name.
 *
 * Plain data: neither server nor browser storage, see MemberDirectory for both.
 */
export class MemberTable {
    constructor() {
        this.clear();
    }

    clear() {
        this.cards = new Map();
        this.idByBarcode = new Map();
        this.date = false;
        this.completeDate = false;
    }

    get size() {
        return this.cards.size;
    }

    get(id) {
        return this.cards.get(id);
    }

    getByBarcode(barcode) {
        return this.cards.get(this.idByBarcode.get(barcode));
    }

    /**
     * Keep one card, as the server gives it (see `_supermarket_cards`).
     */
    put(card) {
        this.remove(card.id);
        this.cards.set(card.id, { ...card, search: normalize(card.name) });
        if (card.card) {
            this.idByBarcode.set(card.card, card.id);
        }
    }

    remove(id) {
        const card = this.cards.get(id);
        if (card && this.idByBarcode.get(card.card) === id) {
            this.idByBarcode.delete(card.card);
        }
        this.cards.delete(id);
    }

    /**
     * Take in an answer of `pos.config.supermarket_members`.
     */
    update({ date, complete, reasons, cards, gone }) {
        if (complete) {
            this.clear();
            this.completeDate = date;
        }
        for (const [id, card, number, name, verdict, reason, holder_id] of cards) {
            const household = this.get(id)?.household;
            this.put({
                id,
                card,
                number,
                name,
                verdict,
                reason: reasons[reason],
                holder_id,
                household,
                date,
            });
        }
        gone.forEach((id) => this.remove(id));
        this.date = date;
    }

    /**
     * Return the people with this card or number, else those whose name or number
     * contains what was typed.
     */
    search(text, limit = 30) {
        const query = normalize(text.trim());
        if (!query) {
            return [];
        }
        const number = query.replace(/^0+/, "");
        const exact = [];
        const alike = [];
        for (const card of this.cards.values()) {
            if (
                card.card === query ||
                (number && card.number.replace(/^0+/, "") === number)
            ) {
                exact.push(card);
            } else if (
                alike.length < limit &&
                (card.search.includes(query) || card.number.includes(query))
            ) {
                alike.push(card);
            }
        }
        return [...exact, ...alike].slice(0, limit);
    }

    /**
     * Return what `restore` takes, fit for the browser's storage.
     */
    dump() {
        const reasons = new Map();
        const cards = [];
        for (const card of this.cards.values()) {
            if (!reasons.has(card.reason)) {
                reasons.set(card.reason, reasons.size);
            }
            cards.push([
                card.id,
                card.card,
                card.number,
                card.name,
                card.verdict,
                reasons.get(card.reason),
                card.holder_id,
            ]);
        }
        return {
            date: this.date,
            completeDate: this.completeDate,
            reasons: [...reasons.keys()],
            cards,
        };
    }

    restore({ date, completeDate, reasons, cards }) {
        this.update({ date, complete: true, reasons, cards, gone: [] });
        this.completeDate = completeDate;
    }
}
