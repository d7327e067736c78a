// Passkeys in a real Chromium with its virtual authenticator, on the very page of docs/passkeys.md.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findChromium, withPage } from './browser.mjs';
import { eventually } from './programs.mjs';
import { master, put, server, succeeded, unique } from './support.mjs';

const chromium = findChromium();
const guide = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'passkeys.md');
const page = /```html\n([\s\S]*?)```/
    .exec(readFileSync(guide, 'utf8'))[1]
    .replace("'http://localhost:1337/v1'", JSON.stringify(server.url))
    .replace("'APP'", JSON.stringify(server.appId));

const pages = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page);
});
let origin;

const configure = (settings) => put('/settings', { settings }, { as: master });

before(async () => {
    await new Promise((resolve) => pages.listen(0, '127.0.0.1', resolve));
    origin = `http://localhost:${pages.address().port}`;
    succeeded(await configure({ 'passkeys.rp-id': 'localhost', 'passkeys.origins': origin }));
});

after(async () => {
    await configure({ 'passkeys.rp-id': null, 'passkeys.origins': null });
    pages.close();
});

/** Clicks a button of the page, and gives what it then shows. */
async function click(browser, id) {
    await browser.run(`document.getElementById('log').textContent = ''; document.getElementById('${id}').click()`);
    const shown = await eventually(`${id} is answered`, () =>
        browser.run(`document.getElementById('log').textContent`),
    );
    try {
        return JSON.parse(shown);
    } catch {
        return shown;
    }
}

test(
    'users register passkeys and sign in with them',
    { skip: chromium ? false : 'Chromium is not installed', timeout: 110_000 },
    async () => {
        await withPage(chromium, async (browser) => {
            await browser.send('WebAuthn.enable');
            const { authenticatorId } = await browser.send('WebAuthn.addVirtualAuthenticator', {
                options: {
                    protocol: 'ctap2',
                    ctap2Version: 'ctap2_1',
                    transport: 'internal',
                    hasResidentKey: true,
                    hasUserVerification: true,
                    isUserVerified: true,
                    automaticPresenceSimulation: true,
                },
            });
            const name = unique('user');
            await browser.open(origin);
            await browser.run(`document.getElementById('name').value = '${name}';
                document.getElementById('password').value = 'a password'`);
            const { objectId } = await click(browser, 'signUp');
            assert.equal((await click(browser, 'add')).name, 'My laptop');
            assert.equal(typeof (await click(browser, 'add')), 'string', 'a device has one passkey of a user');

            // A page that knows nothing of the user.
            await browser.open(`${origin}/?again`);
            const user = await click(browser, 'signIn');
            assert.equal(user.objectId, objectId);
            assert.equal(user.username, name);
            assert.ok(user.sessionToken);

            const { credentials } = await browser.send('WebAuthn.getCredentials', { authenticatorId });
            const [credential] = credentials;
            assert.equal(credentials.length, 1);
            assert.equal(credential.rpId, 'localhost');
            assert.notEqual(Buffer.from(credential.userHandle, 'base64').toString(), objectId);

            // A copy of the passkey, whose counter is behind.
            await browser.send('WebAuthn.removeCredential', {
                authenticatorId,
                credentialId: credential.credentialId,
            });
            await browser.send('WebAuthn.addCredential', {
                authenticatorId,
                credential: { ...credential, signCount: 0 },
            });
            assert.match(await click(browser, 'signIn'), /cloned/);

            await browser.send('WebAuthn.removeCredential', {
                authenticatorId,
                credentialId: credential.credentialId,
            });
            await browser.send('WebAuthn.addCredential', {
                authenticatorId,
                credential: { ...credential, signCount: 1000 },
            });
            assert.equal((await click(browser, 'signIn')).objectId, objectId);

            succeeded(await configure({ 'passkeys.origins': 'http://localhost:1' }));
            assert.match(await click(browser, 'signIn'), /origin is not one of passkeys.origins/);
            succeeded(await configure({ 'passkeys.origins': origin }));

            await browser.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
            assert.equal(typeof (await click(browser, 'signIn')), 'string', 'the browser refuses');
        });
    },
);
