import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    anyone,
    create,
    failsWith,
    get,
    master,
    nobody,
    pointer,
    post,
    put,
    refused,
    remove,
    sdk,
    server,
    signUp,
    succeeded,
    unique,
    unset,
    user,
} from './support.mjs';

const Parse = sdk();
const token = /^r:[0-9a-f]{32}$/;
const logIn = (username, password, more = {}) => post('/login', { username, password, ...more });
const me = (account) => get('/users/me', { as: user(account) });

test('sign-up answers objectId, createdAt and a session token, and where the user is', async () => {
    const answer = await post('/users', { username: unique('user'), password: 'pw', phone: '1' });
    const body = succeeded(answer, 201);
    assert.deepEqual(Object.keys(body).sort(), ['createdAt', 'objectId', 'sessionToken']);
    assert.match(body.sessionToken, token);
    assert.equal(answer.headers.get('location'), `${server.url}/users/${body.objectId}`);
});

test('a new user can be read and written by itself only', async () => {
    const account = await signUp({ phone: '1' });
    const path = `/users/${account.objectId}`;
    const own = succeeded(await get(path, { as: user(account) }));
    assert.equal(own.username, account.username);
    assert.equal(own.phone, '1');
    assert.equal(own.ACL[account.objectId].write, true);
    assert.ok(!('password' in own) && !Object.keys(own).some((key) => key.startsWith('_')));
    const stranger = user(await signUp());
    refused(await get(path), 404, 101);
    refused(await get(path, { as: stranger }), 404, 101);
    refused(await put(path, { phone: '2' }), 400, 206);
    refused(await put(path, { phone: '2' }, { as: stranger }), 400, 206);
    refused(await remove(path), 400, 206);
    refused(await remove(path, { as: stranger }), 400, 206);
    assert.deepEqual(Object.keys(succeeded(await put(path, { phone: '3' }, { as: user(account) }))), ['updatedAt']);
    assert.equal(succeeded(await me(account)).phone, '3');
});

for (const [name, body, code] of [
    ['no username', { password: 'x' }, 200],
    ['an empty username', { username: '', password: 'x' }, 200],
    ['a username that is a number', { username: 5, password: 'x' }, 200],
    ['no password', { username: 'never' }, 201],
    ['an empty password', { username: 'never', password: '' }, 201],
    ['a password that is a number', { username: 'never', password: 5 }, 201],
    ['an email that is none', { username: 'never', password: 'x', email: 'bad' }, 125],
    ['an unknown provider', { authData: { nosuch: { id: 'x' } } }, 252],
    ['nothing', {}, 200],
    ['an internal column', { username: 'never', password: 'x', _hashed_password: 'z' }, 105],
    ['a verified email by its own word', { username: 'never', password: 'x', emailVerified: true }, 119],
]) {
    test(`sign-up with ${name} is refused with ${code}`, async () => {
        refused(await post('/users', body), 400, code);
    });
}

test('usernames and emails are unique, whatever their case', async () => {
    const email = `${unique('mail')}@example.com`;
    const account = await signUp({ email });
    refused(await post('/users', { username: account.username, password: 'x' }), 400, 202);
    refused(await post('/users', { username: account.username.toUpperCase(), password: 'x' }), 400, 202);
    refused(await post('/users', { username: unique('user'), password: 'x', email }), 400, 203);
    refused(await post('/users', { username: unique('user'), password: 'x', email: email.toUpperCase() }), 400, 203);
});

test('a change to a username that is taken is refused with 202', async () => {
    const [a, b] = [await signUp(), await signUp()];
    refused(await put(`/users/${a.objectId}`, { username: b.username }, { as: user(a) }), 400, 202);
    assert.equal(succeeded(await me(a)).username, a.username);
});

test('two sign-ups of one name at the same time make one user', async () => {
    const username = unique('user');
    const answers = await Promise.all(Array.from({ length: 8 }, () => post('/users', { username, password: 'x' })));
    assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
    for (const answer of answers.filter((other) => other.status !== 201)) {
        refused(answer, 400, 202);
    }
});

