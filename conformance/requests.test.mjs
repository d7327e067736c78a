import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import {
    anyone,
    create,
    fetchOne,
    find,
    get,
    master,
    nobody,
    post,
    put,
    refused,
    remove,
    request,
    sdk,
    server,
    signUp,
    succeeded,
    unauthorized,
    unique,
} from './support.mjs';

const Parse = sdk();
const identity = {
    _ApplicationId: server.appId,
    _JavaScriptKey: server.javascriptKey,
    _ClientVersion: 'js8.6.0',
    _InstallationId: 'b3b2a1b0-0000-4000-8000-000000000000',
};
/** The request as the JavaScript SDK sends it: everything in a text/plain body. */
const sdkForm = (path, body) =>
    request('POST', path, {
        as: nobody,
        raw: JSON.stringify({ ...identity, ...body }),
        headers: { 'Content-Type': 'text/plain' },
    });

test('a missing or unknown app id is unauthorized', async () => {
    unauthorized(await get('/classes/Thing', { as: nobody }));
    unauthorized(await get('/classes/Thing', { as: { 'X-Parse-Application-Id': 'nope' } }));
    const wrong = await get('/classes/Thing', { as: nobody });
    assert.equal(wrong.body.error, 'unauthorized');
});

test('keys and method in a text/plain body', async () => {
    const className = unique();
    const { objectId } = succeeded(
        await sdkForm(`/classes/${className}`, { n: 1, _noBody: true, _context: '{"a":1}' }),
        201,
    );
    const read = await sdkForm(`/classes/${className}/${objectId}`, { _method: 'GET' });
    assert.equal(succeeded(read).n, 1);
    assert.deepEqual(
        Object.keys(read.body).sort(),
        ['createdAt', 'n', 'objectId', 'updatedAt'],
        'nothing of the form was stored',
    );
    succeeded(await sdkForm(`/classes/${className}/${objectId}`, { _method: 'PUT', n: 2 }));
    assert.equal((await fetchOne(className, objectId)).n, 2);
    succeeded(await sdkForm(`/classes/${className}/${objectId}`, { _method: 'DELETE' }));
    refused(await get(`/classes/${className}/${objectId}`), 404, 101);
});

test('a query in the body may carry where as an object or as text', async () => {
    const className = unique();
    await create(className, { n: 1 });
    await create(className, { n: 2 });
    for (const where of [{ n: 2 }, '{"n":2}']) {
        const { results } = succeeded(
            await sdkForm(`/classes/${className}`, { _method: 'GET', where, keys: 'n', limit: 5 }),
        );
        assert.deepEqual(
            results.map((row) => row.n),
            [2],
        );
    }
});

test('the session token and the master key may be in the body', async () => {
    const account = await signUp();
    const own = await sdkForm('/users/me', { _method: 'GET', _SessionToken: account.sessionToken });
    assert.equal(succeeded(own).objectId, account.objectId);
    refused(
        await sdkForm('/users/me', { _method: 'GET', _SessionToken: 'r:00000000000000000000000000000000' }),
        400,
        209,
    );
    refused(await sdkForm('/users/me', { _method: 'GET', _SessionToken: { $regex: 'r:' } }), 400, 209);
    succeeded(await sdkForm('/schemas', { _method: 'GET', _MasterKey: server.masterKey }));
    unauthorized(await sdkForm('/schemas', { _method: 'GET', _MasterKey: 'wrong' }));
});

test('credentials may come by basic authentication', async () => {
    const basic = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const className = unique();
    await create(className, { n: 1 });
    const key = server.javascriptKey ?? '';
    succeeded(await get(`/classes/${className}`, { as: basic(`${server.appId}:javascript-key=${key}`) }));
    succeeded(await get(`/schemas/${className}`, { as: basic(`${server.appId}:${server.masterKey}`) }));
});

test('a JSON body is read whatever its content type', async () => {
    const className = unique();
    const answer = await request('POST', `/classes/${className}`, {
        raw: '{"n":5}',
        headers: { 'Content-Type': 'text/plain' },
    });
    assert.equal((await fetchOne(className, succeeded(answer, 201).objectId)).n, 5);
});

test('the header X-HTTP-Method-Override changes nothing', async () => {
    const answer = await post(`/classes/${unique()}`, { n: 1 }, { headers: { 'X-HTTP-Method-Override': 'GET' } });
    succeeded(answer, 201);
});

test('an unknown route or method is 404', async () => {
    for (const answer of [
        await get('/nowhere'),
        await put('/classes/Thing', {}),
        await remove('/classes/Thing'),
        await request('PATCH', '/classes/Thing', { body: {} }),
    ]) {
        assert.ok([404, 405].includes(answer.status), String(answer.status));
    }
});

test('compressed bodies are read', async () => {
    const className = unique();
    for (const [encoding, pack] of [
        ['gzip', gzipSync],
        ['deflate', deflateSync],
    ]) {
        const answer = await request('POST', `/classes/${className}`, {
            raw: pack('{"n":7}'),
            headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
        });
        succeeded(answer, 201);
    }
    assert.deepEqual(
        (await find(className)).map((row) => row.n),
        [7, 7],
    );
});

test('a body that is not what its encoding says is 400, an unknown encoding 415', async () => {
    const send = (encoding) =>
        request('POST', `/classes/${unique()}`, {
            raw: '{"n":7}',
            headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
        });
    assert.equal((await send('gzip')).status, 400);
    assert.equal((await send('zzz')).status, 415);
});

