// Runs the tests against SYNC_URL when it is set, otherwise against a Rialto started here.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const startLimit = 300_000;
const stopLimit = 20_000;

process.exitCode = process.env.SYNC_URL ? await runTests(process.env) : await runWithRialto();

async function runWithRialto() {
    const data = mkdtempSync(join(tmpdir(), 'rialto-sync-'));
    const keys = { SYNC_APP_ID: 'sync', SYNC_MASTER_KEY: randomBytes(16).toString('hex') };
    const app = ['--app', keys.SYNC_APP_ID, '--master-key', keys.SYNC_MASTER_KEY];
    const rialto = join(folder, '..', '..', '..', 'rialto');
    const child = spawn(rialto, ['serve', '--port', '0', '--data', data, ...app], {
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    const interrupt = () => child.kill('SIGTERM');
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
        const address = await readyAddress(child);
        return await runTests({ ...process.env, ...keys, SYNC_URL: `${address}/v1` });
    } catch (failure) {
        console.error(failure.message);
        return 1;
    } finally {
        await stop(child, exited);
        rmSync(data, { recursive: true, force: true });
    }
}

/** The address in the server's line "ready http://127.0.0.1:PORT in N ms". */
function readyAddress(child) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`rialto was not ready in ${startLimit} ms`)), startLimit);
        timer.unref();
        let seen = '';
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`rialto ended with ${code} before it was ready`)));
        child.stdout.on('data', (chunk) => {
            const ready = /^ready (https?:\/\/\S+) in \d+ ms/m.exec((seen += chunk));
            if (ready) {
                clearTimeout(timer);
                seen = '';
                resolve(ready[1]);
            }
        });
    });
}

async function stop(child, exited) {
    if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), stopLimit);
        await exited;
        clearTimeout(timer);
    }
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
