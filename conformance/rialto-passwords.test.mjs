// Password policies, lockout and sessions of an app that has its own settings, as Parse's SDK sees them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';
import { withRialto } from './serve.mjs';

const Parse = createRequire(import.meta.url)('parse/node');
const appId = 'strict';
const masterKey = randomBytes(16).toString('hex');
const refused = 'Password does not meet the Password Policy requirements';

let address;
let stop;
let ended;
let names = 0;

// A server of its own: what an app decides holds for all tests that share it.
before(async () => {
    const stopped = new Promise((resolve) => (stop = resolve));
    await new Promise((resolve, reject) => {
        ended = withRialto(['--app', appId, '--master-key', masterKey], async (url) => {
            address = `${url}/v1`;
            resolve();
            await stopped;
            return 0;
        });
        ended.then(() => reject(new Error('the server did not start')), reject);
    });
    Parse.initialize(appId, undefined, masterKey);
    Parse.serverURL = address;
});

after(async () => {
    stop();
    await ended;
});

afterEach(async () => {
    const { settings } = await ask('GET', '/settings');
    const own = settings.filter((each) => each.own).map((each) => [each.key, null]);
    await ask('PUT', '/settings', { settings: Object.fromEntries(own) });
});

async function ask(method, path, body, headers = { 'X-Parse-Master-Key': masterKey }) {
    const response = await fetch(address + path, {
        method,
        headers: { 'X-Parse-Application-Id': appId, 'Content-Type': 'application/json', ...headers },
        body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) {
        throw Object.assign(new Error(answer.error), { code: answer.code });
    }
    return answer;
}

const set = (settings) => ask('PUT', '/settings', { settings });
const session = (token) => ({ 'X-Parse-Session-Token': token });
const fresh = () => `somebody${(names += 1)}`;

function signUp(username, password, email) {
    const user = new Parse.User();
    user.set({ username, password, ...(email && { email }) });
    return user.signUp();
}

const fails = (work, code, message) => assert.rejects(work, { code, message });

test('a password that the policy does not accept is refused on sign-up and on a change', async () => {
    await set({ 'accounts.password-pattern': '^(?=.*[a-z])(?=.*[0-9]).{8,}$', 'accounts.password-not-username': true });
    const name = fresh();
    await fails(signUp(name, 'short1'), 142, `${refused}.`);
    await fails(signUp(name, `my ${name} 1`), 142, 'Password cannot contain your username.');
    const user = await signUp(name, 'long enough 1');
    for (const options of [{ sessionToken: user.getSessionToken() }, { useMasterKey: true }]) {
        user.set('password', 'no figures');
        await fails(user.save(null, options), 142, `${refused}.`);
    }
    await set({ 'accounts.password-error': 'Eight characters with a figure, please.' });
    await fails(signUp(fresh(), 'short1'), 142, 'Eight characters with a figure, please.');
    await Parse.User.logIn(name, 'long enough 1');
});

test('a setting that cannot hold is refused', async () => {
    await fails(set({ 'accounts.password-pattern': '(a)\\1' }), 162, /accounts.password-pattern is not valid/);
    await fails(set({ 'accounts.leaked-passwords': '/etc/passwd' }), 162, /there is no such setting/);
});

test('the last passwords are refused', async () => {
    await set({ 'accounts.password-history': 2 });
    const user = await signUp(fresh(), 'first');
    const change = (password) => user.save({ password }, { useMasterKey: true });
    await change('second');
    await fails(change('first'), 142, 'New password should not be the same as last 2 passwords.');
    await change('third');
    await change('first');
});

test('a password expires', async () => {
    const name = fresh();
    const user = await signUp(name, 'old');
    await set({ 'accounts.password-max-age': '1ms' });
    await fails(Parse.User.logIn(name, 'old'), 101, 'Your password has expired. Please reset your password.');
    await set({ 'accounts.password-max-age': '1d' });
    await Parse.User.logIn(name, 'old');
    assert.ok(user.id);
});

test('wrong passwords lock an account until it has a new one', async () => {
    await set({ 'accounts.lockout-after': 2, 'accounts.lockout-time': '5m' });
    const name = fresh();
    const user = await signUp(name, 'right');
    for (const nobody of [name, fresh()]) {
        await fails(Parse.User.logIn(nobody, 'wrong'), 101, 'Invalid username/password.');
        await fails(Parse.User.logIn(nobody, 'wrong'), 101, 'Invalid username/password.');
        await fails(
            Parse.User.logIn(nobody, 'right'),
            101,
            'Your account is locked due to multiple failed login attempts. Please try again after 5 minute(s)',
        );
    }
    await user.save({ password: 'fresh' }, { useMasterKey: true });
    await Parse.User.logIn(name, 'fresh');
});

test('a transaction does not take back what counts as wrong', async () => {
    await set({ 'accounts.lockout-after': 3 });
    const name = fresh();
    await signUp(name, 'right');
    for (let i = 0; i < 3; i++) {
        const wrong = { method: 'POST', path: '/v1/login', body: { username: name, password: 'wrong' } };
        await assert.rejects(ask('POST', '/batch', { transaction: true, requests: [wrong] }, {}));
    }
    await fails(Parse.User.logIn(name, 'right'), 101, /^Your account is locked/);
});

test('a user lists its devices and ends the others', async () => {
    const name = fresh();
    await signUp(name, 'secret');
    const agents = [
        'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Safari/604.1',
    ];
    const tokens = [];
    for (const agent of agents) {
        const user = await ask('POST', '/login', { username: name, password: 'secret' }, { 'User-Agent': agent });
        tokens.push(user.sessionToken);
    }
    const { results } = await ask('GET', '/sessions', undefined, session(tokens[1]));
    assert.deepEqual(
        results.map((each) => each.device).filter((device) => / on /.test(device)),
        ['Firefox on Windows', 'Safari on iOS'],
    );
    assert.equal(results.filter((each) => each.current).length, 1);
    assert.equal(results.find((each) => each.current).address, '127.0.0.0/24');
    assert.deepEqual(await ask('DELETE', '/sessions/others', undefined, session(tokens[1])), { ended: 2 });
    await fails(ask('GET', '/users/me', undefined, session(tokens[0])), 209, /./);
    await ask('GET', '/users/me', undefined, session(tokens[1]));
});

test('a log-in from a new device is told by mail', async () => {
    await set({ 'accounts.new-device-message': true });
    const name = fresh();
    const email = `${name}@example.com`;
    await signUp(name, 'secret', email);
    await ask(
        'POST',
        '/login',
        { username: name, password: 'secret' },
        { 'X-Parse-Installation-Id': randomBytes(8).toString('hex'), 'Accept-Language': 'zh-CN' },
    );
    const { results } = await ask('GET', '/messages');
    const mails = results.filter((each) => each.to === email && each.template === 'new-device');
    assert.equal(mails.length, 1);
    assert.equal(mails[0].language, 'zh-CN');
});

test('the SDK works with signed session tokens', async () => {
    await set({ 'accounts.session-tokens': 'jwt' });
    const name = fresh();
    const user = await signUp(name, 'secret');
    const token = user.getSessionToken();
    assert.equal(token.split('.').length, 3);
    const note = new Parse.Object('Note');
    note.setACL(new Parse.ACL(user));
    await note.save(null, { sessionToken: token });
    const found = await new Parse.Query('Note').find({ sessionToken: token });
    assert.equal(found.length, 1);
    assert.equal((await Parse.User.me(token)).id, user.id);
    const renewed = await ask('POST', '/sessions/me/token', {}, session(token));
    await fails(ask('GET', '/users/me', undefined, session(token)), 209, /./);
    await ask('POST', '/logout', {}, session(renewed.sessionToken));
    await fails(ask('GET', '/users/me', undefined, session(renewed.sessionToken)), 209, /./);
});
