const js = require("@eslint/js");
const globals = require("globals");
const jsdoc = require("eslint-plugin-jsdoc");

module.exports = [
    { ignores: ["**/static/lib/**"] },
    js.configs.recommended,
    {
        plugins: { jsdoc },
        languageOptions: {
            globals: { ...globals.browser, luxon: "readonly", odoo: "readonly" },
        },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            curly: "error",
            eqeqeq: ["error", "always", { null: "ignore" }],
            "no-alert": "error",
            "no-console": ["error", { allow: ["warn", "error"] }],
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-return-assign": "error",
            "no-shadow": "error",
            "no-throw-literal": "error",
            "no-unused-expressions": "error",
            "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
            "no-use-before-define": ["error", { functions: false }],
            "no-useless-return": "error",
            "no-var": "error",
            "object-shorthand": "error",
            "prefer-const": "error",
            "prefer-template": "error",
            "jsdoc/check-param-names": ["error", { disableMissingParamChecks: true }],
            "jsdoc/check-tag-names": "error",
            "jsdoc/check-types": "error",
        },
    },
    {
        files: ["**/*.cjs"],
        languageOptions: { sourceType: "commonjs", globals: globals.node },
    },
    {
        // Scripts evaluated in a page: their last expression is the answer.
        files: ["setup/**/*.js"],
        rules: { "no-unused-expressions": "off" },
    },
    {
        files: ["**/*worker*.js"],
        languageOptions: { globals: globals.serviceworker },
    },
];
