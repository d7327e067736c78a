// Runs the tests against SYNC_URL when it is set, otherwise against a Rialto started here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withRialto } from '../../../conformance/serve.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

process.exitCode = process.env.SYNC_URL ? await runTests(process.env) : await runWithRialto();

function runWithRialto() {
    const keys = { SYNC_APP_ID: 'sync', SYNC_MASTER_KEY: randomBytes(16).toString('hex') };
    const app = ['--app', keys.SYNC_APP_ID, '--master-key', keys.SYNC_MASTER_KEY];
    return withRialto(app, (address) => runTests({ ...process.env, ...keys, SYNC_URL: `${address}/v1` }));
}

/** The exit code of the tests. */
function runTests(environment) {
    const files = readdirSync(folder)
        .filter((name) => name.endsWith('.test.mjs'))
        .sort();
    const runner = spawn(process.execPath, ['--test', '--test-timeout=120000', ...files], {
        cwd: folder,
        env: environment,
        stdio: 'inherit',
    });
    return new Promise((resolve) => runner.once('exit', (code) => resolve(code ?? 1)));
}
