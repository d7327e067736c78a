// Conditional writes: PUT and DELETE with a where, refused with HTTP 412 and code 1412 when it does not hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    anyone,
    concurrently,
    create,
    fetchOne,
    get,
    increment,
    master,
    put,
    refused,
    remove,
    signUp,
    succeeded,
    unique,
    user,
    mountPath,
    post,
    request,
} from './support.mjs';

const path = (className, id) => `/classes/${className}/${id}`;

test('an update whose condition holds is made', async () => {
    const className = unique();
    const id = await create(className, { n: 1, state: 'open' });
    const answer = await put(
        path(className, id),
        { state: 'closed', n: increment(1) },
        { query: { where: { state: 'open' } } },
    );
    assert.equal(succeeded(answer).n, 2);
    assert.equal((await fetchOne(className, id)).state, 'closed');
});

test('an update whose condition does not hold changes nothing', async () => {
    const className = unique();
    const id = await create(className, { n: 1, state: 'open' });
    const before = await fetchOne(className, id);
    refused(await put(path(className, id), { n: 5 }, { query: { where: { state: 'closed' } } }), 412, 1412);
    assert.deepEqual(await fetchOne(className, id), before);
});

test('the condition may be in the body as _where, which is not stored', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    refused(await put(path(className, id), { n: 5, _where: { n: 2 } }), 412, 1412);
    succeeded(await put(path(className, id), { n: 5, _where: { n: 1 } }));
    const { n, ...rest } = await fetchOne(className, id);
    assert.equal(n, 5);
    assert.deepEqual(Object.keys(rest).sort(), ['createdAt', 'objectId', 'updatedAt']);
});

test('a delete is conditional too', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    refused(await remove(path(className, id), { query: { where: { n: 2 } } }), 412, 1412);
    assert.equal((await fetchOne(className, id)).n, 1);
    assert.deepEqual(succeeded(await remove(path(className, id), { query: { where: { n: 1 } } })), {});
    refused(await get(path(className, id)), 404, 101);
});

test('the form that SDKs use carries the condition in its body', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    const form = (body) =>
        request('POST', path(className, id), { raw: JSON.stringify(body), headers: { 'Content-Type': 'text/plain' } });
    refused(await form({ _method: 'PUT', _where: { n: 2 }, n: 3 }), 412, 1412);
    succeeded(await form({ _method: 'PUT', _where: { n: 1 }, n: 3 }));
    refused(await form({ _method: 'DELETE', _where: { n: 1 } }), 412, 1412);
    succeeded(await form({ _method: 'DELETE', _where: { n: 3 } }));
});

test('every operator can be a condition', async () => {
    const className = unique();
    const id = await create(className, { n: 5, tags: ['a', 'b'], o: { k: 1 } });
    for (const [where, holds] of [
        [{ n: { $gt: 4, $lt: 6 } }, true],
        [{ n: { $gt: 5 } }, false],
        [{ tags: 'a' }, true],
        [{ tags: { $all: ['a', 'c'] } }, false],
        [{ 'o.k': 1 }, true],
        [{ $or: [{ n: 1 }, { tags: 'b' }] }, true],
        [{ missing: { $exists: false } }, true],
        [{ missing: { $exists: true } }, false],
        [{}, true],
    ]) {
        const answer = await put(path(className, id), { touched: increment(1) }, { query: { where } });
        assert.equal(answer.status, holds ? 200 : 412, JSON.stringify(where));
    }
});

test('updatedAt can be the condition, so that a change in between is noticed', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    const { updatedAt } = await fetchOne(className, id);
    const where = { updatedAt: { __type: 'Date', iso: updatedAt } };
    await new Promise((resolve) => setTimeout(resolve, 5));
    succeeded(await put(path(className, id), { n: 2 }, { query: { where } }));
    refused(await put(path(className, id), { n: 3 }, { query: { where } }), 412, 1412);
});

test('of many that race for one condition, one wins', async () => {
    const className = unique();
    const id = await create(className, { owner: 'nobody' });
    let won = 0;
    await concurrently(40, 16, async (n) => {
        const answer = await put(
            path(className, id),
            { owner: `runner ${n}` },
            { query: { where: { owner: 'nobody' } } },
        );
        assert.ok([200, 412].includes(answer.status), answer.text);
        won += answer.status === 200 ? 1 : 0;
    });
    assert.equal(won, 1);
});

test('a missing object is 101, whatever the condition', async () => {
    const className = unique();
    await create(className, { n: 1 });
    refused(await put(path(className, 'missing000'), { n: 1 }, { query: { where: { n: 1 } } }), 404, 101);
    refused(await remove(path(className, 'missing000'), { query: { where: { n: 1 } } }), 404, 101);
});

test('an object that the caller may not write is 101 and does not tell whether the condition holds', async () => {
    const className = unique();
    const account = await signUp();
    const id = await create(className, { n: 1, ACL: { [account.objectId]: { read: true, write: true } } }, master);
    for (const n of [1, 2]) {
        refused(await put(path(className, id), { x: 1 }, { as: anyone, query: { where: { n } } }), 404, 101);
    }
    succeeded(await put(path(className, id), { x: 1 }, { as: user(account), query: { where: { n: 1 } } }));
});

test('a condition that is no query is refused like one', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    refused(await put(`${path(className, id)}?where=%7Bbad`, { n: 2 }), 400, 107);
    refused(await put(path(className, id), { n: 2 }, { query: { where: { 'a-b': 1 } } }), 400, 105);
    assert.equal((await fetchOne(className, id)).n, 1);
});

test('a protected field cannot be guessed by conditions', async () => {
    const className = unique();
    const everyone = { '*': true };
    const classLevelPermissions = {
        get: everyone,
        find: everyone,
        create: everyone,
        update: everyone,
        protectedFields: { '*': ['secret'] },
    };
    succeeded(
        await post(
            `/schemas/${className}`,
            { className, fields: { secret: { type: 'String' } }, classLevelPermissions },
            { as: master },
        ),
    );
    const id = await create(className, { secret: 's' }, master);
    refused(await put(path(className, id), { secret: 's' }, { query: { where: { secret: 's' } } }), 400, 119);
});

test('in a transaction a condition that does not hold undoes everything', async () => {
    const className = unique();
    const [a, b] = [await create(className, { n: 1 }), await create(className, { n: 1 })];
    const requests = [
        { method: 'PUT', path: `${mountPath}${path(className, a)}`, body: { n: 2 } },
        { method: 'PUT', path: `${mountPath}${path(className, b)}`, body: { n: 2, _where: { n: 9 } } },
    ];
    refused(await post('/batch', { transaction: true, requests }), 412, 1412);
    assert.equal((await fetchOne(className, a)).n, 1);
});
