// Codes and links by mail, with the SDK, and captchas as ALTCHA's own library solves them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { solveChallenge } from 'altcha-lib/v1';
import { anyone, get, master, post, put, refused, sdk, signUp, succeeded, unique } from './support.mjs';

const set = async (settings) => succeeded(await put('/settings', { settings }, { as: master }));
const newest = async (to) => {
    const { results } = succeeded(await get('/messages', { as: master }));
    return results.find((message) => message.to === to);
};
const text = async (to) => succeeded(await get(`/messages/${(await newest(to)).id}`, { as: master })).text;
const code = async (to) => /\d{6}/.exec(await text(to))[0];

async function withMail() {
    const email = `${unique('mail').toLowerCase()}@example.com`;
    return { email, ...(await signUp({ email })) };
}

async function solved(as = anyone) {
    const challenge = succeeded(await get('/captcha/challenge', { as }));
    const { promise } = solveChallenge(challenge.challenge, challenge.salt, challenge.algorithm, challenge.maxnumber);
    const { number, took } = await promise;
    const { algorithm, salt, signature } = challenge;
    return { algorithm, challenge: challenge.challenge, number, salt, signature, took };
}

const encoded = (payload) => btoa(JSON.stringify(payload));

before(() => set({ 'codes.captcha-difficulty': 1000 }));
after(() => set({ 'codes.captcha': null, 'codes.captcha-difficulty': null, 'codes.magic-link-urls': null }));

test('a code by mail gives a session that the SDK continues with', async () => {
    const { email, objectId } = await withMail();
    succeeded(await post('/codes', { email, captcha: encoded(await solved()) }));
    const loggedIn = succeeded(await post('/login/code', { email, code: await code(email) }));
    const Parse = sdk();
    const current = await Parse.User.me(loggedIn.sessionToken);
    assert.equal(current.id, objectId);
    assert.equal(current.get('emailVerified'), true);
});

test('a link leads to the app by its button, and the app exchanges what it brings', async () => {
    await set({ 'codes.magic-link-urls': 'https://app.example/in' });
    const { email, objectId } = await withMail();
    succeeded(await post('/codes', { email, link: true, state: 's', captcha: encoded(await solved()) }));
    const link = /https?:\S+/.exec(await text(email))[0];
    const page = await (await fetch(link)).text();
    const token = /name="token" value="([0-9a-f]+)"/.exec(page)[1];
    const pressed = await fetch(link.replace(/\?.*/, ''), {
        method: 'POST',
        body: new URLSearchParams({ token }),
        redirect: 'manual',
    });
    assert.equal(pressed.status, 303);
    const target = new URL(pressed.headers.get('location'));
    assert.equal(target.searchParams.get('state'), 's');
    const loggedIn = succeeded(await post('/login/link', { code: target.searchParams.get('code') }));
    assert.equal(loggedIn.objectId, objectId);
});

test('a captcha is solved by the library of its protocol, and counts once', async () => {
    await set({ 'codes.captcha': 'always' });
    const { email } = await withMail();
    refused(await post('/codes', { email }), 428, 1428);
    const payload = await solved();
    refused(await post('/codes', { email, captcha: encoded({ ...payload, number: payload.number + 1 }) }), 428, 1428);
    succeeded(await post('/codes', { email, captcha: encoded(payload) }));
    refused(await post('/codes', { email, captcha: encoded(payload) }), 428, 1428);
    await set({ 'codes.captcha': 'auto' });
});
