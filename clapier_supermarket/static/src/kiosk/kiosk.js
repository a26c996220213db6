import { post, ScanQueue } from "./kiosk_queue.js";

const CACHE = "clapier-kiosk";
const ASSETS = "/clapier_supermarket/static/src/kiosk";
const LIST_EVERY = 30000;
const SEND_EVERY = 10000;
const ANSWER_SHOWN = 8000;
const STALE_KEYS = 3000;
const COLORS = {
    attended: "present",
    already: "present",
    late: "careful",
    early: "careful",
    too_late: "refused",
    not_registered: "refused",
    unknown: "refused",
    kept: "kept",
};

const config = JSON.parse(document.body.dataset.config);
const { words, url } = config;
const store = `clapier-kiosk.${config.id}`;
const queue = new ScanQueue(localStorage, store, (body) => call("scan", body));
const lang = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(lang, {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: config.tz,
});
const moment = new Intl.DateTimeFormat(lang, {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: config.tz,
});

const state = {
    list: JSON.parse(localStorage.getItem(`${store}.list`) || "null"),
    network: "online",
    // The scan that the answer on the screen is about
    shownKey: null,
    asked: null,
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

function setPhoto(image, source) {
    image.hidden = !source;
    if (source) {
        image.src = source;
    } else {
        image.removeAttribute("src");
    }
}

// --- Server

async function call(route, body) {
    try {
        const answer = await post(`${url}/${route}`, body);
        state.network = answer ? "online" : "offline";
        return answer;
    } catch (error) {
        if (error.message === "404") {
            await forget();
        } else {
            state.network = "offline";
        }
        return null;
    }
}

/** The link was renewed: people's names and photos leave this tablet, scans stay. */
async function forget() {
    state.network = "dead";
    state.list = null;
    localStorage.removeItem(`${store}.list`);
    if (self.caches) {
        await caches.delete(CACHE);
    }
}

async function refreshList() {
    const answer = await call("today", {});
    if (answer) {
        state.list = { ...answer, at: new Date().toISOString() };
        localStorage.setItem(`${store}.list`, JSON.stringify(state.list));
        await keepPhotos();
    }
    render();
}

/** Keep the photos of today's people, and no others. */
async function keepPhotos() {
    if (!self.caches) {
        return;
    }
    const photos = new Set(
        people().map(({ person }) => new URL(person.photo, location.href).href)
    );
    const cache = await caches.open(CACHE);
    const kept = new Set((await cache.keys()).map((request) => request.url));
    for (const address of kept) {
        if (address.includes("/photo/") && !photos.has(address)) {
            await cache.delete(address);
        }
    }
    const missing = [...photos].filter((address) => !kept.has(address));
    await Promise.allSettled(missing.map((address) => cache.add(address)));
}

async function send() {
    const results = await queue.flush();
    const shown = results.find((result) => result.key === state.shownKey);
    if (shown) {
        showAnswer(shown.result, words[shown.result], shown);
    } else if (
        state.shownKey &&
        queue.scans.some((scan) => scan.key === state.shownKey)
    ) {
        showAnswer("kept", words.kept, {
            ...state.asked,
            message: state.network === "dead" ? words.dead : words.keptMessage,
        });
    }
    if (results.length) {
        await refreshList();
    }
    render();
}

function take(scan, person) {
    state.shownKey = queue.push(scan).key;
    state.asked = person;
    showAnswer("asking", "…", { ...person, message: "" });
    render();
    send();
}

// --- Screen

function people() {
    const shifts = state.list ? state.list.shifts : [];
    return shifts.flatMap((shift) =>
        shift.registrations.map((person) => ({ shift, person }))
    );
}

function showAnswer(result, title, { name, photo, message }) {
    byId("answer").className = `answer ${COLORS[result] || ""}`;
    byId("answer-name").textContent = name || "";
    byId("answer-title").textContent = title;
    byId("answer-message").textContent = message || "";
    setPhoto(byId("answer-photo"), photo);
    clearTimeout(state.hiding);
    if (result !== "asking") {
        state.shownKey = null;
        state.hiding = setTimeout(showReady, ANSWER_SHOWN);
    }
}

function showReady() {
    byId("answer").className = "answer";
    byId("answer-name").textContent = "";
    byId("answer-title").textContent = words.ready;
    byId("answer-message").textContent = "";
    setPhoto(byId("answer-photo"), "");
}

function personState(shift, person, pending) {
    if (person.state === "attended") {
        return person.late ? "late" : "attended";
    }
    if (pending.has(person.id)) {
        return "pending";
    }
    if (person.state === "booked" && Date.parse(shift.start) <= Date.now()) {
        return "missing";
    }
    return person.state;
}

function renderPerson(shift, person, current) {
    const button = element("button", `person ${current}`);
    button.type = "button";
    button.disabled = ["attended", "late", "pending"].includes(current);
    const photo = element("img", "");
    photo.alt = "";
    setPhoto(photo, person.photo);
    const label = element("span", "label");
    label.append(
        element("strong", "", person.name),
        element("span", "number", person.number),
        element("span", "badge", words[current])
    );
    button.append(photo, label);
    button.addEventListener("click", () => ask(shift, person));
    const item = element("li", "");
    item.append(button);
    return item;
}

function renderShift(shift, pending) {
    const section = element("article", "shift");
    const list = element("ul", "people");
    for (const person of shift.registrations) {
        list.append(renderPerson(shift, person, personState(shift, person, pending)));
    }
    section.append(element("h3", "", `${shift.hours}  ${shift.section}`), list);
    return section;
}

function renderMissing(pending) {
    // Who is not ticked is missing after the end, too, until the sheet is closed.
    const missing = people().filter(({ shift, person }) => {
        const current = personState(shift, person, pending);
        const over = Date.parse(shift.stop) <= Date.now();
        return current === "missing" || (current === "absent" && !over);
    });
    byId("missing").replaceChildren(
        ...missing.map(({ shift, person }) =>
            element("li", "", `${person.name} – ${shift.section}`)
        )
    );
    if (!missing.length) {
        byId("missing").append(element("li", "nobody", words.nobody));
    }
}

function render() {
    const waiting = queue.scans;
    const pending = new Set(waiting.map((scan) => scan.registration_id));
    byId("waiting").hidden = !waiting.length;
    byId("waiting").textContent = say(words.waiting, waiting.length);
    byId("network").className = state.network;
    byId("network").textContent = words[state.network];
    byId("list-from").hidden = !state.list || state.network === "online";
    byId("list-from").textContent = state.list
        ? say(words.listFrom, moment.format(new Date(state.list.at)))
        : "";
    const shifts = state.list ? state.list.shifts : [];
    byId("shifts").replaceChildren(
        ...shifts.map((shift) => renderShift(shift, pending))
    );
    if (!shifts.length) {
        byId("shifts").append(element("p", "nobody", words.noShift));
    }
    renderMissing(pending);
}

// --- Hands

function ask(shift, person) {
    const dialog = byId("confirm");
    byId("confirm-title").textContent = say(words.confirm, person.name);
    byId("confirm-shift").textContent = `${shift.hours}  ${shift.section}`;
    setPhoto(byId("confirm-photo"), person.photo);
    byId("confirm-yes").onclick = () => {
        dialog.close();
        take(
            { registration_id: person.id },
            { name: person.name, photo: person.photo }
        );
    };
    dialog.showModal();
}

/** The character of a card: a reader set for another keyboard still sends digits. */
function character(event) {
    const digit = /^Digit(\d)$/.exec(event.code);
    return digit && !/^[0-9A-Za-z]$/.test(event.key) ? digit[1] : event.key;
}

function onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) {
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
        byId("confirm").close();
        take({ card }, null);
    } else if (event.key === "Backspace") {
        state.typed = state.typed.slice(0, -1);
    } else if (event.key.length === 1 && (event.key !== " " || state.typed)) {
        event.preventDefault();
        state.typed = (state.typed + character(event)).slice(0, 64);
    } else {
        return;
    }
    state.typedAt = Date.now();
    byId("typed").textContent = state.typed;
}

function tick() {
    byId("clock").textContent = clock.format(new Date());
    if (state.typed && Date.now() - state.typedAt > STALE_KEYS) {
        state.typed = "";
        byId("typed").textContent = "";
    }
}

// --- Start

async function keepPage() {
    if (!("serviceWorker" in navigator)) {
        return;
    }
    await navigator.serviceWorker.register("/shift/kiosk/sw.js", {
        scope: "/shift/kiosk/",
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
byId("confirm-no").addEventListener("click", () => byId("confirm").close());
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
