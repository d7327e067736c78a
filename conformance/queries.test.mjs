import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, date, find, get, pointer, post, refused, sdk, succeeded, unique } from './support.mjs';

const Parse = sdk();
const people = unique('People');
const pets = unique('Pets');
let ids;

// n, name, age (absent for the last), tags, details, born, friend, numbers
before(async () => {
    ids = await createAll(people, [
        {
            n: 0,
            name: 'Ada',
            age: 36,
            happy: true,
            tags: ['math', 'code'],
            numbers: [1, 2, 3],
            details: { city: 'London', zip: { code: 1 } },
            born: date('1815-12-10T00:00:00.000Z'),
        },
        {
            n: 1,
            name: 'Bob',
            age: 20,
            happy: false,
            tags: ['code'],
            numbers: [2, 3],
            details: { city: 'Venice', zip: { code: 2 } },
            born: date('2000-01-01T00:00:00.000Z'),
        },
        {
            n: 2,
            name: 'bob.smith',
            age: 50,
            happy: true,
            tags: ['law', 'lawn'],
            numbers: [3],
            details: { city: 'Venice', zip: { code: 3 } },
            born: date('1970-05-05T12:30:00.000Z'),
        },
        { n: 3, name: 'Zoë 100%', happy: false, tags: [], numbers: [], details: { city: 'Paris' } },
    ]);
    await createAll(pets, [
        { n: 0, name: 'Rex', owner: pointer(people, ids[0]), city: 'Venice', owners: [pointer(people, ids[0])] },
        { n: 1, name: 'Tom', owner: pointer(people, ids[1]), city: 'Oslo', owners: [] },
        { n: 2, name: 'Ada', owner: pointer(people, ids[2]), city: 'Paris' },
        { n: 3, name: 'Stray' },
    ]);
});

async function matches(where, className = people) {
    return (await find(className, { where, order: 'n', keys: 'n' })).map((row) => row.n);
}