test('log-in by POST, by GET, by email, and by both', async () => {
    const email = `${unique('mail')}@example.com`;
    const account = await signUp({ email, phone: '1' });
    const { username, password } = account;
    for (const answer of [
        await logIn(username, password),
        await get('/login', { query: { username, password } }),
        await post('/login', { email, password }),
        await post('/login', { email, username, password }),
    ]) {
        const body = succeeded(answer);
        assert.equal(body.objectId, account.objectId);
        assert.equal(body.username, username);
        assert.equal(body.email, email);
        assert.equal(body.phone, '1');
        assert.match(body.sessionToken, token);
        assert.notEqual(body.sessionToken, account.sessionToken);
        assert.ok(!('password' in body) && !Object.keys(body).some((key) => key.startsWith('_')));
        assert.equal(succeeded(await me(body)).objectId, account.objectId);
    }
});

test('a wrong password and an unknown name look the same: 404 with code 101', async () => {
    const account = await signUp();
    const wrong = await logIn(account.username, 'wrong');
    const unknown = await logIn(unique('nobody'), 'wrong');
    refused(wrong, 404, 101);
    refused(unknown, 404, 101);
    assert.equal(wrong.body.error, 'Invalid username/password.');
    assert.equal(unknown.body.error, wrong.body.error);
});

test('a username and the email of somebody else do not log in', async () => {
    const email = `${unique('mail')}@example.com`;
    await signUp({ email });
    const account = await signUp();
    refused(await post('/login', { username: account.username, email, password: account.password }), 404, 101);
});

test('log-in without a name is 200, without a password 201', async () => {
    refused(await post('/login', {}), 400, 200);
    refused(await post('/login', { password: 'x' }), 400, 200);
    refused(await post('/login', { username: 'x' }), 400, 201);
});

test('operators instead of a name or password do not log in', async () => {
    const account = await signUp();
    for (const [username, password] of [
        [{ $ne: '' }, account.password],
        [{ $regex: '.*' }, account.password],
        [account.username, { $ne: '' }],
        [account.username, 5],
    ]) {
        assert.ok((await logIn(username, password)).status >= 400);
    }
});

test('users/me is the user of the token, with the token', async () => {
    const account = await signUp({ phone: '1' });
    const body = succeeded(await me(account));
    assert.equal(body.objectId, account.objectId);
    assert.equal(body.sessionToken, account.sessionToken);
    assert.equal(body.phone, '1');
    refused(await get('/users/me'), 400, 209);
    refused(await me('r:00000000000000000000000000000000'), 400, 209);
});

test('find shows a caller itself only, without tokens', async () => {
    const account = await signUp();
    const stranger = await signUp();
    const query = { where: { objectId: { $in: [account.objectId, stranger.objectId] } } };
    assert.deepEqual(succeeded(await get('/users', { query })).results, []);
    const [own, ...rest] = succeeded(await get('/users', { as: user(account), query })).results;
    assert.equal(own.objectId, account.objectId);
    assert.deepEqual(rest, []);
    assert.ok(!('sessionToken' in own));
    assert.equal(succeeded(await get('/users', { as: master, query })).results.length, 2);
});

test('the email of a user that others may read is hidden from them', async () => {
    const email = `${unique('mail')}@example.com`;
    const account = await signUp({ email });
    const path = `/users/${account.objectId}`;
    const acl = { '*': { read: true }, [account.objectId]: { read: true, write: true } };
    succeeded(await put(path, { ACL: acl }, { as: user(account) }));
    const seen = succeeded(await get(path));
    assert.equal(seen.username, account.username);
    assert.ok(!('email' in seen) && !('authData' in seen) && !('sessionToken' in seen));
    assert.equal(succeeded(await get(path, { as: user(account) })).email, email);
    assert.equal(succeeded(await get(path, { as: master })).email, email);
    for (const query of [{ where: { email } }, { where: { $or: [{ email }] } }, { order: 'email' }]) {
        refused(await get('/users', { query }), 400, 119);
    }
});

for (const key of ['_hashed_password', '_session_token', '_email_verify_token', '_perishable_token']) {
    test(`${key} can be neither asked for nor read`, async () => {
        refused(await get('/users', { query: { where: { [key]: { $exists: true } } } }), 400, 105);
        const account = await signUp();
        const row = succeeded(await get(`/users/${account.objectId}`, { as: user(account), query: { keys: key } }));
        assert.ok(!(key in row));
    });
}

test('emailVerified cannot be written by its user', async () => {
    const account = await signUp();
    refused(await put(`/users/${account.objectId}`, { emailVerified: true }, { as: user(account) }), 400, 119);
});

