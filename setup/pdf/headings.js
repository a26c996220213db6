/**
 * Finds the headings of the document and makes Chromium note in the PDF where each one
 * lands: it does so for what a link of the document leads to.
 *
 * @returns {Array} of [level, text, name of the destination], in the document's order
 */
export default function headings() {
    const links = document.createElement("div");
    links.hidden = true;
    const found = [];
    for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
        const text = heading.innerText.trim().replace(/\s+/g, " ");
        if (text && heading.getClientRects().length) {
            heading.id ||= `clapier-heading-${found.length}`;
            const link = document.createElement("a");
            link.href = `#${encodeURIComponent(heading.id)}`;
            links.append(link);
            found.push([Number(heading.tagName[1]), text, heading.id]);
        }
    }
    document.body.append(links);
    return found;
}
