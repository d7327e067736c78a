// Addresses are verified and passwords are reset by links that a real mail server receives: with the SDK, plain HTTP
// and a browser without JavaScript.
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { withMailbox } from './mailbox.mjs';
import { findChromium } from './browser.mjs';
import { withRialto } from './serve.mjs';

const appId = 'mailing';
const masterKey = 'master-key-of-mailing';
const headers = { 'X-Parse-Application-Id': appId, 'Content-Type': 'application/json' };
const asMaster = { ...headers, 'X-Parse-Master-Key': masterKey };
const browser = findChromium();
const options = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--no-sandbox',
];

let url;
let mailbox;
let Parse;
let names = 0;

const freshName = () => `user${++names}`;
const addressOf = (name) => `${name}@example.com`;

test('mail of accounts', { timeout: 118_000 }, async (context) => {
    const code = await withMailbox((box) => {
        mailbox = box;
        const settings = {
            'messages.mail': 'smtp',
            'messages.smtp.host': '127.0.0.1',
            'messages.smtp.port': box.port,
            'messages.smtp.tls': 'none',
            'messages.from': 'Example <no-reply@example.com>',
            'messages.per-second': 100,
            'accounts.verify-user-emails': true,
            'accounts.password-min-length': 8,
        };
        const app = ['--app', appId, '--master-key', masterKey];
        const set = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
        return withRialto([...app, ...set], async (address) => {
            url = `${address}/v1`;
            Parse = createRequire(import.meta.url)('parse/node');
            Parse.initialize(appId, undefined, masterKey);
            Parse.serverURL = url;
            for (const [name, check] of Object.entries(checks)) {
                await context.test(name, check);
            }
            await context.test('in a browser without JavaScript', { skip: !browser && 'no Chromium' }, inBrowser);
            return 0;
        });
    });
    assert.equal(code, 0);
});

async function signUp(name = freshName(), extra = {}) {
    const user = new Parse.User({ username: name, password: 'first password', email: addressOf(name), ...extra });
    await user.signUp();
    return user;
}

async function self(token) {
    const answer = await fetch(`${url}/users/me`, { headers: { ...headers, 'X-Parse-Session-Token': token } });
    return answer.json();
}

const stored = (user) => new Parse.Query(Parse.User).get(user.id, { useMasterKey: true });
const logIn = (name, password) => Parse.User.logIn(name, password);

