/**
 * Read what a scale printed: the article and the grams; null if it is no such code.
 *
 * @param {string} code of thirteen digits
 * @param {Array} rules [start, digits of the article, of kilograms, of decimals]
 */
export function readScale(code, rules) {
    if (!/^\d{13}$/.test(code)) {
        return null;
    }
    for (const [start, digits, whole, decimals] of rules) {
        const head = start.length + digits;
        if (code.startsWith(start) && head + whole + decimals === 12) {
            return {
                article: code.slice(0, head),
                grams: Number(code.slice(head, 12)) * 10 ** (3 - decimals),
            };
        }
    }
    return null;
}

/**
 * Find the product of a code, with what it weighs if the code says so.
 *
 * @param {string} code as scanned or typed
 * @param {Array} products with barcode and code
 * @param {Array} rules of the scales
 */
export function findProduct(code, products, rules) {
    const wanted = code.trim().toLowerCase();
    const exact = products.find(
        (product) =>
            wanted &&
            [product.barcode, product.code].some(
                (known) => known && known.toLowerCase() === wanted
            )
    );
    if (exact) {
        return { product: exact, grams: null };
    }
    const scale = readScale(wanted, rules);
    const weighed =
        scale &&
        products.find(
            (product) =>
                product.by_weight &&
                product.barcode &&
                product.barcode.startsWith(scale.article)
        );
    return weighed ? { product: weighed, grams: scale.grams } : null;
}

/** What one looks for when one types a part of a name, with or without accents. */
export function plain(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
