import { button, element, number, say, typed } from "./prepare_dom.js";
import { words } from "./prepare_store.js";

/** What a weight may be, in grams. */
function bounds(content, store) {
    const expected = content.expected * (content.quantity - content.packed);
    return store.data.bounds.map((rate) => Math.round(expected * rate));
}

/** The sentence that refuses a weight; empty if it is fine. */
function problemWith(grams, content, store) {
    const [low, high] = bounds(content, store);
    return grams >= low && grams <= high ? "" : say(words.weightRefused, { low, high });
}

function weightField(content, grams) {
    const input = element("input", "");
    input.id = `grams-${content.id}`;
    input.className = "grams";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.value = grams || "";
    const label = element("label", "", words.grams);
    label.htmlFor = input.id;
    const rest = content.quantity - content.packed;
    const hint = say(words.expected, number(content.expected * rest));
    return element("p", "field", label, input, element("span", "quiet", hint));
}

/**
 * Show one content that waits: what goes into which crate, and the button that says it
 * is there.
 *
 * @param {object} content to put in
 * @param {object} store of the phone
 * @param {object} options how it is shown
 * @param {Element} options.title above the button
 * @param {number} options.grams that a scale printed
 * @param {Function} options.onDone called with the content and its grams
 */
export function renderContent(content, store, { title, grams, onDone }) {
    const form = element("form", "content");
    const problem = element("p", "problem");
    problem.setAttribute("role", "alert");
    const confirm = element("button", "wide primary confirm", words.confirm);
    form.append(title);
    if (content.by_weight) {
        form.append(weightField(content, grams));
    }
    form.append(problem, confirm);
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const input = form.querySelector(".grams");
        const weight = input ? typed(input.value) : null;
        problem.textContent = input ? problemWith(weight, content, store) : "";
        if (!problem.textContent) {
            onDone(content, weight);
        }
    });
    return form;
}

function cold(content) {
    return content.cold ? element("span", "badge cold", words.cold) : null;
}

/** Show the crates that one phone was sent to with a product, one after another. */
export function renderWork(screen, store, product, { grams, onDone, onBack, onSkip }) {
    const contents = store.work ? store.work.contents : [];
    screen.append(
        element(
            "div",
            "head",
            button("back", "‹", onBack),
            element("h2", "", product.name),
            product.left ? element("span", "badge", number(product.left)) : null
        )
    );
    const [content, ...others] = contents;
    if (content) {
        const rest = number(content.quantity - content.packed);
        const title = element(
            "div",
            "big",
            element("strong", "quantity", rest),
            element("span", "arrow", "→"),
            element("strong", "crate", say(words.crate, content.crate)),
            element(
                "p",
                "quiet",
                cold(content),
                ` ${content.point} · ${content.basket}`
            )
        );
        screen.append(
            renderContent(content, store, { title, grams, onDone }),
            others.length ? button("wide", words.skip, () => onSkip(content)) : ""
        );
    } else {
        const text =
            store.network === "online"
                ? product.left
                    ? words.others
                    : words.allIn
                : words.needsNetwork;
        screen.append(element("p", "empty", text));
    }
    if (others.length) {
        screen.append(
            element("h3", "", words.next),
            element(
                "p",
                "next",
                others
                    .map(
                        (item) =>
                            `${number(item.quantity - item.packed)} → ${item.crate}`
                    )
                    .join("   ")
            )
        );
    }
}

/** Show what goes into one crate, what is missing first. */
export function renderCrate(screen, store, crate, onDone) {
    screen.append(
        element(
            "div",
            "head",
            element("h2", "crate-title", say(words.crateTitle, crate.number)),
            cold(crate)
        ),
        element("p", "quiet", `${crate.point} · ${crate.basket}`)
    );
    const waiting = new Set(store.queue.scans.map((scan) => scan.content));
    const missing = crate.contents.filter(
        (content) => content.packed < content.quantity && !waiting.has(content.id)
    );
    const packed = crate.contents.filter((content) => !missing.includes(content));
    if (!missing.length) {
        screen.append(element("p", "empty full", words.full));
    }
    for (const content of missing) {
        const title = element(
            "p",
            "line",
            element("strong", "quantity", number(content.quantity - content.packed)),
            element("span", "", content.product)
        );
        screen.append(renderContent(content, store, { title, onDone }));
    }
    screen.append(
        element(
            "ul",
            "list",
            ...packed.map((content) =>
                element(
                    "li",
                    "line counted",
                    element(
                        "span",
                        "",
                        `${number(content.quantity)} ${content.product}`
                    ),
                    element("span", "badge full", words.packed)
                )
            )
        )
    );
}

function productState(product) {
    if (!product.left) {
        return element("span", "badge full", words.allIn);
    }
    if (!product.open) {
        return element("span", "badge", words.waitCount);
    }
    return element(
        "span",
        "badge",
        product.left === 1 ? words.oneCrate : say(words.crates, number(product.left))
    );
}

/** Show the products of each producer with the crates that still want them. */
export function renderProducts(screen, store, shows, onOpen) {
    const products = store.data.products.filter((product) =>
        shows(`${product.name} ${product.producer} ${product.code}`)
    );
    if (!products.length) {
        screen.append(element("p", "empty", words.nothing));
    }
    for (const producer of new Set(products.map((product) => product.producer))) {
        const list = element("ul", "list");
        for (const product of products.filter((item) => item.producer === producer)) {
            const row = button("product", "", () => onOpen(product));
            row.disabled = !product.open || !product.left;
            row.append(element("span", "", product.name), productState(product));
            const bar = element("progress", "");
            bar.max = product.total || 1;
            bar.value = product.packed;
            row.append(bar);
            list.append(element("li", "", row));
        }
        screen.append(element("h2", "", producer), list);
    }
}
