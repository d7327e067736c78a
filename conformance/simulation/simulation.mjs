// Writers write, subscribers follow random queries, connections are cut and servers killed; at the end each subscriber
// must hold what a query finds.
//   node simulation/simulation.mjs --seconds 120 --seed 1 --writers 20 --subscribers 200
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.mjs';
import { Random } from './random.mjs';
import { Subscriber } from './subscriber.mjs';
import { World } from './world.mjs';

const settleLimit = 40_000;
const shownFaults = 10;

const { values } = parseArgs({
    options: {
        seconds: { type: 'string', default: '120' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        writers: { type: 'string', default: '20' },
        subscribers: { type: 'string', default: '200' },
        'kill-every': { type: 'string', default: '8' },
        pause: { type: 'string', default: '150' },
    },
});
const number = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0) {
        throw new Error(`--${name} is a whole number, not ${values[name]}`);
    }
    return value;
};
const options = Object.fromEntries(Object.keys(values).map((name) => [name, number(name)]));
process.exitCode = await simulate(options);

async function simulate({ seconds, seed, writers, subscribers: count, 'kill-every': killEvery, pause }) {
    console.log(`simulation: seed ${seed}, ${seconds} s, ${writers} writers, ${count} subscribers, 2 nodes`);
    const random = new Random(seed);
    const faults = [];
    const cluster = new Cluster();
    const world = new World(cluster);
    let subscribers = [];
    for (const signal of ['SIGINT', 'SIGTERM']) {
        process.once(signal, () => cluster.stop(true).then(() => process.exit(130)));
    }
    try {
        await cluster.start(2);
        await world.begin(random.fork());
        subscribers = Array.from(
            { length: count },
            (_, each) => new Subscriber(`subscriber ${each}`, world, cluster, random.fork(), faults),
        );
        const following = subscribers.map((each) => each.run());
        const end = Date.now() + seconds * 1000;
        const killing = kill(cluster, random.fork(), killEvery, end);
        await Promise.all(Array.from({ length: writers }, () => write(world, random.fork(), pause, end)));
        await killing;
        subscribers.forEach((each) => (each.calm = true));
        await settle(world, cluster, subscribers, faults);
        subscribers.forEach((each) => each.stop());
        await Promise.all(following);
        report(cluster, world, subscribers, faults);
    } catch (failure) {
        faults.push(failure.stack);
        console.error(failure);
    } finally {
        subscribers.forEach((each) => each.stop());
        await cluster.stop(faults.length > 0);
    }
    if (faults.length > 0) {
        faults.slice(0, shownFaults).forEach((fault) => console.error(`FAULT ${fault}`));
        console.error(`${faults.length} faults with seed ${seed}; what the servers said: ${cluster.log}`);
    }
    return faults.length > 0 ? 1 : 0;
}

async function write(world, random, pause, end) {
    while (Date.now() < end) {
        await world.write(random);
        await sleep(random.between(0, 2 * pause));
    }
}

async function kill(cluster, random, killEvery, end) {
    while (killEvery > 0) {
        await sleep(Math.min(random.between(500, 2000 * killEvery), Math.max(0, end - Date.now())));
        if (Date.now() >= end) {
            return;
        }
        await cluster.killOne(random);
    }
}

/** Waits until each subscriber holds what a query finds, and still does after a moment of quiet. */
async function settle(world, cluster, subscribers, faults) {
    const deadline = Date.now() + settleLimit;
    const fresh = new Map();
    const found = async (asked) => {
        const key = JSON.stringify(asked);
        if (!fresh.has(key)) {
            fresh.set(key, await world.find(asked, cluster.safeUrl));
        }
        return fresh.get(key);
    };
    const differing = async (candidates) => {
        const differ = [];
        for (const each of candidates) {
            const results = await found(each.asked);
            if (!each.isFollowing || each.replica.difference(results)) {
                differ.push(each);
            }
        }
        return differ;
    };
    let left = subscribers;
    while (left.length > 0 && Date.now() < deadline) {
        await sleep(500);
        left = await differing(left);
    }
    await sleep(2000);
    for (const each of await differing(subscribers)) {
        const why = each.replica.difference(await found(each.asked)) ?? 'is not following';
        faults.push(`${each.name}: ${why}`);
    }
}

function report(cluster, world, subscribers, faults) {
    const sum = (of) => subscribers.reduce((total, each) => total + of(each), 0);
    const kinds = ['create', 'enter', 'update', 'leave', 'delete'];
    const events = kinds.map((kind) => `${kind} ${sum((each) => each.replica.events[kind] ?? 0)}`);
    const writes = Object.entries(world.outcomes).map(([outcome, times]) => `${outcome} ${times}`);
    console.log(`servers killed: ${cluster.kills}; connections cut by clients: ${sum((each) => each.cuts)}`);
    console.log(`subscriptions resumed: ${sum((each) => each.resumed)}; started over: ${sum((each) => each.resets)}`);
    console.log(`writes: ${writes.join(', ')}`);
    console.log(`events: ${events.join(', ')}`);
    console.log(`objects held at the end: ${sum((each) => each.replica.objects.size)}; faults: ${faults.length}`);
}
