import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { geo, get, master, put, sdk, succeeded, unauthorized, unique, unset } from './support.mjs';

const Parse = sdk();
const written = [];
const write = async (params, more = {}) => {
    written.push(...Object.keys(params));
    return succeeded(await put('/config', { params, ...more }, { as: master }));
};
const read = async (as) => succeeded(await get('/config', { as })).params;

after(() => put('/config', { params: Object.fromEntries(written.map((name) => [name, unset])) }, { as: master }));

test('parameters of every type are written by the master key and read by everybody', async () => {
    const name = unique('p');
    const values = {
        [`${name}n`]: 1,
        [`${name}s`]: 'x',
        [`${name}b`]: true,
        [`${name}a`]: [1],
        [`${name}g`]: geo(1, 2),
        [`${name}o`]: { a: 1 },
    };
    assert.deepEqual(await write(values), { result: true });
    const seen = await read();
    for (const [key, value] of Object.entries(values)) {
        assert.deepEqual(seen[key], value);
    }
});

test('others may not write', async () => {
    const name = unique('p');
    unauthorized(await put('/config', { params: { [name]: 1 } }));
    assert.ok(!(name in (await read())));
});

test('a write changes only what it names, and Delete deletes', async () => {
    const [a, b] = [unique('p'), unique('p')];
    await write({ [a]: 1, [b]: 2 });
    await write({ [a]: 3 });
    const changed = await read();
    assert.deepEqual([changed[a], changed[b]], [3, 2]);
    await write({ [a]: unset });
    assert.ok(!(a in (await read())));
});

test('a parameter for the master key only is hidden from others', async () => {
    const name = unique('p');
    await write({ [name]: 'secret' }, { masterKeyOnly: { [name]: true } });
    const answer = await get('/config');
    assert.ok(!(name in answer.body.params));
    assert.ok(!answer.text.includes('secret'));
    assert.equal((await read(master))[name], 'secret');
    const { masterKeyOnly } = succeeded(await get('/config', { as: master }));
    assert.equal(masterKeyOnly[name], true);
});

test('the SDK saves and reads the config', async () => {
    const [name, hidden] = [unique('p'), unique('p')];
    written.push(name, hidden);
    await Parse.Config.save({ [name]: { nested: [1, 2] }, [hidden]: 1 }, { [hidden]: true });
    const config = await Parse.Config.get();
    assert.deepEqual(config.get(name), { nested: [1, 2] });
    assert.equal(config.get(hidden), undefined);
    const asMaster = await Parse.Config.get({ useMasterKey: true });
    assert.equal(asMaster.get(hidden), 1);
});
