import { scanOnce } from "./prepare_camera.js";
import { findProduct, plain } from "./prepare_code.js";
import { button, byId, element, number, say } from "./prepare_dom.js";
import { renderCrate, renderProducts, renderWork } from "./prepare_pack.js";
import { renderReceptions } from "./prepare_receive.js";
import { config, Store, words } from "./prepare_store.js";

const CACHE = "clapier-prepare";
const OURS = "/clapier_drive/static/src/prepare";
const FILES = [
    ...["prepare.css", "prepare.js", "prepare_camera.js", "prepare_code.js"],
    ...["prepare_dom.js", "prepare_pack.js", "prepare_receive.js", "prepare_store.js"],
].map((name) => `${OURS}/${name}`);
const OTHERS = [
    "/clapier_supermarket/static/src/kiosk/kiosk_queue.js",
    "/web/static/src/core/barcode/ZXingBarcodeDetector.js",
    "/web/static/lib/zxing-library/zxing-library.js",
];
const SEND_EVERY = 10000;
const REFRESH_EVERY = 30000;
const STALE_KEYS = 1000;
const FEW = 3;

const store = new Store(renderQuietly);
const state = {
    tab: "products",
    offer: store.work ? store.work.offer : null,
    grams: null,
    crate: null,
    alert: "",
    typed: "",
    typedAt: 0,
};

// --- Screen

function shows(text) {
    return plain(text).includes(plain(byId("code").value.trim()));
}

function renderHead() {
    byId("name").textContent = store.name || words.nameless;
    byId("network").className = store.network;
    byId("network").textContent = words[store.network];
    byId("waiting").hidden = !store.waiting;
    byId("waiting").textContent = say(words.waiting, store.waiting);
    byId("alert").hidden = !state.alert;
    byId("alert").textContent = state.alert;
    for (const tab of document.querySelectorAll("nav button")) {
        tab.classList.toggle("current", tab.dataset.tab === state.tab);
    }
}

function renderLast(screen) {
    if (!store.last || store.data.done) {
        return;
    }
    const { content, quantity } = store.last;
    screen.append(
        element(
            "div",
            "last",
            element(
                "span",
                "",
                say(words.inCrate, {
                    product: content.product,
                    quantity: number(quantity),
                    crate: content.crate,
                })
            ),
            button("", words.undo, () => undo())
        )
    );
}

function render() {
    const screen = byId("screen");
    screen.replaceChildren();
    renderHead();
    const product = store.product(state.offer);
    if (store.data.done) {
        screen.append(element("p", "empty full", words.done));
    } else if (state.tab === "receptions") {
        renderReceptions(screen, store, shows, () => send());
    } else if (state.tab === "crate") {
        if (state.crate) {
            renderCrate(screen, store, state.crate, packInCrate);
        }
        renderLast(screen);
    } else if (product) {
        renderWork(screen, store, product, {
            grams: state.grams,
            onDone: pack,
            onBack: () => open(null),
            onSkip: skip,
        });
        renderLast(screen);
    } else {
        renderProducts(screen, store, shows, (item) => open(item));
    }
}

/** What comes by itself does not take away what is being typed. */
function renderQuietly() {
    const typing = byId("screen").contains(document.activeElement);
    if (typing && document.activeElement.tagName === "INPUT") {
        renderHead();
    } else {
        render();
    }
}

function warn(sentence) {
    state.alert = sentence;
    if (sentence && navigator.vibrate) {
        navigator.vibrate([100, 60, 100]);
    }
    render();
}

// --- Packing

async function open(product, grams = null) {
    Object.assign(state, {
        tab: "products",
        offer: product ? product.id : null,
        grams,
        alert: "",
    });
    byId("code").value = "";
    render();
    if (product) {
        await store.claim(product.id);
        renderQuietly();
    } else {
        store.setWork(null);
        await store.claim(0);
        await store.refresh();
    }
}

function skip(content) {
    const others = store.work.contents.filter((item) => item.id !== content.id);
    store.setWork({ ...store.work, contents: [...others, content] });
    state.grams = null;
    render();
}

async function pack(content, weight) {
    store.pack(content, weight);
    state.grams = null;
    warn("");
    await send();
    if (state.offer && store.work && store.work.contents.length < FEW) {
        await store.claim(state.offer);
        renderQuietly();
    }
}

async function packInCrate(content, weight) {
    store.pack(content, weight);
    content.packed = content.quantity;
    warn("");
    await send();
}

async function undo() {
    store.undo();
    render();
    await send();
    if (state.tab === "crate" && state.crate) {
        await openCrate(String(state.crate.number));
    } else if (state.offer) {
        await store.claim(state.offer);
        render();
    }
}

