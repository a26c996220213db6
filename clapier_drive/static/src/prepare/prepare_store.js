import {
    post,
    ScanQueue,
    uuid,
} from "/clapier_supermarket/static/src/kiosk/kiosk_queue.js";

export const config = JSON.parse(document.body.dataset.config);
export const { words } = config;

const prefix = `clapier-prepare.${config.id}`;

function load(name, otherwise) {
    return JSON.parse(localStorage.getItem(`${prefix}.${name}`) || "null") ?? otherwise;
}

function keep(name, value) {
    localStorage.setItem(`${prefix}.${name}`, JSON.stringify(value));
}

/** What the phone knows, and what it has not sent yet: both outlive the page. */
export class Store {
    constructor(onChange) {
        this.onChange = onChange;
        this.phone = load("phone", null) || uuid();
        keep("phone", this.phone);
        this.name = load("name", "");
        this.data = load("data", { products: [], receptions: [], bounds: [0, 9] });
        // The crates that this phone was sent to, and what it has put in last
        this.work = load("work", null);
        this.last = load("last", null);
        this.network = "online";
        this.refusal = null;
        this.queue = new ScanQueue(localStorage, prefix, (body) =>
            this.call("take", body)
        );
        this.photos = new ScanQueue(localStorage, `${prefix}.photo`, (body) =>
            this.sendPhoto(body.scans[0])
        );
    }

    get waiting() {
        return this.queue.scans.length + this.photos.scans.length;
    }

    async call(route, body) {
        let answer = null;
        try {
            answer = await post(`${config.url}/${route}`, {
                ...body,
                phone: this.phone,
            });
            this.network = answer ? "online" : "offline";
        } catch (error) {
            this.refusal = error.message;
            this.network = error.message === "404" ? "dead" : "offline";
        }
        return answer;
    }

    async sendPhoto({ key, reception, image }) {
        this.refusal = null;
        const answer = await this.call("photo", { reception, image });
        // What the server takes for no photo would never get through.
        return answer || this.refusal === "400" ? { results: [{ key }] } : null;
    }

    setName(name) {
        this.name = name;
        keep("name", name);
        this.refresh();
    }

    async refresh() {
        const data = await this.call("state", { name: this.name });
        if (data) {
            this.data = data;
            keep("data", data);
        }
        this.onChange();
    }

    setWork(work) {
        this.work = work;
        keep("work", work);
    }

    /** Ask for the next crates of a product; those that are known stay without network. */
    async claim(offer) {
        const answer = await this.call("claim", { offer });
        if (answer) {
            const mine = new Set(this.queue.scans.map((scan) => scan.content));
            this.setWork({
                offer,
                contents: answer.contents.filter((content) => !mine.has(content.id)),
            });
        } else if (!this.work || this.work.offer !== offer) {
            this.setWork({ offer, contents: [] });
        }
        return Boolean(answer);
    }

    /** Note something done: it is sent now, or when the network is back. */
    push(values) {
        return this.queue.push(values);
    }

    pack(content, weight) {
        const quantity = Math.round((content.quantity - content.packed) * 1000) / 1000;
        const values = { kind: "pack", content: content.id, quantity };
        const scan = this.push(weight ? { ...values, weight } : values);
        this.last = { key: scan.key, content: { ...content, packed: 0 }, quantity };
        keep("last", this.last);
        if (this.work) {
            this.setWork({
                ...this.work,
                contents: this.work.contents.filter((item) => item.id !== content.id),
            });
        }
        const product = this.product(content.offer);
        if (product) {
            product.left = Math.max(product.left - 1, 0);
            product.packed += quantity;
        }
    }

    undo() {
        this.push({ kind: "undo", undoes: this.last.key });
        this.last = null;
        keep("last", null);
    }

    receive(reception, values) {
        this.push({ kind: "receive", reception: reception.id, ...values });
        Object.assign(reception, values, { counted: true });
        keep("data", this.data);
    }

    product(offer) {
        return this.data.products.find((product) => product.id === offer);
    }

    /** Send all that waits: what the server says to it. */
    async flush() {
        if (!this.waiting) {
            return [];
        }
        const results = await this.queue.flush();
        await this.photos.flush();
        if (results.length) {
            await this.refresh();
        }
        this.onChange();
        return results;
    }
}