const checks = {
    async 'the SDK verifies an address'() {
        const user = await signUp();
        const address = user.get('email');
        assert.equal((await stored(user)).get('emailVerified'), false);
        const first = await mailbox.link(address, 'verify_email');
        await Parse.User.requestEmailVerification(address);
        const second = await mailbox.link(address, 'verify_email', 1);

        assert.match(await text(first), /This link is invalid/);
        assert.match(await text(second), /Your address is confirmed/);
        assert.equal((await stored(user)).get('emailVerified'), true);
        assert.match(await text(second), /This link is invalid/);

        await Parse.User.requestEmailVerification(address);
        await Parse.User.requestEmailVerification('nobody@example.com');
        assert.equal(mailbox.of('nobody@example.com').length, 0);
        assert.equal((await mailbox.about(address, /Confirm/)).from, 'no-reply@example.com');
    },

    async 'programs that ask for the headers alone verify nothing'() {
        const user = await signUp();
        const link = await mailbox.link(user.get('email'), 'verify_email');
        assert.equal((await fetch(link, { method: 'HEAD' })).status, 200);
        assert.equal((await stored(user)).get('emailVerified'), false);
        assert.match(await text(link), /Your address is confirmed/);
    },

    async 'the SDK resets a password'() {
        const user = await signUp();
        const address = user.get('email');
        await Parse.User.requestPasswordReset(address);
        await Parse.User.requestPasswordReset('nobody@example.com');
        const link = await mailbox.link(address, 'request_password_reset');
        assert.match(await text(link), /Choose a new password/);

        const refused = await submit(link, { token: tokenOf(link), new_password: 'short' });
        assert.match(refused, /role="alert"/);
        const page = await submit(link, { token: tokenOf(link), new_password: 'second password' });
        assert.match(page, /Your password has been changed/);

        await assert.rejects(logIn(user.getUsername(), 'first password'), { code: 101 });
        assert.equal((await logIn(user.getUsername(), 'second password')).id, user.id);
        assert.equal((await self(user.getSessionToken())).code, 209);
        await mailbox.about(address, /was changed/);
        assert.match(await submit(link, { token: tokenOf(link), new_password: 'third password' }), /is invalid/);
        assert.equal(mailbox.of('nobody@example.com').length, 0);
    },

    async 'scripts are answered in JSON'() {
        const user = await signUp();
        await Parse.User.requestPasswordReset(user.get('email'));
        const link = await mailbox.link(user.get('email'), 'request_password_reset');
        const send = async (fields) => {
            const answer = await fetch(withoutQuery(link), {
                method: 'POST',
                headers: {
                    'X-Requested-With': 'XMLHttpRequest',
                    'Content-Type': 'application/x-www-form-urlencoded',
                },
                body: new URLSearchParams(fields),
            });
            return { status: answer.status, body: await answer.json() };
        };
        const token = tokenOf(link);
        assert.deepEqual(await send({ new_password: 'x' }), {
            status: 400,
            body: { code: -1, error: 'Missing token' },
        });
        assert.deepEqual(await send({ token }), { status: 400, body: { code: 201, error: 'Missing password' } });
        assert.equal((await send({ token, new_password: 'short' })).body.code, -1);
        assert.deepEqual(await send({ token, new_password: 'second password' }), {
            status: 200,
            body: 'Password successfully reset',
        });
        assert.deepEqual(await send({ token, new_password: 'third password' }), {
            status: 400,
            body: { code: -1, error: 'Failed to reset password: username / email / token is invalid' },
        });
    },

    async 'a forged Host leads no link elsewhere'() {
        const user = await signUp();
        await new Promise((resolve, reject) => {
            const request = http.request(`${url}/requestPasswordReset`, {
                method: 'POST',
                headers: { ...headers, Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
            });
            request.once('error', reject).once('response', (answer) => answer.resume().once('end', resolve));
            request.end(JSON.stringify({ email: user.get('email') }));
        });
        const mail = await mailbox.about(user.get('email'), /new password/);
        assert.doesNotMatch(mail.text + mail.html, /evil/);
    },

    async 'a username runs no script'() {
        const name = `${freshName()}"><script>alert(1)</script>`;
        const user = await signUp(name, { email: addressOf(freshName()) });
        const address = user.get('email');
        await Parse.User.requestPasswordReset(address);
        const mail = await mailbox.about(address, /new password/);
        assert.doesNotMatch(mail.text + mail.html, /<script/);
        const answer = await fetch(await mailbox.link(address, 'request_password_reset'));
        const page = await answer.text();
        assert.doesNotMatch(page, /<script/);
        assert.match(page, /&lt;script&gt;/);
        assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
        assert.doesNotMatch(await text(`${url}/apps/choose_password?appId=${appId}&error=<script>`), /<script/);
    },

    async 'no path leads out of the pages'() {
        const up = '..%2f..%2f..%2f..%2fetc%2fpasswd';
        for (const path of [
            `/apps/${up}`,
            `/apps/${up}/verify_email?token=x`,
            `/apps/${appId}/${up}`,
            `/apps/${appId}/verify_email?token=x&locale=${up}`,
            `/apps/${appId}/request_password_reset?token=${up}`,
        ]) {
            const answer = await fetch(url + path);
            assert.ok([400, 403, 404].includes(answer.status), `${path}: ${answer.status}`);
            assert.doesNotMatch(await answer.text(), /root:/);
        }
    },

    async 'an app has its own pages and asks for verified addresses'() {
        await setting({
            'accounts.pages.verify-email-success': 'https://shop.example/verified',
            'accounts.prevent-login-with-unverified-email': 'true',
        });
        const name = freshName();
        const user = await signUp(name);
        assert.equal(user.getSessionToken(), undefined);
        await assert.rejects(logIn(name, 'first password'), { code: 205, message: 'User email is not verified.' });
        const answer = await fetch(await mailbox.link(addressOf(name), 'verify_email'), { redirect: 'manual' });
        assert.equal(answer.status, 303);
        const target = new URL(answer.headers.get('location'));
        assert.equal(target.origin + target.pathname, 'https://shop.example/verified');
        assert.equal(target.searchParams.get('appId'), appId);
        assert.equal((await logIn(name, 'first password')).getUsername(), name);
        await setting({
            'accounts.pages.verify-email-success': null,
            'accounts.prevent-login-with-unverified-email': null,
        });
    },
};

async function inBrowser() {
    const chrome = await chromium.launch({ executablePath: browser, args: options });
    try {
        const page = await (await chrome.newContext({ javaScriptEnabled: false, locale: 'zh-CN' })).newPage();
        const name = freshName();
        const user = await signUp(name);
        await Parse.User.requestPasswordReset(addressOf(name));
        await page.goto((await mailbox.link(addressOf(name), 'request_password_reset')).href);
        assert.match(await page.title(), /设置新密码/);
        await page.fill('input[type=password]', 'short');
        await page.click('button');
        assert.equal(await page.locator('[role=alert]').count(), 1);
        await page.fill('input[type=password]', 'browser password');
        await page.click('button');
        assert.match(await page.title(), /密码已修改/);

        await setting({ 'accounts.confirm-email-change': 'true' });
        const known = await logIn(name, 'browser password');
        const fresh = addressOf(`new-${name}`);
        await known.save({ email: fresh }, { sessionToken: known.getSessionToken() });
        assert.equal(known.get('email'), addressOf(name));
        await page.goto((await mailbox.link(fresh, 'confirm_email_change')).href);
        await page.click('button');
        assert.equal((await stored(user)).get('email'), fresh);

        await page.goto((await mailbox.link(addressOf(name), 'undo_email_change')).href);
        await page.click('button');
        await page.fill('input[type=password]', 'my own again');
        await page.click('button');
        assert.equal((await stored(user)).get('email'), addressOf(name));
        assert.equal((await logIn(name, 'my own again')).id, user.id);
        await setting({ 'accounts.confirm-email-change': null });
    } finally {
        await chrome.close();
    }
}

async function setting(values) {
    const answer = await fetch(`${url}/settings`, {
        method: 'PUT',
        headers: asMaster,
        body: JSON.stringify({ settings: values }),
    });
    assert.equal(answer.status, 200, await answer.text());
}

const text = async (address) => (await fetch(address)).text();
const tokenOf = (link) => link.searchParams.get('token');
const withoutQuery = (link) => link.origin + link.pathname;

async function submit(link, fields) {
    const answer = await fetch(withoutQuery(link), { method: 'POST', body: new URLSearchParams(fields) });
    return answer.text();
}
