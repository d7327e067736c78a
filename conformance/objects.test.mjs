import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    anyone,
    change,
    create,
    date,
    failsWith,
    fetchOne,
    find,
    geo,
    get,
    master,
    pointer,
    post,
    put,
    refused,
    remove,
    sdk,
    server,
    succeeded,
    unique,
    unset,
} from './support.mjs';

const Parse = sdk();
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('create answers 201 with objectId and createdAt only, and where it is', async () => {
    const className = unique();
    const answer = await post(`/classes/${className}`, { name: 'a' });
    const body = succeeded(answer, 201);
    assert.deepEqual(Object.keys(body).sort(), ['createdAt', 'objectId']);
    assert.match(body.objectId, /^[A-Za-z0-9]{10}$/);
    assert.match(body.createdAt, isoTime);
    assert.equal(answer.headers.get('location'), `${server.url}/classes/${className}/${body.objectId}`);
});

test('a read returns what was written, with plain string times and without an ACL', async () => {
    const className = unique();
    const id = await create(className, { name: 'a', n: 1 });
    const { createdAt, updatedAt, ...rest } = await fetchOne(className, id);
    assert.deepEqual(rest, { objectId: id, name: 'a', n: 1 });
    assert.match(createdAt, isoTime);
    assert.equal(updatedAt, createdAt);
});

test('update answers updatedAt only and leaves other fields alone', async () => {
    const className = unique();
    const id = await create(className, { name: 'a', n: 1 });
    const answer = await change(className, id, { name: 'b' });
    assert.deepEqual(Object.keys(answer), ['updatedAt']);
    const read = await fetchOne(className, id);
    assert.equal(read.name, 'b');
    assert.equal(read.n, 1);
    assert.equal(read.updatedAt, answer.updatedAt);
    assert.ok(read.updatedAt >= read.createdAt);
});

test('delete answers an empty object and the object is gone', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    assert.deepEqual(succeeded(await remove(`/classes/${className}/${id}`)), {});
    refused(await get(`/classes/${className}/${id}`), 404, 101);
    refused(await remove(`/classes/${className}/${id}`), 404, 101);
});

test('an unknown id or class is 404 with code 101 for get, put and delete', async () => {
    const className = unique();
    await create(className, { n: 1 });
    for (const path of [`/classes/${className}/nope`, `/classes/${unique()}/nope`]) {
        refused(await get(path), 404, 101);
        refused(await put(path, { n: 1 }), 404, 101);
        refused(await remove(path), 404, 101);
    }
});

test('a query on a class that does not exist finds nothing and does not make it', async () => {
    const className = unique();
    assert.deepEqual(succeeded(await get(`/classes/${className}`)), { results: [] });
    refused(await get(`/schemas/${className}`, { as: master }), 400, 103);
});

test('an object without fields can be created', async () => {
    const id = await create(unique(), {});
    assert.match(id, /^[A-Za-z0-9]{10}$/);
});

const roundTrips = {
    'a string': 'text',
    'an empty string': '',
    'a string beyond ASCII': 'Ä-漢字-🌍-\u2028',
    'an integer': 42,
    'a large integer': 9007199254740991,
    'a negative fraction': -1.25,
    'a small number': 1e-7,
    zero: 0,
    true: true,
    false: false,
    'an object': { a: 1, b: { c: [1, { d: null }], e: 'x' }, f: true },
    'an empty object': {},
    'an array of mixed values': [1, 'two', true, null, { three: 3 }, [4]],
    'an empty array': [],
    'an array of pointers': [pointer('Other', 'abc')],
    'a date': date('2020-01-02T03:04:05.678Z'),
    'a date before 1970': date('1901-12-31T23:59:59.999Z'),
    'a geo point': geo(40.5, -30.25),
    'a pointer': pointer('Other', 'abcdefghij'),
    'a pointer to a user': pointer('_User', 'abcdefghij'),
    'an object with dates inside': { when: date('2020-01-02T03:04:05.678Z'), where: geo(1, 2) },
};

for (const [name, value] of Object.entries(roundTrips)) {
    test(`${name} comes back as it was written, also after an update`, async () => {
        const className = unique();
        const id = await create(className, { value });
        assert.deepEqual((await fetchOne(className, id)).value, value);
        await change(className, id, { value });
        assert.deepEqual((await fetchOne(className, id)).value, value);
        assert.deepEqual((await find(className))[0].value, value);
    });
}

test('a polygon comes back closed', async () => {
    const className = unique();
    const id = await create(className, {
        area: {
            __type: 'Polygon',
            coordinates: [
                [0, 0],
                [0, 1],
                [1, 1],
            ],
        },
    });
    assert.deepEqual((await fetchOne(className, id)).area, {
        __type: 'Polygon',
        coordinates: [
            [0, 0],
            [0, 1],
            [1, 1],
            [0, 0],
        ],
    });
});

