export const byId = (id) => document.getElementById(id);

/** Put values in a sentence: one for %s, or named ones for %(name)s. */
export function say(sentence, values) {
    return typeof values === "object"
        ? sentence.replace(/%\((\w+)\)s/g, (_found, name) => values[name])
        : sentence.replace("%s", values);
}

/** Make an element: its class, then its text or what is in it. */
export function element(tag, className, ...content) {
    const node = document.createElement(tag);
    node.className = className;
    node.append(...content.filter((item) => item !== null && item !== undefined));
    return node;
}

export function button(className, text, onClick) {
    const node = element("button", className, text);
    node.type = "button";
    node.addEventListener("click", onClick);
    return node;
}

const shown = new Intl.NumberFormat(document.documentElement.lang, {
    maximumFractionDigits: 3,
});

export const number = (value) => shown.format(value);

/** Read what was typed, with a comma or a point; NaN if it is no number. */
export function typed(text) {
    const value = text.trim().replace(",", ".");
    return value === "" ? NaN : Number(value);
}
