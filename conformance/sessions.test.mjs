import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    anyone,
    create,
    date,
    get,
    master,
    pointer,
    post,
    put,
    refused,
    remove,
    sdk,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
const mine = async (account) => succeeded(await get('/sessions/me', { as: user(account) }));
const logIn = async ({ username, password }, headers = {}) =>
    succeeded(await post('/login', { username, password }, { headers }));

test('a session names its user, how it began, and when it ends', async () => {
    const account = await signUp();
    const session = await mine(account);
    assert.equal(session.sessionToken, account.sessionToken);
    assert.deepEqual(session.user, pointer('_User', account.objectId));
    assert.deepEqual(session.createdWith, { action: 'signup', authProvider: 'password' });
    assert.ok(new Date(session.expiresAt.iso) > new Date());
    const second = await mine(await logIn(account));
    assert.deepEqual(second.createdWith, { action: 'login', authProvider: 'password' });
    assert.notEqual(second.objectId, session.objectId);
});

test('a session remembers the installation that it was made from', async () => {
    const account = await signUp();
    const installationId = unique('device');
    const again = await logIn(account, { 'X-Parse-Installation-Id': installationId });
    assert.equal((await mine(again)).installationId, installationId);
});

test('the list shows the sessions of the caller only', async () => {
    const account = await signUp();
    const second = await logIn(account);
    const stranger = await signUp();
    const tokens = async (as) =>
        succeeded(await get('/sessions', { as })).results.map((session) => session.sessionToken);
    assert.deepEqual((await tokens(user(account))).sort(), [account.sessionToken, second.sessionToken].sort());
    assert.deepEqual(await tokens(user(stranger)), [stranger.sessionToken]);
    refused(await get('/sessions', { as: anyone }), 400, 209);
    refused(await get('/sessions/me', { as: anyone }), 400, 209);
});

test('a session of somebody else can be neither read nor revoked', async () => {
    const account = await signUp();
    const { objectId } = await mine(account);
    const stranger = user(await signUp());
    refused(await get(`/sessions/${objectId}`, { as: stranger }), 404, 101);
    refused(await put(`/sessions/${objectId}`, { note: 'x' }, { as: stranger }), 404, 101);
    refused(await remove(`/sessions/${objectId}`, { as: stranger }), 404, 101);
    await mine(account);
});

test('a revoked session is dead, the others live', async () => {
    const account = await signUp();
    const second = await logIn(account);
    const { objectId } = await mine(second);
    assert.deepEqual(succeeded(await remove(`/sessions/${objectId}`, { as: user(account) })), {});
    refused(await get('/users/me', { as: user(second) }), 400, 209);
    await mine(account);
});

test('a session that expired is refused with 209', async () => {
    const account = await signUp();
    const { objectId } = await mine(account);
    succeeded(await put(`/sessions/${objectId}`, { expiresAt: date('2020-01-01T00:00:00.000Z') }, { as: master }));
    refused(await get('/users/me', { as: user(account) }), 400, 209);
});

test('a user makes a session for itself, whoever the body names', async () => {
    const [account, victim] = [await signUp(), await signUp()];
    const body = { note: 'tablet', user: pointer('_User', victim.objectId) };
    const made = succeeded(await post('/sessions', body, { as: user(account) }), 201);
    assert.equal(made.user.objectId, account.objectId);
    assert.equal(made.createdWith.action, 'create');
    assert.equal(made.note, 'tablet');
    assert.equal(succeeded(await get('/users/me', { as: user(made) })).objectId, account.objectId);
    refused(await post('/sessions', {}), 400, 209);
});

for (const [field, value] of [
    ['sessionToken', 'r:11111111111111111111111111111111'],
    ['expiresAt', date('2100-01-01T00:00:00.000Z')],
    ['user', pointer('_User', 'abcdefghij')],
    ['createdWith', { action: 'x' }],
]) {
    test(`${field} of a session is read-only: 105`, async () => {
        const account = await signUp();
        const before = await mine(account);
        refused(await put(`/sessions/${before.objectId}`, { [field]: value }, { as: user(account) }), 400, 105);
        assert.deepEqual(await mine(account), before);
    });
}

test('a session can carry fields of its own', async () => {
    const account = await signUp();
    const { objectId } = await mine(account);
    succeeded(await put(`/sessions/${objectId}`, { note: 'mine' }, { as: user(account) }));
    assert.equal((await mine(account)).note, 'mine');
});

test('sessions cannot be read through a pointer to them', async () => {
    const account = await signUp();
    const { objectId } = await mine(account);
    const className = unique();
    const id = await create(className, { s: pointer('_Session', objectId) });
    const answer = await get(`/classes/${className}/${id}?include=s`, { as: user(await signUp()) });
    assert.doesNotMatch(answer.text, new RegExp(account.sessionToken));
});

test('the SDK reads and ends its sessions', async () => {
    const account = await signUp();
    const sessionToken = account.sessionToken;
    const sessions = await new Parse.Query(Parse.Session).find({ sessionToken });
    assert.equal(sessions.length, 1);
    assert.equal(sessions[0].get('user').id, account.objectId);
    await sessions[0].destroy({ sessionToken });
    refused(await get('/users/me', { as: user(account) }), 400, 209);
});