test('a polygon of two corners is refused with 107', async () => {
    const area = {
        __type: 'Polygon',
        coordinates: [
            [0, 0],
            [1, 1],
        ],
    };
    refused(await post(`/classes/${unique()}`, { area }), 400, 107);
});

test('the url of a file field is computed from its name', async () => {
    const className = unique();
    const id = await create(className, { file: { __type: 'File', name: 'x.txt', url: 'http://evil.example/x.txt' } });
    const { file } = await fetchOne(className, id);
    assert.equal(file.__type, 'File');
    assert.equal(file.name, 'x.txt');
    assert.ok(file.url.startsWith(`${server.url}/files/`), file.url);
    assert.ok(file.url.endsWith('/x.txt'), file.url);
});

test('a deleted field is absent', async () => {
    const className = unique();
    const id = await create(className, { name: 'a', n: 1 });
    assert.deepEqual(Object.keys(await change(className, id, { name: unset })), ['updatedAt']);
    assert.ok(!('name' in (await fetchOne(className, id))));
});

const mismatches = {
    Number: [1, 'x'],
    String: ['a', 1],
    Boolean: [true, 'true'],
    Date: [date('2020-01-01T00:00:00.000Z'), '2020-01-01T00:00:00.000Z'],
    Object: [{ a: 1 }, [1]],
    Array: [[1], { a: 1 }],
    GeoPoint: [geo(1, 1), { latitude: 1 }],
    Bytes: [{ __type: 'Bytes', base64: 'aGVsbG8=' }, 'aGVsbG8='],
};

for (const [type, [first, second]] of Object.entries(mismatches)) {
    test(`the first value makes a field ${type}; another type is refused with 111`, async () => {
        const className = unique();
        const id = await create(className, { value: first });
        const { fields } = succeeded(await get(`/schemas/${className}`, { as: master }));
        assert.equal(fields.value.type, type);
        const onCreate = await post(`/classes/${className}`, { value: second });
        refused(onCreate, 400, 111);
        assert.match(onCreate.body.error, new RegExp(`schema mismatch for ${className}.value; expected ${type}`));
        refused(await put(`/classes/${className}/${id}`, { value: second }), 400, 111);
        assert.deepEqual((await fetchOne(className, id)).value, first);
    });
}

test('a pointer field keeps its target class', async () => {
    const className = unique();
    await create(className, { other: pointer('Other', 'abc') });
    const answer = await post(`/classes/${className}`, { other: pointer('Another', 'abc') });
    refused(answer, 400, 111);
    assert.match(answer.body.error, /expected Pointer<Other> but got Pointer<Another>/);
});

test('two geo points in one object are refused with 111 and nothing is stored', async () => {
    const className = unique();
    refused(await post(`/classes/${className}`, { here: geo(1, 1), there: geo(2, 2) }), 400, 111);
    assert.deepEqual(await find(className), []);
});

for (const value of [
    { __type: 'GeoPoint', latitude: 1 },
    { __type: 'Date' },
    { __type: 'Bytes' },
    { __type: 'File' },
    { __type: 'Relation' },
    { __type: 'Weird' },
]) {
    test(`${JSON.stringify(value)} is no value and refused with 111`, async () => {
        refused(await post(`/classes/${unique()}`, { value }), 400, 111);
    });
}

for (const name of ['a-b', '1x', '$x', '_x', 'a b', 'a/b', 'ä', "a'b", 'length', 'className', '']) {
    test(`the field name ${JSON.stringify(name)} is refused with 105`, async () => {
        const className = unique();
        await create(className, { n: 1 });
        refused(await post(`/classes/${className}`, { [name]: 1 }), 400, 105);
    });
}

for (const name of ['objectId', 'id']) {
    test(`a client cannot choose ${name}`, async () => {
        refused(await post(`/classes/${unique()}`, { [name]: 'mine' }), 400, 105);
    });
}

test('createdAt as a plain string is a schema mismatch', async () => {
    refused(await post(`/classes/${unique()}`, { createdAt: '2020-01-01T00:00:00.000Z' }), 400, 111);
});

for (const name of ['1bad', 'bad-name', '_Bad', 'a b', '$x', 'x;y', 'a.b']) {
    test(`the class name ${JSON.stringify(name)} is refused with 103 or 107`, async () => {
        const answer = await post(`/classes/${encodeURIComponent(name)}`, { n: 1 });
        assert.equal(answer.status, 400, answer.text);
        assert.ok([103, 107].includes(answer.body.code), answer.text);
    });
}

for (const value of [{ $k: 1 }, { 'a.b': 1 }, { a: { 'x.y': 1 } }, { a: { b: { $c: 1 } } }]) {
    test(`nested keys with $ or a dot are refused with 121: ${JSON.stringify(value)}`, async () => {
        refused(await post(`/classes/${unique()}`, { value }), 400, 121);
    });
}

