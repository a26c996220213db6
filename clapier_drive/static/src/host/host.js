import { post } from "/clapier_supermarket/static/src/kiosk/kiosk_queue.js";
import { EventQueue } from "./host_queue.js";
import { printOf, scan, SCANNER_FILES, tokenOf } from "./host_tools.js";
import { BasketDialog } from "./host_basket.js";
import { byId, count, element, money, say, words } from "./host_words.js";

const CACHE = "clapier-host";
const LIST_EVERY = 30000;
const SEND_EVERY = 10000;
const SAID_FOR = 8000;
// A photo on the network of a garage takes its time.
const PATIENCE = 60000;

const config = JSON.parse(document.body.dataset.config);
const { url } = config;
const store = `clapier-host.${config.id}`;
const queue = new EventQueue(store, (body) => call("send", body, PATIENCE));
const moment = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: config.tz,
});
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: config.tz,
});

const state = {
    list: JSON.parse(localStorage.getItem(`${store}.list`) || "null"),
    network: "online",
    tab: "waiting",
    saying: null,
    scanning: false,
};

// --- Server

async function call(route, body, patience) {
    try {
        const answer = await post(`${url}/${route}`, body, patience);
        state.network = answer ? "online" : "offline";
        return answer;
    } catch (error) {
        if (error.message === "404" && route === "list") {
            await forget();
        } else if (error.message !== "404") {
            state.network = "offline";
        }
        return null;
    }
}

/** The evening is over or the link renewed: names leave this phone, what waits stays. */
async function forget() {
    state.network = "dead";
    state.list = null;
    localStorage.removeItem(`${store}.list`);
    if (self.caches) {
        await caches.delete(CACHE);
    }
}

async function refreshList() {
    const answer = await call("list", {});
    if (answer) {
        state.list = { ...answer, read: new Date().toISOString() };
        localStorage.setItem(`${store}.list`, JSON.stringify(state.list));
    }
    render();
}

async function send() {
    const results = await queue.flush();
    const refused = results.filter((result) => result.message);
    for (const result of refused) {
        const basket = baskets().find((item) => item.id === result.order_id);
        const name = basket ? `${basket.number} ${basket.who}: ` : "";
        tell(name + result.message, "refused");
    }
    if (results.length) {
        await refreshList();
    }
    render();
}

/** Keep one thing that was done, show it at once, send it when that is possible. */
async function take(event) {
    const kept = queue.push(event);
    render();
    await kept;
    await send();
    if (queue.events.length && state.network === "online") {
        await send();
    }
}

// --- What is known, with what waits to be sent

/** Return the baskets as they are once what waits is sent. */
function baskets() {
    const known = state.list ? state.list.baskets : [];
    const shown = new Map(known.map((basket) => [basket.id, { ...basket }]));
    for (const event of queue.events) {
        const basket = shown.get(event.order_id);
        if (basket) {
            Object.assign(basket, after(basket, event), { pending: true });
        }
    }
    return [...shown.values()];
}

function after(basket, event) {
    switch (event.kind) {
        case "handed":
            return { state: "handed", at: clock.format(new Date(event.at)) };
        case "undone":
            return { state: "waiting", at: "" };
        case "paid":
            return { due: 0, credit: 0, paid: true, own: true };
        case "unpaid":
            return { paid: false, own: false };
        case "problem":
            return { problems: basket.problems + 1 };
    }
    return {};
}

// --- Screen

function tell(sentence, mood) {
    byId("say").textContent = sentence;
    byId("say").className = `say ${mood || ""}`;
    byId("say").hidden = false;
    clearTimeout(state.saying);
    state.saying = setTimeout(() => {
        byId("say").hidden = true;
    }, SAID_FOR);
}

const dialog = new BasketDialog({
    find: (id) => baskets().find((basket) => basket.id === id),
    take,
    tell,
    check: (body) => call("check", body),
});

function renderBasket(basket) {
    const button = element("button", `basket ${basket.state}`);
    button.type = "button";
    button.dataset.id = basket.id;
    const label = element("span", "label");
    label.append(
        element("strong", "", basket.who),
        element("span", "number", basket.number)
    );
    const facts = element("span", "facts");
    facts.append(
        element("span", "crate", count(basket.crates.length, "crate")),
        ...(basket.cold ? [element("span", "cold", words.cold)] : []),
        ...(basket.due ? [element("span", "due", money(basket.due))] : []),
        ...(basket.at ? [element("span", "at", basket.at)] : []),
        ...(basket.state === "given" ? [element("span", "at", words.given)] : []),
        ...(basket.pending ? [element("span", "pending", words.toSend)] : [])
    );
    button.append(label, facts);
    button.addEventListener("click", () => dialog.open(basket.id));
    const item = element("li", "");
    item.append(button);
    return item;
}

