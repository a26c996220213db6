import { post, ScanQueue } from "./kiosk_queue.js";

const CACHE = "clapier-coworking-kiosk";
const ASSETS = "/clapier_coworking/static/src/kiosk";
const LIST_EVERY = 30000;
const SEND_EVERY = 10000;
const ANSWER_SHOWN = 12000;
const OFFER_SHOWN = 30000;
const STALE_KEYS = 3000;
const COLORS = {
    present: "present",
    already: "present",
    offer: "careful",
    none: "careful",
    refused: "refused",
    unknown: "refused",
    too_late: "refused",
    kept: "kept",
};

const config = JSON.parse(document.body.dataset.config);
const { words, url } = config;
const store = `clapier-coworking-kiosk.${config.id}`;
const queue = new ScanQueue(localStorage, store, (body) => call("scan", body));
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: config.tz,
});

const state = {
    list: JSON.parse(localStorage.getItem(`${store}.list`) || "null"),
    network: "online",
    // The scan that the answer on the screen is about
    shown: null,
    typed: "",
    typedAt: 0,
    hiding: null,
};

const byId = (id) => document.getElementById(id);
const say = (sentence, value) => sentence.replace("%s", value);

function element(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text || "";
    return node;
}

// --- Server

async function call(route, body) {
    try {
        const answer = await post(`${url}/${route}`, body);
        state.network = answer ? "online" : "offline";
        return answer;
    } catch (error) {
        state.network = error.message === "404" ? "dead" : "offline";
        return null;
    }
}

async function refreshList() {
    const answer = await call("today", {});
    if (answer) {
        state.list = { ...answer, at: new Date().toISOString() };
        localStorage.setItem(`${store}.list`, JSON.stringify(state.list));
    }
    render();
}

async function send() {
    const results = await queue.flush();
    const shown = state.shown;
    const result = shown && results.find(({ key }) => key === shown.key);
    if (result) {
        showAnswer(result.result, result);
    } else if (shown && queue.scans.some(({ key }) => key === shown.key)) {
        const message = state.network === "dead" ? words.dead : words.keptMessage;
        showAnswer("kept", { message });
    }
    if (results.length) {
        await refreshList();
    }
    render();
}

function take(values) {
    state.shown = queue.push(values);
    setAnswer("", "…", {});
    render();
    send();
}

// --- Screen

function setAnswer(color, title, { name, message, wifi }) {
    byId("answer").className = `answer ${color}`;
    byId("answer-name").textContent = name || "";
    byId("answer-title").textContent = title;
    byId("answer-message").textContent = message || "";
    byId("wifi").hidden = !wifi;
    byId("wifi-code").textContent = wifi || "";
    byId("offers").replaceChildren();
}

/** Show what became of the scan on the screen, for as long as it takes to read. */
function showAnswer(result, values) {
    const { card } = state.shown;
    setAnswer(COLORS[result], words[result], values);
    for (const offer of values.offers || []) {
        const button = element("button", "offer", offer.label);
        button.type = "button";
        button.append(element("span", "left", say(words.left, offer.left)));
        button.addEventListener("click", () =>
            take({ card, space_id: offer.space_id, half: offer.half })
        );
        byId("offers").append(button);
    }
    state.shown = null;
    clearTimeout(state.hiding);
    state.hiding = setTimeout(
        showReady,
        result === "offer" ? OFFER_SHOWN : ANSWER_SHOWN
    );
}

function showReady() {
    setAnswer("", words.ready, { message: words.readyMessage });
}

function placesLeft(left) {
    if (left === null || left === undefined) {
        return words.closed;
    }
    return left > 0 ? say(words.left, left) : words.full;
}

function renderArea(area) {
    const item = element("li", "area");
    const halves = element("dl", "halves");
    for (const half of area.halves) {
        const row = element("div", half.left > 0 ? "half" : "half none");
        row.append(
            element("dt", "", half.name),
            element("dd", "", placesLeft(half.left))
        );
        halves.append(row);
    }
    item.append(element("h3", "", area.name), halves);
    return item;
}

function render() {
    const waiting = queue.scans.length;
    byId("waiting").hidden = !waiting;
    byId("waiting").textContent = say(words.waiting, waiting);
    byId("network").className = state.network;
    byId("network").textContent = words[state.network];
    byId("list-from").hidden = !state.list || state.network === "online";
    if (state.list) {
        const at = clock.format(new Date(state.list.at));
        byId("list-from").textContent = say(words.listFrom, at);
        byId("areas").replaceChildren(...state.list.areas.map(renderArea));
    }
}

// --- Hands

/** The character of a badge: a reader set for another keyboard still sends digits. */
function character(event) {
    const digit = /^Digit(\d)$/.exec(event.code);
    return digit && !/^[0-9A-Za-z]$/.test(event.key) ? digit[1] : event.key;
}

/** A reader types wherever the focus is; a person types in the field. */
function onKey(event) {
    if (
        event.ctrlKey ||
        event.altKey ||
        event.metaKey ||
        event.target === byId("code")
    ) {
        return;
    }
    if (Date.now() - state.typedAt > STALE_KEYS) {
        state.typed = "";
    }
    if (event.key === "Enter" && state.typed) {
        // Not a press of the button that has the focus
        event.preventDefault();
        event.stopPropagation();
        const card = state.typed;
        state.typed = "";
        take({ card });
    } else if (event.key.length === 1 && (event.key !== " " || state.typed)) {
        event.preventDefault();
        state.typed = (state.typed + character(event)).slice(0, 64);
    } else {
        return;
    }
    state.typedAt = Date.now();
}

function onCode(event) {
    event.preventDefault();
    const card = byId("code").value.trim();
    byId("code").value = "";
    byId("code").blur();
    if (card) {
        take({ card });
    }
}

function tick() {
    byId("clock").textContent = clock.format(new Date());
}

// --- Start

async function keepPage() {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    await navigator.serviceWorker.register("/coworking/kiosk/sw.js", {
        scope: "/coworking/kiosk/",
    });
    const cache = await caches.open(CACHE);
    await cache.addAll([
        location.pathname,
        `${ASSETS}/kiosk.css`,
        `${ASSETS}/kiosk.js`,
        `${ASSETS}/kiosk_queue.js`,
    ]);
}

document.addEventListener("keydown", onKey, true);
byId("code-form").addEventListener("submit", onCode);
window.addEventListener("online", () => send().then(refreshList));
window.addEventListener("offline", () => {
    state.network = "offline";
    render();
});
setInterval(tick, 1000);
setInterval(send, SEND_EVERY);
setInterval(refreshList, LIST_EVERY);
tick();
showReady();
render();
keepPage().catch((error) => console.warn("The page is not kept:", error.message));
send().then(refreshList);