test('a changed password ends all sessions and answers a fresh token', async () => {
    const account = await signUp();
    const elsewhere = succeeded(await logIn(account.username, account.password));
    const changed = succeeded(await put(`/users/${account.objectId}`, { password: 'new one' }, { as: user(account) }));
    assert.match(changed.sessionToken, token);
    refused(await me(account), 400, 209);
    refused(await me(elsewhere), 400, 209);
    assert.equal(succeeded(await me(changed)).objectId, account.objectId);
    refused(await logIn(account.username, account.password), 404, 101);
    succeeded(await logIn(account.username, 'new one'));
});

test('the master key changes a password too', async () => {
    const account = await signUp();
    succeeded(await put(`/users/${account.objectId}`, { password: 'by master' }, { as: master }));
    refused(await me(account), 400, 209);
    succeeded(await logIn(account.username, 'by master'));
});

test('log-out ends the session; a second time it is 209', async () => {
    const account = await signUp();
    assert.deepEqual(succeeded(await post('/logout', {}, { as: user(account) })), {});
    refused(await me(account), 400, 209);
    refused(await post('/logout', {}, { as: user(account) }), 400, 209);
});

test('log-out without a session is no error', async () => {
    assert.deepEqual(succeeded(await post('/logout', {})), {});
});

test('a deleted user has no session left and cannot log in', async () => {
    const account = await signUp();
    assert.deepEqual(succeeded(await remove(`/users/${account.objectId}`, { as: user(account) })), {});
    refused(await me(account), 400, 209);
    refused(await logIn(account.username, account.password), 404, 101);
});

test('verifyPassword answers the user without a session, or fails like log-in', async () => {
    const account = await signUp();
    const { username, password } = account;
    for (const answer of [
        await post('/verifyPassword', { username, password }),
        await get('/verifyPassword', { query: { username, password } }),
    ]) {
        const body = succeeded(answer);
        assert.equal(body.objectId, account.objectId);
        assert.ok(!('sessionToken' in body) && !('password' in body));
    }
    refused(await post('/verifyPassword', { username, password: 'wrong' }), 404, 101);
    refused(await post('/verifyPassword', {}), 400, 200);
    refused(await post('/verifyPassword', { username }), 400, 201);
    assert.equal(succeeded(await me(account)).objectId, account.objectId, 'it ends no session');
});

test('loginAs is for the master key', async () => {
    const account = await signUp();
    refused(await post('/loginAs', { userId: account.objectId }), 400, 119);
    const body = succeeded(await post('/loginAs', { userId: account.objectId }, { as: master }));
    assert.equal(succeeded(await me(body)).objectId, account.objectId);
    refused(await post('/loginAs', { userId: 'nope' }, { as: master }), 404, 101);
    refused(await post('/loginAs', {}, { as: master }), 400, 162);
});

test('the routes of users and of the class _User lead to the same users', async () => {
    const account = await signUp();
    const viaClass = succeeded(await get(`/classes/_User/${account.objectId}`, { as: user(account) }));
    assert.equal(viaClass.username, account.username);
    refused(await post('/classes/_User', { x: 1 }), 400, 200);
});

test('deleting another field keeps the username', async () => {
    const account = await signUp();
    await put(`/users/${account.objectId}`, { phone: unset }, { as: user(account) });
    assert.equal(succeeded(await me(account)).username, account.username);
});

const anonymous = (id) => ({ authData: { anonymous: { id } } });

test('an anonymous user signs up with an id; the same id logs in', async () => {
    const id = unique('anon');
    const first = await post('/users', anonymous(id));
    const made = succeeded(first, 201);
    assert.match(made.sessionToken, token);
    const again = succeeded(await post('/users', anonymous(id)), 200);
    assert.equal(again.objectId, made.objectId);
    assert.match(again.sessionToken, token);
    assert.ok(again.username && again.createdAt);
    assert.deepEqual(succeeded(await me(made)).authData, { anonymous: { id } });
});

