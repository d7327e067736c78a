// The weaknesses that were published for Parse Server and concern what is built: one test each.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    addRelation,
    anyone,
    create,
    createRole,
    defineClass,
    fetchOne,
    find,
    get,
    master,
    mountPath,
    needs,
    pointer,
    post,
    put,
    readOnlyMaster,
    refused,
    refusedSomehow,
    remove,
    request,
    signUp,
    succeeded,
    survived,
    unauthorized,
    unique,
    user,
} from './support.mjs';

const everyone = { '*': true };
const open = Object.fromEntries(
    ['find', 'get', 'count', 'create', 'update', 'delete', 'addField'].map((operation) => [operation, everyone]),
);
const readableBy = async (role) => {
    const className = unique();
    await create(className, { n: 1, ACL: { [`role:${role.name}`]: { read: true } } }, master);
    return className;
};

test('concurrent sign-up with the same authData makes one user', async () => {
    const authData = { anonymous: { id: unique('anon') } };
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('/users', { authData })));
    for (const answer of answers) {
        survived(answer);
    }
    const ids = answers.filter((answer) => answer.status < 300).map((answer) => answer.body.objectId);
    assert.ok(ids.length >= 1);
    assert.equal(new Set(ids).size, 1);
});

test('a session token does not leak through a class-name redirect', async () => {
    const account = await signUp();
    const { objectId } = succeeded(await get('/sessions/me', { as: user(account) }));
    const className = unique();
    await create(className, { session: pointer('_Session', objectId), someone: pointer('_User', account.objectId) });
    for (const key of ['session', 'someone']) {
        for (const as of [anyone, user(await signUp())]) {
            const answer = await get(`/classes/${className}`, { as, query: { redirectClassNameForKey: key } });
            survived(answer);
            assert.ok(!answer.text.includes(account.sessionToken));
        }
    }
});

test('a session token does not leak through an include', async () => {
    const account = await signUp();
    const { objectId } = succeeded(await get('/sessions/me', { as: user(account) }));
    const acl = { '*': { read: true }, [account.objectId]: { read: true, write: true } };
    succeeded(await put(`/users/${account.objectId}`, { ACL: acl }, { as: user(account) }));
    const className = unique();
    await create(className, {
        session: pointer('_Session', objectId),
        someone: pointer('_User', account.objectId),
        list: [pointer('_Session', objectId), pointer('_User', account.objectId)],
    });
    for (const include of ['session', 'someone', 'list', '*', 'session.user']) {
        const answer = await get(`/classes/${className}`, { query: { include } });
        survived(answer, include);
        assert.ok(!answer.text.includes(account.sessionToken), include);
    }
});

test('session tokens cannot be guessed by a query', async () => {
    const account = await signUp();
    const stranger = user(await signUp());
    const where = { sessionToken: { $regex: '^r:' } };
    const answer = await get('/classes/_Session', { as: stranger, query: { where } });
    survived(answer);
    assert.ok(!answer.text.includes(account.sessionToken));
    const className = unique();
    await create(className, { n: 1, token: account.sessionToken.slice(0, 3) });
    const select = { n: { $select: { query: { className: '_Session', where: {} }, key: 'sessionToken' } } };
    const selected = await get(`/classes/${className}`, { as: anyone, query: { where: select } });
    assert.ok(selected.status === 400 || selected.body.results.length === 0);
});

for (const [relation, target] of [
    ['users', '_User'],
    ['roles', '_Role'],
]) {
    test(`a role cannot be joined by writing its join class of ${relation}`, async () => {
        const account = await signUp();
        const own = await createRole([account]);
        const role = await createRole();
        const guarded = await readableBy(role);
        const relatedId = target === '_User' ? account.objectId : own.objectId;
        const join = `_Join:${relation}:_Role`;
        const row = { owningId: role.objectId, relatedId };
        for (const as of [anyone, user(account)]) {
            for (const className of [join, encodeURIComponent(join)]) {
                refusedSomehow(await post(`/classes/${className}`, row, { as }), 'create');
                refusedSomehow(await put(`/classes/${className}/abc`, row, { as }), 'update');
                refusedSomehow(await get(`/classes/${className}`, { as }), 'find');
                refusedSomehow(await remove(`/classes/${className}/abc`, { as }), 'delete');
            }
            const requests = [{ method: 'POST', path: `${mountPath}/classes/${join}`, body: row }];
            const batch = await post('/batch', { requests }, { as });
            assert.ok(batch.status >= 400 || batch.body[0].error, batch.text);
        }
        assert.deepEqual(await find(guarded, {}, user(account)), []);
    });
}

test('a role cannot be joined with the rights to read it', async () => {
    const account = await signUp();
    const role = await createRole();
    const guarded = await readableBy(role);
    const joining = { users: addRelation(pointer('_User', account.objectId)) };
    refused(await put(`/roles/${role.objectId}`, joining, { as: user(account) }), 404, 101);
    refused(await put(`/classes/_Role/${role.objectId}`, joining, { as: user(account) }), 404, 101);
    assert.deepEqual(await find(guarded, {}, user(account)), []);
});

