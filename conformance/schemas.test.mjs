import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    anyone,
    create,
    createAll,
    defineClass,
    failsWith,
    fetchOne,
    find,
    get,
    master,
    post,
    put,
    refused,
    remove,
    sdk,
    succeeded,
    unauthorized,
    unique,
    unset,
} from './support.mjs';

const Parse = sdk();
const asMaster = { as: master };
const implicit = {
    objectId: { type: 'String' },
    createdAt: { type: 'Date' },
    updatedAt: { type: 'Date' },
    ACL: { type: 'ACL' },
};
const open = Object.fromEntries(
    ['find', 'get', 'count', 'create', 'update', 'delete', 'addField'].map((operation) => [operation, { '*': true }]),
);

test('schemas need the master key', async () => {
    const className = unique();
    unauthorized(await get('/schemas'));
    unauthorized(await get(`/schemas/${className}`));
    unauthorized(await post(`/schemas/${className}`, {}));
    unauthorized(await put(`/schemas/${className}`, {}));
    unauthorized(await remove(`/schemas/${className}`));
    unauthorized(await remove(`/purge/${className}`));
});

test('a new class answers its whole schema', async () => {
    const className = unique();
    const { className: name, fields, classLevelPermissions } = await defineClass(className);
    assert.equal(name, className);
    assert.deepEqual(fields, implicit);
    const { ACL: _acl, ...permissions } = classLevelPermissions;
    assert.deepEqual(permissions, { ...open, protectedFields: { '*': [] } });
    assert.deepEqual(succeeded(await get(`/schemas/${className}`, asMaster)).fields, implicit);
    const all = succeeded(await get('/schemas', asMaster)).results;
    assert.ok(all.some((schema) => schema.className === className));
    assert.ok(all.some((schema) => schema.className === '_User'));
});

test('the name of a new class may be in the path or in the body', async () => {
    const className = unique();
    assert.equal(succeeded(await post('/schemas', { className }, asMaster)).className, className);
    refused(await post('/schemas', {}, asMaster), 400, 135);
    refused(await post(`/schemas/${unique()}`, { className: unique() }, asMaster), 400, 103);
});

test('every type of field can be defined and written', async () => {
    const className = unique();
    const fields = {
        string: { type: 'String' },
        number: { type: 'Number' },
        boolean: { type: 'Boolean' },
        date: { type: 'Date' },
        object: { type: 'Object' },
        array: { type: 'Array' },
        point: { type: 'GeoPoint' },
        area: { type: 'Polygon' },
        file: { type: 'File' },
        bytes: { type: 'Bytes' },
        pointer: { type: 'Pointer', targetClass: '_User' },
        relation: { type: 'Relation', targetClass: className },
    };
    assert.deepEqual((await defineClass(className, fields)).fields, { ...implicit, ...fields });
    const id = await create(className, { string: 's', number: 1, boolean: true, array: [1], object: { a: 1 } });
    assert.equal((await fetchOne(className, id)).string, 's');
    refused(await post(`/classes/${className}`, { number: 's' }), 400, 111);
});

for (const [name, body, code] of [
    ['an unknown type', { fields: { x: { type: 'Nope' } } }, 111],
    ['a pointer without a target', { fields: { x: { type: 'Pointer' } } }, 135],
    ['a relation without a target', { fields: { x: { type: 'Relation' } } }, 135],
    ['a field named objectId', { fields: { objectId: { type: 'String' } } }, 136],
    ['a bad field name', { fields: { 'a-b': { type: 'String' } } }, 105],
    ['two geo points', { fields: { a: { type: 'GeoPoint' }, b: { type: 'GeoPoint' } } }, 111],
    ['a default of another type', { fields: { x: { type: 'Number', defaultValue: 's' } } }, 111],
    ['an index on an unknown field', { indexes: { i: { nope: 1 } } }, 102],
    ['an unknown operation in the permissions', { classLevelPermissions: { nope: {} } }, 107],
    ['a bad caller in the permissions', { classLevelPermissions: { find: { 'bad key': true } } }, 107],
    ['a bad value in the permissions', { classLevelPermissions: { find: { '*': 'x' } } }, 107],
    ['an unknown pointer field', { classLevelPermissions: { readUserFields: ['nope'] } }, 107],
    ['an unknown protected field', { classLevelPermissions: { protectedFields: { '*': ['nope'] } } }, 107],
]) {
    test(`${name} is refused with ${code} and makes no class`, async () => {
        const className = unique();
        refused(await post(`/schemas/${className}`, { className, ...body }, asMaster), 400, code);
        refused(await get(`/schemas/${className}`, asMaster), 400, 103);
    });
}

