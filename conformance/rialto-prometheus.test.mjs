// A real Prometheus scrapes a server by the configuration that docs/metrics.md shows.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, findProgram, freePort, withProgram } from './programs.mjs';
import { withRialto } from './serve.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const keys = { 'X-Parse-Application-Id': 'scraped', 'X-Parse-Master-Key': randomBytes(16).toString('hex') };
const token = randomBytes(16).toString('hex');
const program = findProgram('prometheus');

test(
    'Prometheus scrapes what was called',
    { skip: program ? false : 'Prometheus is not here', timeout: 110_000 },
    async () => {
        const metrics = `127.0.0.1:${await freePort()}`;
        const app = ['--app', keys['X-Parse-Application-Id'], '--master-key', keys['X-Parse-Master-Key']];
        const settings = ['--set', `metrics.listen=${metrics}`, '--set', `metrics.token=${token}`];
        const code = await withRialto([...app, ...settings], async (address) => {
            await call(address);
            await withPrometheus(metrics, expectCalls);
            return 0;
        });
        assert.equal(code, 0);
    },
);

/** Three calls that succeed and one that fails. */
async function call(address) {
    const note = await ask(`${address}/v1/classes/Note`, { method: 'POST', body: '{"title":"First"}' });
    const url = `${address}/v1/classes/Note/${note.body.objectId}`;
    assert.deepEqual(
        [note.status, (await ask(url)).status, (await ask(url)).status, (await ask(`${url}x`)).status],
        [201, 200, 200, 404],
    );
}

async function expectCalls(query) {
    const operation = (metric, name) => `${metric}{operation="objects.${name}"}`;
    await eventually('up', async () => (await query('up{job="rialto"}')) === 1);
    await eventually('calls', async () => (await query(operation('rialto_operation_seconds_count', 'get'))) === 3);
    assert.equal(await query(operation('rialto_operation_seconds_count', 'create')), 1);
    assert.equal(await query(operation('rialto_operation_errors_total', 'get')), 1);
    const median = `histogram_quantile(0.5, ${operation('rialto_operation_seconds_bucket', 'get')})`;
    assert.ok((await query(median)) > 0);
    assert.ok((await query('sum(jvm_memory_used_bytes)')) > 0);
    assert.ok((await query('hikaricp_connections')) > 0);
}

/** Runs `work` with a function that gives the one value of a query, or undefined when there is none. */
async function withPrometheus(target, work) {
    const folder = mkdtempSync(join(tmpdir(), 'rialto-prometheus-'));
    const port = await freePort();
    writeFileSync(join(folder, 'prometheus.yml'), configuration(target, folder));
    const options = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
    const address = `127.0.0.1:${port}`;
    const query = async (text) => {
        const { body } = await ask(`http://${address}/api/v1/query?query=${encodeURIComponent(text)}`);
        assert.ok(body.data.result.length <= 1, `${text} has several values`);
        return body.data.result.length === 1 ? Number(body.data.result[0].value[1]) : undefined;
    };
    try {
        await withProgram(program, [...options, `--web.listen-address=${address}`], {}, () => work(query));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** What the documentation shows, for this target, and scraped every second. */
function configuration(target, folder) {
    const page = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8');
    const [, shown] = /```yaml\n(# prometheus\.yml\n[^`]*)```/.exec(page);
    writeFileSync(join(folder, 'rialto-token'), token);
    const here = shown.replace('127.0.0.1:9464', target).replace('/etc/prometheus', folder);
    assert.ok(here.includes(target) && here.includes(folder), 'docs/metrics.md shows no target and token');
    return `global:\n  scrape_interval: 1s\n${here}`;
}

async function ask(url, options = {}) {
    const answer = await fetch(url, { headers: { ...keys, 'Content-Type': 'application/json' }, ...options });
    return { status: answer.status, body: await answer.json() };
}
