// The server's own state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { get, master, nobody, succeeded } from './support.mjs';

for (const path of ['/health', '/health/live', '/health/ready']) {
    test(`${path} answers ok to anybody`, async () => {
        const answer = await get(path, { as: nobody });
        assert.equal(succeeded(answer).status, 'ok');
        assert.doesNotMatch(answer.text, /password|jdbc|postgres:/i);
    });
}

test('features that the console and the SDK ask for are listed', async () => {
    const { features } = succeeded(await get('/serverInfo', { as: master }));
    for (const group of ['globalConfig', 'hooks', 'cloudCode', 'logs', 'push', 'schemas']) {
        assert.equal(typeof features[group], 'object', group);
    }
});
