// Rules that hold whichever route, key or form a request takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    change,
    create,
    createRole,
    date,
    defineClass,
    fetchOne,
    get,
    increment,
    maintenance,
    master,
    needs,
    pointer,
    post,
    put,
    refused,
    remove,
    sdk,
    server,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
const asMaster = { as: master };

test('a user that fetches itself stays logged in', async () => {
    const account = await signUp();
    const self = Parse.User.createWithoutData(account.objectId);
    await self.fetch({ sessionToken: account.sessionToken });
    assert.equal(self.getSessionToken(), account.sessionToken);
    for (const path of ['/users', '/classes/_User']) {
        const own = succeeded(await get(`${path}/${account.objectId}`, { as: user(account) }));
        assert.equal(own.sessionToken, account.sessionToken);
        const others = succeeded(await get(`${path}/${account.objectId}`, asMaster));
        assert.equal(others.sessionToken, undefined);
    }
});

test('null class-level permissions open a class again', async () => {
    const className = unique();
    await defineClass(className, {}, { classLevelPermissions: {} });
    refused(await post(`/classes/${className}`, { a: 1 }), 400, 119);
    const { classLevelPermissions } = succeeded(
        await put(`/schemas/${className}`, { classLevelPermissions: null }, asMaster),
    );
    assert.deepEqual(classLevelPermissions.create, { '*': true });
    await create(className, { a: 1 });
});

for (const [name, body, code] of [
    ['permissions that are not an object', { classLevelPermissions: 'public' }, 107],
    ['permissions that are a list', { classLevelPermissions: [] }, 107],
    ['fields that are not an object', { fields: [] }, 107],
    ['indexes that are not an object', { indexes: 'a' }, 107],
    ['fields that are null', { fields: null }, 107],
    ['a field with a prohibited name', { fields: { constructor: { type: 'String' } } }, 105],
    ['a part that no schema has', { permissions: {} }, 105],
    ['an option that no field has', { fields: { a: { type: 'String', unique: true } } }, 105],
    ['a field that is required perhaps', { fields: { a: { type: 'String', required: 'yes' } } }, 107],
    ['a field without a type', { fields: { a: {} } }, 107],
    ['a field whose type is a number', { fields: { a: { type: 1 } } }, 107],
    ['a pointer to a number', { fields: { a: { type: 'Pointer', targetClass: 1 } } }, 107],
    ['a default ACL that is not valid', { classLevelPermissions: { ACL: { '*': 'read' } } }, 123],
]) {
    test(`a schema with ${name} is refused with ${code}`, async () => {
        const className = unique();
        refused(await post(`/schemas/${className}`, { className, ...body }, asMaster), 400, code);
        await defineClass(className);
        refused(await put(`/schemas/${className}`, body, asMaster), 400, code);
    });
}

test('a class is not made with the fields that every app has in it', async () => {
    for (const [className, name] of [
        ['_Installation', 'localeIdentifier'],
        ['_User', 'username'],
        [unique(), 'createdAt'],
    ]) {
        refused(await post(`/schemas/${className}`, { fields: { [name]: { type: 'String' } } }, asMaster), 400, 136);
    }
    refused(await post('/schemas/_User', {}, asMaster), 400, 103);
});

test('a class gives new objects its default ACL', async () => {
    const className = unique();
    const account = await signUp();
    await defineClass(
        className,
        {},
        {
            classLevelPermissions: {
                get: { '*': true },
                create: { '*': true },
                addField: { '*': true },
                ACL: { '*': { read: true }, currentUser: { write: true } },
            },
        },
    );
    const own = await create(className, { a: 1 }, user(account));
    assert.deepEqual((await fetchOne(className, own)).ACL, {
        '*': { read: true },
        [account.objectId]: { write: true },
    });
    const nobodys = await create(className, { a: 1 });
    assert.deepEqual((await fetchOne(className, nobodys)).ACL, { '*': { read: true } });
    const given = await create(className, { a: 1, ACL: { [account.objectId]: { read: true } } });
    assert.deepEqual((await fetchOne(className, given, master)).ACL, { [account.objectId]: { read: true } });
});

test('a schema tells the index of ids', async () => {
    const className = unique();
    const created = await defineClass(className);
    assert.deepEqual(created.indexes, { _id_: { _id: 1 } });
    assert.deepEqual(succeeded(await get(`/schemas/${className}`, asMaster)).indexes, { _id_: { _id: 1 } });
});

test('an update may send back what only the server sets', async () => {
    const className = unique();
    const id = await create(className, { v: 1 });
    const { createdAt, updatedAt } = await fetchOne(className, id);
    await change(className, id, { objectId: id, createdAt, updatedAt, v: 2 });
    await change(className, id, { objectId: id, createdAt: date(createdAt), updatedAt: date(updatedAt), v: 3 });
    const changed = await fetchOne(className, id);
    assert.equal(changed.v, 3);
    assert.equal(changed.createdAt, createdAt);
    refused(await put(`/classes/${className}/${id}`, { objectId: 'another1', v: 4 }), 400, 105);
    const path = `${new URL(server.url).pathname}/classes/${className}/${id}`;
    const answers = succeeded(
        await post('/batch', { requests: [{ method: 'PUT', path, body: { objectId: id, v: increment(1) } }] }),
    );
    assert.equal(answers[0].success.v, 4);
});

