// Hostile input: a clear 4xx or a plain success, never a 500, never a hang, and nothing half-written.
import assert from 'node:assert/strict';
import net from 'node:net';
import { before, test } from 'node:test';
import {
    anyone,
    create,
    createAll,
    fetchOne,
    find,
    get,
    master,
    post,
    put,
    refusedSomehow,
    remove,
    request,
    server,
    succeeded,
    survived,
    unique,
} from './support.mjs';

const things = unique('Things');
const sql = [
    '\'; drop table "_User"; --',
    '" or "1"="1',
    "' or '1'='1",
    "x'||pg_sleep(5)||'",
    '$1',
    '%s',
    '{0}',
    'a"b',
    "a'b",
    'a\\b',
];
const names = [
    ...sql,
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '$where',
    '.',
    '..',
    'a..b',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '🌍',
    ' ',
    'x'.repeat(10_000),
];
const label = (name) => JSON.stringify(name).slice(0, 40);
const json = { 'Content-Type': 'application/json' };
const raw = (path, text, method = 'POST') => request(method, path, { raw: text, headers: json });
const url = (name) =>
    encodeURIComponent(name.toWellFormed ? name.toWellFormed() : name.replace(/[\ud800-\udfff]/g, '?'));

before(() => createAll(things, [{ n: 1, s: 'text', o: { k: 1 }, list: [1] }, { n: 2 }]));

for (const name of names) {
    test(`the class name ${label(name)} does no harm`, async () => {
        const path = `/classes/${url(name)}`;
        survived(await get(path), 'find');
        survived(await get(`${path}/abc`), 'get');
        survived(await put(`${path}/abc`, { n: 1 }), 'put');
        survived(await remove(`${path}/abc`), 'delete');
        survived(await post(path, { n: 1 }), 'create');
        survived(await get(`/schemas/${url(name)}`, { as: master }), 'schema');
        survived(await post('/schemas', { className: name }, { as: master }), 'new schema');
        survived(await get(`/aggregate/${url(name)}?distinct=n`, { as: master }), 'aggregate');
        survived(await get(`/scan/${url(name)}`), 'scan');
    });

    test(`the name ${label(name)} does no harm as field, key, value, order, include or id`, async () => {
        const count = async () => succeeded(await get(`/classes/${things}?count=1&limit=0`)).count;
        if (!/^[A-Za-z]\w*$/.test(name)) {
            const before = await count();
            refusedSomehow(await post(`/classes/${things}`, { n: 5, [name]: 1 }), 'field');
            assert.equal(await count(), before, 'nothing half-written');
        }
        survived(await post(`/classes/${unique()}`, { [name]: 1 }), 'field');
        const rows = await count();
        survived(await post(`/classes/${unique()}`, { o: { [name]: { [name]: [name] } } }), 'nested key');
        survived(await post(`/classes/${unique()}`, { s: name, list: [name] }), 'value');
        for (const query of [
            { where: { [name]: 1 } },
            { where: { [`o.${name}`]: 1 } },
            { where: { s: name } },
            { where: { n: { [name]: 1 } } },
            { where: { s: { $regex: name } } },
            { where: { s: { $in: [name] } } },
            { where: { list: { $all: [name] } } },
            { where: { p: { $inQuery: { className: name, where: {} } } } },
            { where: { n: { $select: { query: { className: things }, key: name } } } },
            { where: { $relatedTo: { object: { __type: 'Pointer', className: name, objectId: name }, key: name } } },
            { where: { s: { $text: { $search: { $term: name, $language: name } } } } },
            { order: name },
            { keys: name },
            { excludeKeys: name },
            { include: name },
            { limit: name },
            { skip: name },
            { hint: name },
        ]) {
            survived(await get(`/classes/${things}`, { query: wellFormed(query) }), JSON.stringify(query).slice(0, 80));
        }
        for (const query of [
            { distinct: name },
            { pipeline: [{ $group: { _id: `$${name}` } }] },
            { pipeline: [{ $group: { _id: null, [name]: { $sum: `$${name}` } } }] },
            { pipeline: [{ $sort: { [name]: 1 } }] },
            { pipeline: [{ $match: { [name]: 1 } }] },
            { pipeline: [{ $project: { [name]: 1 } }] },
        ]) {
            survived(
                await get(`/aggregate/${things}`, { as: master, query: wellFormed(query) }),
                JSON.stringify(query).slice(0, 80),
            );
        }
        survived(await get(`/classes/${things}/${url(name)}`), 'id');
        survived(await put(`/classes/${things}/${url(name)}`, { n: 1 }), 'id of put');
        survived(await post('/users', { username: name, password: name }), 'username');
        survived(await post('/login', { username: name, password: name }), 'login');
        survived(await get('/users/me', { headers: { 'X-Parse-Session-Token': url(name).slice(0, 2000) } }), 'token');
        survived(await post(`/functions/${url(name)}`, {}), 'function');
        assert.equal(await count(), rows);
    });
}