test('a class that exists cannot be made again', async () => {
    const className = unique();
    await defineClass(className);
    refused(await post(`/schemas/${className}`, { className }, asMaster), 400, 103);
});

for (const name of ['1bad', 'a-b', '_Bad', 'a b']) {
    test(`the class name ${JSON.stringify(name)} is refused with 103`, async () => {
        refused(await post('/schemas', { className: name }, asMaster), 400, 103);
    });
}

test('an unknown class is 103 for get and put', async () => {
    const className = unique();
    refused(await get(`/schemas/${className}`, asMaster), 400, 103);
    refused(await put(`/schemas/${className}`, { fields: { x: { type: 'String' } } }, asMaster), 400, 103);
});

test('a geo point may take the place of one that is deleted by the same put', async () => {
    const className = unique();
    await defineClass(className, { old: { type: 'GeoPoint' } });
    const { fields } = succeeded(
        await put(`/schemas/${className}`, { fields: { fresh: { type: 'GeoPoint' }, old: unset } }, asMaster),
    );
    assert.deepEqual(fields, { ...implicit, fresh: { type: 'GeoPoint' } });
    refused(await put(`/schemas/${className}`, { fields: { second: { type: 'GeoPoint' } } }, asMaster), 400, 111);
});

test('put adds and deletes fields, and the data of a deleted field is gone', async () => {
    const className = unique();
    await defineClass(className, { keep: { type: 'String' }, drop: { type: 'Number' } });
    const id = await create(className, { keep: 'k', drop: 1 });
    const { fields } = succeeded(
        await put(`/schemas/${className}`, { fields: { drop: unset, added: { type: 'Boolean' } } }, asMaster),
    );
    assert.deepEqual(fields, { ...implicit, keep: { type: 'String' }, added: { type: 'Boolean' } });
    assert.ok(!('drop' in (await fetchOne(className, id))));
    // The name is free for another type.
    succeeded(await put(`/schemas/${className}`, { fields: { drop: { type: 'String' } } }, asMaster));
    assert.ok(!('drop' in (await fetchOne(className, id))));
});

test('put is all or nothing', async () => {
    const className = unique();
    await defineClass(className, { keep: { type: 'String' } });
    refused(
        await put(
            `/schemas/${className}`,
            { fields: { keep: unset, nope: unset, added: { type: 'String' } } },
            asMaster,
        ),
        400,
        255,
    );
    assert.deepEqual(succeeded(await get(`/schemas/${className}`, asMaster)).fields, {
        ...implicit,
        keep: { type: 'String' },
    });
});

test('put cannot change the type of a field or delete a field of every class', async () => {
    const className = unique();
    await defineClass(className, { n: { type: 'Number' } });
    refused(await put(`/schemas/${className}`, { fields: { n: { type: 'String' } } }, asMaster), 400, 255);
    refused(await put(`/schemas/${className}`, { fields: { objectId: unset } }, asMaster), 400, 136);
});

test('a required field must be there and stay there: 142', async () => {
    const className = unique();
    await defineClass(className, { name: { type: 'String', required: true }, n: { type: 'Number' } });
    refused(await post(`/classes/${className}`, { n: 1 }), 400, 142);
    refused(await post(`/classes/${className}`, { name: null }), 400, 142);
    const id = await create(className, { name: 'x' });
    refused(await put(`/classes/${className}/${id}`, { name: unset }), 400, 142);
    refused(await put(`/classes/${className}/${id}`, { name: null }), 400, 142);
    succeeded(await put(`/classes/${className}/${id}`, { n: 2 }));
    assert.equal((await fetchOne(className, id)).name, 'x');
});

