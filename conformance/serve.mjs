// Starts a Rialto for tests that run against a whole server, and stops it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rialto = join(dirname(fileURLToPath(import.meta.url)), '..', 'rialto');
const startLimit = 300_000;
const stopLimit = 20_000;

/**
 * Runs `work` with the address of a server that has a data folder of its own and what `options` say.
 * Gives what `work` gives, an exit code, or 1 when the server does not start.
 */
export async function withRialto(options, work) {
    const data = mkdtempSync(join(tmpdir(), 'rialto-served-'));
    const child = spawn(rialto, ['serve', '--port', '0', '--data', data, ...options], {
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    const interrupt = () => child.kill('SIGTERM');
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    try {
        return await work(await readyAddress(child));
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
