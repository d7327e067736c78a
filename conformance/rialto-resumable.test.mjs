// Resumable uploads by the real tus-js-client: through a proxy that cuts connections, to two servers that are killed.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import * as tus from 'tus-js-client';
import { Cluster } from './simulation/cluster.mjs';

const size = 60 << 20;
const wantedCuts = 50;
const piece = 1 << 20;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Passes connections on to one server after the other, and cuts them off after so many bytes. */
class CuttingProxy {
    cuts = 0;
    limit = Infinity;
    targets = () => [];
    #turn = 0;
    #server = createServer((client) => this.#pass(client));

    async start() {
        await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
        return this.#server.address().port;
    }

    stop() {
        this.#server.close();
    }

    #pass(client) {
        const targets = this.targets();
        const port = targets[this.#turn++ % targets.length];
        client.on('error', () => {});
        if (port === undefined) {
            client.destroy();
            return;
        }
        const server = connect(port, '127.0.0.1');
        const end = () => {
            client.destroy();
            server.destroy();
        };
        server.on('error', end).on('close', end);
        client.on('close', end);
        server.pipe(client);
        let left = this.cuts < this.limit ? piece / 2 + Math.floor(Math.random() * piece) : Infinity;
        client.on('data', (bytes) => {
            left -= bytes.length;
            if (left < 0) {
                this.cuts++;
                // The last bytes are delivered, so that the server sees an end in the middle of a body.
                server.write(bytes.subarray(0, bytes.length + left), () => end());
            } else if (!server.write(bytes)) {
                client.pause();
                server.once('drain', () => client.resume());
            }
        });
    }
}

const proxy = new CuttingProxy();
let cluster;
let url;

before(async () => {
    url = `http://127.0.0.1:${await proxy.start()}/v1`;
    cluster = new Cluster({ 'files.public-upload': true, 'http.public-url': url });
    await cluster.start(2);
    proxy.targets = () => cluster.nodes.filter((node) => node.ready).map((node) => node.port);
});

after(async () => {
    proxy.stop();
    await cluster.stop();
});

/** Uploads bytes, and gives the headers of the last response. */
function upload(bytes, { onProgress = () => {}, ...options } = {}) {
    return new Promise((resolve, reject) => {
        const work = new tus.Upload(bytes, {
            endpoint: `${url}/files/uploads`,
            headers: { 'X-Parse-Application-Id': cluster.keys.appId },
            metadata: { filename: 'random.bin', filetype: 'application/octet-stream' },
            retryDelays: Array.from({ length: 300 }, (_, attempt) => Math.min(attempt * 50, 500)),
            onProgress,
            onError: reject,
            onSuccess: ({ lastResponse }) =>
                resolve({ name: (header) => lastResponse.getHeader(header), url: work.url }),
            ...options,
        });
        work.start();
    });
}

async function download(address) {
    const answer = await fetch(address);
    assert.equal(answer.status, 200);
    return Buffer.from(await answer.arrayBuffer());
}

/** How many files and pieces of uploads are in the folder of files. */
function stored() {
    const all = readdirSync(cluster.files, { recursive: true }).filter((path) => path.endsWith('/content'));
    const pieces = all.filter((path) => path.includes('~pieces'));
    return { files: all.length - pieces.length, pieces: pieces.length };
}

test('a file arrives through 50 cuts and three kills, once and byte for byte', { timeout: 110_000 }, async () => {
    const bytes = randomBytes(size);
    const killAt = [0.25, 0.6, 1];
    const work = [];
    const kill = async () => {
        const [node] = cluster.nodes.filter((each) => each.ready);
        await cluster.kill(node);
        if (killAt.length > 0) {
            await cluster.run(node);
        }
    };
    proxy.limit = wantedCuts;
    const { name } = await upload(bytes, {
        onProgress: (sent) => {
            if (sent >= killAt[0] * size) {
                killAt.shift();
                work.push(kill());
            }
        },
    });
    await Promise.all(work);

    assert.equal(proxy.cuts, wantedCuts);
    assert.equal(cluster.kills, 3);
    assert.equal(sha256(await download(name('Rialto-File-Url'))), sha256(bytes));
    assert.deepEqual(stored(), { files: 1, pieces: 0 });
});

for (const [what, options] of [
    ['in parallel parts', { parallelUploads: 3 }],
    ['with the beginning in the first request', { uploadDataDuringCreation: true, chunkSize: 300_000 }],
    ['without a length', { uploadLengthDeferred: true, chunkSize: 400_000 }],
    ['by POST alone', { overridePatchMethod: true }],
]) {
    test(`tus-js-client uploads ${what}`, async () => {
        const bytes = randomBytes(1_000_000);
        const done = await upload(bytes, options);
        const shown = await fetch(done.url, { headers: { 'X-Parse-Application-Id': cluster.keys.appId } });
        const { url: address, name } = await shown.json();
        assert.match(name, /_random\.bin$/);
        assert.deepEqual(await download(address), bytes);
    });
}

test('tus-js-client terminates an upload', async () => {
    let work;
    await new Promise((resolve, reject) => {
        work = new tus.Upload(randomBytes(1_000_000), {
            endpoint: `${url}/files/uploads`,
            headers: { 'X-Parse-Application-Id': cluster.keys.appId },
            chunkSize: 100_000,
            onChunkComplete: resolve,
            onError: reject,
        });
        work.start();
    });
    await work.abort(true);
    const gone = await fetch(work.url, { headers: { 'X-Parse-Application-Id': cluster.keys.appId } });
    assert.equal(gone.status, 410);
});
