// Runs the conformance tests: against CONFORMANCE_URL when it is set, otherwise against a Rialto started here.
// Arguments that name test files narrow the run: node run.mjs objects users
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withRialto } from './serve.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

process.exitCode = process.env.CONFORMANCE_URL ? await runTests(process.env) : await runWithRialto();

function runWithRialto() {
    const secret = () => randomBytes(16).toString('hex');
    const keys = {
        APP_ID: 'conformance',
        MASTER_KEY: secret(),
        READ_ONLY_MASTER_KEY: secret(),
        MAINTENANCE_KEY: secret(),
    };
    const app = [
        ['--app', keys.APP_ID],
        ['--master-key', keys.MASTER_KEY],
        ['--read-only-master-key', keys.READ_ONLY_MASTER_KEY],
        ['--maintenance-key', keys.MAINTENANCE_KEY],
        // Hundreds of tests upload without a session and sign up from one address.
        ['--set', 'files.public-upload=true'],
        ['--set', 'files.anonymous-upload=true'],
        ['--set', 'accounts.sign-ups-per-address=0'],
        ['--set', 'accounts.failures-per-address=0'],
        // Providers that tests start are on this machine.
        ['--set', 'functions.outbound=public,127.0.0.1'],
    ].flat();
    return withRialto(app, (address) => runTests({ ...process.env, ...keys, CONFORMANCE_URL: `${address}/v1` }));
}

/** The exit code of the tests. */
function runTests(environment) {
    const wanted = process.argv.slice(2);
    const files = readdirSync(folder)
        .filter((name) => name.endsWith('.test.mjs'))
        .filter((name) => environment.CONFORMANCE_PARSE_ONLY !== '1' || !name.startsWith('rialto-'))
        .filter((name) => wanted.length === 0 || wanted.includes(name.replace('.test.mjs', '')))
        .sort();
    const runner = spawn(
        process.execPath,
        [
            '--test',
            '--test-concurrency=2',
            '--test-timeout=120000',
            `--test-reporter=${environment.CONFORMANCE_REPORTER ?? 'spec'}`,
            '--test-reporter-destination=stdout',
            ...files,
        ],
        { cwd: folder, env: environment, stdio: 'inherit' },
    );
    return new Promise((resolve) => runner.once('exit', (code) => resolve(code ?? 1)));
}
