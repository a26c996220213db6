import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/** A frame to sign in with the finger; the form sends what is drawn as a picture. */
export class TrainingSignature extends Interaction {
    static selector = ".o_coworking_signature";
    dynamicContent = {
        canvas: {
            "t-on-pointerdown.prevent": this.onDown,
            "t-on-pointermove.prevent": this.onMove,
            "t-on-pointerup": this.onUp,
            "t-on-pointercancel": this.onUp,
        },
        ".o_coworking_signature_clear": {
            "t-on-click": this.clear,
            "t-att-disabled": () => !this.length,
        },
        "button[type='submit']": {
            "t-att-disabled": () => this.length < 40,
        },
        _window: { "t-on-resize": this.resize },
    };

    setup() {
        this.length = 0;
        this.last = null;
        this.canvas = this.el.querySelector("canvas");
        this.input = this.el.querySelector("input[name='image']");
    }

    start() {
        this.resize();
    }

    /** Fit the picture to the frame: turning the phone begins anew. */
    resize() {
        const width = Math.round(this.canvas.clientWidth);
        const height = Math.round(this.canvas.clientHeight);
        if (!width || (width === this.canvas.width && height === this.canvas.height)) {
            return;
        }
        this.canvas.width = width;
        this.canvas.height = height;
        this.clear();
    }

    clear() {
        this.length = 0;
        this.input.value = "";
        const context = this.canvas.getContext("2d");
        context.clearRect(0, 0, this.canvas.width, this.canvas.height);
        context.lineWidth = 2.5;
        context.lineCap = context.lineJoin = "round";
        context.strokeStyle = "#10243e";
    }

    onDown(ev) {
        this.canvas.setPointerCapture(ev.pointerId);
        this.last = [ev.offsetX, ev.offsetY];
    }

    onMove(ev) {
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

    onUp() {
        if (this.last) {
            this.last = null;
            this.input.value = this.canvas.toDataURL("image/png");
        }
    }
}

registry
    .category("public.interactions")
    .add("clapier_coworking.training_signature", TrainingSignature);
