/**
 * Resolves once the pictures and the fonts of the document have arrived.
 *
 * @param {number} delay in ms, left to scripts
 */
export default async function settle(delay) {
    const arrival = (image) => {
        image.loading = "eager";
        return (
            image.complete ||
            new Promise((done) => {
                image.addEventListener("load", done);
                image.addEventListener("error", done);
            })
        );
    };
    await Promise.all([...document.images].map(arrival));
    await document.fonts.ready;
    if (delay && document.scripts.length) {
        await new Promise((done) => {
            setTimeout(done, delay);
        });
    }
}