function plain(text) {
    return text
        .normalize("NFD")
        .replace(/[\u0300-\u036f]/g, "")
        .toLowerCase();
}

function render() {
    const all = baskets();
    const waiting = all.filter((basket) => basket.state === "waiting");
    const others = all.filter((basket) => basket.state !== "waiting");
    const wanted = plain(byId("search").value.trim());
    const tab = state.tab === "waiting" ? waiting : others;
    const shown = wanted
        ? all.filter((item) => plain(`${item.number} ${item.who}`).includes(wanted))
        : tab;
    byId("tab-waiting").textContent = `${words.toHand} ${waiting.length}`;
    byId("tab-handed").textContent = `${words.handed} ${others.length}`;
    for (const name of ["waiting", "handed"]) {
        byId(`tab-${name}`).setAttribute("aria-pressed", state.tab === name);
    }
    byId("baskets").replaceChildren(...shown.map(renderBasket));
    if (!shown.length && state.list) {
        const word = wanted ? "noMatch" : all.length ? "allHanded" : "none";
        if (wanted || state.tab === "waiting") {
            byId("baskets").append(element("li", "nobody", words[word]));
        }
    }
    const arrives = queue.events.some((event) => event.kind === "arrived");
    byId("arrived").hidden = !state.list || state.list.arrived || arrives;
    renderState();
    dialog.render();
}

function renderState() {
    const kept = queue.events.length;
    byId("waiting").hidden = !kept;
    byId("waiting").textContent = say(words.waiting, kept);
    byId("network").className = state.network;
    byId("network").textContent = words[state.network];
    byId("list-from").hidden = !state.list || state.network === "online";
    byId("list-from").textContent = state.list
        ? say(words.listFrom, moment.format(new Date(state.list.read)))
        : "";
}

// --- Hands

async function openScanned(token) {
    const print = await printOf(token);
    const basket = baskets().find((item) => item.qr === print);
    if (basket) {
        if (navigator.vibrate) {
            navigator.vibrate(80);
        }
        byId("search").value = "";
        dialog.open(basket.id, token);
    } else {
        tell(words.unknown, "refused");
    }
}

async function startScan() {
    const view = byId("scanning");
    state.scanning = true;
    view.showModal();
    try {
        const token = await scan(byId("video"), () => !view.open);
        view.close();
        if (token) {
            await openScanned(token);
        }
    } catch (error) {
        console.warn("The camera does not open:", error.message);
        view.close();
        tell(words.noCamera, "refused");
    } finally {
        state.scanning = false;
    }
}

/** A reader that types, or the address of a code that was pasted. */
function onSearch() {
    const token = tokenOf(byId("search").value);
    if (token) {
        byId("search").value = "";
        openScanned(token);
    }
    render();
}

// --- Start

async function keepPage() {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    await navigator.serviceWorker.register("/drive/host/sw.js", {
        scope: "/drive/host/",
    });
    const cache = await caches.open(CACHE);
    const names = ["host.css", "host.js", "host_basket.js", "host_queue.js"];
    names.push("host_tools.js", "host_words.js");
    await cache.addAll([
        location.pathname,
        "/clapier_supermarket/static/src/kiosk/kiosk_queue.js",
        ...names.map((name) => `/clapier_drive/static/src/host/${name}`),
        ...SCANNER_FILES,
    ]);
}

byId("scan").addEventListener("click", startScan);
byId("search").addEventListener("input", onSearch);
byId("arrived").addEventListener("click", () => take({ kind: "arrived" }));
for (const name of ["waiting", "handed"]) {
    byId(`tab-${name}`).addEventListener("click", () => {
        state.tab = name;
        byId("search").value = "";
        render();
    });
}
for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => byId(button.dataset.close).close());
}
window.addEventListener("online", () => send().then(refreshList));
window.addEventListener("offline", () => {
    state.network = "offline";
    render();
});
setInterval(send, SEND_EVERY);
setInterval(refreshList, LIST_EVERY);
keepPage().catch((error) => console.warn("The page is not kept:", error.message));
queue
    .open()
    .catch((error) => console.warn("Nothing outlives this page:", error.message))
    .then(render)
    .then(send)
    .then(refreshList);
