import { button, byId, element, number, say, typed } from "./prepare_dom.js";
import { words } from "./prepare_store.js";

const PHOTO_SIDE = 1280;
const PHOTO_QUALITY = 0.7;

/** Make a photo small enough to be kept and sent: base64 of a JPEG. */
async function shrink(file) {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, PHOTO_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", PHOTO_QUALITY).split(",")[1];
}

function field(label, name, value, mode) {
    const input = element("input", "");
    input.id = `ask-${name}`;
    input.name = name;
    input.value = value;
    input.inputMode = mode;
    input.autocomplete = "off";
    const caption = element("label", "", label);
    caption.htmlFor = input.id;
    return element("p", "field", caption, input);
}

function photoField() {
    const block = field(words.photo, "photo", "", "none");
    const input = block.querySelector("input");
    input.type = "file";
    input.accept = "image/*";
    input.capture = "environment";
    return block;
}

/** Ask what has come of one product, and note it. */
function askCount(reception, store, done) {
    const form = byId("ask-form");
    const problem = element("p", "problem");
    problem.setAttribute("role", "alert");
    const save = element("button", "wide primary", words.save);
    save.value = "save";
    form.replaceChildren(
        element("h2", "", reception.product),
        element(
            "p",
            "",
            say(words.ordered, `${number(reception.ordered)} ${reception.uom}`)
        ),
        field(words.received, "received", number(reception.received), "decimal"),
        field(words.damaged, "damaged", number(reception.damaged), "decimal"),
        field(words.note, "note", reception.note, "text"),
        photoField(),
        problem,
        save,
        button("wide", words.cancel, () => byId("ask").close())
    );
    form.onsubmit = async (event) => {
        event.preventDefault();
        const received = typed(form.elements.received.value.replace(/\s/g, ""));
        const damaged = typed(form.elements.damaged.value.replace(/\s/g, ""));
        if (!(damaged >= 0 && damaged <= received)) {
            problem.textContent = words.countRefused;
            return;
        }
        const note = form.elements.note.value.trim();
        store.receive(reception, { received, damaged, note });
        const [file] = form.elements.photo.files;
        if (file) {
            try {
                const image = await shrink(file);
                store.photos.push({ reception: reception.id, image });
                reception.photo = true;
            } catch {
                problem.textContent = words.photo;
            }
        }
        byId("ask").close();
        done();
    };
    byId("ask").showModal();
}

function renderReception(reception, store, done) {
    const short = reception.received - reception.damaged < reception.ordered;
    const state = reception.counted
        ? element(
              "span",
              short ? "badge short" : "badge full",
              `${number(reception.received - reception.damaged)} / ${number(reception.ordered)}`
          )
        : element("span", "badge", number(reception.ordered));
    const actions = element("div", "actions");
    if (!reception.counted) {
        actions.append(
            button("primary", words.complete, () => {
                store.receive(reception, {
                    received: reception.ordered,
                    damaged: 0,
                    note: "",
                });
                done();
            })
        );
    }
    actions.append(button("", words.count, () => askCount(reception, store, done)));
    return element(
        "li",
        reception.counted ? "reception counted" : "reception",
        element("div", "line", element("strong", "", reception.product), state),
        reception.note ? element("p", "quiet", reception.note) : null,
        actions
    );
}

/** Show what is to come of each producer, what is not counted first. */
export function renderReceptions(screen, store, shows, done) {
    const receptions = store.data.receptions.filter((item) =>
        shows(`${item.product} ${item.producer}`)
    );
    if (!receptions.length) {
        screen.append(element("p", "empty", words.nothingToReceive));
    }
    for (const producer of new Set(receptions.map((item) => item.producer))) {
        const theirs = receptions
            .filter((item) => item.producer === producer)
            .sort((one, other) => one.counted - other.counted);
        const counted = theirs.filter((item) => item.counted).length;
        screen.append(
            element("h2", "", `${producer} · ${say("%s", counted)}/${theirs.length}`),
            element(
                "ul",
                "list",
                ...theirs.map((item) => renderReception(item, store, done))
            )
        );
    }
}
