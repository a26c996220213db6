import { shrink, Signature } from "./host_tools.js";
import { byId, count, element, money, say, sure, words } from "./host_words.js";

/** One basket on the whole screen: its crates, what is to pay, its proof, its problems. */
export class BasketDialog {
    /**
     * @param {object} page how to find a basket, keep what is done, and speak
     */
    constructor(page) {
        this.page = page;
        this.id = null;
        this.signature = new Signature(byId("canvas"));
        this.forget();
        byId("pay-cash").onclick = () => this.pay("cash");
        byId("pay-card").onclick = () => this.pay("card");
        byId("pay-credit").onclick = () => this.pay("credit");
        byId("sign").onclick = () => this.sign();
        byId("sign-clear").onclick = () => this.signature.clear();
        byId("sign-done").onclick = () => this.signed();
        byId("code").oninput = () => this.typed();
        byId("hand").onclick = () => this.hand();
        byId("undo").onclick = () => this.take({ kind: "undone" });
        byId("unpay").onclick = () => this.take({ kind: "unpaid" });
        byId("less").onclick = () => this.step(-1);
        byId("more").onclick = () => this.step(1);
        byId("photo").onchange = () => this.photographed();
        for (const button of document.querySelectorAll("[data-problem]")) {
            button.onclick = () => this.report(button.dataset.problem);
        }
    }

    get basket() {
        return this.id && this.page.find(this.id);
    }

    forget() {
        this.ticked = new Set();
        this.scan = this.code = this.picture = null;
        this.proof = "";
    }

    open(id, scan) {
        if (id !== this.id || scan) {
            this.forget();
        }
        this.id = id;
        if (scan) {
            this.scan = scan;
            this.proof = words.scanned;
        }
        byId("code").value = "";
        this.render();
        if (!byId("basket").open) {
            byId("basket").showModal();
        }
        byId("basket").scrollTop = 0;
    }

    take(event) {
        return this.page.take({ ...event, order_id: this.id });
    }

    // --- Screen

    render() {
        const basket = this.basket;
        if (!basket) {
            byId("basket").close();
            return;
        }
        const waits = basket.state === "waiting";
        byId("basket-who").textContent = basket.who;
        byId("basket-number").textContent = basket.number;
        byId("basket-cold").hidden = !basket.cold || !waits;
        byId("basket-note").hidden = waits;
        byId("basket-note").textContent = `${
            basket.state === "handed" ? words.handed : words.given
        } ${basket.at}`;
        byId("basket-crates-part").hidden = !waits;
        byId("basket-crates").replaceChildren(
            ...basket.crates.map((crate) => this.renderCrate(crate))
        );
        this.renderMoney(basket);
        byId("basket-proof").hidden = !waits;
        byId("proof").hidden = !this.proof;
        byId("proof").textContent = this.proof;
        byId("proof-ways").hidden = Boolean(this.scan || this.picture);
        byId("hand").hidden = !waits;
        byId("undo").hidden = basket.state !== "handed";
        byId("unpay").hidden = !basket.own;
        byId("basket-problems").hidden = !basket.problems;
        byId("basket-problems").textContent = count(basket.problems, "problem");
        byId("lines").replaceChildren(
            ...basket.lines.map((line) => this.renderLine(line))
        );
    }

    renderCrate(crate) {
        const button = element(
            "button",
            crate.cold ? "crate cold" : "crate",
            crate.name
        );
        button.type = "button";
        button.setAttribute("aria-pressed", this.ticked.has(crate.key));
        button.onclick = () => {
            if (!this.ticked.delete(crate.key)) {
                this.ticked.add(crate.key);
            }
            this.render();
        };
        const item = element("li", "");
        item.append(button);
        return item;
    }

    renderMoney(basket) {
        const owes = basket.due || basket.credit;
        byId("basket-money").hidden = !owes && !basket.paid;
        byId("basket-due").className = owes ? "due" : "paid";
        byId("basket-due").textContent = owes
            ? [
                  say(words.due, money(basket.due)),
                  ...(basket.credit ? [say(words.credit, money(basket.credit))] : []),
              ].join(" · ")
            : words.paid;
        byId("pay-cash").hidden = byId("pay-card").hidden = !basket.due;
        byId("pay-credit").hidden = Boolean(basket.due) || !basket.credit;
    }

    renderLine(line) {
        const button = element("button", "line");
        button.type = "button";
        button.append(
            element("span", "", line.name),
            element("span", "quiet", String(line.quantity))
        );
        button.onclick = () => this.ask(line);
        const item = element("li", "");
        item.append(button);
        return item;
    }

    // --- Hand-over

    async hand() {
        const basket = this.basket;
        const left = basket.crates.length - this.ticked.size;
        if (left && !(await sure(count(left, "cratesLeft")))) {
            return;
        }
        if (basket.due && !(await sure(say(words.dueLeft, money(basket.due))))) {
            return;
        }
        const ticked = basket.crates.filter((crate) => this.ticked.has(crate.key));
        const event = { kind: "handed", crates: ticked.map((crate) => crate.name) };
        for (const [name, value] of [
            ["scan", this.scan],
            ["code", this.code],
            ["signature", this.picture],
        ]) {
            if (value) {
                event[name] = value;
            }
        }
        byId("basket").close();
        this.page.tell(`${basket.who} ${basket.number}: ${words.handed}`, "done");
        await this.take(event);
        this.forget();
    }

    pay(method) {
        return this.take({ kind: "paid", method, shown: this.basket.due });
    }

    sign() {
        byId("signing").showModal();
        this.signature.clear();
    }

    signed() {
        this.picture = this.signature.picture;
        this.proof = this.picture ? words.signed : "";
        byId("signing").close();
        this.render();
    }

    async typed() {
        const code = byId("code").value.replace(/\D/g, "");
        byId("code").value = code;
        if (code.length < 4) {
            return;
        }
        const id = this.id;
        const answer = await this.page.check({ order_id: id, code });
        if (id !== this.id) {
            return;
        }
        if (answer && !answer.right) {
            byId("code").value = "";
            this.code = null;
            this.proof = words.codeWrong;
        } else {
            this.code = code;
            this.proof = answer ? words.codeRight : words.codeLater;
        }
        this.render();
    }

    // --- Problems

    ask(line) {
        this.line = line;
        this.photo = null;
        this.quantity = Math.min(1, line.quantity);
        byId("problem-product").textContent = line.name;
        byId("photo").value = "";
        byId("photo-shown").hidden = true;
        byId("problem").showModal();
        this.step(0);
    }

    step(change) {
        const wanted = this.quantity + change;
        if (wanted > 0 && wanted <= this.line.quantity) {
            this.quantity = wanted;
        }
        byId("quantity").textContent = this.quantity;
    }

    async photographed() {
        const [file] = byId("photo").files;
        this.photo = file ? await shrink(file) : null;
        byId("photo-shown").hidden = !this.photo;
        if (this.photo) {
            byId("photo-shown").src = this.photo;
        }
    }

    report(problem) {
        byId("problem").close();
        this.page.tell(`${this.line.name}: ${words.reported}`, "done");
        return this.take({
            kind: "problem",
            problem,
            line_id: this.line.id,
            quantity: this.quantity,
            ...(this.photo ? { photo: this.photo } : {}),
        });
    }
}