const scenarios = [
    ['equality of text', { name: 'Bob' }, [1]],
    ['equality of a number', { age: 20 }, [1]],
    ['equality of a boolean', { happy: true }, [0, 2]],
    ['equality of a date', { born: date('2000-01-01T00:00:00.000Z') }, [1]],
    ['no condition', {}, [0, 1, 2, 3]],
    ['two conditions on one field', { age: { $gte: 20, $lt: 50 } }, [0, 1]],
    ['conditions on two fields', { happy: true, age: { $gt: 40 } }, [2]],
    ['$eq', { name: { $eq: 'Ada' } }, [0]],
    ['$ne also matches absent', { age: { $ne: 20 } }, [0, 2, 3]],
    ['$lt', { age: { $lt: 36 } }, [1]],
    ['$lte', { age: { $lte: 36 } }, [0, 1]],
    ['$gt', { age: { $gt: 36 } }, [2]],
    ['$gte', { age: { $gte: 36 } }, [0, 2]],
    ['comparison of text', { name: { $lt: 'B' } }, [0]],
    ['comparison of dates', { born: { $gt: date('1970-01-01T00:00:00.000Z') } }, [1, 2]],
    ['$in', { name: { $in: ['Ada', 'Bob', 'Nobody'] } }, [0, 1]],
    ['$in with nothing matches nothing', { name: { $in: [] } }, []],
    ['$nin', { n: { $nin: [0, 1] } }, [2, 3]],
    ['$nin with nothing matches all', { n: { $nin: [] } }, [0, 1, 2, 3]],
    ['$exists true', { age: { $exists: true } }, [0, 1, 2]],
    ['$exists false', { age: { $exists: false } }, [3]],
    ['$exists false of a column that does not exist', { nothing: { $exists: false } }, [0, 1, 2, 3]],
    ['$exists true of a column that does not exist', { nothing: { $exists: true } }, []],
    ['null matches absent', { age: null }, [3]],
    ['$ne null matches present', { age: { $ne: null } }, [0, 1, 2]],
    ['equality with a column that does not exist', { nothing: 1 }, []],
    ['$all', { tags: { $all: ['math', 'code'] } }, [0]],
    ['$all of what cannot be stored', { tags: { $all: [{ $unknown: 'math' }] } }, []],
    ['$all of numbers', { numbers: { $all: [2, 3] } }, [0, 1]],
    ['$in on an array matches any element', { tags: { $in: ['math', 'law'] } }, [0, 2]],
    ['$nin on an array matches when no element is listed', { tags: { $nin: ['code'] } }, [2, 3]],
    ['$ne on an array matches when it does not contain', { numbers: { $ne: 2 } }, [2, 3]],
    ['$containedBy', { numbers: { $containedBy: [2, 3, 4] } }, [1, 2, 3]],
    ['$regex', { name: { $regex: '^[AB]' } }, [0, 1]],
    ['$regex without regard to case', { name: { $regex: '^bob', $options: 'i' } }, [1, 2]],
    ['$regex is not anchored', { name: { $regex: 'smi' } }, [2]],
    ['$regex with a quoted part is literal there', { name: { $regex: '^\\Qbob.\\E' } }, [2]],
    ['$regex quotes per cent and other signs', { name: { $regex: '\\Q100%\\E' } }, [3]],
    ['a quoted dot is a dot', { name: { $regex: '\\QA.a\\E' } }, []],
    ['a nested key', { 'details.city': 'Venice' }, [1, 2]],
    ['a key two levels down', { 'details.zip.code': { $gt: 1 } }, [1, 2]],
    ['$ne on a nested key', { 'details.city': { $ne: 'Venice' } }, [0, 3]],
    ['an array element by its index', { 'numbers.0': 2 }, [1]],
    ['$or', { $or: [{ name: 'Ada' }, { age: 50 }] }, [0, 2]],
    ['$or beside another condition', { happy: true, $or: [{ name: 'Ada' }, { name: 'Bob' }] }, [0]],
    ['$and', { $and: [{ age: { $gt: 18 } }, { age: { $lt: 40 } }] }, [0, 1]],
    ['$nor', { $nor: [{ name: 'Ada' }, { n: 2 }] }, [1, 3]],
    [
        '$or inside $and inside $or',
        { $or: [{ $and: [{ $or: [{ n: 0 }, { n: 1 }] }, { happy: true }] }, { n: 3 }] },
        [0, 3],
    ],
    ['objectId', () => ({ objectId: ids[1] }), [1]],
    ['objectId $in', () => ({ objectId: { $in: [ids[0], ids[3], 'nope'] } }), [0, 3]],
    ['createdAt as a date', { createdAt: { $gt: date('2020-01-01T00:00:00.000Z') } }, [0, 1, 2, 3]],
    ['createdAt as a plain string', { createdAt: { $lt: '2020-01-01T00:00:00.000Z' } }, []],
    ['a pointer', () => ({ owner: pointer(people, ids[1]) }), [1], pets],
    ['$ne of a pointer', () => ({ owner: { $ne: pointer(people, ids[1]) } }), [0, 2, 3], pets],
    ['$in of pointers', () => ({ owner: { $in: [pointer(people, ids[0]), pointer(people, ids[1])] } }), [0, 1], pets],
    ['$inQuery', { owner: { $inQuery: { className: people, where: { happy: true } } } }, [0, 2], pets],
    [
        '$notInQuery beside $exists',
        { owner: { $exists: true, $notInQuery: { className: people, where: { happy: true } } } },
        [1],
        pets,
    ],
    [
        '$inQuery inside $inQuery',
        () => ({
            owner: {
                $inQuery: {
                    className: people,
                    where: {
                        objectId: { $select: { query: { className: people, where: { age: 20 } }, key: 'objectId' } },
                    },
                },
            },
        }),
        [1],
        pets,
    ],
    ['$select', { name: { $select: { query: { className: people, where: {} }, key: 'name' } } }, [2], pets],
    [
        '$dontSelect',
        { name: { $dontSelect: { query: { className: people, where: {} }, key: 'name' } } },
        [0, 1, 3],
        pets,
    ],
    [
        '$select by a nested key',
        { city: { $select: { query: { className: people, where: { happy: true } }, key: 'details.city' } } },
        [0],
        pets,
    ],
    ['$relativeTime in the past', { createdAt: { $gt: { $relativeTime: '1 hour ago' } } }, [0, 1, 2, 3]],
    ['$relativeTime in the future', { createdAt: { $lt: { $relativeTime: 'in 1 hour' } } }, [0, 1, 2, 3]],
    ['$relativeTime in the distant past', { born: { $lt: { $relativeTime: '50 years 2 wks 3 hrs ago' } } }, [0, 2]],
];

