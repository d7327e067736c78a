// Lists of names in every form, and what `keys` and `excludeKeys` do to included objects.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { create, find, get, pointer, refused, succeeded, unique } from './support.mjs';

const kids = unique('Kid');
const className = unique();

before(async () => {
    const kid = await create(kids, { name: 'Ann', age: 7 });
    const boss = await create(kids, { name: 'Bob', age: 40, kid: pointer(kids, kid) });
    await create(className, { a: 1, b: 2, c: 3, kid: pointer(kids, kid), p: pointer(kids, boss), o: { x: 1 } });
});

const fields = (row) =>
    Object.keys(row)
        .filter((name) => !['objectId', 'createdAt', 'updatedAt', '__type', 'className'].includes(name))
        .sort();
const one = async (query) => succeeded(await get(`/classes/${className}?${query}`)).results[0];

for (const query of [
    'keys=a,b',
    'keys=a&keys=b',
    'keys=%20a%20,%20b',
    'keys=["a","b"]',
    'keys=[%20"a"%20,"b"]',
    'keys=["a"]&keys=b',
    'excludeKeys=c,kid,p,o',
    'excludeKeys=c&excludeKeys=kid&excludeKeys=["p","o"]',
]) {
    test(`${query} leaves a and b`, async () => {
        assert.deepEqual(fields(await one(query)), ['a', 'b']);
    });
}

for (const query of ['include=kid,p', 'include=kid&include=p', 'include=["kid","p"]', 'include=*', 'include=["*"]']) {
    test(`${query} includes both`, async () => {
        const { kid, p } = await one(query);
        assert.equal(kid.name, 'Ann');
        assert.equal(p.name, 'Bob');
    });
}

test('order takes the same forms', async () => {
    const sorted = unique();
    for (const [a, b] of [
        [1, 1],
        [1, 2],
        [0, 3],
    ]) {
        await create(sorted, { a, b });
    }
    for (const query of ['order=-a,b', 'order=-a&order=b', 'order=["-a","b"]', 'order=-a%20,%20b']) {
        const { results } = succeeded(await get(`/classes/${sorted}?${query}`));
        assert.deepEqual(
            results.map((row) => row.b),
            [1, 2, 3],
            query,
        );
    }
});

test('what is not a list of names is refused', async () => {
    for (const query of ['keys=[1]', 'keys=["a"', 'include=[["kid"]]', 'order=[null]', 'excludeKeys=[{}]']) {
        refused(await get(`/classes/${className}?${query}`), 400, 102);
    }
    refused(await get(`/classes/${className}?limit=1&limit=2`), 400, 102);
});

test('a key with a dot includes what it leads through, and nothing else of it', async () => {
    const row = await one('keys=a,kid.name');
    assert.deepEqual(fields(row), ['a', 'kid']);
    assert.equal(row.kid.__type, 'Object');
    assert.deepEqual(fields(row.kid), ['name']);
    const deep = await one('keys=p.kid.age');
    assert.deepEqual(fields(deep.p), ['kid']);
    assert.deepEqual(fields(deep.p.kid), ['age']);
    assert.equal(deep.p.kid.age, 7);
    assert.deepEqual((await one('keys=o.x')).o, { x: 1 });
});

test('an excluded key with a dot is left out of what is included', async () => {
    const row = await one('include=p&excludeKeys=p.age');
    assert.deepEqual(fields(row.p), ['kid', 'name']);
    const deep = await one('include=p.kid&excludeKeys=p.kid.name,p.name');
    assert.deepEqual(fields(deep.p), ['age', 'kid']);
    assert.deepEqual(fields(deep.p.kid), ['age']);
});

test('a get of one object takes them as well', async () => {
    const [{ objectId }] = await find(className);
    const row = succeeded(await get(`/classes/${className}/${objectId}?keys=a&keys=kid.name`));
    assert.deepEqual(fields(row), ['a', 'kid']);
    assert.deepEqual(fields(row.kid), ['name']);
});
