// Batches: what Parse Server leaves to chance.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { defineClass, find, mountPath, post, refused, succeeded, unique } from './support.mjs';

const things = unique('Batch');
const path = () => `${mountPath}/classes/${things}`;
const batch = (requests, more = {}) => post('/batch', { requests, ...more });

before(() => defineClass(things, { n: { type: 'Number' }, name: { type: 'String' } }));

test('a batch that is refused as a whole does nothing', async () => {
    const name = unique('name');
    refused(
        await batch([
            { method: 'POST', path: path(), body: { name } },
            { method: 'GET', path: `${mountPath}/nowhere` },
        ]),
        400,
        107,
    );
    assert.deepEqual(await find(things, { where: { name } }), []);
});

test('requests run in their order', async () => {
    const name = unique('name');
    const answers = succeeded(
        await batch([
            { method: 'POST', path: path(), body: { name, n: 1 } },
            { method: 'GET', path: path(), body: { where: { name } } },
        ]),
    );
    assert.equal(answers[1].success.results.length, 1);
});

test('a transaction answers the code of what failed, and makes no class', async () => {
    const className = unique();
    const answer = await batch(
        [
            { method: 'POST', path: `${mountPath}/classes/${className}`, body: { n: 1 } },
            { method: 'POST', path: path(), body: { n: 'wrong' } },
        ],
        { transaction: true },
    );
    refused(answer, 400, 111);
    assert.deepEqual(await find(className), []);
});

test('a batch of more requests than the limit is refused as a whole', async () => {
    const name = unique('name');
    const requests = Array.from({ length: 20_000 }, () => ({ method: 'POST', path: path(), body: { name } }));
    const answer = await batch(requests);
    assert.ok(answer.status >= 400 && answer.status < 500, answer.text.slice(0, 200));
    assert.deepEqual(await find(things, { where: { name } }), []);
});
