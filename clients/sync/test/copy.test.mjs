import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Parse from 'parse/node';
import { IndexedDbStorage, LocalCopy, MemoryStorage, parseServer, SyncError } from '../dist/index.js';
import { appId, asMaster, brokenServer, queried, sorted, url } from './support.mjs';

function open(classes, more = {}) {
    return new LocalCopy({ server: brokenServer(), storage: new MemoryStorage(), classes, ...more });
}

test('an edit whose answer is lost is not done twice', async () => {
    const { objectId } = await asMaster('POST', '/classes/Lost', { n: 1 });
    let breaks = 'never';
    const copy = open(['Lost'], { server: brokenServer(() => breaks) });
    await copy.pull();
    await copy.update('Lost', objectId, { n: { __op: 'Increment', amount: 1 } });
    const created = await copy.create('Lost', { n: 5 });
    breaks = 'after';
    await assert.rejects(copy.push(), TypeError);
    await copy.update('Lost', objectId, { n: { __op: 'Increment', amount: 10 } });
    breaks = 'never';
    await copy.sync();

    const rows = await queried('Lost');
    assert.deepEqual(rows.map(({ n }) => n).sort(), [12, 5]);
    assert.deepEqual(sorted(await copy.all('Lost')), rows);
    assert.equal((await copy.get('Lost', created)).n, 5);
});

test('shows edits at once and joins those that were not sent', async () => {
    const sent = [];
    const server = brokenServer();
    const copy = open(['Draft'], {
        server: { ...server, push: (operations) => (sent.push(...operations), server.push(operations)) },
    });
    const id = await copy.create('Draft', { title: 'a', n: 1 });
    await copy.update('Draft', id, { n: { __op: 'Increment', amount: 2 }, tags: { __op: 'Add', objects: ['x'] } });
    const child = await copy.create('Draft', { parent: { __type: 'Pointer', className: 'Draft', objectId: id } });
    const short = await copy.create('Draft', { title: 'short-lived' });
    await copy.delete('Draft', short);
    assert.deepEqual(await copy.get('Draft', id), { objectId: id, title: 'a', n: 3, tags: ['x'] });
    assert.equal(await copy.get('Draft', short), undefined);
    await copy.push();

    assert.deepEqual(
        sent.map(({ op }) => op),
        ['create', 'create'],
    );
    const parent = await copy.get('Draft', id);
    assert.equal((await copy.get('Draft', child)).parent.objectId, parent.objectId);
    assert.ok(!parent.objectId.startsWith('local:'));
    await assert.rejects(copy.update('Draft', short, {}), /there is no Draft/);
});

test('keeps edits in an order in which all that they point to is there', async () => {
    const copy = open(['Chain'], { onRefusal: (refusal) => assert.fail(JSON.stringify(refusal)) });
    const pointer = (objectId) => ({ __type: 'Pointer', className: 'Chain', objectId });
    const first = await copy.create('Chain', { n: 1 });
    const second = await copy.create('Chain', { n: 2 });
    await copy.update('Chain', first, { next: pointer(second) });
    const third = await copy.create('Chain', { n: 3, next: pointer(first) });
    const gone = await copy.create('Chain', { n: 4 });
    await copy.update('Chain', third, { other: pointer(gone) });
    await copy.delete('Chain', gone);
    await copy.sync();
    assert.deepEqual(sorted(await copy.all('Chain')), await queried('Chain'));
    assert.equal((await copy.get('Chain', first)).next.objectId, (await copy.get('Chain', second)).objectId);
});

test('asks who wins when both sides changed a field', async () => {
    const { objectId } = await asMaster('POST', '/classes/Contest', { a: 1, b: 1 });
    for (const [decision, expected] of [
        ['server', 2],
        ['client', 3],
        [{ fields: { a: 4 } }, 4],
    ]) {
        await asMaster('PUT', `/classes/Contest/${objectId}`, { a: 1 });
        const asked = [];
        const copy = open(['Contest'], { onConflict: (conflict) => (asked.push(conflict), decision) });
        await copy.pull();
        await copy.update('Contest', objectId, { a: 3 });
        await asMaster('PUT', `/classes/Contest/${objectId}`, { a: 2 });
        await copy.sync();

        assert.equal((await queried('Contest'))[0].a, expected);
        assert.equal((await copy.get('Contest', objectId)).a, expected);
        assert.equal(await copy.pending(), 0);
        assert.deepEqual(
            asked.map(({ fields, server, clashes }) => [fields, server.a, clashes]),
            [[{ a: 3 }, 2, ['a']]],
        );
    }
});

test('tells what was refused and goes on', async () => {
    const { objectId } = await asMaster('POST', '/classes/Fixed', { n: 1, ACL: { '*': { read: true } } });
    const refused = [];
    const copy = open(['Fixed'], { onRefusal: (refusal) => refused.push(refusal) });
    await copy.pull();
    await copy.update('Fixed', objectId, { n: 2 });
    await copy.create('Fixed', { n: 3 });
    await copy.sync();
    assert.deepEqual(
        refused.map(({ op, code }) => [op, code]),
        [['update', 101]],
    );
    assert.deepEqual(sorted(await copy.all('Fixed')), await queried('Fixed'));
});

test('starts over when the permissions of a class change', async () => {
    await asMaster('POST', '/classes/Closing', { n: 1 });
    const copy = open(['Closing']);
    await copy.pull();
    assert.equal((await copy.all('Closing')).length, 1);
    await asMaster('PUT', '/schemas/Closing', { classLevelPermissions: { find: {}, get: {} } });
    await assert.rejects(copy.pull(), (failure) => failure instanceof SyncError && failure.code === 119);
    assert.deepEqual(await copy.all('Closing'), []);
});

test('syncs through the Parse SDK and keeps its copy in IndexedDB', async () => {
    Parse.initialize(appId);
    Parse.serverURL = url;
    const first = await IndexedDbStorage.open('first');
    const copy = open({ Browser: { kind: 'mine' } }, { server: parseServer(Parse), storage: first });
    await asMaster('POST', '/classes/Browser', { kind: 'theirs' });
    await copy.create('Browser', { kind: 'mine', n: 1 });
    await copy.sync();
    await copy.create('Browser', { kind: 'mine', n: 2 });
    first.close();

    const again = open(
        { Browser: { kind: 'mine' } },
        { server: parseServer(Parse), storage: await IndexedDbStorage.open('first') },
    );
    assert.equal(await again.pending(), 1);
    await again.sync();
    assert.deepEqual(
        sorted(await again.all('Browser')),
        (await queried('Browser')).filter(({ kind }) => kind === 'mine'),
    );
    const other = await IndexedDbStorage.open('other');
    const fresh = open({ Browser: { kind: 'mine' } }, { server: parseServer(Parse), storage: other });
    await fresh.pull();
    assert.equal((await fresh.all('Browser')).length, 2);
});
