import { buildZXingBarcodeDetector } from "/web/static/src/core/barcode/ZXingBarcodeDetector.js";

const LIBRARY = "/web/static/lib/zxing-library/zxing-library.js";
const FORMATS = ["qr_code", "ean_13", "ean_8", "code_128"];
const EVERY = 200;

function loadLibrary() {
    return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = LIBRARY;
        script.onload = () => resolve(window.ZXing);
        script.onerror = reject;
        document.head.append(script);
    });
}

/** The browser's own reader of codes, or the library that Odoo ships. */
async function makeDetector() {
    let Detector = window.BarcodeDetector;
    const known = Detector ? await Detector.getSupportedFormats() : [];
    if (!known.includes("qr_code")) {
        Detector = buildZXingBarcodeDetector(window.ZXing || (await loadLibrary()));
    }
    return new Detector({ formats: FORMATS });
}

/**
 * Read one code with the camera; null once the dialog is closed.
 *
 * @param {HTMLDialogElement} dialog that holds the video
 * @param {HTMLVideoElement} video to show what the camera sees
 */
export async function scanOnce(dialog, video) {
    const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
        audio: false,
    });
    try {
        const detector = await makeDetector();
        video.srcObject = stream;
        dialog.showModal();
        await video.play();
        while (dialog.open) {
            const [found] = video.readyState > 1 ? await detector.detect(video) : [];
            if (found) {
                return found.rawValue;
            }
            await new Promise((resolve) => setTimeout(resolve, EVERY));
        }
        return null;
    } finally {
        dialog.close();
        stream.getTracks().forEach((track) => track.stop());
    }
}
