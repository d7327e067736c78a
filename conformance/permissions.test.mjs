import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
    anyone,
    create,
    createRole,
    defineClass,
    failsWith,
    fetchOne,
    find,
    get,
    master,
    needs,
    pointer,
    post,
    put,
    readOnlyMaster,
    refused,
    remove,
    request,
    sdk,
    signUp,
    succeeded,
    unauthorized,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
const everyone = { '*': true };
const open = Object.fromEntries(
    ['find', 'get', 'count', 'create', 'update', 'delete', 'addField'].map((operation) => [operation, everyone]),
);
let owner;
let other;
let role;

before(async () => {
    owner = await signUp();
    other = await signUp();
    role = await createRole([owner]);
});

const classWith = async (permissions, fields = {}) => {
    const className = unique();
    await defineClass(className, fields, { classLevelPermissions: { ...open, ...permissions } });
    return className;
};

describe('ACL', () => {
    const rights = async (className, id, as) => ({
        read: (await get(`/classes/${className}/${id}`, { as })).status === 200,
        found: (await find(className, { where: { objectId: id } }, as)).length === 1,
        counted:
            succeeded(
                await get(`/classes/${className}`, { as, query: { count: 1, limit: 0, where: { objectId: id } } }),
            ).count === 1,
        write: (await put(`/classes/${className}/${id}`, { n: 2 }, { as })).status === 200,
    });
    const all = { read: true, found: true, counted: true, write: true };
    const readOnly = { ...all, write: false };
    const none = { read: false, found: false, counted: false, write: false };

    test('an object without one is open to everybody', async () => {
        const className = unique();
        const id = await create(className, { n: 1 });
        assert.deepEqual(await rights(className, id, anyone), all);
        assert.ok(!('ACL' in (await fetchOne(className, id))));
    });

    test('only the named user may read and write, and the master key may', async () => {
        const className = unique();
        const acl = { [owner.objectId]: { read: true, write: true } };
        const id = await create(className, { n: 1, ACL: acl });
        assert.deepEqual(await rights(className, id, user(owner)), all);
        assert.deepEqual(await rights(className, id, user(other)), none);
        assert.deepEqual(await rights(className, id, anyone), none);
        assert.deepEqual(await rights(className, id, master), all);
        assert.deepEqual((await fetchOne(className, id, user(owner))).ACL, acl);
    });

    test('read without write', async () => {
        const className = unique();
        const id = await create(className, {
            n: 1,
            ACL: { '*': { read: true }, [owner.objectId]: { write: true, read: true } },
        });
        assert.deepEqual(await rights(className, id, anyone), readOnly);
        assert.deepEqual(await rights(className, id, user(owner)), all);
    });

    test('a role gives rights to its users', async () => {
        const className = unique();
        const id = await create(className, { n: 1, ACL: { [`role:${role.name}`]: { read: true, write: true } } });
        assert.deepEqual(await rights(className, id, user(owner)), all);
        assert.deepEqual(await rights(className, id, user(other)), none);
    });

    test('an empty one leaves only the master key', async () => {
        const className = unique();
        const id = await create(className, { n: 1, ACL: {} });
        assert.deepEqual(await rights(className, id, user(owner)), none);
        assert.deepEqual((await fetchOne(className, id, master)).ACL, {});
    });

    test('without the right an object looks like a missing one, for update and delete too', async () => {
        const className = unique();
        const id = await create(className, { n: 1, ACL: { '*': { read: true } } });
        refused(await put(`/classes/${className}/${id}`, { n: 2 }), 404, 101);
        refused(await remove(`/classes/${className}/${id}`), 404, 101);
        assert.equal((await fetchOne(className, id)).n, 1);
        const hidden = await create(className, { n: 1, ACL: {} });
        refused(await get(`/classes/${className}/${hidden}`), 404, 101);
        refused(await remove(`/classes/${className}/${hidden}`), 404, 101);
    });

    test('the writer may hand an object over and lose it', async () => {
        const className = unique();
        const id = await create(className, { n: 1, ACL: { [owner.objectId]: { read: true, write: true } } });
        const theirs = { [other.objectId]: { read: true, write: true } };
        succeeded(await put(`/classes/${className}/${id}`, { ACL: theirs }, { as: user(owner) }));
        assert.deepEqual(await rights(className, id, user(owner)), none);
        assert.deepEqual(await rights(className, id, user(other)), all);
    });

    test('a subquery sees only what the caller may read', async () => {
        const className = unique();
        const outer = unique();
        const id = await create(className, { n: 1, ACL: { [owner.objectId]: { read: true } } });
        await create(outer, { p: pointer(className, id), n: 1 });
        const where = { p: { $inQuery: { className, where: { n: 1 } } } };
        assert.equal((await find(outer, { where }, user(owner))).length, 1);
        assert.equal((await find(outer, { where: { ...where, n: 1 } }, user(other))).length, 0);
        const select = { n: { $select: { query: { className, where: {} }, key: 'n' } } };
        assert.equal((await find(outer, { where: select }, user(owner))).length, 1);
        assert.equal((await find(outer, { where: select }, user(other))).length, 0);
    });

    test('the SDK sets and reads one', async () => {
        const className = unique();
        const acl = new Parse.ACL();
        acl.setReadAccess(owner.objectId, true);
        acl.setWriteAccess(owner.objectId, true);
        acl.setRoleReadAccess(role.name, true);
        const object = new Parse.Object(className, { n: 1 });
        object.setACL(acl);
        await object.save(null, { sessionToken: owner.sessionToken });
        const read = await new Parse.Query(className).get(object.id, { sessionToken: owner.sessionToken });
        assert.equal(read.getACL().getReadAccess(owner.objectId), true);
        assert.equal(read.getACL().getRoleReadAccess(role.name), true);
        assert.equal(read.getACL().getPublicReadAccess(), false);
        await failsWith(101, new Parse.Query(className).get(object.id, { sessionToken: other.sessionToken }));
        read.set('n', 2);
        await failsWith(101, read.save(null, { sessionToken: other.sessionToken }));
        await read.save(null, { sessionToken: owner.sessionToken });
    });
});

