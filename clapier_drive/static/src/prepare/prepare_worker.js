// Keeps the page of the preparation and its files for when there is no network.
const CACHE = "clapier-prepare";
const PATIENCE = 5000;
const OURS =
    /^\/(drive\/prepare|clapier_drive\/static\/src\/prepare|clapier_supermarket\/static\/src\/kiosk|web\/static\/(lib\/zxing-library|src\/core\/barcode))\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    const ours = url.origin === self.location.origin && OURS.test(url.pathname);
    if (event.request.method === "GET" && ours) {
        event.respondWith(answer(event.request));
    }
});

/** The network's answer; what is kept where it fails or is too slow. */
async function answer(request) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request.url);
    try {
        const response = await fetch(request.url, {
            cache: "no-cache",
            signal: kept ? AbortSignal.timeout(PATIENCE) : undefined,
        });
        if (response.ok) {
            await cache.put(request.url, response.clone());
        } else if (response.status === 404) {
            await cache.delete(request.url);
        }
        return response.status >= 500 && kept ? kept : response;
    } catch (error) {
        if (kept) {
            return kept;
        }
        throw error;
    }
}
