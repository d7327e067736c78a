import js from '@eslint/js';
import globals from 'globals';

export default [
    js.configs.recommended,
    {
        languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: globals.nodeBuiltin },
        linterOptions: { reportUnusedDisableDirectives: 'error' },
        rules: {
            'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
            eqeqeq: 'error',
            'prefer-const': 'error',
            'no-var': 'error',
        },
    },
    {
        files: ['capabilities/reference/**'],
        languageOptions: { sourceType: 'script', globals: globals.browser },
    },
    {
        files: ['examples/parse-cloud/cloud/**'],
        languageOptions: { sourceType: 'commonjs', globals: { Parse: 'readonly' } },
    },
];