/** Lone surrogates cannot be in a URL. */
function wellFormed(query) {
    return Object.fromEntries(
        Object.entries(query).map(([key, value]) => [
            key,
            typeof value === 'string' ? value.replace(/[\ud800-\udfff]/g, '?') : value,
        ]),
    );
}

test('the tables that hostile names aimed at are still there', async () => {
    assert.ok(Array.isArray(succeeded(await get('/users', { as: master })).results));
    assert.ok((await find(things)).length >= 2);
});

for (const text of [
    '{"n":12345678901234567890}',
    '{"n":1e400}',
    '{"n":-1e400}',
    '{"n":1e-400}',
    '{"n":NaN}',
    '{"n":Infinity}',
    '{"n":9223372036854775808}',
    `{"n":${'9'.repeat(5000)}}`,
    '{"n":0.1e1000000000}',
    '{"s":"\\u0000"}',
    '{"s":"\\ud800"}',
    '{"s":"\\udc00\\ud800"}',
    '{"o":{"\\u0000":1}}',
    '{"o":{"__proto__":{"x":1}}}',
    '{"o":{"constructor":{"prototype":{"x":1}}}}',
    '{"__proto__":{"x":1}}',
    '{"constructor":1}',
    '{"n":1,"n":2}',
    '{"o":{"k":1,"k":2}}',
    '[]',
    '[1]',
    '5',
    'null',
    'true',
    '',
    '{',
    '\ufeff{"n":1}',
    '{"ACL":"x"}',
    '{"ACL":{"*":{"read":"x"}}}',
    '{"ACL":{"*":5}}',
    '{"ACL":[]}',
    '{"_method":5}',
    '{"_method":"BOGUS"}',
    '{"_method":"GET","where":5}',
    '{"_ApplicationId":5}',
    '{"_SessionToken":{"$ne":1}}',
    '{"_context":"{bad"}',
    '{"_where":5}',
]) {
    test(`the body ${text.slice(0, 60)} gets a clear answer`, async () => {
        const className = unique();
        const answer = await raw(`/classes/${className}`, text);
        survived(answer, 'create');
        if (answer.status >= 400) {
            assert.deepEqual(await find(className), [], 'nothing half-written');
        } else if (answer.body.objectId) {
            await fetchOne(className, answer.body.objectId);
        }
        const id = await create(className, { other: 1 });
        survived(await raw(`/classes/${className}/${id}`, text, 'PUT'), 'update');
        survived(await raw('/users', text), 'sign-up');
        survived(await raw('/login', text), 'log-in');
        survived(await raw('/batch', text), 'batch');
        survived(await raw('/installations', text), 'installation');
        survived(await raw(`/schemas/${unique()}`, text), 'schema');
    });
}

test('a number that is too large for a double is refused or kept finite', async () => {
    const className = unique();
    const answer = await raw(`/classes/${className}`, '{"n":1e400}');
    if (answer.status === 201) {
        const { n } = await fetchOne(className, answer.body.objectId);
        assert.ok(n === undefined || n === null || Number.isFinite(n));
    } else {
        refusedSomehow(answer);
    }
});

test('a NUL in text is refused and nothing is stored', async () => {
    const className = unique();
    refusedSomehow(await post(`/classes/${className}`, { s: 'a\u0000b' }));
    refusedSomehow(await post(`/classes/${className}`, { o: { s: ['a\u0000b'] } }));
    assert.deepEqual(await find(className), []);
});

