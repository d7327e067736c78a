import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    create,
    createAll,
    fetchOne,
    find,
    get,
    master,
    pointer,
    refused,
    remove,
    sdk,
    succeeded,
    unique,
} from './support.mjs';

const Parse = sdk();
const cities = unique('Cities');
const countries = unique('Countries');
const continents = unique('Continents');
let ids;
let country;
let continent;

before(async () => {
    continent = await create(continents, { name: 'Europe', size: 10 });
    country = await create(countries, { name: 'Italy', code: 'IT', continent: pointer(continents, continent) });
    const gone = pointer(countries, 'missing000');
    ids = await createAll(cities, [
        { n: 0, name: 'Venice', big: false, o: { k: 3, l: 'x' }, country: pointer(countries, country) },
        {
            n: 1,
            name: 'Rome',
            big: true,
            o: { k: 2, l: 'x' },
            country: pointer(countries, country),
            list: [pointer(countries, country)],
        },
        { n: 2, name: 'Atlantis', big: true, o: { k: 1, l: 'x' }, country: gone },
        { n: 3, name: 'Nowhere', big: false },
    ]);
});

const order = async (by, more = {}) => (await find(cities, { order: by, ...more })).map((row) => row.n);

test('order sorts up, down, and by several fields', async () => {
    assert.deepEqual(await order('name'), [2, 3, 1, 0]);
    assert.deepEqual(await order('-name'), [0, 1, 3, 2]);
    assert.deepEqual(await order('big,-n'), [3, 0, 2, 1]);
    assert.deepEqual(await order('-big,name'), [2, 1, 3, 0]);
    assert.deepEqual(await order('-createdAt'), [3, 2, 1, 0]);
});

test('order sorts by a nested key', async () => {
    assert.deepEqual(await order('o.k', { where: { n: { $lt: 3 } } }), [2, 1, 0]);
    assert.deepEqual(await order('-o.k', { where: { n: { $lt: 3 } } }), [0, 1, 2]);
});

for (const by of ['a-b', '$x', "n'", '-']) {
    test(`order by ${JSON.stringify(by)} is refused with 105`, async () => {
        refused(await get(`/classes/${cities}`, { query: { order: by } }), 400, 105);
    });
}

test('limit and skip page through the results', async () => {
    assert.deepEqual(await order('n', { limit: 2 }), [0, 1]);
    assert.deepEqual(await order('n', { limit: 2, skip: 2 }), [2, 3]);
    assert.deepEqual(await order('n', { skip: 10 }), []);
});

test('limit 0 returns nothing, and still counts', async () => {
    assert.deepEqual(succeeded(await get(`/classes/${cities}?limit=0`)), { results: [] });
    assert.deepEqual(succeeded(await get(`/classes/${cities}?limit=0&count=1`)), { results: [], count: 4 });
});

test('count counts what matches, not the page', async () => {
    const body = succeeded(await get(`/classes/${cities}`, { query: { count: 1, limit: 1, where: { big: true } } }));
    assert.equal(body.count, 2);
    assert.equal(body.results.length, 1);
});

test('keys selects fields and always adds the three of every object', async () => {
    const [row] = await find(cities, { keys: 'name', where: { n: 0 } });
    assert.deepEqual(Object.keys(row).sort(), ['createdAt', 'name', 'objectId', 'updatedAt']);
});

test('keys of nothing that exists leaves the three of every object', async () => {
    const [row] = await find(cities, { keys: 'nothing', where: { n: 0 } });
    assert.deepEqual(Object.keys(row).sort(), ['createdAt', 'objectId', 'updatedAt']);
});

test('excludeKeys leaves fields out, but not objectId', async () => {
    const [row] = await find(cities, { excludeKeys: 'name,o,country', where: { n: 0 } });
    assert.deepEqual(Object.keys(row).sort(), ['big', 'createdAt', 'n', 'objectId', 'updatedAt']);
});

test('keys and excludeKeys work for one object', async () => {
    const path = `/classes/${cities}/${ids[0]}`;
    assert.deepEqual(Object.keys(succeeded(await get(`${path}?keys=n`))).sort(), [
        'createdAt',
        'n',
        'objectId',
        'updatedAt',
    ]);
    assert.ok(!('o' in succeeded(await get(`${path}?excludeKeys=o`))));
});

test('without include a pointer stays a pointer', async () => {
    const [row] = await find(cities, { where: { n: 0 } });
    assert.deepEqual(row.country, pointer(countries, country));
});

test('include brings the object in, marked as one', async () => {
    const [row] = await find(cities, { where: { n: 0 }, include: 'country' });
    assert.equal(row.country.__type, 'Object');
    assert.equal(row.country.className, countries);
    assert.equal(row.country.objectId, country);
    assert.equal(row.country.name, 'Italy');
    assert.deepEqual(row.country.continent, pointer(continents, continent));
});

