// Clients that do not take their events: they are told, what waits for them is bounded, and they come again without a loss.
import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { test } from 'node:test';
import { LiveSocket } from './live-support.mjs';
import { anyone, create, defineClass, get, server, succeeded, unique } from './support.mjs';

// More than a queue (1 MB) and the buffers of both ends' systems hold.
const count = 200;
const padding = 'x'.repeat(100_000);

async function writeMuch(className) {
    for (let n = 1; n <= count; n++) {
        await create(className, { n, padding });
    }
}

const upTo = (last, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

test('a live query that is not read is told to come again, and resumes where it stopped', async () => {
    const className = unique();
    await defineClass(className, { n: { type: 'Number' }, padding: { type: 'String' } });
    const slow = await LiveSocket.connect();
    const { resume: opened } = await slow.subscribe(1, { className }, { resume: true });
    slow.pause();
    await writeMuch(className);
    succeeded(await get('/health'));
    slow.goOn();
    const { code } = await slow.closed;
    assert.equal(code, 1013);
    const farewell = slow.messages.pop();
    assert.equal(farewell.op, 'error', JSON.stringify(farewell));
    assert.equal(farewell.code, 1503);
    assert.equal(farewell.reconnect, true);
    const seen = slow.messages.map(({ object }) => object.n);
    assert.ok(seen.length < count, `all ${count} events came: the client was not slow`);
    assert.deepEqual(seen, upTo(seen.length));

    const again = await LiveSocket.connect();
    await again.subscribe(1, { className }, { resume: slow.messages.at(-1)?.resume ?? opened });
    const rest = await again.events();
    assert.deepEqual(
        rest.map(({ object }) => object.n),
        upTo(count, seen.length + 1),
    );
    await again.close();
});

/** Opens a feed and waits until it has begun; what it carries then is read when that is asked for. */
function openFeed(className, lastEventId) {
    const headers = { ...anyone, ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}) };
    return new Promise((resolve, reject) => {
        httpGet(`${server.url}/feeds/${className}`, { headers, agent: false }, (feed) => {
            let head = '';
            feed.setEncoding('utf8').on('data', function begin(piece) {
                head += piece;
                if (head.includes('event: open\n')) {
                    feed.off('data', begin).pause();
                    feed.unshift(head);
                    resolve(feed);
                }
            });
        }).on('error', reject);
    });
}

/** Reads events until one that is the last wanted, or the end. */
function read(feed, isLast) {
    const events = [];
    let text = '';
    return new Promise((resolve, reject) => {
        feed.setEncoding('utf8')
            .on('end', () => resolve(events))
            .on('error', reject);
        feed.on('data', (piece) => {
            text += piece;
            const blocks = text.split('\n\n');
            text = blocks.pop();
            events.push(...blocks.map(eventOf).filter(({ type }) => type));
            if (events.some(isLast)) {
                resolve(events);
                feed.destroy();
            }
        });
        feed.resume();
    });
}

function eventOf(block) {
    const lines = block.split('\n');
    const value = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    return { id: value('id'), type: value('event'), data: value('data') && JSON.parse(value('data')) };
}

test('a feed that is not read ends with an error, and goes on from its last id', async () => {
    const className = unique();
    await defineClass(className, { n: { type: 'Number' }, padding: { type: 'String' } });
    const slow = await openFeed(className);
    await writeMuch(className);
    succeeded(await get('/health'));
    const events = await read(slow, () => false);
    const farewell = events.pop();
    assert.equal(farewell.type, 'error');
    assert.equal(farewell.data.code, 1503);
    const seen = events.filter(({ type }) => type === 'create').map(({ data }) => data.object.n);
    assert.ok(seen.length < count, `all ${count} events came: the client was not slow`);
    assert.deepEqual(seen, upTo(seen.length));

    const again = await openFeed(className, events.at(-1).id);
    const rest = await read(again, ({ data }) => data.object?.n === count);
    assert.deepEqual(
        rest.filter(({ type }) => type === 'create').map(({ data }) => data.object.n),
        upTo(count, seen.length + 1),
    );
});
