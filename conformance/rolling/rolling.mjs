// Two nodes behind nginx, configured as deploy/nginx/rialto-cluster.conf says, are restarted one after the other while
// clients work: no request may fail, no write may be lost or done twice. Then one node is killed.
//   node rolling/rolling.mjs --rounds 3
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { eventually, findProgram, freePort, withProgram } from '../programs.mjs';
import { Cluster } from '../simulation/cluster.mjs';
import { Clients } from './clients.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
// Longer than the fail_timeout of nginx: a node is restarted when the other one gets requests again.
const pause = 6_000;
const shownFaults = 10;

const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '3' }, clients: { type: 'string', default: '8' } },
});
process.exitCode = await run(Number(values.rounds), Number(values.clients));

async function run(rounds, count) {
    const nginx = findProgram('nginx');
    if (!nginx) {
        console.log('rolling restart: skipped, as there is no nginx here');
        return 0;
    }
    const cluster = new Cluster({
        'files.storage': 'database',
        'accounts.password-memory': 64,
        'http.trusted-proxies': '127.0.0.1',
    });
    const folder = mkdtempSync(join(tmpdir(), 'rialto-rolling-'));
    let faults = ['it did not come to its end'];
    try {
        await cluster.start(2);
        await deploy(cluster);
        const port = await freePort();
        await withProgram(nginx, configure(folder, cluster, port), {}, async () => {
            const url = `http://127.0.0.1:${port}/v1`;
            await eventually('an answer', async () => (await fetch(`${url}/health`)).ok);
            faults = await work(new Clients(url, cluster.keys), cluster, rounds, count);
        });
    } finally {
        await cluster.stop(faults.length > 0);
        rmSync(folder, { recursive: true, force: true });
    }
    faults.slice(0, shownFaults).forEach((fault) => console.error(`FAULT ${fault}`));
    if (faults.length > 0) {
        console.error(`${faults.length} faults; the servers' log is ${cluster.log}`);
    }
    return faults.length > 0 ? 1 : 0;
}

async function work(clients, cluster, rounds, count) {
    await clients.begin(count);
    await sleep(1_000);
    for (let round = 1; round <= rounds; round++) {
        for (const node of cluster.nodes) {
            const took = await cluster.restart(node);
            await clients.expectLive();
            console.log(`round ${round}: ${node.name} ended in ${took} ms; ${clients.summary()}`);
            await sleep(pause);
        }
    }
    clients.expectFailures();
    await cluster.kill(cluster.nodes[0]);
    await sleep(1_000);
    clients.expectNoFailures();
    await sleep(3_000);
    await clients.expectLive();
    await cluster.run(cluster.nodes[0]);
    await sleep(pause);
    const faults = await clients.end();
    console.log(`after kill -9 of ${cluster.nodes[0].name}: ${clients.summary()}`);
    return faults;
}

function deploy(cluster) {
    const { appId, masterKey } = cluster.keys;
    return promisify(execFile)(
        join(root, 'rialto'),
        ['deploy', '--yes', '--server', cluster.safeUrl, '--app', appId, join(root, 'examples', 'greeter')],
        { env: { ...process.env, RIALTO_MASTER_KEY: masterKey } },
    );
}

/** The options of an nginx that runs the example here, without TLS. */
function configure(folder, cluster, port) {
    const place = join(folder, 'nginx');
    mkdirSync(place);
    chmodSync(folder, 0o755);
    chmodSync(place, 0o777);
    const shown = readFileSync(join(root, 'deploy', 'nginx', 'rialto-cluster.conf'), 'utf8');
    const [plain, ...rest] = cluster.nodes.map((node) => node.port);
    const here = shown
        .replace(/^server \{\n {4}listen 80;[^]*?^\}\n/m, '')
        .replaceAll(/^ *(listen \[::\]|ssl_).*\n/gm, '')
        .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`)
        .replace('10.0.0.11:1337', `127.0.0.1:${plain}`)
        .replace('10.0.0.12:1337', `127.0.0.1:${rest[0]}`);
    writeFileSync(join(place, 'rialto.conf'), here);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = temporary.map((name) => `${name}_temp_path ${place}/${name};`).join('\n');
    writeFileSync(
        join(place, 'nginx.conf'),
        `daemon off; worker_processes 2; pid ${place}/pid; error_log stderr error; events {}
        http { access_log off; ${paths} include ${place}/rialto.conf; }`,
    );
    return ['-e', 'stderr', '-p', place, '-c', join(place, 'nginx.conf')];
}
