// One isolated micro app does what it should not, two others are called meanwhile: none of their calls may fail, and
// each misdeed must get the right error. Their times beside it and without it are shown.
//   node neighbours/neighbours.mjs --seconds 4 --only fork,memory
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { withRialto } from '../serve.mjs';
import { misdeeds, writeMicroApp } from './misdeeds.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const appId = 'neighbours';
const masterKey = 'the-key-of-a-test';
const good = { isolated: 'goodisolated', shared: 'goodshared' };
const pace = 20;
const shownFaults = 20;
// A process that was ended is started again after a while; a function that is stopped often is suspended.
const busy = 1503;
const patience = 60_000;
const later = [124, busy, 1504];
const faults = [];

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '4' },
        only: { type: 'string', default: Object.keys(misdeeds).join(',') },
    },
});
const chosen = values.only.split(',').map((name) => [name, misdeeds[name]]);
const server = ['--app', appId, '--master-key', masterKey, '--set', 'functions.placement=shared'];
process.exitCode = await withRialto(server, (address) => work(address, 1000 * Number(values.seconds)));

async function work(address, duration) {
    await deployAll(address);
    await others(address, sleep(duration / 2));
    const quiet = await others(address, sleep(duration));
    show('quiet', quiet, quiet);
    for (const [name, misdeed] of chosen) {
        show(name, await others(address, misbehave(address, name, misdeed, duration)), quiet);
        // What it has started would go on and burden the next one.
        await remove(address, name);
    }
    faults.slice(0, shownFaults).forEach((fault) => console.error(`FAULT ${fault}`));
    if (faults.length > 0) {
        console.error(`${faults.length} faults`);
    }
    return faults.length > 0 ? 1 : 0;
}

async function deployAll(address) {
    const folder = mkdtempSync(join(tmpdir(), 'rialto-neighbours-'));
    try {
        for (const [runtime, name] of Object.entries(good)) {
            writeMicroApp(join(folder, name), name, runtime, { body: 'return "fine";' });
            await deploy(address, join(folder, name));
        }
        for (const [name, misdeed] of chosen) {
            writeMicroApp(join(folder, name), name, 'isolated', misdeed);
            await deploy(address, join(folder, name));
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function deploy(address, folder) {
    return promisify(execFile)(
        join(root, 'rialto'),
        ['deploy', '--yes', '--server', `${address}/v1`, '--app', appId, folder],
        { env: { ...process.env, RIALTO_MASTER_KEY: masterKey } },
    );
}

async function remove(address, name) {
    const headers = { 'X-Parse-Application-Id': appId, 'X-Parse-Master-Key': masterKey };
    const response = await fetch(`${address}/v1/micro-apps/${name}`, { method: 'DELETE', headers });
    if (!response.ok) {
        faults.push(`${name} can't be deleted: ${response.status} ${await response.text()}`);
    }
}

/** Calls the two others until something is over. Gives how long their calls took, in milliseconds. */
async function others(address, something) {
    let over = false;
    const ended = something.finally(() => (over = true));
    const times = {};
    for (const name of Object.values(good)) {
        times[name] = [];
    }
    const running = [];
    while (!over) {
        for (const name of Object.values(good)) {
            running.push(callOther(address, name, times[name]));
        }
        await sleep(pace);
    }
    await Promise.all([...running, ended]);
    return times;
}

async function callOther(address, name, times) {
    const begun = performance.now();
    let answer = await call(address, name);
    // A machine that is slower than the calls come may ask for patience; the wait is part of the time.
    while (answer.code === busy && performance.now() - begun < patience) {
        await sleep(pace);
        answer = await call(address, name);
    }
    times.push(performance.now() - begun);
    if (answer.result !== 'fine') {
        faults.push(`${name} got ${JSON.stringify(answer)}`);
    }
}

/** Does something bad again and again. */
async function misbehave(address, name, { codes, message = /./, pause = 200 }, duration) {
    const end = performance.now() + duration;
    for (let calls = 0; performance.now() < end; calls++) {
        const { code, error = '', ...more } = await call(address, name);
        const expected = calls === 0 ? codes : [...codes, ...later];
        const explained = (calls === 0 ? message : /./).test(error);
        if (!expected.includes(code) || !explained) {
            faults.push(`${name}, call ${calls + 1}, got ${code} ${error} ${JSON.stringify(more)}`);
        }
        await sleep(pause);
    }
}

async function call(address, name) {
    try {
        const response = await fetch(`${address}/v1/functions/${name}`, {
            method: 'POST',
            headers: { 'X-Parse-Application-Id': appId, 'Content-Type': 'application/json' },
            body: '{}',
        });
        return await response.json();
    } catch (failure) {
        return { error: `no answer: ${failure.cause?.message ?? failure.message}` };
    }
}

function show(what, times, quiet) {
    const each = Object.entries(times).map(([name, mine]) => {
        const ratio = p99(mine) / p99(quiet[name]);
        const beside = times === quiet ? '' : ` (${ratio.toFixed(1)} times the quiet one)`;
        return `${name} ${mine.length} calls, p99 ${p99(mine).toFixed(1)} ms${beside}`;
    });
    console.log(`${what}: ${each.join('; ')}`);
}

function p99(times) {
    const sorted = times.toSorted((a, b) => a - b);
    return sorted[Math.ceil(0.99 * sorted.length) - 1];
}