for (const [name, where, expected, className] of scenarios) {
    test(`${name}: ${typeof where === 'function' ? '' : JSON.stringify(where).replaceAll(/(People|Pets)\w+/g, '$1')}`, async () => {
        assert.deepEqual(await matches(typeof where === 'function' ? where() : where, className), expected);
    });
}

const refusals = [
    ['$in that is no array', { n: { $in: 5 } }, 107],
    ['$nin that is no array', { n: { $nin: 5 } }, 107],
    ['$containedBy that is no array', { tags: { $containedBy: 'a' } }, 107],
    ['$regex that is no text', { name: { $regex: 5 } }, 102],
    ['unknown $options', { name: { $regex: 'x', $options: 'q' } }, 102],
    ['$or that is no array', { $or: {} }, 102],
    ['$and that is no array', { $and: 5 }, 102],
    ['$nor that is no array', { $nor: 5 }, 102],
    ['$nor with nothing', { $nor: [] }, 102],
    ['a key with a dash', { 'a-b': 1 }, 105],
    ['a key that starts with a digit', { '1a': 1 }, 105],
    ['an unknown operator at the top', { $bogus: 1 }, 105],
    ['$where', { $where: 'true' }, 105],
    ['an internal column', { _hashed_password: 'x' }, 105],
    ['ACL', { ACL: {} }, 102],
    ['$inQuery without a class', { owner: { $inQuery: { where: {} } } }, 102],
    ['$inQuery that is a number', { owner: { $inQuery: 5 } }, 102],
    ['$notInQuery without a class', { owner: { $notInQuery: { where: {} } } }, 102],
    ['$select without a key', { name: { $select: { query: { className: people } } } }, 102],
    ['$select with something more', { name: { $select: { query: { className: people }, key: 'name', x: 1 } } }, 102],
    ['$dontSelect that is a number', { name: { $dontSelect: 5 } }, 102],
    ['$relativeTime that is no time', { createdAt: { $gt: { $relativeTime: 'bogus' } } }, 107],
    ['$relativeTime on a number', { n: { $gt: { $relativeTime: '1 hour ago' } } }, 107],
];

for (const [name, where, code] of refusals) {
    test(`${name} is refused with ${code}`, async () => {
        refused(await get(`/classes/${people}`, { query: { where } }), 400, code);
    });
}

test('an unknown operator on a field is refused', async () => {
    const answer = await get(`/classes/${people}`, { query: { where: { n: { $bogus: 1 } } } });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(typeof answer.body.code, 'number');
});

test('where that is no JSON is refused with 107', async () => {
    refused(await get(`/classes/${people}?where=%7Bbad`), 400, 107);
});

test('an unknown query parameter is refused with 102 and named', async () => {
    const answer = await get(`/classes/${people}?bogus=1`);
    refused(answer, 400, 102);
    assert.equal(answer.body.error, 'Invalid parameter for query: bogus');
});