for (const raw of ['{bad', '"text"', '{"n":NaN}', '{"n":1}x', '{"n":01}']) {
    test(`malformed JSON is 400 with a message and without a code: ${raw}`, async () => {
        const headers = { 'Content-Type': 'application/json' };
        const answer = await request('POST', `/classes/${unique()}`, { raw, headers });
        assert.equal(answer.status, 400);
        assert.equal(typeof answer.body.error, 'string');
        assert.equal(answer.body.code, undefined);
    });
}

test('a huge body is 413', async () => {
    const body = Buffer.from(JSON.stringify({ s: 'x'.repeat(21 * 1024 * 1024) }));
    const status = await new Promise((resolve, reject) => {
        const outgoing = http.request(`${server.url}/classes/${unique()}`, {
            method: 'POST',
            agent: false,
            headers: { ...anyone, 'Content-Type': 'application/json', 'Content-Length': body.length },
        });
        let answered = false;
        outgoing.on('response', (answer) => {
            answered = true;
            answer.resume();
            resolve(answer.statusCode);
        });
        // The server may close the connection while we still send, after it answered.
        outgoing.on('error', (failure) => setTimeout(() => answered || reject(failure), 100));
        outgoing.end(body);
    });
    assert.equal(status, 413);
});

test('a browser of another origin may call', async () => {
    const preflight = await request('OPTIONS', '/classes/Thing', {
        as: nobody,
        headers: { Origin: 'http://app.example', 'Access-Control-Request-Method': 'PUT' },
    });
    assert.equal(preflight.status, 200);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
    const methods = preflight.headers.get('access-control-allow-methods');
    const headers = preflight.headers.get('access-control-allow-headers').toLowerCase();
    for (const method of ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS']) {
        assert.ok(methods.includes(method), method);
    }
    for (const header of [
        'X-Parse-Master-Key',
        'X-Parse-REST-API-Key',
        'X-Parse-Javascript-Key',
        'X-Parse-Application-Id',
        'X-Parse-Client-Version',
        'X-Parse-Session-Token',
        'X-Requested-With',
        'X-Parse-Revocable-Session',
        'X-Parse-Request-Id',
        'Content-Type',
    ]) {
        assert.ok(headers.includes(header.toLowerCase()), header);
    }
    const answer = await get('/classes/Thing', { headers: { Origin: 'http://app.example' } });
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    const error = await get('/classes/Thing', { as: nobody, headers: { Origin: 'http://app.example' } });
    assert.equal(error.headers.get('access-control-allow-origin'), '*', 'errors can be read too');
});

test('answers are JSON and say so', async () => {
    const answer = await get('/classes/Thing');
    assert.match(answer.headers.get('content-type'), /^application\/json; *charset=utf-8$/i);
});

test('a request id is good for one write: 159', async () => {
    const className = unique();
    const headers = { 'X-Parse-Request-Id': unique('request') };
    succeeded(await post(`/classes/${className}`, { n: 1 }, { headers }), 201);
    refused(await post(`/classes/${className}`, { n: 1 }, { headers }), 400, 159);
    assert.equal((await find(className)).length, 1);
    const [{ objectId }] = await find(className);
    const change = { 'X-Parse-Request-Id': unique('request') };
    const increment = { n: { __op: 'Increment', amount: 1 } };
    succeeded(await put(`/classes/${className}/${objectId}`, increment, { headers: change }));
    refused(await put(`/classes/${className}/${objectId}`, increment, { headers: change }), 400, 159);
    assert.equal((await fetchOne(className, objectId)).n, 2);
});

test('reads do not use up a request id', async () => {
    const className = unique();
    await create(className, { n: 1 });
    const headers = { 'X-Parse-Request-Id': unique('request') };
    succeeded(await get(`/classes/${className}`, { headers }));
    succeeded(await get(`/classes/${className}`, { headers }));
});

test('of many requests with one id at the same time, one writes', async () => {
    const className = unique();
    await create(className, { n: 0 });
    const headers = { 'X-Parse-Request-Id': unique('request') };
    const answers = await Promise.all(
        Array.from({ length: 10 }, () => post(`/classes/${className}`, { n: 1 }, { headers })),
    );
    assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
    assert.equal((await find(className, { where: { n: 1 } })).length, 1);
});

test('the SDK sends a request id when it is told to', async () => {
    const className = unique();
    Parse.CoreManager.set('IDEMPOTENCY', true);
    try {
        await new Parse.Object(className, { n: 1 }).save();
        await new Parse.Object(className, { n: 2 }).save();
    } finally {
        Parse.CoreManager.set('IDEMPOTENCY', false);
    }
    assert.equal((await find(className)).length, 2);
});

test('an unknown function or job is 141', async () => {
    for (const name of ['nope', 'toString', '__proto__', 'constructor', 'hasOwnProperty']) {
        const answer = await post(`/functions/${name}`, {});
        refused(answer, 400, 141);
        assert.equal(answer.body.error, `Invalid function: "${name}"`);
    }
});

test('health needs no app id', async () => {
    const answer = await get('/health', { as: nobody });
    assert.equal(succeeded(answer).status, 'ok');
});

test('serverInfo is for the master key and lists features', async () => {
    unauthorized(await get('/serverInfo', { as: anyone }));
    const { features, parseServerVersion } = succeeded(await get('/serverInfo', { as: master }));
    assert.equal(features.schemas.addField, true);
    assert.equal(features.globalConfig.read, true);
    assert.equal(typeof parseServerVersion, 'string');
    assert.equal((await Parse.getServerHealth()).status, 'ok');
});