const nested = (depth, open, close, core) => open.repeat(depth) + core + close.repeat(depth);

for (const [name, where] of [
    ['$or', nested(10_000, '{"$or":[', ']}', '{"n":1}')],
    ['$and', nested(500, '{"$and":[', ']}', '{"n":1}')],
    ['$nor', nested(500, '{"$nor":[', ']}', '{"n":1}')],
    ['$inQuery', nested(200, `{"p":{"$inQuery":{"className":"${things}","where":`, '}}}', '{}')],
    ['values', `{"o":${nested(10_000, '{"a":', '}', '1')}}`],
    ['arrays', `{"list":{"$in":${nested(10_000, '[', ']', '1')}}}`],
]) {
    test(`a query of absurd depth in ${name} is refused`, { timeout: 20_000 }, async () => {
        const answer = await raw(`/classes/${things}`, `{"_method":"GET","where":${where}}`);
        refusedSomehow(answer);
        succeeded(await get(`/classes/${things}?limit=1`));
    });
}

test('an object of absurd depth is refused', { timeout: 20_000 }, async () => {
    const className = unique();
    refusedSomehow(await raw(`/classes/${className}`, `{"o":${nested(50_000, '{"a":', '}', '1')}}`));
    assert.deepEqual(await find(className), []);
});

test('a query of absurd size is refused', { timeout: 20_000 }, async () => {
    const where = { $or: Array.from({ length: 50_000 }, (_, n) => ({ n })) };
    refusedSomehow(await post(`/classes/${things}`, { _method: 'GET', where }));
});

test('a list of absurd size in $in ends', { timeout: 20_000 }, async () => {
    const where = { n: { $in: Array.from({ length: 100_000 }, (_, n) => n) } };
    survived(await post(`/classes/${things}`, { _method: 'GET', where }));
});

for (const pattern of [
    '(a+)+$',
    '(a|aa)+$',
    '(.*)*(.*)*(.*)*x',
    '((a{1,100}){1,100}){1,100}',
    '(?:a?){60}a{60}',
    '(a)\\1+(b)\\2*$',
    '(',
    '[',
    '*',
    '\\',
    '(?<x',
    'a{99999999}',
    '\\Q',
]) {
    test(`the pattern ${pattern} ends soon`, { timeout: 20_000 }, async () => {
        const className = unique();
        await create(className, { s: `${'a'.repeat(5000)}!` });
        const started = Date.now();
        survived(await get(`/classes/${className}`, { query: { where: { s: { $regex: pattern } } } }));
        assert.ok(Date.now() - started < 15_000);
    });
}

test('a pattern of absurd length is refused', async () => {
    const where = { s: { $regex: 'a?'.repeat(50_000) } };
    refusedSomehow(await post(`/classes/${things}`, { _method: 'GET', where }));
});

test('thousands of columns are refused or stored, not half', { timeout: 30_000 }, async () => {
    const className = unique();
    const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`field${n}`, n]));
    const answer = await post(`/classes/${className}`, fields);
    survived(answer);
    const rows = await find(className);
    assert.equal(rows.length, answer.status === 201 ? 1 : 0);
});

test('clients that send slowly or hang up do not keep others waiting', { timeout: 20_000 }, async () => {
    const { hostname, port } = new URL(server.url);
    const sockets = Array.from({ length: 100 }, () => {
        const socket = net.connect(Number(port), hostname);
        socket.on('error', () => {});
        socket.write(
            `POST ${new URL(server.url).pathname}/classes/${things} HTTP/1.1\r\nHost: ${hostname}\r\n` +
                `X-Parse-Application-Id: ${server.appId}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"n":`,
        );
        return socket;
    });
    try {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const started = Date.now();
        for (let n = 0; n < 10; n++) {
            succeeded(await get(`/classes/${things}?limit=1`));
        }
        assert.ok(Date.now() - started < 5000);
    } finally {
        sockets.forEach((socket) => socket.destroy());
    }
    succeeded(await get(`/classes/${things}?limit=1`, { as: anyone }));
});
