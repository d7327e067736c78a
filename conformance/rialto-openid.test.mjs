// Rialto as an OpenID provider, driven by the relying-party library openid-client and by a browser without JavaScript.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import * as oidc from 'openid-client';
import { chromium } from 'playwright-core';
import { findChromium } from './browser.mjs';
import { anyone, get, master, post, put, remove, server, signUp, succeeded, unique, user } from './support.mjs';

const issuer = `${server.url}/apps/${server.appId}/openid`;
const callback = 'http://127.0.0.1/callback';
const redirectUri = 'http://127.0.0.1:7777/callback';
const chrome = findChromium();
const chromeOptions = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--no-sandbox',
];
const insecure = { execute: [oidc.allowInsecureRequests] };

let account;
let web;
let spa;

before(async () => {
    succeeded(
        await put(
            '/settings',
            { settings: { 'openid.enabled': true, 'openid.claims': 'nickname:nick' } },
            { as: master },
        ),
    );
    account = await signUp({ nick: 'Countess' });
    web = await register({ name: 'Web' });
    spa = await register({ name: 'App', public: true, scopes: ['openid', 'profile', 'api', 'offline_access'] });
});

after(async () => {
    succeeded(await put('/settings', { settings: { 'openid.enabled': null, 'openid.claims': null } }, { as: master }));
});

async function register(more) {
    const all = { redirectUris: ['https://rp.example.com/callback', callback], ...more };
    return succeeded(await post('/openid/clients', all, { as: master }), 201);
}

const configure = (client, authentication) =>
    oidc.discovery(new URL(issuer), client.id, client.secret, authentication, insecure);

/** A browser that keeps cookies, follows redirects of the provider and fills forms, without JavaScript. */
class Browser {
    cookies = new Map();

    async open(url, options = {}) {
        const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, cookie } });
        for (const each of answer.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
            assert.match(each, /; HttpOnly; SameSite=Lax/);
            this.cookies.set(name, value);
        }
        const location = answer.headers.get('location');
        this.status = answer.status;
        this.headers = answer.headers;
        this.page = await answer.text();
        this.at = location ? new URL(location, url) : undefined;
        return this;
    }

    /** Sends the form of the page. */
    submit(values) {
        const action = unescape(/<form method="post" action="([^"]*)"/.exec(this.page)[1]);
        const fields = new URLSearchParams();
        for (const [, name, value] of this.page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
            fields.set(name, unescape(value));
        }
        Object.entries(values).forEach(([name, value]) => fields.set(name, value));
        return this.open(action, { method: 'POST', body: fields });
    }

    logIn(as = account) {
        return this.submit({ username: as.username, password: as.password });
    }
}

const unescape = (text) =>
    text
        .replaceAll('&#x2F;', '/')
        .replaceAll('&#x3D;', '=')
        .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');

/** What a client asks for, and what it checks the answer by. */
async function asking(config, scope, more = {}) {
    const verifier = oidc.randomPKCECodeVerifier();
    const checks = {
        pkceCodeVerifier: verifier,
        expectedState: oidc.randomState(),
        expectedNonce: oidc.randomNonce(),
        idTokenExpected: scope.includes('openid'),
    };
    const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: checks.expectedState,
        nonce: checks.expectedNonce,
        ...more,
    });
    return { url, checks };
}

async function signIn(config, scope, browser = new Browser(), more = {}) {
    const { url, checks } = await asking(config, scope, more);
    await browser.open(url);
    if (browser.status === 200 && browser.page.includes('name="password"')) {
        await browser.logIn();
    }
    if (browser.status === 200) {
        await browser.submit({ decision: 'allow' });
    }
    assert.equal(browser.status, 303, browser.page);
    return oidc.authorizationCodeGrant(config, browser.at, checks);
}

for (const [name, authentication] of [
    ['client_secret_basic', (client) => oidc.ClientSecretBasic(client.secret)],
    ['client_secret_post', (client) => oidc.ClientSecretPost(client.secret)],
]) {
    test(`a user signs in to a client that authenticates by ${name}`, async () => {
        const config = await configure(web, authentication(web));
        const tokens = await signIn(config, 'openid profile email');

        const claims = tokens.claims();
        assert.equal(claims.sub, account.objectId);
        assert.equal(claims.iss, issuer);
        assert.equal(claims.aud, web.id);
        const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
        assert.equal(info.preferred_username, account.username);
        assert.equal(info.nickname, 'Countess');
        assert.equal(tokens.refresh_token, undefined);
    });
}

test('a client signs in by assertions', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
        'sign',
        'verify',
    ]);
    const jwk = await crypto.subtle.exportKey('jwk', publicKey);
    const client = await register({
        name: 'Signer',
        jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y, kid: 'k', use: 'sig', alg: 'ES256' }] },
    });
    assert.equal(client.secret, undefined);
    const config = await configure(client, oidc.PrivateKeyJwt({ key: privateKey, kid: 'k' }));
    const tokens = await signIn(config, 'openid');
    assert.equal(tokens.claims().aud, client.id);
});