test('an anonymous user becomes one with a name: a fresh token, the old one is dead', async () => {
    const made = succeeded(await post('/users', anonymous(unique('anon'))), 201);
    const username = unique('user');
    const upgraded = succeeded(await put(`/users/${made.objectId}`, { username, password: 'pw' }, { as: user(made) }));
    assert.match(upgraded.sessionToken, token);
    refused(await me(made), 400, 209);
    assert.equal(succeeded(await me(upgraded)).username, username);
    succeeded(await put(`/users/${made.objectId}`, { authData: { anonymous: null } }, { as: user(upgraded) }));
    assert.ok(!('authData' in succeeded(await get(`/users/${made.objectId}`, { as: master }))));
    assert.equal(succeeded(await logIn(username, 'pw')).objectId, made.objectId);
});

test('the authData of somebody else cannot be taken: 208', async () => {
    const id = unique('anon');
    succeeded(await post('/users', anonymous(id)), 201);
    const account = await signUp();
    refused(await put(`/users/${account.objectId}`, anonymous(id), { as: user(account) }), 400, 208);
});

test('an invalid session token is refused even where none is needed', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    const as = user('r:00000000000000000000000000000000');
    refused(await get(`/classes/${className}/${id}`, { as }), 400, 209);
    refused(await get(`/classes/${className}`, { as }), 400, 209);
    refused(await post(`/classes/${className}`, { n: 2 }, { as }), 400, 209);
});

test('a token of one app is nothing without the app id', async () => {
    const account = await signUp();
    const as = { ...nobody, 'X-Parse-Session-Token': account.sessionToken };
    assert.equal((await get('/users/me', { as })).status, 403);
});

test('a pointer to a user can be included as far as the user may be read', async () => {
    const account = await signUp();
    const className = unique();
    const id = await create(className, { author: pointer('_User', account.objectId) });
    const path = `/classes/${className}/${id}?include=author`;
    assert.ok(!('author' in succeeded(await get(path, { as: anyone }))));
    const own = succeeded(await get(path, { as: user(account) }));
    assert.equal(own.author.username, account.username);
    assert.ok(!('sessionToken' in own.author));
});

test('the SDK signs up, logs in, becomes, changes and logs out', async () => {
    Parse.User.enableUnsafeCurrentUser();
    const name = unique('user');
    const signedUp = await Parse.User.signUp(name, 'pw', { phone: '5', email: `${name}@example.com` });
    assert.ok(signedUp.authenticated());
    assert.match(signedUp.getSessionToken(), token);
    await Parse.User.logOut();
    assert.equal(Parse.User.current(), null);
    await failsWith(Parse.Error.OBJECT_NOT_FOUND, Parse.User.logIn(name, 'wrong'));
    const loggedIn = await Parse.User.logIn(name, 'pw');
    assert.equal(loggedIn.id, signedUp.id);
    assert.equal(loggedIn.get('phone'), '5');
    assert.equal(loggedIn.getEmail(), `${name}@example.com`);
    const became = await Parse.User.become(loggedIn.getSessionToken());
    assert.equal(became.id, signedUp.id);
    became.set('phone', '6');
    await became.save();
    const before = became.getSessionToken();
    became.setPassword('pw2');
    await became.save();
    assert.notEqual(became.getSessionToken(), before);
    await became.fetch();
    assert.equal(became.get('phone'), '6');
    const verified = await Parse.User.verifyPassword(name, 'pw2');
    assert.equal(verified.objectId, signedUp.id);
    await Parse.User.logOut();
    await failsWith(Parse.Error.USERNAME_TAKEN, Parse.User.signUp(name, 'x'));
    await failsWith(Parse.Error.INVALID_SESSION_TOKEN, Parse.User.become('r:00000000000000000000000000000000'));
});

test('the SDK logs in anonymously and turns that user into a named one', async () => {
    Parse.User.enableUnsafeCurrentUser();
    const guest = await Parse.AnonymousUtils.logIn();
    assert.ok(Parse.AnonymousUtils.isLinked(guest));
    const name = unique('user');
    guest.setUsername(name);
    guest.setPassword('pw');
    await guest.signUp();
    assert.equal(Parse.AnonymousUtils.isLinked(guest), false);
    const own = await new Parse.Query(Parse.User).get(guest.id, { useMasterKey: true });
    assert.equal(own.get('username'), name);
    assert.ok(!own.get('authData')?.anonymous);
    await Parse.User.logOut();
    assert.equal((await Parse.User.logIn(name, 'pw')).id, guest.id);
    await Parse.User.logOut();
});
