import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    create,
    defineClass,
    failsWith,
    fetchOne,
    find,
    increment,
    mountPath,
    post,
    refused,
    sdk,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
const things = unique('Batch');

before(() => defineClass(things, { n: { type: 'Number' }, name: { type: 'String' } }));

const path = (objectId) => `${mountPath}/classes/${things}${objectId ? `/${objectId}` : ''}`;
const batch = (requests, more = {}, options = {}) => post('/batch', { requests, ...more }, options);

test('each request has its answer, in order', async () => {
    const id = await create(things, { n: 1 });
    const gone = await create(things, { n: 2 });
    const answers = succeeded(
        await batch([
            { method: 'POST', path: path(), body: { n: 10, name: 'made' } },
            { method: 'PUT', path: path(id), body: { n: increment(5) } },
            { method: 'DELETE', path: path(gone) },
            { method: 'POST', path: path(), body: { n: 'wrong' } },
            { method: 'PUT', path: path('missing000'), body: { n: 1 } },
            { method: 'GET', path: path(), body: { where: { name: 'nobody' } } },
        ]),
    );
    assert.equal(answers.length, 6);
    assert.deepEqual(Object.keys(answers[0].success).sort(), ['createdAt', 'objectId']);
    assert.equal(answers[1].success.n, 6);
    assert.ok(answers[1].success.updatedAt);
    assert.deepEqual(answers[2], { success: {} });
    assert.equal(answers[3].error.code, 111);
    assert.equal(typeof answers[3].error.error, 'string');
    assert.equal(answers[4].error.code, 101);
    assert.deepEqual(answers[5], { success: { results: [] } });
    assert.equal((await fetchOne(things, answers[0].success.objectId)).name, 'made');
});

test('a batch whose requests all fail is still 200', async () => {
    const answers = succeeded(await batch([{ method: 'POST', path: path(), body: { n: 'wrong' } }]));
    assert.equal(answers[0].error.code, 111);
});

test('an empty batch has no answers', async () => {
    assert.deepEqual(succeeded(await batch([])), []);
});

test('the requests of a batch have the rights of its caller', async () => {
    const account = await signUp();
    const requests = [{ method: 'POST', path: path(), body: { n: 1, ACL: { [account.objectId]: { read: true } } } }];
    const [{ success }] = succeeded(await batch(requests, {}, { as: user(account) }));
    const read = { method: 'GET', path: path(success.objectId) };
    const [stranger] = succeeded(await batch([read]));
    assert.equal(stranger.error.code, 101);
    const [owner] = succeeded(await batch([read], {}, { as: user(account) }));
    assert.equal(owner.success.n, 1);
});

for (const [name, body] of [
    ['no requests', {}],
    ['requests that are no array', { requests: 5 }],
    ['a request that is a number', { requests: [5] }],
    ['a request without a path', { requests: [{ method: 'POST' }] }],
    ['a request without a method', { requests: [{ path: path() }] }],
    ['a path outside of the mount', { requests: [{ method: 'GET', path: `/classes/${things}` }] }],
    ['a path on another host', { requests: [{ method: 'GET', path: `http://evil.example${path()}` }] }],
    ['a path that leads nowhere', { requests: [{ method: 'GET', path: `${mountPath}/nowhere` }] }],
    ['a batch in a batch', { requests: [{ method: 'POST', path: `${mountPath}/batch`, body: { requests: [] } }] }],
]) {
    test(`${name} is refused with 107`, async () => {
        refused(await post('/batch', body), 400, 107);
    });
}

test('a transaction that succeeds keeps everything', async () => {
    const name = unique('name');
    const requests = [1, 2, 3].map((n) => ({ method: 'POST', path: path(), body: { n, name } }));
    const answers = succeeded(await batch(requests, { transaction: true }));
    assert.ok(answers.every((answer) => answer.success.objectId));
    assert.equal((await find(things, { where: { name } })).length, 3);
});

test('a transaction in which one request fails keeps nothing', async () => {
    const name = unique('name');
    const id = await create(things, { n: 1, name: 'before' });
    const answer = await batch(
        [
            { method: 'POST', path: path(), body: { n: 1, name } },
            { method: 'PUT', path: path(id), body: { name, n: increment(1) } },
            { method: 'PUT', path: path('missing000'), body: { name } },
        ],
        { transaction: true },
    );
    assert.ok(answer.status >= 400, answer.text);
    assert.deepEqual(await find(things, { where: { name } }), []);
    const { n, name: kept } = await fetchOne(things, id);
    assert.deepEqual([n, kept], [1, 'before']);
});

test('the SDK reports each failure of saveAll', async () => {
    const good = new Parse.Object(things, { n: 1 });
    const bad = new Parse.Object(things, { n: 'wrong' });
    const failure = await failsWith(Parse.Error.INCORRECT_TYPE, Parse.Object.saveAll([good, bad]));
    assert.equal(failure.code, 111);
    assert.ok(good.id);
    assert.ok(!bad.id);
});

test('the SDK saves in a transaction, all or nothing', async () => {
    const name = unique('name');
    await Parse.Object.saveAll(
        [1, 2].map((n) => new Parse.Object(things, { n, name })),
        { transaction: true },
    );
    assert.equal(await new Parse.Query(things).equalTo('name', name).count(), 2);
    const other = unique('name');
    const objects = [
        new Parse.Object(things, { n: 1, name: other }),
        new Parse.Object(things, { n: 'wrong', name: other }),
    ];
    await assert.rejects(Parse.Object.saveAll(objects, { transaction: true }));
    assert.equal(await new Parse.Query(things).equalTo('name', other).count(), 0);
});

test('the SDK destroys many and reports those that were gone', async () => {
    const [a, b] = await Parse.Object.saveAll([new Parse.Object(things, { n: 1 }), new Parse.Object(things, { n: 2 })]);
    await a.destroy();
    const failure = await Parse.Object.destroyAll([a, b]).catch((error) => error);
    assert.equal(failure.code, Parse.Error.AGGREGATE_ERROR);
    assert.equal(failure.errors[0].code, 101);
    await failsWith(101, new Parse.Query(things).get(b.id));
});
