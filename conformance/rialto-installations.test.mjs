// Installations under concurrency.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, master, post, succeeded, unique } from './support.mjs';

const register = (body) => post('/installations', body);
const rows = async (where) => succeeded(await get('/installations', { as: master, query: { where } })).results;
const device = () => ({ installationId: unique('i').toLowerCase(), deviceType: 'ios' });

test('two registrations of one device at the same time make one row', async () => {
    const body = device();
    const answers = await Promise.all([register(body), register(body), register(body)]);
    assert.ok(answers.every((answer) => answer.status < 500));
    assert.equal((await rows({ installationId: body.installationId })).length, 1);
});