test('a default fills in what a create leaves out, and is answered', async () => {
    const className = unique();
    await defineClass(className, {
        n: { type: 'Number', defaultValue: 5 },
        name: { type: 'String', required: true, defaultValue: 'nobody' },
    });
    const body = succeeded(await post(`/classes/${className}`, {}), 201);
    assert.equal(body.n, 5);
    assert.equal(body.name, 'nobody');
    const read = await fetchOne(className, body.objectId);
    assert.deepEqual([read.n, read.name], [5, 'nobody']);
    const given = await create(className, { n: 6, name: 'x' });
    assert.equal((await fetchOne(className, given)).n, 6);
});

test('indexes are made, shown and deleted', async () => {
    const className = unique();
    const made = await defineClass(
        className,
        { a: { type: 'String' }, b: { type: 'Number' } },
        { indexes: { ia: { a: 1 } } },
    );
    assert.deepEqual(made.indexes.ia, { a: 1 });
    refused(await put(`/schemas/${className}`, { indexes: { ia: { a: 1 } } }, asMaster), 400, 102);
    refused(await put(`/schemas/${className}`, { indexes: { nope: unset } }, asMaster), 400, 102);
    const { indexes } = succeeded(
        await put(`/schemas/${className}`, { indexes: { ia: unset, iab: { a: 1, b: -1 } } }, asMaster),
    );
    assert.ok(!('ia' in indexes));
    assert.deepEqual(indexes.iab, { a: 1, b: -1 });
});

test('a class with objects cannot be deleted: 255; after a purge it can', async () => {
    const className = unique();
    await createAll(className, [{ n: 1 }, { n: 2 }]);
    const answer = await remove(`/schemas/${className}`, asMaster);
    refused(answer, 400, 255);
    assert.equal(answer.body.error, `Class ${className} is not empty, contains 2 objects, cannot drop schema.`);
    assert.deepEqual(succeeded(await remove(`/purge/${className}`, asMaster)), {});
    assert.deepEqual(await find(className), []);
    assert.equal(succeeded(await get(`/schemas/${className}`, asMaster)).fields.n.type, 'Number');
    assert.deepEqual(succeeded(await remove(`/schemas/${className}`, asMaster)), {});
    refused(await get(`/schemas/${className}`, asMaster), 400, 103);
});

test('after a class was deleted its name and fields are free', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    succeeded(await remove(`/classes/${className}/${id}`));
    succeeded(await remove(`/schemas/${className}`, asMaster));
    const again = await create(className, { n: 'text now' });
    assert.equal((await fetchOne(className, again)).n, 'text now');
});

test('fields that writes add show up in the schema', async () => {
    const className = unique();
    await create(className, { n: 1 });
    await create(className, { s: 'x', n: 2 });
    const { fields } = succeeded(await get(`/schemas/${className}`, asMaster));
    assert.deepEqual(fields, { ...implicit, n: { type: 'Number' }, s: { type: 'String' } });
});

test('the SDK makes, reads, changes, purges and deletes a schema', async () => {
    const className = unique();
    const schema = new Parse.Schema(className);
    schema
        .addString('name', { required: true })
        .addNumber('n', { defaultValue: 1 })
        .addBoolean('b')
        .addDate('d')
        .addFile('f')
        .addGeoPoint('g')
        .addPolygon('p')
        .addArray('a')
        .addObject('o')
        .addPointer('u', '_User')
        .addRelation('r', '_User')
        .addIndex('byName', { name: 1 });
    await schema.save();
    const read = await new Parse.Schema(className).get();
    assert.deepEqual(read.fields.u, { type: 'Pointer', targetClass: '_User' });
    assert.deepEqual(read.fields.name, { type: 'String', required: true });
    const changed = new Parse.Schema(className);
    changed.deleteField('b').addString('more').deleteIndex('byName');
    await changed.update();
    const after = await new Parse.Schema(className).get();
    assert.ok(!('b' in after.fields));
    assert.equal(after.fields.more.type, 'String');
    await new Parse.Object(className, { name: 'x' }).save();
    await failsWith(255, new Parse.Schema(className).delete());
    await new Parse.Schema(className).purge();
    await new Parse.Schema(className).delete();
    await failsWith(103, new Parse.Schema(className).get());
    assert.ok((await Parse.Schema.all()).every((other) => other.className !== className));
    assert.deepEqual(await find(className, {}, anyone), []);
});
