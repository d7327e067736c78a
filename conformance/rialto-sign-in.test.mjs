// Signing in with accounts at an OpenID provider: the npm package oidc-provider, Parse's SDK, and a browser's cookies.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import {
    failsWith,
    get,
    master,
    post,
    put,
    refused,
    sdk,
    server,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const Parse = sdk();
const appAddress = 'https://app.example/signed-in';
const http = createServer();
let issuer;

const random = () => randomBytes(32).toString('base64url');
const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

before(async () => {
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${http.address().port}`;
    const provider = new Provider(issuer, {
        clients: [
            {
                client_id: 'web',
                client_secret: 'web-secret',
                redirect_uris: [`${server.url}/sign-in/acme/callback`],
            },
            { client_id: 'sdk', client_secret: 'sdk-secret', redirect_uris: [appAddress] },
            { client_id: 'stranger', client_secret: 'stranger-secret', redirect_uris: [appAddress] },
        ],
        cookies: { keys: [random()] },
        pkce: { required: () => true },
    });
    http.on('request', provider.callback());
    succeeded(
        await put(
            '/settings',
            {
                settings: {
                    'sign-in.providers': 'acme,other',
                    'sign-in.other.issuer': issuer,
                    'sign-in.other.client-id': 'sdk',
                    'sign-in.acme.issuer': issuer,
                    'sign-in.acme.client-id': 'web, sdk',
                    'sign-in.acme.client-secret': 'web-secret',
                    'sign-in.redirects': appAddress,
                },
            },
            { as: master },
        ),
    );
});

after(() => {
    http.closeAllConnections();
    http.close();
});

/** Follows redirects and fills in forms, with cookies, until it is sent somewhere outside; gives that address. */
async function browse(address, name) {
    const cookies = new Map();
    let next = { address, method: 'GET' };
    for (let step = 0; step < 20; step++) {
        const answer = await fetch(next.address, {
            method: next.method,
            body: next.body,
            redirect: 'manual',
            headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
        });
        for (const each of answer.headers.getSetCookie()) {
            const [, key, value] = /^([^=]+)=([^;]*)/.exec(each);
            cookies.set(key, value);
        }
        const location = answer.headers.get('location');
        if (location?.startsWith(appAddress)) {
            return new URL(location);
        }
        next = location
            ? { address: new URL(location, next.address), method: 'GET' }
            : form(await answer.text(), next.address, name);
    }
    throw new Error('the browser was sent around in circles');
}

function form(page, address, name) {
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    assert.ok(action && prompt, `no form at ${address}: ${page.slice(0, 300)}`);
    return {
        address: new URL(action, address),
        method: 'POST',
        body: new URLSearchParams({ prompt, login: name, password: 'any' }),
    };
}

/** An ID token as a native app gets one. */
async function idToken(client, name) {
    const verifier = random();
    const query = new URLSearchParams({
        client_id: client,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: appAddress,
        code_challenge: challengeOf(verifier),
        code_challenge_method: 'S256',
    });
    const back = await browse(`${issuer}/auth?${query}`, name);
    const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${client}:${client}-secret`).toString('base64')}` },
        body: new URLSearchParams({
            grant_type: 'authorization_code',
            code: back.searchParams.get('code'),
            redirect_uri: appAddress,
            code_verifier: verifier,
        }),
    });
    const { id_token: token } = await answer.json();
    assert.ok(token);
    return token;
}

function beginning(verifier, more = {}) {
    const query = new URLSearchParams({
        app: server.appId,
        redirect: appAddress,
        challenge: challengeOf(verifier),
        ...more,
    });
    return `${server.url}/sign-in/acme?${query}`;
}

test("the SDK's logInWith signs up and in with an ID token", async () => {
    const name = unique('oidc');
    const authData = { id: name, id_token: await idToken('sdk', name) };
    const first = await Parse.User.logInWith('acme', { authData });
    assert.ok(first.getSessionToken().startsWith('r:'));
    const again = await Parse.User.logInWith('acme', { authData: { id: name, id_token: await idToken('sdk', name) } });
    assert.equal(again.id, first.id);
    assert.deepEqual(succeeded(await get('/users/me', { as: user(again.getSessionToken()) })).authData, {
        acme: { id: name },
    });
});

test('a token for another client, or of another user, is refused', async () => {
    const name = unique('oidc');
    const foreign = await idToken('stranger', name);
    await failsWith(101, Parse.User.logInWith('acme', { authData: { id: name, id_token: foreign } }));
    const own = await idToken('sdk', name);
    await failsWith(101, Parse.User.logInWith('acme', { authData: { id: 'another', id_token: own } }));
    await failsWith(252, Parse.User.logInWith('google', { authData: { id: name, id_token: own } }));
});

test("the SDK's linkWith links to a user, and unlinkFrom unlinks", async () => {
    const name = unique('oidc');
    const account = await Parse.User.signUp(unique('user'), 'secret');
    const options = { sessionToken: account.getSessionToken() };
    await account.linkWith('acme', { authData: { id: name, id_token: await idToken('sdk', name) } }, options);
    const token = await idToken('sdk', name);
    // A log-in ends the older session of the same installation.
    const again = await Parse.User.logInWith('acme', { authData: { id: name, id_token: token } });
    assert.equal(again.id, account.id);
    const stranger = await Parse.User.signUp(unique('user'), 'secret');
    await failsWith(
        208,
        stranger.linkWith(
            'acme',
            { authData: { id: name, id_token: token } },
            { sessionToken: stranger.getSessionToken() },
        ),
    );
    succeeded(await put(`/users/${account.id}`, { authData: { acme: null } }, { as: user(again.getSessionToken()) }));
    assert.notEqual((await Parse.User.logInWith('acme', { authData: { id: name, id_token: token } })).id, account.id);
});

test("the SDK's linkWith links a second provider, though it sends back what it has of the first", async () => {
    const name = unique('oidc');
    const proof = async () => ({ authData: { id: name, id_token: await idToken('sdk', name) } });
    await Parse.User.logInWith('acme', await proof());
    const account = await Parse.User.logInWith('acme', await proof());
    assert.deepEqual(account.get('authData'), { acme: { id: name } });
    await account.linkWith('other', await proof(), { sessionToken: account.getSessionToken() });
    assert.equal((await Parse.User.logInWith('other', await proof())).id, account.id);
});

test('a browser signs in at the provider, and the app exchanges what it brings', async () => {
    const name = unique('oidc');
    const verifier = random();
    const back = await browse(beginning(verifier, { state: 'of the app' }), name);
    assert.equal(back.searchParams.get('state'), 'of the app');
    assert.doesNotMatch(back.href, /r%3A|r:/);
    const code = back.searchParams.get('code');
    const signedIn = succeeded(await post('/sign-in/exchange', { code, verifier }));
    assert.match(signedIn.sessionToken, /^r:/);
    refused(await post('/sign-in/exchange', { code, verifier }), 404, 101);
    assert.equal(succeeded(await get('/users/me', { as: user(signedIn) })).objectId, signedIn.objectId);
    const known = await Parse.User.logInWith('acme', { authData: { id: name, id_token: await idToken('sdk', name) } });
    assert.equal(known.id, signedIn.objectId);
});

test('a code is of no use to who has not begun', async () => {
    const back = await browse(beginning(random()), unique('oidc'));
    const code = back.searchParams.get('code');
    refused(await post('/sign-in/exchange', { code, verifier: random() }), 404, 101);
});

test('a browser links the account at the provider to the user of a session', async () => {
    const account = await signUp();
    const verifier = random();
    const back = await browse(beginning(verifier), unique('oidc'));
    const body = { code: back.searchParams.get('code'), verifier };
    const linked = succeeded(await post('/sign-in/exchange', body, { as: user(account) }));
    assert.equal(linked.objectId, account.objectId);
    assert.equal(linked.sessionToken, account.sessionToken);
});
