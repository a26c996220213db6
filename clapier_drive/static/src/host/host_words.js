const config = JSON.parse(document.body.dataset.config);

/** What the page says, in the language of the drive. */
export const words = config.words;

const amount = new Intl.NumberFormat(document.documentElement.lang, {
    style: "currency",
    currency: config.currency,
});

export const byId = (id) => document.getElementById(id);
export const say = (sentence, value) => sentence.replace("%s", value);
/** Say how many there are of something: one, or some. */
export const count = (number, name) =>
    say(number > 1 ? words[`${name}Many`] : words[`${name}One`], number);
export const money = (value) => amount.format(value);

export function element(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text || "";
    return node;
}

/** Ask before something that is easily done by mistake. */
export function sure(question) {
    const dialog = byId("sure");
    byId("sure-question").textContent = question;
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
        byId("sure-yes").onclick = () => dialog.close("yes");
        byId("sure-no").onclick = () => dialog.close("no");
        dialog.onclose = () => resolve(dialog.returnValue === "yes");
    });
}