describe('class permissions', () => {
    const operations = {
        find: (path, as) => get(path, { as }),
        count: (path, as) => get(`${path}?count=1&limit=0`, { as }),
        get: (path, as, id) => get(`${path}/${id}`, { as }),
        create: (path, as) => post(path, { n: 1 }, { as }),
        update: (path, as, id) => put(`${path}/${id}`, { n: 2 }, { as }),
        delete: (path, as, id) => remove(`${path}/${id}`, { as }),
        addField: (path, as) => post(path, { [unique('field')]: 1 }, { as }),
    };

    for (const [operation, run] of Object.entries(operations)) {
        test(`${operation} that is granted to nobody is refused with 119, except for the master key`, async () => {
            const denied = operation === 'count' ? { count: {}, find: {} } : { [operation]: {} };
            const className = await classWith(denied, { n: { type: 'Number' } });
            const id = await create(className, { n: 1 }, master);
            const path = `/classes/${className}`;
            refused(await run(path, anyone, id), 400, 119);
            refused(await run(path, user(owner), id), 400, 119);
            assert.ok((await run(path, master, id)).status < 300);
        });

        test(`${operation} may be granted to one user or one role`, async () => {
            for (const caller of [owner.objectId, `role:${role.name}`]) {
                const granted = { [caller]: true };
                const permissions =
                    operation === 'count' ? { count: granted, find: granted } : { [operation]: granted };
                const className = await classWith(permissions, { n: { type: 'Number' } });
                const id = await create(className, { n: 1 }, master);
                const path = `/classes/${className}`;
                refused(await run(path, user(other), id), 400, 119);
                assert.ok((await run(path, user(owner), id)).status < 300, caller);
            }
        });

        test(`${operation} for authenticated callers is 101 for others`, async () => {
            const needed = { requiresAuthentication: true };
            const permissions = operation === 'count' ? { count: needed, find: needed } : { [operation]: needed };
            const className = await classWith(permissions, { n: { type: 'Number' } });
            const id = await create(className, { n: 1 }, master);
            const path = `/classes/${className}`;
            refused(await run(path, anyone, id), 404, 101);
            assert.ok((await run(path, user(other), id)).status < 300);
        });
    }

    test('a refused write leaves nothing behind', async () => {
        const className = await classWith({ addField: {} }, { n: { type: 'Number' } });
        refused(await post(`/classes/${className}`, { n: 1, more: 1 }), 400, 119);
        assert.deepEqual(await find(className, {}, master), []);
        const { fields } = succeeded(await get(`/schemas/${className}`, { as: master }));
        assert.ok(!('more' in fields));
    });

    test('a subquery on a class that may not be searched is refused', async () => {
        const className = await classWith({ find: {} });
        const outer = unique();
        await create(outer, { p: pointer(className, 'abc') });
        const where = { p: { $inQuery: { className, where: {} } } };
        refused(await get(`/classes/${outer}`, { query: { where } }), 400, 119);
    });

    test('operations that are left out are granted to nobody', async () => {
        const className = unique();
        await defineClass(className, {}, { classLevelPermissions: { get: everyone } });
        refused(await get(`/classes/${className}`), 400, 119);
        const { classLevelPermissions } = succeeded(await get(`/schemas/${className}`, { as: master }));
        assert.deepEqual(classLevelPermissions.find, {});
    });

    test('the SDK sees the refusal as OPERATION_FORBIDDEN', async () => {
        const className = await classWith({ find: {} });
        await failsWith(Parse.Error.OPERATION_FORBIDDEN, new Parse.Query(className).find());
    });
});

