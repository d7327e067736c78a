// The servers of a test with several nodes. One keeps the PostgreSQL that all share and is never killed; the nodes,
// which do the work, are killed or restarted.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../programs.mjs';

const rialto = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'rialto');
const startLimit = 300_000;
const stopLimit = 20_000;

export class Cluster {
    kills = 0;
    #folder = mkdtempSync(join(tmpdir(), 'rialto-simulation-'));
    #log = createWriteStream(join(this.#folder, 'servers.log'));
    #owner;
    #nodes = [];
    #settings;
    #keys = { appId: 'simulation', masterKey: randomBytes(16).toString('hex') };

    /** @param settings of all servers, beside those that make them a cluster */
    constructor(settings = {}) {
        this.#settings = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    }

    get log() {
        return join(this.#folder, 'servers.log');
    }

    /** The folder of files that all servers share. */
    get files() {
        return join(this.#folder, 'owner', 'files');
    }

    get keys() {
        return this.#keys;
    }

    get nodes() {
        return this.#nodes;
    }

    async start(nodes) {
        this.#owner = { name: 'owner', port: await freePort(), more: [] };
        await this.run(this.#owner);
        const url = embeddedUrl(join(this.#folder, 'owner'));
        const files = `files.folder=${this.files}`;
        for (let each = 1; each <= nodes; each++) {
            const more = ['--database-url', url, '--set', files];
            const node = { name: `node${each}`, port: await freePort(), more };
            this.#nodes.push(node);
            await this.run(node);
        }
    }

    /** Where a random living node is, or undefined. */
    anyUrl(random) {
        const living = this.#nodes.filter((node) => node.ready);
        return living.length === 0 ? undefined : `http://127.0.0.1:${random.pick(living).port}/v1`;
    }

    /** Where the server is that is never killed. */
    get safeUrl() {
        return `http://127.0.0.1:${this.#owner.port}/v1`;
    }

    /** Kills a node with -9 and starts it again after a while. */
    async killOne(random) {
        const node = random.pick(this.#nodes.filter((each) => each.ready));
        if (!node) {
            return;
        }
        await this.kill(node);
        await sleep(random.between(0, 2000));
        await this.run(node);
    }

    /** Kills a node with -9. */
    async kill(node) {
        node.ready = false;
        this.kills++;
        node.process.kill('SIGKILL');
        await node.exited;
    }

    /** Ends a node by SIGTERM and starts it again. Gives how long it took to end, in milliseconds. */
    async restart(node) {
        const begun = Date.now();
        node.ready = false;
        node.process.kill('SIGTERM');
        await node.exited;
        const took = Date.now() - begun;
        await this.run(node);
        return took;
    }

    async stop(keepLog) {
        for (const server of [...this.#nodes, this.#owner]) {
            await stop(server);
        }
        this.#log.end();
        if (!keepLog) {
            rmSync(this.#folder, { recursive: true, force: true });
        }
    }

    async run(server) {
        const { appId, masterKey } = this.#keys;
        const serve = ['serve', '--port', server.port, '--data', join(this.#folder, server.name)];
        const app = ['--app', appId, '--master-key', masterKey];
        server.process = spawn(rialto, [...serve, ...app, ...server.more, ...this.#settings].map(String), {
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        server.exited = new Promise((resolve) => server.process.once('exit', resolve).once('error', resolve));
        server.process.stderr.on('data', (text) => this.#log.write(`${server.name}: ${text}`));
        await isReady(server.process);
        server.ready = true;
    }
}

function isReady(child) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a server was not ready in time')), startLimit);
        timer.unref();
        let seen = '';
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`a server ended with ${code} before it was ready`)));
        child.stdout.on('data', (chunk) => {
            if (/^ready http/m.test((seen += chunk))) {
                clearTimeout(timer);
                seen = '';
                resolve();
            }
        });
    });
}

async function stop(server) {
    const child = server?.process;
    if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), stopLimit);
        await server.exited;
        clearTimeout(timer);
    }
}

// PostgreSQL writes its port on the fourth line of postmaster.pid.
function embeddedUrl(data) {
    const port = readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8')
        .split('\n')[3]
        .trim();
    const password = readFileSync(join(data, 'postgres.password'), 'utf8').trim();
    return `postgresql://rialto:${password}@127.0.0.1:${port}/rialto`;
}