test('include of a path includes each step', async () => {
    const [row] = await find(cities, { where: { n: 0 }, include: 'country.continent' });
    assert.equal(row.country.name, 'Italy');
    assert.equal(row.country.continent.name, 'Europe');
    assert.equal(row.country.continent.__type, 'Object');
});

test('include works for one object and for pointers in an array', async () => {
    const row = succeeded(await get(`/classes/${cities}/${ids[1]}?include=country,list`));
    assert.equal(row.country.name, 'Italy');
    assert.equal(row.list[0].name, 'Italy');
});

test('include=* includes all pointers of the first level', async () => {
    const [row] = await find(cities, { where: { n: 0 }, include: '*' });
    assert.equal(row.country.name, 'Italy');
    assert.deepEqual(row.country.continent, pointer(continents, continent));
    const [same] = await find(cities, { where: { n: 0 }, includeAll: true });
    assert.equal(same.country.name, 'Italy');
});

test('including all shows pointers that keys leave out', async () => {
    const [row] = await find(cities, { where: { n: 1 }, includeAll: true, keys: 'name' });
    assert.equal(row.country.code, 'IT');
    assert.equal(row.list[0].code, 'IT');
    assert.ok(!('big' in row));
    const [part] = await find(cities, { where: { n: 1 }, includeAll: true, keys: 'country.name' });
    assert.equal(part.country.name, 'Italy');
    assert.ok(!('code' in part.country));
});

test('an included object that is missing disappears from the result', async () => {
    const [row] = await find(cities, { where: { n: 2 }, include: 'country' });
    assert.ok(!('country' in row));
    assert.equal((await fetchOne(cities, ids[2])).country.objectId, 'missing000');
});

test('an included object that the caller may not read disappears from the result', async () => {
    const hidden = await create(countries, { name: 'Hidden', ACL: {} }, master);
    const id = await create(cities, { n: 99, country: pointer(countries, hidden) });
    const path = `/classes/${cities}/${id}?include=country`;
    assert.ok(!('country' in succeeded(await get(path))));
    assert.equal(succeeded(await get(path, { as: master })).country.name, 'Hidden');
    succeeded(await remove(`/classes/${cities}/${id}`));
});

test('include of a field that is no pointer changes nothing', async () => {
    const [row] = await find(cities, { where: { n: 0 }, include: 'name,nothing' });
    assert.equal(row.name, 'Venice');
});

test('keys with a dot selects fields of the included object', async () => {
    const [row] = await find(cities, { where: { n: 0 }, include: 'country', keys: 'name,country.code' });
    assert.equal(row.name, 'Venice');
    assert.equal(row.country.code, 'IT');
    assert.ok(!('name' in row.country));
    assert.ok(!('big' in row));
});

test('a condition on a pointer works together with include', async () => {
    const rows = await find(cities, {
        where: { country: pointer(countries, country) },
        include: 'country',
        order: 'n',
    });
    assert.deepEqual(
        rows.map((row) => [row.n, row.country.name]),
        [
            [0, 'Italy'],
            [1, 'Italy'],
        ],
    );
});

test('a read of one object refuses the parameters of a query with 102', async () => {
    for (const query of [{ where: { n: 1 } }, { limit: '1' }, { bogus: '1' }]) {
        refused(await get(`/classes/${cities}/${ids[0]}`, { query }), 400, 102);
    }
});

test('explain needs the master key', async () => {
    refused(await get(`/classes/${cities}?explain=true`), 400, 102);
    succeeded(await get(`/classes/${cities}?explain=true`, { as: master }));
});

test('hint, comment and readPreference are accepted', async () => {
    for (const query of [{ hint: '_id_' }, { comment: 'why' }, { readPreference: 'SECONDARY' }]) {
        assert.equal((await find(cities, query)).length, 4);
    }
});

test('the SDK pages, sorts, selects, excludes, includes and counts', async () => {
    const page = await new Parse.Query(cities).descending('n').skip(1).limit(2).find();
    assert.deepEqual(
        page.map((city) => city.get('n')),
        [2, 1],
    );
    const selected = await new Parse.Query(cities).select('name').equalTo('n', 0).first();
    assert.deepEqual(Object.keys(selected.attributes).sort(), ['createdAt', 'name', 'updatedAt']);
    const excluded = await new Parse.Query(cities).exclude('name').equalTo('n', 0).first();
    assert.equal(excluded.has('name'), false);
    assert.equal(excluded.get('n'), 0);
    const included = await new Parse.Query(cities).include('country.continent').equalTo('n', 0).first();
    assert.equal(included.get('country').get('continent').get('name'), 'Europe');
    const all = await new Parse.Query(cities).includeAll().equalTo('n', 0).first();
    assert.equal(all.get('country').get('name'), 'Italy');
    assert.equal(await new Parse.Query(cities).equalTo('big', true).count(), 2);
    const { results, count } = await new Parse.Query(cities).withCount().limit(1).find();
    assert.equal(results.length, 1);
    assert.equal(count, 4);
    assert.equal(await new Parse.Query(cities).equalTo('n', 12345).first(), undefined);
});