describe('pointer permissions', () => {
    const fields = {
        owner: { type: 'Pointer', targetClass: '_User' },
        owners: { type: 'Array' },
        n: { type: 'Number' },
    };
    const mine = () => ({ owner: pointer('_User', owner.objectId), n: 1 });

    test('readUserFields lets the user in the field read, and only that user', async () => {
        const className = await classWith({ find: {}, get: {}, count: {}, readUserFields: ['owner'] }, fields);
        const id = await create(className, mine());
        await create(className, { n: 2, owner: pointer('_User', other.objectId) });
        assert.deepEqual(
            (await find(className, {}, user(owner))).map((row) => row.objectId),
            [id],
        );
        assert.equal((await fetchOne(className, id, user(owner))).n, 1);
        refused(await get(`/classes/${className}/${id}`, { as: user(other) }), 404, 101);
    });

    test('writeUserFields lets the user in the field write, and only that user', async () => {
        const className = await classWith({ update: {}, delete: {}, writeUserFields: ['owner'] }, fields);
        const id = await create(className, mine());
        refused(await put(`/classes/${className}/${id}`, { n: 5 }, { as: user(other) }), 404, 101);
        succeeded(await put(`/classes/${className}/${id}`, { n: 5 }, { as: user(owner) }));
        refused(await remove(`/classes/${className}/${id}`, { as: user(other) }), 404, 101);
        succeeded(await remove(`/classes/${className}/${id}`, { as: user(owner) }));
    });

    test('pointerFields grants one operation', async () => {
        const className = await classWith(
            { get: { pointerFields: ['owner'] }, update: { pointerFields: ['owner'] } },
            fields,
        );
        const id = await create(className, mine());
        refused(await get(`/classes/${className}/${id}`), 404, 101);
        refused(await get(`/classes/${className}/${id}`, { as: user(other) }), 404, 101);
        assert.equal((await fetchOne(className, id, user(owner))).n, 1);
        refused(await put(`/classes/${className}/${id}`, { n: 3 }, { as: user(other) }), 404, 101);
        succeeded(await put(`/classes/${className}/${id}`, { n: 3 }, { as: user(owner) }));
        assert.equal((await find(className)).length, 1, 'find is still open');
    });

    test('an array of users works like one user', async () => {
        const className = await classWith(
            { find: { pointerFields: ['owners'] }, get: { pointerFields: ['owners'] } },
            fields,
        );
        const id = await create(className, {
            n: 1,
            owners: [pointer('_User', owner.objectId), pointer('_User', other.objectId)],
        });
        await create(className, { n: 2, owners: [pointer('_User', other.objectId)] });
        assert.deepEqual(
            (await find(className, {}, user(owner))).map((row) => row.n),
            [1],
        );
        assert.equal((await find(className, {}, user(other))).length, 2);
        refused(await get(`/classes/${className}/${id}`, { as: user(await signUp()) }), 404, 101);
    });

    test('two fields are alternatives', async () => {
        const className = await classWith({ find: { pointerFields: ['owner', 'owners'] } }, fields);
        await create(className, mine());
        await create(className, { n: 2, owners: [pointer('_User', owner.objectId)] });
        await create(className, { n: 3 });
        assert.deepEqual(
            (await find(className, { order: 'n' }, user(owner))).map((row) => row.n),
            [1, 2],
        );
    });

    test('the ACL still applies', async () => {
        const className = await classWith({ get: { pointerFields: ['owner'] } }, fields);
        const id = await create(
            className,
            { ...mine(), ACL: { [other.objectId]: { read: true, write: true } } },
            master,
        );
        refused(await get(`/classes/${className}/${id}`, { as: user(owner) }), 404, 101);
    });
});