test('a user cannot give itself a role by its own fields', async () => {
    const role = await createRole();
    const guarded = await readableBy(role);
    const account = await signUp({ roles: [role.name], role: role.name });
    await put(`/users/${account.objectId}`, { roles: [`role:${role.name}`] }, { as: user(account) });
    assert.deepEqual(await find(guarded, {}, user(account)), []);
});

test('a user whose name is that of a role is not the role', async () => {
    const role = await createRole();
    const guarded = await readableBy(role);
    const account = await signUp({ username: `role:${role.name}` });
    assert.deepEqual(await find(guarded, {}, user(account)), []);
});

test('protected fields do not leak through $or, $and or $nor', async () => {
    const className = unique();
    const fields = { secret: { type: 'String' }, name: { type: 'String' } };
    await defineClass(className, fields, { classLevelPermissions: { ...open, protectedFields: { '*': ['secret'] } } });
    await create(className, { secret: 's', name: 'n' });
    const hidden = { secret: { $regex: '^s' } };
    for (const where of [
        hidden,
        { $or: [hidden] },
        { $and: [hidden] },
        { $nor: [hidden] },
        { $or: [{ $and: [{ $nor: [hidden] }] }] },
        { $and: [{ name: 'n' }, { $or: [{ name: 'x' }, hidden] }] },
        { 'secret.length': 1 },
        { secret: { $exists: true } },
    ]) {
        refused(await get(`/classes/${className}`, { query: { where } }), 400, 119);
        refused(await get(`/classes/${className}`, { query: { where, count: 1, limit: 0 } }), 400, 119);
    }
});

test('protected fields do not leak through order, select or aggregate', async () => {
    const className = unique();
    await defineClass(
        className,
        { secret: { type: 'String' } },
        { classLevelPermissions: { ...open, protectedFields: { '*': ['secret'] } } },
    );
    await create(className, { secret: 's' });
    const outer = unique();
    await create(outer, { guess: 's' });
    for (const order of ['secret', '-secret', 'createdAt,secret', 'secret.x']) {
        refused(await get(`/classes/${className}`, { query: { order } }), 400, 119);
    }
    for (const operator of ['$select', '$dontSelect']) {
        const where = { guess: { [operator]: { query: { className, where: {} }, key: 'secret' } } };
        refused(await get(`/classes/${outer}`, { query: { where } }), 400, 119);
    }
    unauthorized(await get(`/aggregate/${className}?distinct=secret`));
});

for (const className of [
    '_Audience',
    '_GlobalConfig',
    '_Hooks',
    '_Idempotency',
    '_JobStatus',
    '_JobSchedule',
    '_PushStatus',
    '_GraphQLConfig',
    '_Join:users:_Role',
]) {
    test(`the internal class ${className} cannot be reached through /classes`, async () => {
        const account = user(await signUp());
        for (const as of [anyone, account]) {
            refusedSomehow(await get(`/classes/${className}`, { as }), 'find');
            refusedSomehow(await get(`/classes/${className}/abc`, { as }), 'get');
            refusedSomehow(await post(`/classes/${className}`, { x: 1 }, { as }), 'create');
            refusedSomehow(await put(`/classes/${className}/abc`, { x: 1 }, { as }), 'update');
            refusedSomehow(await remove(`/classes/${className}/abc`, { as }), 'delete');
        }
        const outer = unique();
        await create(outer, { p: pointer('X', 'y') });
        const answer = await get(`/classes/${outer}`, {
            query: { where: { p: { $inQuery: { className, where: {} } } } },
        });
        assert.ok(answer.status >= 400 || answer.body.results.length === 0);
    });
}

test('the body limit and the nesting of batches hold for what is inside of a batch', async () => {
    const inner = { method: 'POST', path: `${mountPath}/batch`, body: { requests: [] } };
    refused(await post('/batch', { requests: [inner] }), 400, 107);
    for (const path of [
        `${mountPath}//batch`,
        `${mountPath}/batch/`,
        `${mountPath}/./batch`,
        `${mountPath}/classes/../batch`,
        `${mountPath}/batch?x=1`,
    ]) {
        const answer = await post('/batch', { requests: [{ ...inner, path }] });
        assert.ok(answer.status >= 400 || answer.body[0].error, `${path} ${answer.text}`);
    }
});

test('one key cannot be used to write many requests', async () => {
    const className = unique();
    const headers = { 'X-Parse-Request-Id': unique('request') };
    const requests = [{ method: 'POST', path: `${mountPath}/classes/${className}`, body: { n: 1 } }];
    succeeded(await post('/batch', { requests }, { headers }));
    const again = await post('/batch', { requests }, { headers });
    assert.ok(again.status === 400 || again.body[0].error?.code === 159, again.text);
    assert.equal((await find(className)).length, 1);
});

