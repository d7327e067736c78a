// What every test file shares: the server under test, plain requests, the SDK, and small builders.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const environment = process.env;

export const server = {
    url: required('CONFORMANCE_URL').replace(/\/$/, ''),
    appId: required('APP_ID'),
    masterKey: required('MASTER_KEY'),
    javascriptKey: environment.JAVASCRIPT_KEY,
    restKey: environment.REST_KEY,
    readOnlyMasterKey: environment.READ_ONLY_MASTER_KEY,
    maintenanceKey: environment.MAINTENANCE_KEY,
};

function required(name) {
    const value = environment[name];
    if (!value) {
        throw new Error(`${name} is not set; start the tests with "node run.mjs"`);
    }
    return value;
}

/** Headers of a caller. */
export const nobody = {};
export const anyone = {
    'X-Parse-Application-Id': server.appId,
    ...(server.restKey ? { 'X-Parse-REST-API-Key': server.restKey } : {}),
};
export const master = { ...anyone, 'X-Parse-Master-Key': server.masterKey };
export const readOnlyMaster = { ...anyone, 'X-Parse-Master-Key': server.readOnlyMasterKey };
export const maintenance = { ...anyone, 'X-Parse-Maintenance-Key': server.maintenanceKey };
export const user = (account) => ({ ...anyone, 'X-Parse-Session-Token': account.sessionToken ?? account });

/** The reason why a test that needs an optional key does not run, or false. */
export const needs = (key) => (server[key] ? false : `${key} is not configured`);

export const mountPath = new URL(server.url).pathname.replace(/\/$/, '');

/**
 * One HTTP request. `path` is below the mount, or an absolute URL.
 * `body` is sent as JSON, `raw` as it is, `query` is appended with values as JSON unless they are strings.
 */
export async function request(method, path, { as = anyone, body, raw, query, headers = {}, signal } = {}) {
    const url = (/^https?:/.test(path) ? path : server.url + path) + (query ? queryString(query) : '');
    const all = { ...as, ...headers };
    if (body !== undefined) {
        all['Content-Type'] ??= 'application/json';
    }
    const send = () =>
        fetch(url, { method, headers: all, body: body === undefined ? raw : JSON.stringify(body), signal });
    let answer;
    try {
        answer = await send();
    } catch (failure) {
        // A kept-alive connection that the server closed while we picked it: the request was never read.
        if (failure.cause?.code !== 'UND_ERR_SOCKET' && failure.cause?.code !== 'ECONNRESET') {
            throw failure;
        }
        answer = await send();
    }
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.toString('utf8');
    let json;
    try {
        json = JSON.parse(text);
    } catch {
        json = undefined;
    }
    return { status: answer.status, headers: answer.headers, bytes, text, body: json };
}

export const get = (path, options) => request('GET', path, options);
export const post = (path, body, options) => request('POST', path, { body, ...options });
export const put = (path, body, options) => request('PUT', path, { body, ...options });
export const remove = (path, options) => request('DELETE', path, options);

