// Queries inside queries: keys that lead into pointers and arrays, redirects, and constraints beside a value.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { create, date, find, pointer, refused, get, sdk, unique } from './support.mjs';

const Parse = sdk();
const people = unique('Person');
const teams = unique('Team');
const things = unique('Thing');
const ids = {};

before(async () => {
    ids.ann = await create(people, { name: 'Ann' });
    ids.bob = await create(people, { name: 'Bob' });
    ids.team = await create(teams, {
        boss: pointer(people, ids.ann),
        names: ['Ann', 'Cid'],
        o: { list: ['Ann'], deep: { name: 'Bob' } },
        since: date('2030-01-01T00:00:00.000Z'),
    });
    for (const person of ['ann', 'bob']) {
        await create(things, {
            who: person,
            x: ids[person],
            name: person === 'ann' ? 'Ann' : 'Bob',
            p: pointer(people, ids[person]),
            l: [person === 'ann' ? 'Ann' : 'Zoe'],
            since: person === 'ann' ? '2030-01-01T00:00:00.000Z' : 'never',
        });
    }
});

const who = async (where) => (await find(things, { where, order: 'who' })).map((row) => row.who);
const query = (more = {}) => ({ className: teams, where: {}, ...more });

for (const [field, key, selected] of [
    ['x', 'boss.objectId', ['ann']],
    ['p', 'boss', ['ann']],
    ['p', 'boss.objectId', ['ann']],
    ['name', 'names', ['ann']],
    ['name', 'o.list', ['ann']],
    ['name', 'o.deep.name', ['bob']],
    ['l', 'names', ['ann']],
    ['since', 'since.iso', ['ann']],
    ['name', 'nothing.at.all', []],
]) {
    test(`$select and $dontSelect of ${key} for ${field}`, async () => {
        assert.deepEqual(await who({ [field]: { $select: { key, query: query() } } }), selected);
        const others = ['ann', 'bob'].filter((each) => !selected.includes(each));
        assert.deepEqual(await who({ [field]: { $dontSelect: { key, query: query() } } }), others);
    });
}

test('a query inside follows redirectClassNameForKey', async () => {
    const redirected = (where) => ({ className: teams, where, redirectClassNameForKey: 'boss' });
    assert.deepEqual(await who({ p: { $inQuery: redirected({ name: 'Ann' }) } }), ['ann']);
    assert.deepEqual(await who({ p: { $notInQuery: redirected({ name: 'Ann' }) } }), ['bob']);
    const select = { key: 'name', query: redirected({ name: 'Bob' }) };
    assert.deepEqual(await who({ name: { $select: select } }), ['bob']);
    assert.deepEqual(await who({ name: { $dontSelect: select } }), ['ann']);
    refused(
        await get(`/classes/${things}`, {
            query: { where: { p: { $inQuery: { ...redirected({}), redirectClassNameForKey: 1 } } } },
        }),
        400,
        102,
    );
});

test('a query inside takes its order as a list', async () => {
    const last = { className: people, where: {}, order: ['-name'], limit: 1 };
    assert.deepEqual(await who({ p: { $inQuery: last } }), ['bob']);
});

test('a value and a constraint on the same field both hold', async () => {
    const none = new Parse.Query(teams).equalTo('names', 'Nobody');
    const ann = Parse.Object.extend(people).createWithoutData(ids.ann);
    const both = async (inner) => {
        const asked = new Parse.Query(things).equalTo('p', ann).doesNotMatchKeyInQuery('p', 'boss', inner);
        return (await asked.find()).map((row) => row.get('who'));
    };
    assert.deepEqual(await both(none), ['ann']);
    assert.deepEqual(await both(new Parse.Query(teams)), []);
    const matches = new Parse.Query(things).equalTo('p', ann).matchesQuery('p', new Parse.Query(people));
    assert.equal((await matches.find()).length, 1);
});
