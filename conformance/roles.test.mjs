import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    addRelation,
    anyone,
    create,
    createRole,
    find,
    get,
    master,
    pointer,
    post,
    put,
    refused,
    remove,
    removeRelation,
    sdk,
    server,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
let account;

before(async () => {
    account = await signUp();
});

const canRead = async (role, caller = account) => {
    const className = unique();
    await create(className, { n: 1, ACL: { [`role:${role.name}`]: { read: true } } }, master);
    return (await find(className, {}, user(caller))).length === 1;
};

test('a role is created with its place, a name and an ACL', async () => {
    const name = unique('role');
    const answer = await post('/roles', { name, ACL: { '*': { read: true } } }, { as: master });
    const { objectId } = succeeded(answer, 201);
    assert.equal(answer.headers.get('location'), `${server.url}/classes/_Role/${objectId}`);
    const role = succeeded(await get(`/roles/${objectId}`));
    assert.equal(role.name, name);
    assert.deepEqual(role.users, { __type: 'Relation', className: '_User' });
    assert.deepEqual(role.roles, { __type: 'Relation', className: '_Role' });
    assert.deepEqual(role.ACL, { '*': { read: true } });
    assert.equal(succeeded(await get('/roles', { query: { where: { name } } })).results.length, 1);
});

test('a role without a name or an ACL is refused with 111', async () => {
    refused(await post('/roles', { name: unique('role') }, { as: master }), 400, 111);
    refused(await post('/roles', { ACL: {} }, { as: master }), 400, 111);
    refused(await post('/roles', { name: 5, ACL: {} }, { as: master }), 400, 111);
});

test('the name of a role is unique: 137', async () => {
    const { name } = await createRole();
    refused(await post('/roles', { name, ACL: {} }, { as: master }), 400, 137);
});

test('a member has the rights of the role until it is removed', async () => {
    const role = await createRole([account]);
    assert.equal(await canRead(role), true);
    assert.equal(await canRead(role, await signUp()), false);
    const member = pointer('_User', account.objectId);
    succeeded(await put(`/roles/${role.objectId}`, { users: removeRelation(member) }, { as: master }));
    assert.equal(await canRead(role), false);
    succeeded(await put(`/roles/${role.objectId}`, { users: addRelation(member) }, { as: master }));
    assert.equal(await canRead(role), true);
});

test('members of a role that is in another role hold the other role too, at any depth', async () => {
    const bottom = await createRole([account]);
    const middle = await createRole([], [bottom]);
    const top = await createRole([], [middle]);
    assert.equal(await canRead(top), true);
    assert.equal(await canRead(middle), true);
    const stranger = await signUp();
    const above = await createRole([stranger], []);
    succeeded(
        await put(`/roles/${above.objectId}`, { roles: addRelation(pointer('_Role', top.objectId)) }, { as: master }),
    );
    assert.equal(await canRead(above), true);
    assert.equal(await canRead(bottom, stranger), false, 'rights go up, not down');
});

test('a cycle of roles ends', { timeout: 10_000 }, async () => {
    const a = await createRole([account]);
    const b = await createRole([], [a]);
    const c = await createRole();
    succeeded(await put(`/roles/${a.objectId}`, { roles: addRelation(pointer('_Role', b.objectId)) }, { as: master }));
    assert.equal(await canRead(b), true);
    assert.equal(await canRead(c), false);
});

test('who may not write a role can neither join nor delete it', async () => {
    const role = await createRole();
    const join = { users: addRelation(pointer('_User', account.objectId)) };
    refused(await put(`/roles/${role.objectId}`, join, { as: user(account) }), 404, 101);
    refused(await put(`/classes/_Role/${role.objectId}`, join, { as: user(account) }), 404, 101);
    refused(await remove(`/roles/${role.objectId}`, { as: user(account) }), 404, 101);
    assert.equal(await canRead(role), false);
});

test('the users of a role are found by relation', async () => {
    const role = await createRole([account]);
    const where = { $relatedTo: { object: pointer('_Role', role.objectId), key: 'users' } };
    assert.deepEqual(
        succeeded(await get('/users', { as: master, query: { where } })).results.map((found) => found.objectId),
        [account.objectId],
    );
    assert.deepEqual(succeeded(await get('/users', { as: anyone, query: { where } })).results, []);
});

test('the SDK makes a role, fills it and asks for it', async () => {
    const acl = new Parse.ACL();
    acl.setPublicReadAccess(true);
    const role = new Parse.Role(unique('role'), acl);
    const member = Parse.User.createWithoutData(account.objectId);
    role.getUsers().add(member);
    await role.save(null, { useMasterKey: true });
    const read = await new Parse.Query(Parse.Role).equalTo('name', role.getName()).first();
    assert.equal(read.id, role.id);
    assert.equal(await read.getUsers().query().count({ useMasterKey: true }), 1);
    assert.equal(await canRead({ name: role.getName() }), true);
});