describe('protected fields', () => {
    const fields = {
        secret: { type: 'String' },
        phone: { type: 'String' },
        name: { type: 'String' },
        owner: { type: 'Pointer', targetClass: '_User' },
    };
    const row = () => ({ name: 'n', secret: 's', phone: 'p', owner: pointer('_User', owner.objectId) });
    const shown = async (className, as) =>
        Object.keys((await find(className, {}, as))[0])
            .filter((key) => key in fields)
            .sort();

    test('hides its fields from everyone but the master key', async () => {
        const className = await classWith({ protectedFields: { '*': ['secret', 'phone'] } }, fields);
        const id = await create(className, row());
        assert.deepEqual(await shown(className, anyone), ['name', 'owner']);
        assert.deepEqual(await shown(className, user(other)), ['name', 'owner']);
        assert.deepEqual(await shown(className, master), ['name', 'owner', 'phone', 'secret']);
        assert.ok(!('secret' in (await fetchOne(className, id))));
        const [selected] = await find(className, { keys: 'secret,name' });
        assert.ok(!('secret' in selected));
    });

    test('a caller in several groups is denied only what all of them hide', async () => {
        const className = await classWith(
            {
                protectedFields: {
                    '*': ['secret', 'phone'],
                    authenticated: ['secret'],
                    [`role:${role.name}`]: ['phone'],
                },
            },
            fields,
        );
        await create(className, row());
        assert.deepEqual(await shown(className, anyone), ['name', 'owner']);
        assert.deepEqual(await shown(className, user(other)), ['name', 'owner', 'phone']);
        assert.deepEqual(await shown(className, user(owner)), ['name', 'owner', 'phone', 'secret']);
    });

    test('a user id is a group', async () => {
        const className = await classWith({ protectedFields: { '*': ['secret'], [owner.objectId]: [] } }, fields);
        await create(className, row());
        assert.ok(!(await shown(className, user(other))).includes('secret'));
        assert.ok((await shown(className, user(owner))).includes('secret'));
    });

    test('userField is the group of the user in that field, for each object', async () => {
        const className = await classWith({ protectedFields: { '*': ['secret'], 'userField:owner': [] } }, fields);
        await create(className, row());
        await create(className, { ...row(), owner: pointer('_User', other.objectId) });
        const seen = (await find(className, { order: 'createdAt' }, user(owner))).map((found) => 'secret' in found);
        assert.deepEqual(seen, [true, false]);
    });

    test('they are hidden in included objects too', async () => {
        const className = await classWith({ protectedFields: { '*': ['secret'] } }, fields);
        const outer = unique();
        await create(outer, { p: pointer(className, await create(className, row())) });
        const [found] = await find(outer, { include: 'p' });
        assert.equal(found.p.name, 'n');
        assert.ok(!('secret' in found.p));
    });

    for (const [name, query] of [
        ['where', { where: { secret: 's' } }],
        ['a nested key of where', { where: { 'secret.x': 's' } }],
        ['$or', { where: { $or: [{ name: 'n' }, { secret: 's' }] } }],
        ['$and inside $or', { where: { $or: [{ $and: [{ secret: 's' }] }] } }],
        ['$nor', { where: { $nor: [{ secret: 's' }] } }],
        ['order', { order: '-secret' }],
    ]) {
        test(`a protected field in ${name} is refused with 119`, async () => {
            const className = await classWith({ protectedFields: { '*': ['secret'] } }, fields);
            await create(className, row());
            refused(await get(`/classes/${className}`, { query }), 400, 119);
        });
    }

    test('a protected field in the where of a subquery is refused with 119', async () => {
        const className = await classWith({ protectedFields: { '*': ['secret'] } }, fields);
        const outer = unique();
        await create(outer, { p: pointer(className, await create(className, row())) });
        const where = { p: { $inQuery: { className, where: { secret: 's' } } } };
        refused(await get(`/classes/${outer}`, { query: { where } }), 400, 119);
    });
});

