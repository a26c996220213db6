module.exports = {
    // Resolved here, because the linter's packages lie outside of the repository.
    plugins: [require.resolve("@prettier/plugin-xml")],
    printWidth: 88,
    tabWidth: 4,
    trailingComma: "es5",
    xmlWhitespaceSensitivity: "strict",
};
