// Compiles the library when it is packed, or installed from this folder: npm makes a link then and
// installs nothing here, so the compiler and the bundler are fetched first.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const compiler = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
const bundler = join(here, 'node_modules', 'esbuild');

if (!existsSync(compiler) || !existsSync(bundler)) {
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
}
run(process.execPath, [compiler]);
run(process.execPath, ['bundle.mjs']);

function run(command, args) {
    const { status } = spawnSync(command, args, { cwd: here, stdio: ['ignore', 2, 2] });
    if (status !== 0) {
        console.error(`${command} failed in ${here}`);
        process.exit(1);
    }
}