test('columns named like SQL words are ordinary fields', async () => {
    const className = unique();
    const fields = { select: 1, from: 'x', where: true, order: 2, user: 'u', class: 'c', type: 't', table: [1] };
    const id = await create(className, fields);
    const { objectId: _id, createdAt: _created, updatedAt: _updated, ...rest } = await fetchOne(className, id);
    assert.deepEqual(rest, fields);
});

test('field names differ by case', async () => {
    const className = unique();
    const id = await create(className, { name: 'lower', Name: 'upper', NAME: 'all' });
    const read = await fetchOne(className, id);
    assert.deepEqual([read.name, read.Name, read.NAME], ['lower', 'upper', 'all']);
});

test('bytes come back as they were written', async () => {
    const className = unique();
    const id = await create(className, { value: { __type: 'Bytes', base64: 'aGVsbG8=' } });
    assert.deepEqual((await fetchOne(className, id)).value, { __type: 'Bytes', base64: 'aGVsbG8=' });
});

test('the SDK saves, fetches, changes and destroys an object', async () => {
    const className = unique();
    const object = new Parse.Object(className);
    object.set('name', 'Rialto');
    object.set('when', new Date('2020-01-02T03:04:05.678Z'));
    object.set('where', new Parse.GeoPoint(45.438, 12.3358));
    object.set('tags', ['bridge', 'market']);
    object.set('more', { built: 1591 });
    await object.save();
    assert.ok(object.id);
    assert.ok(object.createdAt instanceof Date);

    const read = await new Parse.Query(className).get(object.id);
    assert.equal(read.get('name'), 'Rialto');
    assert.equal(read.get('when').toISOString(), '2020-01-02T03:04:05.678Z');
    assert.equal(read.get('where').latitude, 45.438);
    assert.deepEqual(read.get('tags'), ['bridge', 'market']);
    assert.deepEqual(read.get('more'), { built: 1591 });

    read.set('name', 'Ponte');
    await read.save();
    await object.fetch();
    assert.equal(object.get('name'), 'Ponte');
    await object.destroy();
    await failsWith(Parse.Error.OBJECT_NOT_FOUND, new Parse.Query(className).get(object.id));
});

test('the SDK saves, fetches and destroys many objects at once', async () => {
    const className = unique();
    const objects = Array.from({ length: 45 }, (_, n) => new Parse.Object(className, { n }));
    await Parse.Object.saveAll(objects);
    assert.equal(new Set(objects.map((object) => object.id)).size, 45);
    const same = objects.map(({ id }) => Parse.Object.extend(className).createWithoutData(id));
    await Parse.Object.fetchAll(same);
    assert.deepEqual(
        same.map((object) => object.get('n')),
        objects.map((object) => object.get('n')),
    );
    await Parse.Object.destroyAll(objects);
    assert.equal(await new Parse.Query(className).count(), 0);
});

test('the SDK saves an object with its unsaved children first', async () => {
    const parentClass = unique();
    const childClass = unique();
    const child = new Parse.Object(childClass, { n: 1 });
    const parent = new Parse.Object(parentClass, { child, children: [new Parse.Object(childClass, { n: 2 })] });
    await parent.save();
    const read = await new Parse.Query(parentClass).include('child', 'children').get(parent.id);
    assert.equal(read.get('child').get('n'), 1);
    assert.equal(read.get('children')[0].get('n'), 2);
});

test('the SDK reads nested, polygon, bytes-like and pointer values as its own types', async () => {
    const className = unique();
    const target = await new Parse.Object(unique(), { n: 1 }).save();
    const object = new Parse.Object(className);
    object.set('target', target);
    object.set(
        'area',
        new Parse.Polygon([
            [0, 0],
            [0, 2],
            [2, 2],
        ]),
    );
    object.set('deep', { list: [{ at: new Date(0) }], target });
    await object.save();
    const read = await new Parse.Query(className).get(object.id);
    assert.ok(read.get('target') instanceof Parse.Object);
    assert.equal(read.get('target').id, target.id);
    assert.ok(read.get('area').containsPoint(new Parse.GeoPoint(0.5, 1)));
    assert.ok(read.get('deep').list[0].at instanceof Date);
    assert.equal(read.get('deep').target.id, target.id);
});

test('two objects saved by the SDK at the same time get ids of their own', async () => {
    const className = unique();
    const saved = await Promise.all(Array.from({ length: 20 }, (_, n) => new Parse.Object(className).save({ n })));
    assert.equal(new Set(saved.map((object) => object.id)).size, 20);
    assert.equal((await find(className, {}, anyone)).length, 20);
});

test('the SDK keeps a failed change as unsaved and can save after it is repaired', async () => {
    const className = unique();
    await create(className, { n: 1 });
    const object = new Parse.Object(className, { n: 'wrong' });
    await failsWith(Parse.Error.INCORRECT_TYPE, object.save());
    object.set('n', 2);
    await object.save();
    assert.equal((await fetchOne(className, object.id)).n, 2);
});