async function openCrate(code) {
    state.tab = "crate";
    await store.flush();
    const answer = await store.call("crate", { code });
    if (!answer) {
        warn(words.needsNetwork);
    } else if (answer.crate) {
        state.crate = answer.crate;
        byId("code").value = "";
        warn("");
    } else {
        warn(say(words.unknownCode, code));
    }
}

async function send() {
    const results = await store.flush();
    const refused = results.filter((item) =>
        ["refused", "already"].includes(item.result)
    );
    if (refused.length) {
        warn(refused.map((item) => item.message).join(" "));
        if (state.offer) {
            await store.claim(state.offer);
        }
    }
    renderQuietly();
}

// --- Codes

/** A code that was scanned or typed: a product, or a crate. */
async function onCode(code) {
    const found = findProduct(code, store.data.products, config.weighed);
    const current = state.tab === "products" && store.work && store.work.contents[0];
    if (found && found.product.id === state.offer && current) {
        state.grams = found.grams;
        render();
    } else if (found && found.product.open) {
        await open(found.product, found.grams);
    } else if (current && (code === current.code || code === String(current.crate))) {
        byId("code").value = "";
        byId("screen").querySelector("form.content").requestSubmit();
    } else if (current) {
        const other = store.work.contents.find((item) => item.code === code);
        warn(
            other || /^\d{1,5}$/.test(code)
                ? say(words.wrongCrate, {
                      seen: other ? other.crate : code,
                      crate: current.crate,
                  })
                : say(words.unknownCode, code)
        );
    } else {
        await openCrate(code);
    }
}

function onFind(event) {
    event.preventDefault();
    const text = byId("code").value.trim();
    const seen = [...byId("screen").querySelectorAll("button.product:enabled")];
    if (!text) {
        return;
    }
    if (state.tab === "products" && !state.offer && seen.length === 1) {
        seen[0].click();
    } else if (state.tab !== "receptions") {
        onCode(text);
    }
}

/** A reader that types as a keyboard: its keys go to no field. */
function onKey(event) {
    const busy = /^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.ctrlKey || event.altKey || event.metaKey || busy) {
        return;
    }
    if (Date.now() - state.typedAt > STALE_KEYS) {
        state.typed = "";
    }
    state.typedAt = Date.now();
    if (event.key === "Enter" && state.typed.length > 1) {
        event.preventDefault();
        event.stopPropagation();
        const code = state.typed;
        state.typed = "";
        onCode(code);
    } else if (event.key.length === 1 && event.key !== " ") {
        const digit = /^Digit(\d)$/.exec(event.code || "");
        const isPlain = /^[\w-]$/.test(event.key);
        state.typed += digit && !isPlain ? digit[1] : event.key;
    }
}

async function onCamera() {
    let code = null;
    try {
        code = await scanOnce(byId("scanner"), byId("video"));
    } catch {
        warn(words.noCamera);
    }
    if (code) {
        onCode(code);
    }
}

function askName() {
    const form = byId("ask-form");
    const input = element("input", "");
    input.id = "ask-name";
    input.value = store.name;
    input.maxLength = 30;
    const label = element("label", "", words.nameless);
    label.htmlFor = input.id;
    form.replaceChildren(
        element("p", "field", label, input),
        element("button", "wide primary", words.save)
    );
    form.onsubmit = () => store.setName(input.value.trim());
    byId("ask").showModal();
}

// --- Start

async function keepPage() {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    await navigator.serviceWorker.register("/drive/prepare/sw.js", {
        scope: "/drive/prepare/",
    });
    const cache = await caches.open(CACHE);
    await cache.addAll([location.pathname, ...FILES, ...OTHERS]);
}

for (const tab of document.querySelectorAll("nav button")) {
    tab.addEventListener("click", () => {
        state.tab = tab.dataset.tab;
        byId("code").value = "";
        warn("");
    });
}
byId("find").addEventListener("submit", onFind);
byId("code").addEventListener("input", render);
byId("camera").addEventListener("click", onCamera);
byId("scanner-close").addEventListener("click", () => byId("scanner").close());
byId("name").addEventListener("click", askName);
byId("alert").addEventListener("click", () => warn(""));
document.addEventListener("keydown", onKey, true);
window.addEventListener("online", send);
window.addEventListener("offline", () => {
    store.network = "offline";
    renderHead();
});
setInterval(send, SEND_EVERY);
setInterval(() => store.refresh(), REFRESH_EVERY);
render();
keepPage().catch((error) => console.warn("The page is not kept:", error.message));
send().then(() => store.refresh());
