const SIDE_MAX = 1280;
const QUALITY = 0.7;
const ZXING = "/web/static/lib/zxing-library/zxing-library.js";
const DETECTOR = "/web/static/src/core/barcode/ZXingBarcodeDetector.js";
const TOKEN = /[0-9a-f]{64}/;

// --- Signature

/** A frame to sign in with a finger. */
export class Signature {
    constructor(canvas) {
        this.canvas = canvas;
        this.last = null;
        canvas.addEventListener("pointerdown", (ev) => {
            ev.preventDefault();
            canvas.setPointerCapture(ev.pointerId);
            this.last = [ev.offsetX, ev.offsetY];
        });
        canvas.addEventListener("pointermove", (ev) => this._draw(ev));
        for (const end of ["pointerup", "pointercancel"]) {
            canvas.addEventListener(end, () => {
                this.last = null;
            });
        }
    }

    clear() {
        this.length = 0;
        this.canvas.width = this.canvas.clientWidth;
        this.canvas.height = this.canvas.clientHeight;
        const context = this.canvas.getContext("2d");
        context.fillStyle = "#ffffff";
        context.fillRect(0, 0, this.canvas.width, this.canvas.height);
        context.lineWidth = 3;
        context.lineCap = context.lineJoin = "round";
        context.strokeStyle = "#10243e";
    }

    _draw(ev) {
        if (!this.last) {
            return;
        }
        const context = this.canvas.getContext("2d");
        context.beginPath();
        context.moveTo(...this.last);
        context.lineTo(ev.offsetX, ev.offsetY);
        context.stroke();
        this.length += Math.hypot(ev.offsetX - this.last[0], ev.offsetY - this.last[1]);
        this.last = [ev.offsetX, ev.offsetY];
    }

    /** What is drawn, as a picture; nothing where it is but a dot. */
    get picture() {
        return this.length < 40 ? null : this.canvas.toDataURL("image/png");
    }
}

// --- Photo

/** Return a photo small enough to be kept and sent on a weak network. */
export async function shrink(file) {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, SIDE_MAX / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY);
}

// --- Scanner

/** The files that a browser needs which reads no codes by itself. */
export const SCANNER_FILES = "BarcodeDetector" in window ? [] : [ZXING, DETECTOR];

async function detector() {
    if ("BarcodeDetector" in window) {
        return new window.BarcodeDetector({ formats: ["qr_code"] });
    }
    if (!window.ZXing) {
        await new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = ZXING;
            script.onload = resolve;
            script.onerror = reject;
            document.head.append(script);
        });
    }
    const { buildZXingBarcodeDetector } = await import(DETECTOR);
    const Detector = buildZXingBarcodeDetector(window.ZXing);
    return new Detector({ formats: ["qr_code"] });
}

/** Read codes from the camera until one is a basket's; null once it is stopped. */
export async function scan(video, stopped) {
    const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
    });
    try {
        video.srcObject = stream;
        await video.play();
        const reader = await detector();
        while (!stopped()) {
            const codes = await reader.detect(video);
            const token = codes.map((code) => tokenOf(code.rawValue)).find(Boolean);
            if (token) {
                return token;
            }
            await new Promise((resolve) => setTimeout(resolve, 150));
        }
        return null;
    } finally {
        stream.getTracks().forEach((track) => track.stop());
    }
}

/** Return the token in what was scanned or typed; nothing where there is none. */
export function tokenOf(text) {
    const found = TOKEN.exec(text || "");
    return found ? found[0] : null;
}

/** Return what the list knows a basket's code by. */
export async function printOf(token) {
    const bytes = await crypto.subtle.digest(
        "SHA-256",
        new TextEncoder().encode(token)
    );
    return [...new Uint8Array(bytes)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
}
