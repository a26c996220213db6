const BATCH = 50;
const PATIENCE = 8000;

/** Return a UUID, also where the page has no secure context. */
export function uuid() {
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] % 16) + 64;
    bytes[8] = (bytes[8] % 64) + 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Post to the server: its answer, or null without network; throws where it refuses. */
export async function post(url, body, patience = PATIENCE) {
    let response = null;
    try {
        response = await fetch(url, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(body),
            signal: AbortSignal.timeout(patience),
        });
        if (response.ok) {
            return await response.json();
        }
    } catch {
        return null;
    }
    if (response.status >= 500) {
        return null;
    }
    throw new Error(String(response.status));
}

/**
 * Scans that the server has not answered yet: one entry of the browser's storage for
 * each, so that they outlive the page, and two pages never overwrite each other's.
 */
export class ScanQueue {
    constructor(storage, name, send) {
        this.storage = storage;
        this.prefix = `${name}.scan.`;
        this.send = send;
        this.sending = null;
    }

    /** The scans that wait, the oldest first. */
    get scans() {
        return Object.keys(this.storage)
            .filter((name) => name.startsWith(this.prefix))
            .map((name) => JSON.parse(this.storage.getItem(name)))
            .sort((one, other) => one.at.localeCompare(other.at));
    }

    push(values) {
        const scan = { key: uuid(), at: new Date().toISOString(), ...values };
        this.storage.setItem(this.prefix + scan.key, JSON.stringify(scan));
        return scan;
    }

    /** Send all that wait: their answers. What is not answered stays. */
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
        for (let scans = this.scans; scans.length; scans = this.scans) {
            const answer = await this.send({
                clock: new Date().toISOString(),
                scans: scans.slice(0, BATCH),
            });
            if (!answer) {
                break;
            }
            for (const result of answer.results) {
                this.storage.removeItem(this.prefix + result.key);
            }
            results.push(...answer.results);
        }
        return results;
    }
}