test('a refresh token is exchanged for the next, and its reuse ends them all', async () => {
    const config = await configure(web);
    const first = await signIn(config, 'openid offline_access');
    const second = await oidc.refreshTokenGrant(config, first.refresh_token);
    assert.equal(second.claims().sub, account.objectId);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const third = await oidc.refreshTokenGrant(config, second.refresh_token);

    await assert.rejects(oidc.refreshTokenGrant(config, first.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(oidc.refreshTokenGrant(config, third.refresh_token), { error: 'invalid_grant' });
    await assert.rejects(oidc.fetchUserInfo(config, third.access_token, account.objectId));
});

test('a client introspects and revokes its tokens', async () => {
    const config = await configure(web);
    const tokens = await signIn(config, 'openid offline_access');
    for (const token of [tokens.access_token, tokens.refresh_token]) {
        const told = await oidc.tokenIntrospection(config, token);
        assert.equal(told.active, true);
        assert.equal(told.sub, account.objectId);
        assert.equal(told.client_id, web.id);
    }
    const other = await configure(await register({ name: 'Other' }));
    assert.deepEqual(await oidc.tokenIntrospection(other, tokens.access_token), { active: false });

    await oidc.tokenRevocation(other, tokens.refresh_token);
    assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, true);
    await oidc.tokenRevocation(config, tokens.refresh_token);
    assert.deepEqual(await oidc.tokenIntrospection(config, tokens.access_token), { active: false });
    await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
});

test('a user who is logged in and has consented is not asked again', async () => {
    const config = await configure(web);
    const browser = new Browser();
    await signIn(config, 'openid profile', browser);
    const { url, checks } = await asking(config, 'openid', { prompt: 'none' });
    await browser.open(url);
    const tokens = await oidc.authorizationCodeGrant(config, browser.at, checks);
    assert.equal(tokens.claims().sub, account.objectId);

    const nobody = await new Browser().open((await asking(config, 'openid', { prompt: 'none' })).url);
    assert.equal(nobody.at.searchParams.get('error'), 'login_required');
    assert.equal(nobody.at.searchParams.get('iss'), issuer);
    const again = await browser.open((await asking(config, 'openid', { prompt: 'login' })).url);
    assert.match(again.page, /name="password"/);
    const old = await browser.open((await asking(config, 'openid', { max_age: '0' })).url);
    assert.match(old.page, /name="password"/);
});

test('a user who refuses is sent back with an error', async () => {
    const config = await configure(await register({ name: 'Refused' }));
    const { url, checks } = await asking(config, 'openid');
    const browser = await new Browser().open(url);
    await browser.logIn();
    assert.match(browser.page, /Refused would like to use your account/);
    await browser.submit({ decision: 'deny' });
    await assert.rejects(oidc.authorizationCodeGrant(config, browser.at, checks), { error: 'access_denied' });
});

test('an answer by form_post is a form that needs no JavaScript', async () => {
    const config = await configure(web);
    const { url, checks } = await asking(config, 'openid', { response_mode: 'form_post' });
    const browser = await new Browser().open(url);
    await browser.logIn();
    if (browser.page.includes('name="decision"') || browser.page.includes('value="allow"')) {
        await browser.submit({ decision: 'allow' });
    }
    const received = new Promise((resolve) => {
        const listener = createServer((request, response) => {
            let body = '';
            request.on('data', (chunk) => (body += chunk));
            request.on('end', () => {
                response.end();
                listener.close();
                resolve(body);
            });
        }).listen(0, '127.0.0.1', async () => {
            // The page leads to the registered address; the test listens at another port.
            browser.page = browser.page.replace(
                /action="[^"]*"/,
                `action="http://127.0.0.1:${listener.address().port}/"`,
            );
            await browser.submit({});
        });
    });
    const request = new Request(redirectUri, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: await received,
    });
    const tokens = await oidc.authorizationCodeGrant(config, request, checks);
    assert.equal(tokens.claims().sub, account.objectId);
});

