// The page at the door. Old tablets run it: nothing newer than ECMAScript 2015.
(() => {
    const EVERY = 60000;
    const TICK = 5000;
    const PATIENCE = 20000;
    const DAY = 86400;
    const SHOWN = 6;

    const config = JSON.parse(document.body.getAttribute("data-config"));
    const words = config.words;
    const store = `clapier-door.${config.id}`;
    const loaded = Date.now();

    // What is known: the schedule, its tag, and the server's clock beside the tablet's.
    let known = {
        state: JSON.parse(document.body.getAttribute("data-state")),
        tag: config.tag,
        at: config.now,
        drift: 0,
    };
    let offline = false;
    let gone = false;

    const byId = (id) => document.getElementById(id);
    const tabletSeconds = () => Math.floor(Date.now() / 1000);
    const now = () => tabletSeconds() + known.drift;
    const say = (sentence, value) => sentence.replace("%s", value);
    const hour = (moment) => moment[1].slice(11);
    const day = (moment) => moment[1].slice(0, 10);

    /** Return a moment as the clock of the place shows it: "2027-03-01T10:00". */
    function local(seconds) {
        const shifted = new Date((seconds + known.state.offset * 60) * 1000);
        return shifted.toISOString().slice(0, 16);
    }

    // --- What is shown

    function find(ranges, moment) {
        return ranges.filter((range) => range[0] <= moment && moment < range[1])[0];
    }

    /** Return the colour, the word, until when, and what comes next. */
    function sign(moment, today) {
        const state = known.state;
        const free = state.free.map((times) => [times[0][0], times[1][0], times]);
        const current = find(free, moment);
        if (current) {
            const end = current[2][1];
            return {
                name: "free",
                until: day(end) === today ? say(words.until, hour(end)) : words.all_day,
                next: "",
            };
        }
        const busy = find(state.uses, moment);
        const next = free.filter((range) => range[0] > moment)[0];
        const begin = next && next[2][0];
        const last = busy && lastOf(busy);
        let when = begin && hour(begin);
        if (begin && day(begin) !== today) {
            when = `${begin[2]}, ${when}`;
        }
        return {
            name: busy ? "busy" : "closed",
            // Between the end of a use and the next free time the space is made ready.
            until: last
                ? say(
                      words.until,
                      last[3][0] > moment ? hour(last[3]) : local(last[1]).slice(11)
                  )
                : "",
            next: begin ? say(words.next_free, when) : words.none_free,
        };
    }

    /** Return the last of the uses that follow each other without a free time between. */
    function lastOf(use) {
        return known.state.uses.reduce(
            (last, other) =>
                other[0] <= last[1] && other[1] > last[1] && !freeBetween(last, other)
                    ? other
                    : last,
            use
        );
    }

    function freeBetween(use, other) {
        return known.state.free.some(
            (times) => times[0][0] >= use[2][0] && times[0][0] < other[2][0]
        );
    }

    function show() {
        const moment = now();
        const clock = local(moment);
        const today = clock.slice(0, 10);
        const shown = sign(moment, today);
        byId("clock").textContent = clock.slice(11);
        byId("name").textContent = known.state.name;
        document.body.className = shown.name;
        byId("word").textContent = words[shown.name];
        byId("until").textContent = shown.until;
        byId("next").textContent = shown.next;
        showUses(moment, today);
        byId("offline").hidden = !offline && !gone;
        const since = local(known.at);
        const date = `${since.slice(8, 10)}/${since.slice(5, 7)} ${since.slice(11)}`;
        byId("offline").textContent = gone
            ? words.gone
            : say(words.offline, since.slice(0, 10) === today ? since.slice(11) : date);
    }

    function showUses(moment, today) {
        const coming = known.state.uses.filter(
            (use) => use[3][0] > moment && day(use[2]) === today
        );
        const list = byId("uses");
        list.textContent = "";
        coming.slice(0, SHOWN).forEach((use) => {
            const item = document.createElement("li");
            item.textContent = `${hour(use[2])} – ${hour(use[3])}`;
            if (use[2][0] <= moment) {
                item.className = "now";
            }
            list.appendChild(item);
        });
        if (!coming.length) {
            const item = document.createElement("li");
            item.className = "none";
            item.textContent = words.no_more;
            list.appendChild(item);
        }
    }

    // --- Server

    function keep() {
        try {
            localStorage.setItem(store, JSON.stringify(known));
        } catch (error) {
            console.warn(error);
        }
    }

    /** Take what an earlier page knew, where this one comes out of the cache. */
    function recall() {
        let kept = null;
        try {
            kept = JSON.parse(localStorage.getItem(store));
        } catch (error) {
            console.warn(error);
        }
        if (kept && kept.at > known.at) {
            known = kept;
        } else {
            learnClock(known.at);
        }
    }

    /** A page out of the cache tells an old time: only an answer sets the clock back. */
    function learnClock(seconds, sure) {
        const drift = seconds - tabletSeconds();
        if (sure || drift > 0) {
            known.drift = Math.abs(drift) < 2 ? 0 : drift;
        }
    }

    function refresh() {
        const headers = { "If-None-Match": `"${known.tag}"` };
        let waiting = true;
        const late = setTimeout(() => fail(), PATIENCE);
        function fail() {
            if (waiting) {
                waiting = false;
                offline = true;
                show();
            }
        }
        fetch(`${config.url}/state`, { cache: "no-store", headers })
            .then((response) => {
                if (response.status === 404) {
                    gone = true;
                    return null;
                }
                if (response.status !== 304 && !response.ok) {
                    throw new Error(response.status);
                }
                const at = Number(response.headers.get("X-Now")) || tabletSeconds();
                const tag = (response.headers.get("ETag") || "").replace(/W\/|"/g, "");
                const body = response.status === 304 ? known.state : response.json();
                return Promise.resolve(body).then((state) => {
                    known = { state, tag: tag || known.tag, at, drift: known.drift };
                    learnClock(at, true);
                    keep();
                    gone = false;
                });
            })
            .then(() => {
                waiting = false;
                clearTimeout(late);
                offline = false;
                show();
                renew();
            })
            .catch(() => {
                clearTimeout(late);
                fail();
            });
    }

    /** Load the page anew once a day, for its words, its code and its own new versions. */
    function renew() {
        if (!gone && Date.now() - loaded > DAY * 1000) {
            location.reload();
        }
    }

    recall();
    show();
    refresh();
    setInterval(refresh, EVERY);
    setInterval(show, TICK);
    window.addEventListener("online", refresh);
    window.addEventListener("offline", refresh);
    if (navigator.serviceWorker) {
        navigator.serviceWorker
            .register("/space/sw.js", { scope: "/space/" })
            .then(() => navigator.serviceWorker.ready)
            .then(keepPage)
            .catch((error) => console.warn(error));
    }

    /** The first visit came before the worker: fetch the page and its assets through it. */
    function keepPage() {
        if (!navigator.serviceWorker.controller) {
            navigator.serviceWorker.addEventListener("controllerchange", keepPage);
            return;
        }
        const assets = "/clapier_coworking/static/src/door";
        [config.url, `${assets}/door.css`, `${assets}/door.js`].forEach((url) => {
            fetch(url).catch((error) => console.warn(error));
        });
    }
})();
