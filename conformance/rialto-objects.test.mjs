// Objects: where Parse Server over PostgreSQL fails or stores nonsense, and Rialto does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    addUnique,
    add,
    change,
    create,
    date,
    fetchOne,
    find,
    increment,
    post,
    put,
    refusedSomehow,
    removeAll,
    succeeded,
    unique,
} from './support.mjs';

test('two field names that are the same in their first 63 characters stay two fields', async () => {
    const className = unique();
    const stem = 'f'.repeat(70);
    const id = await create(className, { [`${stem}1`]: 'one', [`${stem}2`]: 'two' });
    const read = await fetchOne(className, id);
    assert.deepEqual([read[`${stem}1`], read[`${stem}2`]], ['one', 'two']);
});

test('two long class names that begin alike stay two classes', async () => {
    const stem = unique('C').padEnd(80, 'x');
    await create(`${stem}1`, { n: 1 });
    await create(`${stem}2`, { n: 'text' });
    assert.equal((await find(`${stem}1`)).length, 1);
    assert.equal((await find(`${stem}2`))[0].n, 'text');
});

test('class names differ by case', async () => {
    const name = unique('Case');
    await create(name, { n: 1 });
    await create(name.toLowerCase(), { n: 'text' });
    assert.equal((await find(name)).length, 1);
});

test('bytes can be updated', async () => {
    const className = unique();
    const id = await create(className, { value: { __type: 'Bytes', base64: 'aGVsbG8=' } });
    await change(className, id, { value: { __type: 'Bytes', base64: 'd29ybGQ=' } });
    assert.deepEqual((await fetchOne(className, id)).value, { __type: 'Bytes', base64: 'd29ybGQ=' });
});

test('Add keeps the order, and Remove the order of what stays', async () => {
    const className = unique();
    const id = await create(className, { list: [3, 1] });
    assert.deepEqual((await change(className, id, { list: add(2, 1) })).list, [3, 1, 2, 1]);
    assert.deepEqual((await change(className, id, { list: removeAll(1) })).list, [3, 2]);
    assert.deepEqual((await change(className, id, { list: addUnique(2, 5, 5) })).list, [3, 2, 5]);
});

test('Decrement subtracts', async () => {
    const className = unique();
    const id = await create(className, { n: 10 });
    assert.equal((await change(className, id, { n: { __op: 'Decrement', amount: 3 } })).n, 7);
});

test('SetOnInsert sets in a create and leaves an update alone', async () => {
    const className = unique();
    const body = succeeded(await post(`/classes/${className}`, { n: { __op: 'SetOnInsert', amount: 4 } }), 201);
    assert.equal((await fetchOne(className, body.objectId)).n, 4);
    await change(className, body.objectId, { n: { __op: 'SetOnInsert', amount: 9 } });
    assert.equal((await fetchOne(className, body.objectId)).n, 4);
});

test('operations work two levels down', async () => {
    const className = unique();
    const id = await create(className, { o: { a: { n: 1, list: [1] } } });
    const answer = await change(className, id, {
        'o.a.n': increment(2),
        'o.a.list': add(2),
        'o.b.set': addUnique('x'),
        'o.c': 'plain',
    });
    assert.equal(answer.o.a.n, 3);
    assert.deepEqual((await fetchOne(className, id)).o, { a: { n: 3, list: [1, 2] }, b: { set: ['x'] }, c: 'plain' });
});

test('concurrent increments of one nested key lose none', async () => {
    const className = unique();
    const id = await create(className, { o: { n: 0 } });
    await Promise.all(Array.from({ length: 50 }, () => change(className, id, { 'o.n': increment(1) })));
    assert.equal((await fetchOne(className, id)).o.n, 50);
});

for (const [name, operation] of [
    ['Increment without an amount that is a number', { __op: 'Increment', amount: 'x' }],
    ['Increment by an object', { __op: 'Increment', amount: {} }],
    ['an unknown operation', { __op: 'Nope' }],
    ['an operation whose name is a number', { __op: 5 }],
    ['Add of no array', { __op: 'Add', objects: 'x' }],
    ['Add of nothing', { __op: 'Add' }],
    ['AddRelation of no pointers', { __op: 'AddRelation', objects: [1] }],
    ['Batch of no operations', { __op: 'Batch', ops: 5 }],
]) {
    test(`${name} is refused, in a create and in an update, and changes nothing`, async () => {
        const className = unique();
        const id = await create(className, { other: 1 });
        const before = await fetchOne(className, id);
        refusedSomehow(await post(`/classes/${className}`, { value: operation }), 'create');
        refusedSomehow(await put(`/classes/${className}/${id}`, { other: 2, value: operation }), 'update');
        assert.deepEqual(await fetchOne(className, id), before);
        assert.equal((await find(className)).length, 1);
    });
}

for (const value of [
    date('garbage'),
    date('2020-13-01T00:00:00.000Z'),
    date('+999999-01-01T00:00:00.000Z'),
    date(5),
    { __type: 'GeoPoint', latitude: 'x', longitude: 1 },
    { __type: 'GeoPoint', latitude: 91, longitude: 1 },
    { __type: 'GeoPoint', latitude: 1, longitude: 181 },
    { __type: 'Polygon', coordinates: 'x' },
    {
        __type: 'Polygon',
        coordinates: [
            [0, 0],
            [1, 1],
            [200, 1],
        ],
    },
    { __type: 'Bytes', base64: 5 },
    { __type: 'Bytes', base64: '***' },
    { __type: 'Pointer', className: 'X' },
    { __type: 'Pointer', className: 5, objectId: 5 },
    { __type: 'Relation', className: 5 },
    { __type: 5 },
]) {
    test(`${JSON.stringify(value)} is refused and makes no field`, async () => {
        const className = unique();
        await create(className, { n: 1 });
        refusedSomehow(await post(`/classes/${className}`, { value }));
        const id = await create(className, { value: 'text' });
        assert.equal((await fetchOne(className, id)).value, 'text');
    });
}
