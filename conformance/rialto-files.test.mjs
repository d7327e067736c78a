// Files: ranges, ETags and safe headers, whatever stores them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nobody, request, refused, server, succeeded } from './support.mjs';

const upload = (name, raw, type = 'text/plain') =>
    request('POST', `/files/${name}`, { raw, headers: { 'Content-Type': type } });
const download = (url, headers = {}) => request('GET', url, { as: nobody, headers });

test('a part is served for a range', async () => {
    const { url } = succeeded(await upload('range.txt', '0123456789'), 201);
    const part = await download(url, { Range: 'bytes=2-5' });
    assert.equal(part.status, 206);
    assert.equal(part.text, '2345');
    assert.equal(part.headers.get('content-range'), 'bytes 2-5/10');
    const tail = await download(url, { Range: 'bytes=-3' });
    assert.equal(tail.text, '789');
});

test('a range outside of the file is 416', async () => {
    const { url } = succeeded(await upload('range.txt', '0123456789'), 201);
    const answer = await download(url, { Range: 'bytes=50-60' });
    assert.equal(answer.status, 416);
    assert.equal(answer.headers.get('content-range'), 'bytes */10');
});

test('an ETag saves a second download', async () => {
    const { url } = succeeded(await upload('etag.txt', 'same'), 201);
    const etag = (await download(url)).headers.get('etag');
    assert.ok(etag);
    const again = await download(url, { 'If-None-Match': etag });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
});

test('browsers are told not to guess the type', async () => {
    const { url } = succeeded(await upload('a.txt', '<script>alert(1)</script>'), 201);
    const { headers } = await download(url);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(headers.get('content-type'), /html/);
});

for (const [name, type] of [
    ['a.txt', 'text/html'],
    ['a.png', 'image/svg+xml'],
    ['a.xhtml', 'application/xhtml+xml'],
    ['a.svgz', 'image/svg+xml'],
    ['a.Xsd', 'application/xml'],
    ['a.owl', 'application/rdf+xml'],
    ['a.HTML', 'text/plain'],
    ['a.txt', 'text/html; charset=utf-8'],
    ['a.', 'text/html'],
]) {
    test(`${name} as ${type} cannot bring a script in`, async () => {
        const answer = await upload(name, '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', type);
        if (answer.status === 201) {
            const read = await download(answer.body.url);
            assert.doesNotMatch(read.headers.get('content-type') ?? '', /html|svg|xml/i);
        } else {
            refused(answer, 400, answer.body.code);
        }
    });
}

for (const path of [
    '..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '....//etc/passwd',
    '%00',
    'a%5c..%5cb',
]) {
    test(`the path ${path} leads nowhere`, async () => {
        const answer = await download(`${server.url}/files/${server.appId}/${path}`);
        assert.ok([400, 403, 404].includes(answer.status), String(answer.status));
        assert.doesNotMatch(answer.text, /root:/);
    });
}