export function queryString(parameters) {
    const parts = Object.entries(parameters).map(
        ([key, value]) =>
            `${encodeURIComponent(key)}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    );
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A name that no other test has. */
export const unique = (prefix = 'Thing') => `${prefix}${randomBytes(6).toString('hex')}`;

export const pointer = (className, objectId) => ({ __type: 'Pointer', className, objectId });
export const geo = (latitude, longitude) => ({ __type: 'GeoPoint', latitude, longitude });
export const date = (iso) => ({ __type: 'Date', iso });
export const increment = (amount) => ({ __op: 'Increment', amount });
export const add = (...objects) => ({ __op: 'Add', objects });
export const addUnique = (...objects) => ({ __op: 'AddUnique', objects });
export const removeAll = (...objects) => ({ __op: 'Remove', objects });
export const addRelation = (...objects) => ({ __op: 'AddRelation', objects });
export const removeRelation = (...objects) => ({ __op: 'RemoveRelation', objects });
export const unset = { __op: 'Delete' };

export function succeeded(answer, status = 200) {
    assert.equal(answer.status, status, `expected ${status}, got ${answer.status}: ${answer.text.slice(0, 300)}`);
    return answer.body;
}

/** The answer is one Parse error: this status, this code, and a message that says something. */
export function refused(answer, status, code) {
    assert.equal(
        answer.status,
        status,
        `expected ${status}/${code}, got ${answer.status}: ${answer.text.slice(0, 300)}`,
    );
    assert.equal(answer.body?.code, code, answer.text.slice(0, 300));
    assert.equal(typeof answer.body.error, 'string');
    assert.notEqual(answer.body.error, '');
}

/** Refused before any operation ran: 403 with a message and no code. */
export function unauthorized(answer) {
    assert.equal(answer.status, 403, answer.text.slice(0, 300));
    assert.equal(answer.body?.code, undefined);
    assert.equal(typeof answer.body?.error, 'string');
}

/** The request was refused as the caller's mistake: a 4xx with a code, and nothing of the database in the text. */
export function refusedSomehow(answer, label = '') {
    assert.ok(
        answer.status >= 400 && answer.status < 500,
        `${label} got ${answer.status}: ${answer.text.slice(0, 300)}`,
    );
    assert.equal(typeof answer.body?.error, 'string', `${label} ${answer.text.slice(0, 300)}`);
    leaksNothing(answer, label);
}

/** Not a server error, whatever else, and nothing of the database in the text. */
export function survived(answer, label = '') {
    assert.ok(answer.status < 500, `${label} got ${answer.status}: ${answer.text.slice(0, 300)}`);
    if (answer.status >= 400) {
        leaksNothing(answer, label);
    }
}

function leaksNothing(answer, label) {
    assert.doesNotMatch(
        answer.text,
        /SQLSTATE|PSQLException|org\.postgresql|syntax error at or near|\bat [\w.$]+\(\w+\.java|Exception:/,
        label,
    );
}

export async function create(className, fields, as = anyone) {
    return succeeded(await post(`/classes/${className}`, fields, { as }), 201).objectId;
}

/** Creates rows one after another, so that createdAt and insertion order agree. Returns their ids. */
export async function createAll(className, rows, as = anyone) {
    const ids = [];
    for (const row of rows) {
        ids.push(await create(className, row, as));
    }
    return ids;
}

export async function fetchOne(className, objectId, as = anyone) {
    return succeeded(await get(`/classes/${className}/${objectId}`, { as }));
}

export async function find(className, query = {}, as = anyone) {
    return succeeded(await get(`/classes/${className}`, { as, query })).results;
}

export async function change(className, objectId, fields, as = anyone) {
    return succeeded(await put(`/classes/${className}/${objectId}`, fields, { as }));
}

export async function defineClass(className, fields = {}, more = {}) {
    return succeeded(await post(`/schemas/${className}`, { className, fields, ...more }, { as: master }));
}

/** A new account: {objectId, sessionToken, username, password}. */
export async function signUp(fields = {}) {
    const username = unique('user');
    const account = { username, password: 'correct horse', ...fields };
    const answer = succeeded(await post('/users', account), 201);
    return { ...answer, username: account.username, password: account.password };
}

/** A role with these members, readable by everyone. Returns {name, objectId}. */
export async function createRole(members = [], children = []) {
    const name = unique('role');
    const body = { name, ACL: { '*': { read: true } } };
    if (members.length > 0) {
        body.users = addRelation(...members.map((member) => pointer('_User', member.objectId)));
    }
    if (children.length > 0) {
        body.roles = addRelation(...children.map((child) => pointer('_Role', child.objectId)));
    }
    const { objectId } = succeeded(await post('/roles', body, { as: master }), 201);
    return { name, objectId };
}

/** The Parse JavaScript SDK, pointed at the server. Every test file is a process of its own, so it is not shared. */
export function sdk() {
    const Parse = createRequire(import.meta.url)('parse/node');
    Parse.initialize(server.appId, server.javascriptKey, server.masterKey);
    Parse.serverURL = server.url;
    return Parse;
}

/** Runs `task` for 0..count-1 with at most `width` at a time. */
export async function concurrently(count, width, task) {
    let next = 0;
    const workers = Array.from({ length: width }, async () => {
        while (next < count) {
            await task(next++);
        }
    });
    await Promise.all(workers);
}

/** The rejection of `promise`, which has to be a Parse error with this code. */
export async function failsWith(code, promise) {
    const failure = await promise.then(
        (value) => assert.fail(`expected error ${code}, but it succeeded with ${JSON.stringify(value)}`),
        (error) => error,
    );
    assert.equal(failure.code, code, `${failure.code}: ${failure.message}`);
    return failure;
}
