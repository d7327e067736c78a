// Pipelines that Parse Server over PostgreSQL gets wrong.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, date, get, master, refused, succeeded, unique } from './support.mjs';

const sales = unique('Sales');
const aggregate = async (query) => succeeded(await get(`/aggregate/${sales}`, { as: master, query })).results;
const pipeline = (...stages) => aggregate({ pipeline: stages });

before(async () => {
    await createAll(sales, [
        { n: 0, price: 10, tags: ['a', 'b'], day: date('2020-01-01T10:00:00.000Z') },
        { n: 1, price: 20, tags: ['b'], day: date('2020-01-02T10:00:00.000Z') },
        { n: 2, price: 30, tags: [], day: date('2021-01-02T10:00:00.000Z') },
        { n: 3, price: 40, tags: ['c'], day: date('2021-02-02T10:00:00.000Z') },
    ]);
});

test('$group by a part of a date', async () => {
    const results = await pipeline({ $group: { _id: { year: { $year: '$day' } }, count: { $sum: 1 } } });
    assert.deepEqual(
        results.map((row) => [row.objectId.year, row.count]).sort((a, b) => a[0] - b[0]),
        [
            [2020, 2],
            [2021, 2],
        ],
    );
});

test('$sort, $skip and $limit', async () => {
    const results = await pipeline({ $sort: { price: -1 } }, { $skip: 1 }, { $limit: 2 });
    assert.deepEqual(
        results.map((row) => row.n),
        [2, 1],
    );
});

test('$unwind makes a row of each element', async () => {
    const results = await pipeline({ $unwind: '$tags' }, { $group: { _id: '$tags', count: { $sum: 1 } } });
    assert.deepEqual(
        results.sort((a, b) => a.objectId.localeCompare(b.objectId)),
        [
            { objectId: 'a', count: 1 },
            { objectId: 'b', count: 2 },
            { objectId: 'c', count: 1 },
        ],
    );
});

test('$match on zero and on times', async () => {
    assert.equal((await pipeline({ $match: { n: { $gt: 0 } } })).length, 3);
    const recent = { createdAt: { $gt: date('2020-01-01T00:00:00.000Z') } };
    const [{ count }] = await pipeline({ $match: recent }, { $group: { _id: null, count: { $sum: 1 } } });
    assert.equal(count, 4);
});

test('$match after $group filters the groups', async () => {
    const results = await pipeline(
        { $group: { _id: { year: { $year: '$day' } }, total: { $sum: '$price' } } },
        { $match: { total: { $gt: 50 } } },
    );
    assert.deepEqual(results, [{ objectId: { year: 2021 }, total: 70 }]);
});

for (const stage of ['$out', '$merge', '$bogus']) {
    test(`${stage} is refused with 102`, async () => {
        refused(await get(`/aggregate/${sales}`, { as: master, query: { pipeline: [{ [stage]: 'x' }] } }), 400, 102);
    });
}
