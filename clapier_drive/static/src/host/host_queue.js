import { uuid } from "/clapier_supermarket/static/src/kiosk/kiosk_queue.js";

// Characters of one sending: a photo goes nearly alone, ticks go together.
const BATCH_SIZE = 2000000;
const BATCH = 50;

/** Return the promise of a request of the browser's database. */
function promised(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

/**
 * What the server has not answered yet, photos and signatures with it: kept in the
 * browser's database, so that it outlives the page and the battery.
 */
export class EventQueue {
    constructor(name, send) {
        this.name = name;
        this.send = send;
        this.sending = null;
        // What waits, the oldest first, as last read
        this.events = [];
    }

    async open() {
        const request = indexedDB.open(this.name, 1);
        request.onupgradeneeded = () =>
            request.result.createObjectStore("events", { keyPath: "key" });
        this.base = await promised(request);
        await this.read();
    }

    get _store() {
        return this.base.transaction("events", "readwrite").objectStore("events");
    }

    /** Where the browser keeps nothing, the page alone does. */
    async read() {
        if (!this.base) {
            return;
        }
        const events = await promised(this._store.getAll());
        this.events = events.sort((one, other) => one.at.localeCompare(other.at));
    }

    async push(values) {
        const event = { key: uuid(), at: new Date().toISOString(), ...values };
        // On the screen at once, even if another sending is under way
        this.events.push(event);
        if (this.base) {
            await promised(this._store.put(event));
        }
        return event;
    }

    async _forget(key) {
        this.events = this.events.filter((event) => event.key !== key);
        if (this.base) {
            await promised(this._store.delete(key));
        }
    }

    /** Send all that waits: the answers. What is not answered stays. */
    flush() {
        this.sending =
            this.sending ||
            this._flush().finally(() => {
                this.sending = null;
            });
        return this.sending;
    }

    async _flush() {
        const results = [];
        for (await this.read(); this.events.length; await this.read()) {
            const answer = await this.send({
                clock: new Date().toISOString(),
                events: this._batch(),
            });
            if (!answer) {
                break;
            }
            for (const result of answer.results) {
                await this._forget(result.key);
            }
            results.push(...answer.results);
        }
        return results;
    }

    _batch() {
        let size = 0;
        return this.events.slice(0, BATCH).filter((event, rank) => {
            size += (event.photo || "").length + (event.signature || "").length;
            return !rank || size < BATCH_SIZE;
        });
    }
}