test('an installation and a session may send back what only the server sets', async () => {
    const body = { installationId: unique('i').toLowerCase(), deviceType: 'ios' };
    const { objectId } = succeeded(await post('/installations', body), 201);
    succeeded(await put(`/installations/${objectId}`, { objectId, ...body, badge: 1 }));

    const account = await signUp();
    const as = user(account);
    const session = succeeded(await get('/sessions/me', { as }));
    const { user: owner, sessionToken, expiresAt, createdWith } = session;
    succeeded(
        await put(
            `/sessions/${session.objectId}`,
            { objectId: session.objectId, user: owner, sessionToken, expiresAt, createdWith, note: 'mine' },
            { as },
        ),
    );
    assert.equal(succeeded(await get('/sessions/me', { as })).note, 'mine');
    const other = await signUp();
    const stolen = { user: pointer('_User', other.objectId) };
    refused(await put(`/sessions/${session.objectId}`, stolen, { as }), 400, 105);
});

test('a sign-up with the master key is logged in', async () => {
    const { objectId, sessionToken } = succeeded(
        await post('/users', { username: unique('user'), password: 'correct horse' }, asMaster),
        201,
    );
    assert.equal(succeeded(await get('/users/me', { as: user(sessionToken) })).objectId, objectId);
});

test('a user may change another one whose ACL lets its role write', async () => {
    const [account, admin, stranger] = [await signUp(), await signUp(), await signUp()];
    const role = await createRole([admin]);
    const path = `/users/${account.objectId}`;
    const ACL = { [`role:${role.name}`]: { read: true, write: true }, [account.objectId]: { read: true, write: true } };
    succeeded(await put(path, { ACL }, asMaster));
    const { sessionToken } = succeeded(await put(path, { phone: '1', password: 'new horse' }, { as: user(admin) }));
    assert.equal(sessionToken, undefined);
    assert.equal(succeeded(await get(path, { as: user(admin) })).phone, '1');
    refused(await put(path, { phone: '2' }, { as: user(stranger) }), 400, 206);
    refused(await put(path, { phone: '2' }), 400, 206);
    refused(await remove(path, { as: user(stranger) }), 400, 206);
    succeeded(await remove(path, { as: user(admin) }));
});

for (const body of [
    { _bsontype: 'Code' },
    { a: [{ b: { _bsontype: 'ObjectID' } }] },
    { 'constructor.prototype': 1 },
    { 'obj.__proto__.x': 1 },
    { obj: { deep: [{ constructor: 1 }] } },
    { l: { __op: 'Add', objects: [{ prototype: 1 }] } },
]) {
    test(`${JSON.stringify(body)} is refused whichever way it is written`, async () => {
        const className = unique();
        const id = await create(className, { obj: {}, l: [] });
        for (const answer of [
            await post(`/classes/${className}`, body),
            await put(`/classes/${className}/${id}`, body),
            await post('/users', { username: unique('user'), password: 'p', ...body }),
            await post('/installations', { installationId: unique('i'), deviceType: 'ios', ...body }),
            await put('/config', { params: { a: body } }, asMaster),
        ]) {
            refused(answer, 400, 105);
            assert.match(answer.body.error, /^Prohibited keyword in request data: \{"key":"[a-z_]+"/);
        }
    });
}

test('config parameters can be changed by what they are', async () => {
    const name = unique('p');
    const change = async (value) => succeeded(await put('/config', { params: { [name]: value } }, asMaster));
    const value = async () => succeeded(await get('/config')).params[name];
    await change(increment(2));
    await change(increment(3));
    assert.equal(await value(), 5);
    refused(await put('/config', { params: { [name]: { __op: 'Add', objects: [1] } } }, asMaster), 400, 111);
    refused(await put('/config', { params: { [name]: { __op: 'Multiply', amount: 2 } } }, asMaster), 400, 108);
    await change([1]);
    await change({ __op: 'AddUnique', objects: [1, 2] });
    await change({ __op: 'Add', objects: [3] });
    await change({ __op: 'Remove', objects: [1] });
    assert.deepEqual(await value(), [2, 3]);
});

test('the maintenance key says when objects were made', { skip: needs('maintenanceKey') }, async () => {
    const className = unique();
    const [createdAt, updatedAt] = ['2019-01-01T00:00:00.000Z', '2019-02-01T00:00:00.000Z'];
    const times = { createdAt: date(createdAt), updatedAt: date(updatedAt) };
    const id = await create(className, { a: 1, ...times }, maintenance);
    const moved = await fetchOne(className, id);
    assert.deepEqual([moved.createdAt, moved.updatedAt], [createdAt, updatedAt]);
    const alone = await fetchOne(className, await create(className, { createdAt: date(createdAt) }, maintenance));
    assert.equal(alone.updatedAt, createdAt);
    const wrong = { createdAt: date(updatedAt), updatedAt: date(createdAt) };
    refused(await post(`/classes/${className}`, wrong, { as: maintenance }), 400, 142);
    const ignored = await fetchOne(className, await create(className, times, master));
    assert.notEqual(ignored.createdAt, createdAt);
});
