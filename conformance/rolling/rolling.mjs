// Two nodes behind nginx or HAProxy, configured as deploy/ shows, are restarted one after the other while
// clients work: no request may fail, no write may be lost or done twice. Then one node is killed.
//   node rolling/rolling.mjs --rounds 3
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { eventually, findProgram, freePort, withProgram } from '../programs.mjs';
import { Cluster } from '../simulation/cluster.mjs';
import { Clients } from './clients.mjs';
import { proxies } from './proxies.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
// Longer than the fail_timeout of nginx: a node is restarted when the other one gets requests again.
const pause = 6_000;
const shownFaults = 10;

const { values } = parseArgs({
    options: {
        rounds: { type: 'string', default: '3' },
        clients: { type: 'string', default: '8' },
        proxy: { type: 'string', default: 'nginx' },
        'skip-without-proxy': { type: 'boolean', default: false },
    },
});
process.exitCode = await run(values.proxy, Number(values.rounds), Number(values.clients));

async function run(proxy, rounds, count) {
    const program = findProgram(proxy);
    if (!program && values['skip-without-proxy']) {
        console.log(`rolling restart: skipped, as there is no ${proxy} here`);
        return 0;
    }
    if (!program) {
        console.error(
            `There is no ${proxy} here, and testing/debian-program can't get it: install it, or pass --skip-without-proxy.`,
        );
        return 1;
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
        await withProgram(program, proxies[proxy](folder, cluster.nodes, port), {}, async () => {
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
