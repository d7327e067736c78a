// Values with a type of their own inside arrays and objects: what is stored, how it is found, and how it is ordered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveSocket } from './live-support.mjs';
import {
    add,
    addUnique,
    change,
    create,
    createAll,
    date,
    fetchOne,
    find,
    geo,
    pointer,
    post,
    put,
    refused,
    removeAll,
    succeeded,
    unique,
} from './support.mjs';

const noon = date('2030-01-01T10:00:00.000Z');
const noonElsewhere = date('2030-01-01T12:00:00+02:00');

test('a date inside an array or object is the same however it was written', async () => {
    const className = unique();
    const id = await create(className, { l: [noonElsewhere, 1], o: { d: noonElsewhere, l: [{ d: noonElsewhere }] } });

    const { l, o } = await fetchOne(className, id);
    assert.deepEqual(l, [noon, 1]);
    assert.deepEqual(o, { d: noon, l: [{ d: noon }] });
    for (const where of [
        { l: noon },
        { l: noonElsewhere },
        { l: { $in: [noonElsewhere] } },
        { l: { $all: [noon] } },
        { l: { $gte: noonElsewhere, $lte: noon } },
        { 'o.d': noonElsewhere },
        { 'o.d': { $lt: date('2030-01-01T11:30:00+01:00') } },
        { 'o.l.d': noon },
        { o: { d: noonElsewhere, l: [{ d: noon }] } },
    ]) {
        assert.equal((await find(className, { where })).length, 1, JSON.stringify(where));
    }
    assert.equal((await find(className, { where: { 'o.d': { $gt: noonElsewhere } } })).length, 0);
});

test('elements that are the same value are added once and removed together', async () => {
    const className = unique();
    const id = await create(className, { l: [date('2030-01-01T10:00:00Z')] });
    await change(className, id, { l: addUnique(noon, noonElsewhere, geo(1, 2), { ...geo(1, 2), more: 1 }) });
    assert.deepEqual((await fetchOne(className, id)).l, [noon, geo(1, 2)]);
    await change(className, id, { l: add(pointer('Other', 'someId')) });
    await change(className, id, { l: removeAll(noonElsewhere, { ...pointer('Other', 'someId'), name: 'x' }) });
    assert.deepEqual((await fetchOne(className, id)).l, [geo(1, 2)]);
});

for (const [name, value, code] of [
    ['a date that is not valid', date('not a date'), 107],
    ['a date without its time', { __type: 'Date' }, 111],
    ['a place off the globe', geo(91, 0), 107],
    ['a place without a longitude', { __type: 'GeoPoint', latitude: 1 }, 111],
    ['a pointer to nowhere', { __type: 'Pointer', className: 'Other' }, 111],
    ['bytes that are not base64', { __type: 'Bytes', base64: '*' }, 111],
    ['a polygon of two corners', { __type: 'Polygon', coordinates: [[0, 0]] }, 107],
    ['a file without a name', { __type: 'File', url: 'http://elsewhere/' }, 111],
]) {
    test(`${name} is refused with ${code} wherever it stands`, async () => {
        const className = unique();
        const id = await create(className, { l: [1], o: { a: 1 } });
        refused(await post(`/classes/${className}`, { top: value }), 400, code);
        refused(await post(`/classes/${className}`, { l: [value] }), 400, code);
        refused(await post(`/classes/${className}`, { o: { deep: [{ value }] } }), 400, code);
        refused(await put(`/classes/${className}/${id}`, { l: add(value) }), 400, code);
        refused(await put(`/classes/${className}/${id}`, { l: removeAll(value) }), 400, code);
        refused(await put(`/classes/${className}/${id}`, { 'o.a': value }), 400, code);
        assert.deepEqual((await fetchOne(className, id)).l, [1]);
    });
}

test('objects are ordered by dates inside them', async () => {
    const className = unique();
    await createAll(className, [
        { n: 1, o: { d: date('2030-01-01T12:00:00+05:00') } },
        { n: 2, o: { d: date('2030-01-01T08:00:00.000Z') } },
        { n: 3, o: { d: date('2030-01-01T07:30:00Z') } },
    ]);
    const order = async (key) => (await find(className, { order: key })).map((row) => row.n);
    assert.deepEqual(await order('o.d'), [1, 3, 2]);
    assert.deepEqual(await order('-o.d'), [2, 3, 1]);
});

test('a file inside an array tells its address, and is known by its name', async () => {
    const className = unique();
    const { name, url } = succeeded(
        await post('/files/note.txt', { base64: 'aGk=', _ContentType: 'text/plain' }, {}),
        201,
    );
    const file = { __type: 'File', name, url };
    const id = await create(className, {
        l: [{ __type: 'File', name, url: 'http://elsewhere/x' }],
        o: { deep: { file } },
    });
    const { l, o } = await fetchOne(className, id);
    assert.deepEqual(l, [file]);
    assert.deepEqual(o.deep.file, file);
    assert.equal((await find(className, { where: { l: { __type: 'File', name } } })).length, 1);
    assert.equal((await find(className, { where: { o: { deep: { file: { __type: 'File', name } } } } })).length, 1);
});

test('a live query and a find see the same values inside arrays', async () => {
    const className = unique();
    await create(className, { l: [] });
    const live = await LiveSocket.connect();
    const where = { l: noonElsewhere, 'o.d': { $lte: noonElsewhere } };
    live.send({ op: 'subscribe', requestId: 1, query: { className, where } });
    await live.next(({ op }) => op === 'subscribed');
    const id = await create(className, { l: [date('2030-01-01T05:00:00-05:00')], o: { d: noonElsewhere } });
    const { object } = await live.next(({ op }) => op === 'create');
    assert.equal(object.objectId, id);
    assert.deepEqual([object.l, object.o], [[noon], { d: noon }]);
    assert.deepEqual(
        (await find(className, { where })).map((row) => row.objectId),
        [id],
    );
    live.cut();
});
