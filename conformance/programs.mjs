// Other programs that tests run beside a server, such as Prometheus and nginx.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const finder = join(dirname(fileURLToPath(import.meta.url)), '..', 'testing', 'debian-program');
const patience = 60_000;

/** Where a program is, or undefined on systems that have neither it nor Debian's package. */
export function findProgram(name) {
    try {
        return execFileSync(finder, [name], { encoding: 'utf8' }).trim();
    } catch (failure) {
        if (process.env.CI) {
            throw failure;
        }
        return undefined;
    }
}

/** Runs `work` while a program runs, and shows what that logged when the work fails. */
export async function withProgram(program, options, environment, work) {
    const child = spawn(program, options, {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, ...environment },
    });
    let log = '';
    child.stderr.on('data', (chunk) => (log += chunk));
    const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    try {
        await work();
    } catch (failure) {
        failure.message += `\n${log}`;
        throw failure;
    } finally {
        child.kill('SIGTERM');
        await exited;
    }
}

/** Waits until `check` gives something true, and gives that. What it throws until then does not count. */
export async function eventually(what, check) {
    const end = Date.now() + patience;
    let failure;
    while (Date.now() < end) {
        try {
            const found = await check();
            if (found) {
                return found;
            }
        } catch (current) {
            failure = current;
        }
        await sleep(50);
    }
    throw new Error(`it did not happen: ${what}`, { cause: failure });
}

export function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer().once('error', reject);
        probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}
