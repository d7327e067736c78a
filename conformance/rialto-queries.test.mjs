// Where Parse Server over PostgreSQL fails or differs from the documented operators, and Rialto does not.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, date, find, get, pointer, refusedSomehow, unique } from './support.mjs';

const things = unique('Things');
const owners = unique('Owners');
let ids;

before(async () => {
    ids = await createAll(things, [
        { n: 0, age: 20, tags: ['math', 'code'], numbers: [1, 2], o: { k: 0, zip: { code: 1 } }, list: [{ a: 1 }] },
        { n: 1, age: 36, tags: ['law', 'lawn'], numbers: [2, 3], o: { k: 1, zip: { code: 2 } }, list: [{ a: 2 }] },
        { n: 2, tags: ['law'], numbers: [], o: { k: 2 }, list: [{ a: 1 }, { a: 2 }] },
        { n: 3, day: date('2020-01-01T00:00:00.000Z') },
    ]);
    await createAll(owners, [
        { n: 0, thing: pointer(things, ids[0]) },
        { n: 1, thing: pointer(things, ids[1]) },
        { n: 2 },
    ]);
});

const scenarios = [
    ['equality with a number means "contains" for an array', { numbers: 2 }, [0, 1]],
    ['equality with text means "contains" for an array', { tags: 'law' }, [1, 2]],
    ['equality with an object means "contains" for an array', { list: { a: 1 } }, [0, 2]],
    ['equality with a whole array', { numbers: [2, 3] }, [1]],
    ['equality with a whole object', { o: { k: 2 } }, [2]],
    ['equality of another type matches nothing', { n: 'x' }, []],
    ['comparison with another type matches nothing', { n: { $gt: 'x' } }, []],
    ['$nin also matches absent', { age: { $nin: [20] } }, [1, 2, 3]],
    ['$in with null also matches absent', { age: { $in: [20, null] } }, [0, 2, 3]],
    ['$nin with null leaves absent out', { age: { $nin: [20, null] } }, [1]],
    ['$nor also matches absent', { $nor: [{ age: 20 }] }, [1, 2, 3]],
    ['$ne with a column that does not exist matches all', { nothing: { $ne: 1 } }, [0, 1, 2, 3]],
    ['$in on a nested key', { 'o.k': { $in: [0, 2] } }, [0, 2]],
    ['$exists on a nested key', { 'o.zip.code': { $exists: true } }, [0, 1]],
    ['$exists false on a nested key', { 'o.zip.code': { $exists: false } }, [2, 3]],
    ['a key of the objects in an array', { 'list.a': 2 }, [1, 2]],
    ['$all of patterns matches the start of some element', { tags: { $all: [{ $regex: '^\\Qla\\E' }] } }, [1, 2]],
    ['$not is the opposite of a condition', { age: { $not: { $gt: 30 } } }, [0, 2, 3]],
    [
        '$notInQuery also matches absent',
        { thing: { $notInQuery: { className: things, where: { n: 0 } } } },
        [1, 2],
        owners,
    ],
    [
        '$inQuery that finds nothing matches nothing',
        { thing: { $inQuery: { className: things, where: { n: 9 } } } },
        [],
        owners,
    ],
    [
        '$inQuery of a class that does not exist matches nothing',
        { thing: { $inQuery: { className: 'Nope', where: {} } } },
        [],
        owners,
    ],
];

for (const [name, where, expected, className = things] of scenarios) {
    test(name, async () => {
        const rows = await find(className, { where, order: 'n', keys: 'n' });
        assert.deepEqual(
            rows.map((row) => row.n),
            expected,
        );
    });
}

const refusals = {
    'an empty $or': { $or: [] },
    'an empty $and': { $and: [] },
    'a pattern that is no regular expression': { name: { $regex: '(' } },
    'a date that is no date': { createdAt: { $gt: 'garbage' } },
    '$relatedTo without its object': { $relatedTo: {} },
    'a bad operator beside a good one': { n: { $gt: 1, $bogus: 2 } },
    'where that is a number': 5,
    'where that is null': null,
    'an alternative that is a number': { $or: [{ n: 1 }, 5] },
};

for (const [name, where] of Object.entries(refusals)) {
    test(`${name} is refused`, async () => {
        // `name` and `thing` exist or not: the answer must not depend on that.
        refusedSomehow(await get(`/classes/${things}`, { query: { where } }), name);
    });
}

for (const query of [{ limit: 'x' }, { limit: '-1' }, { skip: 'x' }, { skip: '-1' }]) {
    test(`${JSON.stringify(query)} is refused`, async () => {
        refusedSomehow(await get(`/classes/${things}`, { query }));
    });
}
