import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    anyone,
    createAll,
    date,
    get,
    master,
    pointer,
    refused,
    sdk,
    succeeded,
    unauthorized,
    unique,
    user,
    signUp,
} from './support.mjs';

const Parse = sdk();
const sales = unique('Sales');
const shops = unique('Shops');
let shopIds;

before(async () => {
    shopIds = await createAll(shops, [{ name: 'one' }, { name: 'two' }]);
    await createAll(sales, [
        {
            n: 0,
            price: 10,
            item: 'nail',
            cash: true,
            tags: ['a', 'b'],
            shop: pointer(shops, shopIds[0]),
            day: date('2020-01-01T10:00:00.000Z'),
            o: { k: 1 },
        },
        {
            n: 1,
            price: 20,
            item: 'nail',
            cash: false,
            tags: ['b'],
            shop: pointer(shops, shopIds[0]),
            day: date('2020-01-02T10:00:00.000Z'),
            o: { k: 1 },
        },
        {
            n: 2,
            price: 30,
            item: 'saw',
            cash: true,
            tags: [],
            shop: pointer(shops, shopIds[1]),
            day: date('2021-01-02T10:00:00.000Z'),
            o: { k: 2 },
        },
        {
            n: 3,
            price: 40,
            item: 'saw',
            cash: true,
            tags: ['c'],
            shop: pointer(shops, shopIds[1]),
            day: date('2021-02-02T10:00:00.000Z'),
            o: { k: 2 },
        },
    ]);
});

const aggregate = async (query) => succeeded(await get(`/aggregate/${sales}`, { as: master, query })).results;
const pipeline = (...stages) => aggregate({ pipeline: stages });
const byObjectId = (a, b) => String(a.objectId).localeCompare(String(b.objectId));

test('aggregate needs the master key', async () => {
    unauthorized(await get(`/aggregate/${sales}?distinct=n`, { as: anyone }));
    unauthorized(await get(`/aggregate/${sales}?distinct=n`, { as: user(await signUp()) }));
});

test('$group sums, averages and finds the ends; its key comes back as objectId', async () => {
    const results = await pipeline({
        $group: {
            _id: '$item',
            total: { $sum: '$price' },
            count: { $sum: 1 },
            average: { $avg: '$price' },
            least: { $min: '$price' },
            most: { $max: '$price' },
        },
    });
    assert.deepEqual(results.sort(byObjectId), [
        { objectId: 'nail', total: 30, count: 2, average: 15, least: 10, most: 20 },
        { objectId: 'saw', total: 70, count: 2, average: 35, least: 30, most: 40 },
    ]);
});

test('$group with a null key makes one group', async () => {
    const [{ objectId, total }] = await pipeline({ $group: { _id: null, total: { $sum: '$price' } } });
    assert.equal(objectId, null);
    assert.equal(total, 100);
});

test('$group after $match groups what matches', async () => {
    assert.deepEqual(
        await pipeline(
            { $match: { price: { $gt: 10 }, cash: true } },
            { $group: { _id: '$item', total: { $sum: '$price' } } },
        ),
        [{ objectId: 'saw', total: 70 }],
    );
});

test('$group by a pointer gives the id', async () => {
    const results = await pipeline({ $group: { _id: '$shop', total: { $sum: '$price' } } });
    assert.deepEqual(
        results.map((row) => [row.objectId, row.total]).sort((a, b) => a[1] - b[1]),
        [
            [shopIds[0], 30],
            [shopIds[1], 70],
        ],
    );
});

test('$match returns whole objects', async () => {
    const results = await pipeline({ $match: { price: { $gt: 25 } } });
    assert.deepEqual(results.map((row) => row.n).sort(), [2, 3]);
    assert.ok(results.every((row) => row.objectId && row.createdAt && row.updatedAt));
});

test('$match takes $or', async () => {
    const results = await pipeline({ $match: { $or: [{ n: 0 }, { price: { $gt: 35 } }] } });
    assert.deepEqual(results.map((row) => row.n).sort(), [0, 3]);
});

test('$sort', async () => {
    const results = await pipeline({ $match: { price: { $gt: 10 } } }, { $sort: { price: -1 } });
    assert.deepEqual(
        results.map((row) => row.n),
        [3, 2, 1],
    );
});

test('$limit', async () => {
    assert.equal((await pipeline({ $limit: 2 })).length, 2);
});

test('$project keeps the named fields', async () => {
    const results = await pipeline({ $match: { n: 1 } }, { $project: { price: 1 } });
    assert.equal(results[0].price, 20);
    assert.ok(!('item' in results[0]));
});

test('stages can be query parameters', async () => {
    const [row] = await aggregate({ $group: { _id: null, total: { $sum: '$price' } } });
    assert.equal(row.total, 100);
});

test('distinct returns the bare values', async () => {
    const distinct = async (field, where = {}) => (await aggregate({ distinct: field, where })).sort();
    assert.deepEqual(await distinct('item'), ['nail', 'saw']);
    assert.deepEqual(await distinct('tags'), ['a', 'b', 'c']);
    assert.deepEqual(await distinct('o.k'), [1, 2]);
    assert.deepEqual(await distinct('price', { price: { $gt: 25 } }), [30, 40]);
    assert.deepEqual(await aggregate({ distinct: 'price', $where: { price: { $gt: 35 } } }), [40]);
    assert.deepEqual(await distinct('nothing'), []);
});

test('distinct of a pointer returns pointers', async () => {
    const results = await aggregate({ distinct: 'shop' });
    assert.deepEqual(results.map((value) => value.objectId).sort(), [...shopIds].sort());
    assert.ok(results.every((value) => value.__type === 'Pointer' && value.className === shops));
});

test('a class that does not exist aggregates to nothing', async () => {
    const answer = await get(`/aggregate/${unique()}?distinct=n`, { as: master });
    assert.deepEqual(succeeded(answer), { results: [] });
});

for (const [name, query] of [
    ['a stage without $', { pipeline: [{ match: { n: 1 } }] }],
    ['a stage parameter without $', { match: { n: 1 } }],
    ['two stages in one', { pipeline: [{ $match: { n: 1 }, $sort: { n: 1 } }] }],
    ['$group without a key', { pipeline: [{ $group: { total: { $sum: 1 } } }] }],
    ['$group by objectId', { pipeline: [{ $group: { objectId: '$item' } }] }],
    ['an unknown parameter', { bogus: '1' }],
]) {
    test(`${name} is refused with 102`, async () => {
        refused(await get(`/aggregate/${sales}`, { as: master, query }), 400, 102);
    });
}

test('the SDK aggregates and finds distinct values', async () => {
    const results = await new Parse.Query(sales).aggregate([
        { $match: { cash: true } },
        { $group: { _id: '$item', total: { $sum: '$price' } } },
    ]);
    assert.deepEqual(results.sort(byObjectId), [
        { objectId: 'nail', total: 10 },
        { objectId: 'saw', total: 70 },
    ]);
    assert.deepEqual((await new Parse.Query(sales).distinct('item')).sort(), ['nail', 'saw']);
    assert.deepEqual(await new Parse.Query(sales).equalTo('n', 3).distinct('item'), ['saw']);
});
