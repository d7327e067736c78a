// The second factor as Parse's JavaScript SDK writes it, with the `mfa` adapter of Parse Server as the model.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { failsWith, master, post, put, refused, sdk, server, signUp, succeeded, unique } from './support.mjs';

const Parse = sdk();
const period = 300;
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const key = Buffer.from('12345678901234567890');

const configure = (settings) => put('/settings', { settings }, { as: master });

before(async () =>
    succeeded(await configure({ 'second-factor.options': 'TOTP', 'second-factor.period': `${period}s` })),
);

after(() => configure({ 'second-factor.options': null, 'second-factor.period': null }));

/** The code of now, or of some periods later. */
function code(later = 0) {
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / period) + later));
    const hash = createHmac('sha1', key).update(step).digest();
    const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, '0');
}

async function enrolled() {
    const username = unique('user');
    const user = await Parse.User.signUp(username, 'password');
    const sessionToken = user.getSessionToken();
    await user.save({ authData: { mfa: { secret, token: code() } } }, { sessionToken });
    return { user, username, sessionToken };
}

const logIn = (username, mfa) => post('/login', { username, password: 'password', authData: { mfa } });

test('a user enrolls', async () => {
    const { user, sessionToken } = await enrolled();
    assert.equal(user.get('authDataResponse').mfa.recovery.split(',').length, 2);
    await user.fetch({ sessionToken });
    assert.deepEqual(user.get('authData').mfa, { status: 'enabled' });
    await user.fetch({ useMasterKey: true });
    assert.deepEqual(user.get('authData').mfa, { status: 'enabled' });
});

test('log-in needs the code', async () => {
    const { user, username } = await enrolled();
    const failure = await failsWith(-1, Parse.User.logIn(username, 'password'));
    assert.equal(failure.message, 'Missing additional authData mfa');
    const wrong = await logIn(username, { token: 'abcd' });
    refused(wrong, 400, 141);
    assert.equal(wrong.body.error, 'Invalid MFA token');
    const answer = succeeded(await logIn(username, { token: code() }));
    assert.equal(answer.objectId, user.id);
    assert.deepEqual(answer.authData, { mfa: { status: 'enabled' } });
    assert.deepEqual(
        Object.keys(answer).sort(),
        [
            'ACL',
            'authData',
            'authDataResponse',
            'createdAt',
            'objectId',
            'sessionToken',
            'updatedAt',
            'username',
        ].sort(),
    );
});

test('the SDK logs in with the code as additional authData', async () => {
    const { user, username } = await enrolled();
    const known = await Parse.User.logInWithAdditionalAuth(username, 'password', { mfa: { token: code() } });
    assert.equal(known.id, user.id);
    await failsWith(141, Parse.User.logInWithAdditionalAuth(username, 'password', { mfa: { token: code() } }));
});

test('a recovery code works once', async () => {
    const { user, username } = await enrolled();
    const [token] = user.get('authDataResponse').mfa.recovery.split(', ');
    succeeded(await logIn(username, { token }));
    refused(await logIn(username, { token }), 400, 141);
});

test('the secret is replaced with a code of the old one alone', async () => {
    const { user, sessionToken, username } = await enrolled();
    const change = (old) => user.save({ authData: { mfa: { secret, token: code(), old } } }, { sessionToken });
    const failure = await failsWith(141, change('123'));
    assert.equal(failure.message, 'Invalid MFA token');
    await change(code());
    succeeded(await logIn(username, { token: code() }));
});

test('further identities are linked beside it', async () => {
    const { user, sessionToken } = await enrolled();
    await user.fetch({ sessionToken });
    await user.linkWith('anonymous', { authData: { id: unique('device') } }, { sessionToken });
    await user.fetch({ sessionToken });
    assert.deepEqual(user.get('authData').mfa, { status: 'enabled' });
});

test('an app without a second factor does not know it', async () => {
    succeeded(await configure({ 'second-factor.options': null }));
    try {
        const account = await signUp();
        const answer = await put(
            `/users/${account.objectId}`,
            { authData: { mfa: { secret, token: code() } } },
            { as: { ...master, 'X-Parse-Master-Key': server.masterKey } },
        );
        refused(answer, 400, 252);
    } finally {
        succeeded(await configure({ 'second-factor.options': 'totp' }));
    }
});
