// /scan/CLASS walks a class of any size in a stable order: {results, cursor}, no cursor at the end.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    anyone,
    create,
    createAll,
    find,
    get,
    master,
    mountPath,
    post,
    refused,
    refusedSomehow,
    remove,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const things = unique('Scan');
const size = 57;

before(async () => {
    const requests = Array.from({ length: size }, (_, n) => ({
        method: 'POST',
        path: `${mountPath}/classes/${things}`,
        body: { n, even: n % 2 === 0 },
    }));
    for (let from = 0; from < size; from += 20) {
        succeeded(await post('/batch', { requests: requests.slice(from, from + 20) }));
    }
});

/** All pages of a scan. */
async function walk(className, query, as = anyone, between = async () => {}) {
    const pages = [];
    let cursor;
    do {
        const body = succeeded(
            await get(`/scan/${className}`, { as, query: { ...query, ...(cursor ? { cursor } : {}) } }),
        );
        pages.push(body.results);
        cursor = body.cursor;
        assert.ok(pages.length < 100, 'the scan does not end');
        await between(pages.length);
    } while (cursor !== undefined);
    return pages;
}

test('every object comes once, and the last page has no cursor', async () => {
    for (const limit of [1, 10, 19, 57, 58, 1000]) {
        const rows = (await walk(things, { limit })).flat();
        assert.equal(rows.length, size, `limit ${limit}`);
        assert.equal(new Set(rows.map((row) => row.objectId)).size, size, `limit ${limit}`);
    }
});

test('no page is larger than the limit', async () => {
    const pages = await walk(things, { limit: 10 });
    assert.ok(pages.every((page) => page.length <= 10));
    assert.ok(pages.slice(0, -1).every((page) => page.length === 10));
});

test('the order is the same each time, whatever the limit', async () => {
    const ids = async (limit) => (await walk(things, { limit })).flat().map((row) => row.objectId);
    assert.deepEqual(await ids(7), await ids(23));
});

test('rows are whole objects', async () => {
    const [row] = succeeded(await get(`/scan/${things}?limit=1`)).results;
    const [same] = await find(things, { where: { objectId: row.objectId } });
    assert.deepEqual(row, same);
});

test('where filters', async () => {
    const rows = (await walk(things, { limit: 5, where: { even: true } })).flat();
    assert.equal(rows.length, 29);
    assert.ok(rows.every((row) => row.even));
});

test('objects that were there from the beginning are neither lost nor repeated by writes in between', async () => {
    const className = unique('Scan');
    const ids = await createAll(
        className,
        Array.from({ length: 20 }, (_, n) => ({ n })),
    );
    const pages = await walk(className, { limit: 4 }, anyone, async (page) => {
        await create(className, { n: 1000 + page });
        if (page === 1) {
            succeeded(await remove(`/classes/${className}/${ids[0]}`));
        }
    });
    const seen = pages.flat().map((row) => row.objectId);
    assert.equal(new Set(seen).size, seen.length);
    for (const id of ids.slice(1)) {
        assert.ok(seen.includes(id));
    }
});

test('a scan shows only what its caller may read', async () => {
    const className = unique('Scan');
    const account = await signUp();
    await createAll(className, [{ n: 1 }, { n: 2, ACL: { [account.objectId]: { read: true } } }, { n: 3, ACL: {} }]);
    const seen = async (as) =>
        (await walk(className, { limit: 1 }, as))
            .flat()
            .map((row) => row.n)
            .sort();
    assert.deepEqual(await seen(anyone), [1]);
    assert.deepEqual(await seen(user(account)), [1, 2]);
    assert.deepEqual(await seen(master), [1, 2, 3]);
});

test('a scan needs the permission to find', async () => {
    const className = unique('Scan');
    const classLevelPermissions = { find: {}, get: { '*': true } };
    succeeded(await post(`/schemas/${className}`, { className, classLevelPermissions }, { as: master }));
    refused(await get(`/scan/${className}`), 400, 119);
});

test('protected fields stay hidden', async () => {
    const className = unique('Scan');
    const classLevelPermissions = { find: { '*': true }, create: { '*': true }, protectedFields: { '*': ['secret'] } };
    const fields = { secret: { type: 'String' } };
    succeeded(await post(`/schemas/${className}`, { className, fields, classLevelPermissions }, { as: master }));
    await create(className, { secret: 's' });
    const [row] = succeeded(await get(`/scan/${className}`)).results;
    assert.ok(!('secret' in row));
    refused(await get(`/scan/${className}`, { query: { where: { secret: 's' } } }), 400, 119);
});

test('a class that does not exist has nothing to walk', async () => {
    assert.deepEqual(succeeded(await get(`/scan/${unique()}`)), { results: [] });
});

test('a cursor that is none is refused', async () => {
    for (const cursor of ['nonsense', "' or 1=1 --", '%00', 'x'.repeat(5000)]) {
        refusedSomehow(await get(`/scan/${things}`, { query: { cursor, limit: '5' } }), cursor.slice(0, 20));
    }
});

test('a bad limit or where is refused', async () => {
    refusedSomehow(await get(`/scan/${things}?limit=x`));
    refusedSomehow(await get(`/scan/${things}?limit=-1`));
    refused(await get(`/scan/${things}?where=%7Bbad`), 400, 107);
});

test('internal classes cannot be walked by clients', async () => {
    for (const className of ['_Hooks', '_GlobalConfig', '_Installation', '_Join:users:_Role']) {
        refusedSomehow(await get(`/scan/${className}`), className);
    }
});
