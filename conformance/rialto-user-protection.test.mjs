// The permissions of _User say whether email addresses are shown. It is a class of all tests, so this one puts it back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyone, get, master, put, signUp, succeeded, unique } from './support.mjs';

const asMaster = { as: master };

test('an email address is protected until the permissions say otherwise', async () => {
    const email = `${unique('a')}@example.com`;
    const account = await signUp({ email, ACL: { '*': { read: true } } });
    const shown = async () => succeeded(await get(`/users/${account.objectId}`, { as: anyone })).email;
    const before = succeeded(await get('/schemas/_User', asMaster)).classLevelPermissions;
    assert.deepEqual(before.protectedFields, { '*': ['email'] });
    const protect = async (protectedFields) =>
        succeeded(await put('/schemas/_User', { classLevelPermissions: { ...before, protectedFields } }, asMaster));
    try {
        assert.equal(await shown(), undefined);
        await protect({ '*': [] });
        assert.equal(await shown(), email);
        await protect({});
        assert.equal(await shown(), undefined);
    } finally {
        await put('/schemas/_User', { classLevelPermissions: before }, asMaster);
    }
    assert.equal(await shown(), undefined);
});