/** Runs `work` with the address of a client's listener and what it receives next. */
async function listening(work) {
    let take;
    const listener = createServer(async (request, response) => {
        const chunks = [];
        for await (const chunk of request) {
            chunks.push(chunk);
        }
        response.setHeader('content-type', 'text/html');
        response.end('<title>received</title>');
        if (!request.url.startsWith('/callback')) {
            return;
        }
        take(new Request(new URL(request.url, at), { method: request.method, ...bodyOf(request, chunks) }));
    });
    await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${listener.address().port}/callback`;
    try {
        return await work(at, () => new Promise((resolve) => (take = resolve)));
    } finally {
        listener.closeAllConnections();
        listener.close();
    }
}

const bodyOf = (request, chunks) =>
    request.method === 'POST'
        ? { headers: { 'content-type': request.headers['content-type'] }, body: Buffer.concat(chunks) }
        : {};

for (const javaScriptEnabled of [false, true]) {
    const how = javaScriptEnabled ? 'with' : 'without';
    test(
        `a user signs in in a browser ${how} JavaScript`,
        { skip: chrome ? false : 'there is no Chromium' },
        async () => {
            const config = await configure(await register({ name: 'Browsed' }));
            const browser = await chromium.launch({ executablePath: chrome, args: chromeOptions });
            try {
                await listening(async (at, received) => {
                    const page = await (await browser.newContext({ javaScriptEnabled, locale: 'en' })).newPage();
                    const first = await asking(config, 'openid', { redirect_uri: at });
                    await page.goto(first.url.href);
                    await page.fill('#username', account.username);
                    await page.fill('#password', account.password);
                    await page.click('button');
                    const byQuery = received();
                    await page.click('button[value=allow]');
                    const tokens = await oidc.authorizationCodeGrant(config, await byQuery, first.checks);
                    assert.equal(tokens.claims().sub, account.objectId);
                    assert.equal(await page.title(), 'received');

                    const second = await asking(config, 'openid', { redirect_uri: at, response_mode: 'form_post' });
                    const byForm = received();
                    await page.goto(second.url.href);
                    if (!javaScriptEnabled) {
                        await page.click('button');
                    }
                    const more = await oidc.authorizationCodeGrant(config, await byForm, second.checks);
                    assert.equal(more.claims().sub, account.objectId);
                });
            } finally {
                await browser.close();
            }
        },
    );
}

test('a wrong password is told on the page, and not who has an account', async () => {
    const config = await configure(web);
    const browser = await new Browser().open((await asking(config, 'openid')).url);
    assert.match(browser.headers.get('content-security-policy'), /frame-ancestors 'none'/);
    const pages = [];
    for (const username of [account.username, unique('nobody')]) {
        await browser.submit({ username, password: 'wrong' });
        assert.equal(browser.status, 400);
        pages.push(/<p class="error"[^>]*>([^<]*)/.exec(browser.page)[1]);
    }
    assert.equal(pages[0], pages[1]);
    await browser.logIn();
    assert.notEqual(browser.status, 400);
});

test('logging out by a client ends the log-in and comes back', async () => {
    const client = await register({ name: 'Leaver', postLogoutRedirectUris: ['https://rp.example.com/bye'] });
    const config = await configure(client);
    const browser = new Browser();
    const tokens = await signIn(config, 'openid', browser);
    const url = oidc.buildEndSessionUrl(config, {
        id_token_hint: tokens.id_token,
        post_logout_redirect_uri: 'https://rp.example.com/bye',
        state: 'here we go',
    });
    await browser.open(url);
    assert.equal(browser.at.href, 'https://rp.example.com/bye?state=here+we+go');
    await browser.open((await asking(config, 'openid')).url);
    assert.match(browser.page, /name="password"/);
    await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, account.objectId));

    const elsewhere = await browser.open(
        oidc.buildEndSessionUrl(config, {
            id_token_hint: tokens.id_token,
            post_logout_redirect_uri: 'https://evil.example.com/',
        }),
    );
    assert.equal(elsewhere.at, undefined);
});

test('a user is asked before a client without an ID token logs it out', async () => {
    const config = await configure(web);
    const browser = new Browser();
    await signIn(config, 'openid', browser);
    await browser.open(`${issuer}/logout`);
    assert.match(browser.page, /<form/);
    await browser.submit({});
    assert.match(browser.page, /logged out/);
    assert.match((await browser.open((await asking(config, 'openid')).url)).page, /name="password"/);
});

test('an access token with the scope api is a session on /v1', async () => {
    const config = await configure(spa, oidc.None());
    const tokens = await signIn(config, 'openid api offline_access');
    const bearer = { ...anyone, Authorization: `Bearer ${tokens.access_token}` };
    assert.equal(succeeded(await get('/users/me', { as: bearer })).objectId, account.objectId);
    assert.equal(succeeded(await get('/users/me', { as: user(tokens.access_token) })).objectId, account.objectId);

    await oidc.tokenRevocation(config, tokens.refresh_token);
    assert.equal((await get('/users/me', { as: bearer })).body.code, 209);
});

test('a user sees and ends what it lets clients do', async () => {
    const config = await configure(web);
    const tokens = await signIn(config, 'openid offline_access');
    const consents = succeeded(await get('/openid/consents', { as: user(account) })).results;
    assert.equal(consents.find((each) => each.clientId === web.id).name, 'Web');
    succeeded(await remove(`/openid/consents/${web.id}`, { as: user(account) }));
    await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
});
