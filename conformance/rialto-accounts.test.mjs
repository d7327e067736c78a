// Accounts: where Rialto is stricter or does not cache.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    create,
    createRole,
    find,
    get,
    master,
    post,
    put,
    refused,
    refusedSomehow,
    remove,
    signUp,
    succeeded,
    survived,
    unique,
    unset,
    user,
} from './support.mjs';

const logIn = (username, password) => post('/login', { username, password });
const canRead = async (role, account) => {
    const className = unique();
    await create(className, { n: 1, ACL: { [`role:${role.name}`]: { read: true } } }, master);
    return (await find(className, {}, user(account))).length === 1;
};

test('long and unusual passwords work whole', async () => {
    const password = 'Ä'.repeat(60) + '漢字🌍';
    const account = await signUp({ password });
    succeeded(await logIn(account.username, password));
    refused(await logIn(account.username, password.slice(0, -2)), 404, 101);
});

test('a deleted role gives nothing', async () => {
    const account = await signUp();
    const role = await createRole([account]);
    assert.equal(await canRead(role, account), true);
    succeeded(await remove(`/roles/${role.objectId}`, { as: master }));
    assert.equal(await canRead(role, account), false);
});

test('the name of a role cannot change', async () => {
    const role = await createRole();
    refusedSomehow(await put(`/roles/${role.objectId}`, { name: unique('role') }, { as: master }));
    assert.equal(succeeded(await get(`/roles/${role.objectId}`)).name, role.name);
});

for (const value of ['', null, unset, 5]) {
    test(`a username cannot become ${JSON.stringify(value)}`, async () => {
        const account = await signUp();
        refusedSomehow(await put(`/users/${account.objectId}`, { username: value }, { as: user(account) }));
        succeeded(await logIn(account.username, account.password));
    });
}

test('a change of the password needs the session of that user', async () => {
    const [account, other] = [await signUp(), await signUp()];
    refused(await put(`/users/${account.objectId}`, { password: 'stolen' }), 400, 206);
    refused(await put(`/users/${account.objectId}`, { password: 'stolen' }, { as: user(other) }), 400, 206);
    refused(await put(`/classes/_User/${account.objectId}`, { password: 'stolen' }, { as: user(other) }), 400, 206);
    succeeded(await logIn(account.username, account.password));
});

test('a chosen session token is ignored', async () => {
    const sessionToken = 'r:22222222222222222222222222222222';
    const made = succeeded(await post('/users', { username: unique('user'), password: 'x', sessionToken }), 201);
    assert.notEqual(made.sessionToken, sessionToken);
    refused(await get('/users/me', { as: user(sessionToken) }), 400, 209);
});

test('a password of absurd length is answered soon', async () => {
    const started = Date.now();
    survived(await post('/users', { username: unique('user'), password: 'x'.repeat(1_000_000) }));
    assert.ok(Date.now() - started < 5000);
});