test('the read-only master key writes nothing', { skip: needs('readOnlyMasterKey') }, async () => {
    const as = readOnlyMaster;
    const account = await signUp();
    const className = unique();
    const id = await create(className, { n: 1 });
    const raw = { as, raw: 'x', headers: { 'Content-Type': 'text/plain' } };
    for (const [name, answer] of Object.entries({
        create: await post(`/classes/${className}`, { n: 1 }, { as }),
        update: await put(`/classes/${className}/${id}`, { n: 2 }, { as }),
        delete: await remove(`/classes/${className}/${id}`, { as }),
        purge: await remove(`/purge/${className}`, { as }),
        schema: await post(`/schemas/${unique()}`, {}, { as }),
        'schema change': await put(`/schemas/${className}`, { fields: { x: { type: 'String' } } }, { as }),
        'schema deletion': await remove(`/schemas/${className}`, { as }),
        config: await put('/config', { params: { [unique('p')]: 1 } }, { as }),
        'function hook': await post('/hooks/functions', { functionName: unique('f'), url: 'http://x.example' }, { as }),
        'trigger hook': await post(
            '/hooks/triggers',
            { className, triggerName: 'beforeSave', url: 'http://x.example' },
            { as },
        ),
        file: await request('POST', '/files/a.txt', raw),
        'file deletion': await remove('/files/a.txt', { as }),
        user: await put(`/users/${account.objectId}`, { phone: '1' }, { as }),
        loginAs: await post('/loginAs', { userId: account.objectId }, { as }),
        job: await post('/jobs/any', {}, { as }),
    })) {
        refusedSomehow(answer, name);
    }
    const [batched] = [
        await post(
            '/batch',
            { requests: [{ method: 'POST', path: `${mountPath}/classes/${className}`, body: { n: 1 } }] },
            { as },
        ),
    ];
    assert.ok(batched.status >= 400 || batched.body[0].error, batched.text);
    assert.deepEqual(
        (await find(className)).map((row) => row.n),
        [1],
    );
});

test('keys that are forbidden stay so at any depth', async () => {
    const id = await create(unique(), { n: 1 });
    assert.ok(id);
    for (const body of [
        '{"o":{"__proto__":{"x":1}}}',
        '{"o":{"a":[{"__proto__":{"x":1}}]}}',
        '{"list":[[{"constructor":{"prototype":{"x":1}}}]]}',
    ]) {
        const className = unique();
        const answer = await request('POST', `/classes/${className}`, {
            raw: body,
            headers: { 'Content-Type': 'application/json' },
        });
        refused(answer, 400, 105);
        assert.deepEqual(await find(className), []);
    }
});

test('log-in and verifyPassword hide protected fields of the user', async () => {
    const account = await signUp({ [`note`]: 'x' });
    for (const route of ['/login', '/verifyPassword']) {
        const body = succeeded(await post(route, { username: account.username, password: account.password }));
        assert.ok(!Object.keys(body).some((key) => key.startsWith('_') || key === 'password'), route);
    }
});

test('the time of a log-in does not tell which users exist', { timeout: 30_000 }, async () => {
    const account = await signUp();
    const time = async (username) => {
        const started = performance.now();
        refused(await post('/login', { username, password: 'wrong' }), 404, 101);
        return performance.now() - started;
    };
    // In turns, and the shortest of each: a busy machine only makes some of them longer.
    let known = Infinity;
    let unknown = Infinity;
    for (let n = 0; n < 8; n++) {
        known = Math.min(known, await time(account.username));
        unknown = Math.min(unknown, await time(unique('nobody')));
    }
    assert.ok(unknown > known * 0.4 && known > unknown * 0.4, `known ${known} ms, unknown ${unknown} ms`);
});

test('database errors are not shown', async () => {
    const className = unique();
    await create(className, { n: 1, s: 'x', g: { __type: 'GeoPoint', latitude: 1, longitude: 1 } });
    for (const query of [
        { where: { n: 'x' } },
        { where: { s: { $regex: '(' } } },
        { where: { n: { $gt: { a: 1 } } } },
        { order: 'g' },
        { where: { s: { $text: { $search: { $term: 'x', $language: 'klingon' } } } } },
    ]) {
        survived(await get(`/classes/${className}`, { query }), JSON.stringify(query));
    }
    const pipeline = [{ $group: { _id: '$s', total: { $sum: '$s' } } }];
    survived(await get(`/aggregate/${className}`, { as: master, query: { pipeline } }), 'aggregate');
});

test('a user cannot change the rights of another through its ACL', async () => {
    const [account, other] = [await signUp(), await signUp()];
    const acl = { '*': { read: true, write: true } };
    refused(await put(`/users/${account.objectId}`, { ACL: acl }, { as: user(other) }), 400, 206);
    refused(await get(`/users/${account.objectId}`, { as: user(other) }), 404, 101);
});

test('a user that made itself writable by all still keeps its password and sessions', async () => {
    const account = await signUp();
    const acl = { '*': { read: true, write: true } };
    succeeded(await put(`/users/${account.objectId}`, { ACL: acl }, { as: user(account) }));
    refused(await put(`/users/${account.objectId}`, { password: 'stolen' }), 400, 206);
    const seen = await fetchOne('_User', account.objectId);
    assert.ok(!('sessionToken' in seen) && !('email' in seen));
    succeeded(await post('/login', { username: account.username, password: account.password }));
});