test('the SDK builds every kind of condition', async () => {
    const names = async (build) => {
        const query = new Parse.Query(people);
        build(query);
        return (await query.ascending('n').find()).map((person) => person.get('n'));
    };
    assert.deepEqual(await names((q) => q.equalTo('name', 'Ada')), [0]);
    assert.deepEqual(await names((q) => q.notEqualTo('name', 'Ada')), [1, 2, 3]);
    assert.deepEqual(await names((q) => q.lessThan('age', 36)), [1]);
    assert.deepEqual(await names((q) => q.lessThanOrEqualTo('age', 36)), [0, 1]);
    assert.deepEqual(await names((q) => q.greaterThan('age', 36)), [2]);
    assert.deepEqual(await names((q) => q.greaterThanOrEqualTo('age', 36)), [0, 2]);
    assert.deepEqual(await names((q) => q.containedIn('n', [1, 3])), [1, 3]);
    assert.deepEqual(await names((q) => q.notContainedIn('n', [1, 3])), [0, 2]);
    assert.deepEqual(await names((q) => q.containsAll('tags', ['code', 'math'])), [0]);
    assert.deepEqual(await names((q) => q.containedBy('numbers', [2, 3])), [1, 2, 3]);
    assert.deepEqual(await names((q) => q.exists('age')), [0, 1, 2]);
    assert.deepEqual(await names((q) => q.doesNotExist('age')), [3]);
    assert.deepEqual(await names((q) => q.startsWith('name', 'bob.')), [2]);
    assert.deepEqual(await names((q) => q.endsWith('name', '100%')), [3]);
    assert.deepEqual(await names((q) => q.contains('name', '.s')), [2]);
    assert.deepEqual(await names((q) => q.matches('name', /^b/i)), [1, 2]);
    assert.deepEqual(await names((q) => q.equalTo('details.city', 'Paris')), [3]);
    assert.deepEqual(await names((q) => q.lessThan('born', new Date('1900-01-01'))), [0]);
    const either = Parse.Query.or(new Parse.Query(people).equalTo('n', 0), new Parse.Query(people).equalTo('n', 3));
    assert.deepEqual(
        (await either.ascending('n').find()).map((p) => p.get('n')),
        [0, 3],
    );
    const neither = Parse.Query.nor(new Parse.Query(people).equalTo('n', 0), new Parse.Query(people).equalTo('n', 3));
    assert.deepEqual(
        (await neither.ascending('n').find()).map((p) => p.get('n')),
        [1, 2],
    );
    const both = Parse.Query.and(new Parse.Query(people).lessThan('n', 3), new Parse.Query(people).greaterThan('n', 1));
    assert.deepEqual(
        (await both.find()).map((p) => p.get('n')),
        [2],
    );
});

test('the SDK queries by another query', async () => {
    const happy = new Parse.Query(people).equalTo('happy', true);
    const ofHappy = await new Parse.Query(pets).matchesQuery('owner', happy).ascending('n').find();
    assert.deepEqual(
        ofHappy.map((pet) => pet.get('n')),
        [0, 2],
    );
    const ofOthers = await new Parse.Query(pets).doesNotMatchQuery('owner', happy).exists('owner').find();
    assert.deepEqual(
        ofOthers.map((pet) => pet.get('n')),
        [1],
    );
    const namesakes = await new Parse.Query(pets).matchesKeyInQuery('name', 'name', new Parse.Query(people)).find();
    assert.deepEqual(
        namesakes.map((pet) => pet.get('n')),
        [2],
    );
    const others = await new Parse.Query(pets)
        .doesNotMatchKeyInQuery('name', 'name', new Parse.Query(people))
        .ascending('n')
        .find();
    assert.deepEqual(
        others.map((pet) => pet.get('n')),
        [0, 1, 3],
    );
});

test('the SDK iterates over more objects than one page', async () => {
    const className = unique();
    await Parse.Object.saveAll(Array.from({ length: 130 }, (_, n) => new Parse.Object(className, { n })));
    const seen = [];
    await new Parse.Query(className).each((object) => seen.push(object.get('n')), { batchSize: 40 });
    assert.equal(new Set(seen).size, 130);
    assert.equal((await new Parse.Query(className).findAll({ batchSize: 50 })).length, 130);
    assert.equal((await new Parse.Query(className).find()).length, 100);
    assert.equal((await new Parse.Query(className).limit(1000).find()).length, 130);
});

test('a condition in the body of a GET works like one in its query string', async () => {
    const body = { where: { name: 'Ada' }, _method: 'GET' };
    assert.deepEqual(
        succeeded(await post(`/classes/${people}`, body)).results.map((row) => row.n),
        [0],
    );
});
