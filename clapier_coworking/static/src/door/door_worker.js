// Keeps the door page and its assets for when there is no network; the page keeps the rest.
const CACHE = "clapier-door";
const PATIENCE = 5000;
const PAGE = /^\/space\/[A-Za-z0-9_-]{43}$/;
const ASSETS = "/clapier_coworking/static/src/door/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    const ours =
        url.origin === self.location.origin &&
        (PAGE.test(url.pathname) || url.pathname.indexOf(ASSETS) === 0);
    if (event.request.method === "GET" && ours) {
        event.respondWith(answer(event.request));
    }
});

/** The network's answer; what is kept where it fails or is too slow. */
function answer(request) {
    return caches.open(CACHE).then((cache) =>
        cache.match(request.url).then((kept) =>
            hurry(fetch(request.url, { credentials: "same-origin" }), kept)
                .then((response) => {
                    if (response.ok) {
                        cache.put(request.url, response.clone());
                    } else if (response.status === 404) {
                        cache.delete(request.url);
                    }
                    return response.status >= 500 && kept ? kept : response;
                })
                .catch((error) => {
                    if (kept) {
                        return kept;
                    }
                    throw error;
                })
        )
    );
}

/** Give up waiting where there is something kept. */
function hurry(fetching, kept) {
    if (!kept) {
        return fetching;
    }
    return Promise.race([
        fetching,
        new Promise((_resolve, reject) => {
            setTimeout(() => reject(new Error("slow")), PATIENCE);
        }),
    ]);
}