describe('read-only master key', { skip: needs('readOnlyMasterKey') }, () => {
    test('reads what the master key reads', async () => {
        const className = unique();
        const id = await create(className, { n: 1, ACL: {} });
        assert.equal((await fetchOne(className, id, readOnlyMaster)).n, 1);
        assert.equal(succeeded(await get(`/schemas/${className}`, { as: readOnlyMaster })).className, className);
    });

    test('writes nothing', async () => {
        const className = unique();
        const id = await create(className, { n: 1 });
        const as = readOnlyMaster;
        refused(await post(`/classes/${className}`, { n: 1 }, { as }), 400, 119);
        refused(await put(`/classes/${className}/${id}`, { n: 2 }, { as }), 400, 119);
        refused(await remove(`/classes/${className}/${id}`, { as }), 400, 119);
        refused(await post(`/schemas/${unique()}`, {}, { as }), 400, 119);
        refused(await put('/config', { params: { x: 1 } }, { as }), 400, 119);
        refused(await post('/hooks/functions', { functionName: 'x', url: 'http://x.example' }, { as }), 400, 119);
        assert.equal((await fetchOne(className, id)).n, 1);
    });

    for (const [method, path, deed] of [
        ['POST', '/classes/Thing', 'perform the create operation'],
        ['POST', '/schemas', 'create a schema'],
        ['POST', '/schemas/Thing', 'create a schema'],
        ['PUT', '/schemas/Thing', 'update a schema'],
        ['DELETE', '/schemas/Thing', 'delete a schema'],
        ['DELETE', '/purge/Thing', 'purge a schema'],
        ['PUT', '/config', 'update the config'],
        ['POST', '/push', 'send push notifications'],
        ['POST', '/loginAs', 'login as another user'],
    ]) {
        test(`is told that it may not ${deed}: ${method} ${path}`, async () => {
            const answer = await request(method, path, { as: readOnlyMaster, body: {} });
            refused(answer, 400, 119);
            assert.equal(answer.body.error, `read-only masterKey isn't allowed to ${deed}.`);
        });
    }
});

test('a wrong master key gives no rights', async () => {
    const as = { ...anyone, 'X-Parse-Master-Key': 'wrong' };
    unauthorized(await get('/schemas', { as }));
});
