// Makes one file of the compiled library that imports nothing, for pages without a bundler.
import { buildSync } from 'esbuild';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

buildSync({
    absWorkingDir: dirname(fileURLToPath(import.meta.url)),
    entryPoints: ['dist/index.js'],
    outfile: 'dist/browser.js',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
});
