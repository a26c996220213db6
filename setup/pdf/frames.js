/**
 * Turns a header or a footer into a sheet of them, one per page of the report.
 *
 * wkhtmltopdf opens the document once per page and tells it in the query of its address
 * which page that is; the document's own script, run when it is loaded, writes the page
 * into it. Here it is opened once, told each page in turn, and copied each time.
 *
 * @param {string[]} queries of the pages
 * @param {number} height of a page, in pixels
 * @returns {number[]} the height of the document's body on each page
 */
export default function frames(queries, height) {
    const { body } = document;
    const { margin, padding, border } = getComputedStyle(body);
    const original = window.clapierOriginal ?? body.innerHTML;
    const heights = [];
    const blocks = queries.map((query) => {
        history.replaceState(null, "", `?${query}`);
        body.innerHTML = original;
        document.dispatchEvent(new Event("DOMContentLoaded"));
        window.dispatchEvent(new Event("load"));
        heights.push(body.getBoundingClientRect().height);
        const block = document.createElement("div");
        block.className = body.className;
        block.style.cssText = `${body.style.cssText};
            position: relative; box-sizing: border-box; width: 100%;
            height: ${height}px; margin: ${margin}; padding: ${padding};
            border: ${border}; contain: strict; break-after: page;`;
        block.innerHTML = body.innerHTML;
        return block;
    });
    blocks[blocks.length - 1].style.breakAfter = "auto";
    document.documentElement.style.cssText = "height: auto; background: transparent;";
    body.removeAttribute("class");
    body.style.cssText = `height: auto; margin: 0; padding: 0; border: 0;
        background: transparent; overflow: visible;`;
    body.replaceChildren(...blocks);
    return heights;
}
