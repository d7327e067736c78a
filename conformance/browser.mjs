// A real Chromium without a window, driven over the DevTools protocol.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { eventually } from './programs.mjs';

const options = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--remote-debugging-port=0',
];

/**
 * Where a Chromium is that is installed, or undefined: tests that need one are skipped then, as Debian's package can't
 * be run unpacked.
 */
export function findChromium() {
    const names = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'];
    return names.filter(Boolean).map(path).find(Boolean);
}

function path(name) {
    try {
        execFileSync(name, ['--version'], { stdio: 'ignore' });
        return execFileSync('sh', ['-c', 'command -v "$0"', name], { encoding: 'utf8' }).trim();
    } catch {
        return undefined;
    }
}

/** Runs `work` with a page of a Chromium that has an empty profile. */
export async function withPage(program, work) {
    const profile = mkdtempSync(join(tmpdir(), 'rialto-chromium-'));
    const child = spawn(program, [...options, `--user-data-dir=${profile}`, 'about:blank'], {
        stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
    let log = '';
    child.stderr.on('data', (chunk) => (log += chunk));
    try {
        const address = await eventually('Chromium listens', () => /^DevTools listening on (\S+)$/m.exec(log)?.[1]);
        const browser = await Connection.to(address);
        const { targetInfos } = await browser.send('Target.getTargets');
        const { targetId } = targetInfos.find((each) => each.type === 'page');
        const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
        await work(new Page(browser, sessionId));
        browser.close();
    } finally {
        child.kill('SIGTERM');
        await exited;
        // Processes of the browser may write for a moment after it has ended.
        rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    }
}

class Connection {
    #socket;
    #next = 1;
    #waiting = new Map();

    static async to(address) {
        const socket = new WebSocket(address);
        await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
        return new Connection(socket);
    }

    constructor(socket) {
        this.#socket = socket;
        socket.on('message', (text) => {
            const { id, result, error } = JSON.parse(text);
            const waiting = this.#waiting.get(id);
            this.#waiting.delete(id);
            if (error) {
                waiting?.reject(new Error(error.message));
            } else {
                waiting?.resolve(result);
            }
        });
    }

    send(method, params = {}, sessionId = undefined) {
        const id = this.#next++;
        const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
        this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
        return answered;
    }

    close() {
        this.#socket.close();
    }
}

class Page {
    #browser;
    #session;

    constructor(browser, session) {
        this.#browser = browser;
        this.#session = session;
    }

    send(method, params) {
        return this.#browser.send(method, params, this.#session);
    }

    async open(address) {
        await this.send('Page.navigate', { url: address });
        await eventually(`${address} is open`, async () => {
            const state = await this.run('[document.readyState, location.href].join()');
            return state === `complete,${new URL(address).href}`;
        });
    }

    /** The value of an expression, run as if the user had just clicked. */
    async run(expression) {
        const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
            expression,
            awaitPromise: true,
            returnByValue: true,
            userGesture: true,
        });
        if (exceptionDetails) {
            throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        }
        return result.value;
    }
}
