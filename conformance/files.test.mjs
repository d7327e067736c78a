import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
    create,
    fetchOne,
    master,
    nobody,
    refused,
    remove,
    request,
    sdk,
    server,
    succeeded,
    unauthorized,
    unique,
} from './support.mjs';

const Parse = sdk();
const upload = (name, raw, type = 'text/plain', more = {}) =>
    request('POST', `/files/${name}`, { raw, headers: { 'Content-Type': type }, ...more });
const download = (url, headers = {}) => request('GET', url, { as: nobody, headers });

test('an upload answers a name of its own and where it is', async () => {
    const answer = await upload('hello.txt', 'hello');
    const { name, url } = succeeded(answer, 201);
    assert.match(name, /^[0-9a-f]{32}_hello\.txt$/);
    assert.ok(url.startsWith(`${server.url}/files/`), url);
    assert.ok(url.endsWith(name), url);
    assert.equal(answer.headers.get('location'), url);
    const read = await download(url);
    assert.equal(read.status, 200);
    assert.equal(read.text, 'hello');
    assert.match(read.headers.get('content-type'), /^text\/plain/);
});

test('two uploads of one name are two files', async () => {
    const [a, b] = [await upload('same.txt', 'a'), await upload('same.txt', 'b')];
    assert.notEqual(a.body.name, b.body.name);
    assert.equal((await download(a.body.url)).text, 'a');
    assert.equal((await download(b.body.url)).text, 'b');
});

test('bytes come back as they went in', async () => {
    const content = randomBytes(3_000_000);
    const { url } = succeeded(await upload('random.bin', content, 'application/octet-stream'), 201);
    const { bytes } = await download(url);
    const hash = (data) => createHash('sha256').update(data).digest('hex');
    assert.equal(hash(bytes), hash(content));
});

test("the SDK's form, base64 in JSON, stores the same", async () => {
    const body = {
        base64: Buffer.from('from base64').toString('base64'),
        _ApplicationId: server.appId,
        _JavaScriptKey: server.javascriptKey,
        _ContentType: 'text/plain',
        fileData: { metadata: {}, tags: {} },
    };
    const answer = await request('POST', '/files/form.txt', {
        as: nobody,
        raw: JSON.stringify(body),
        headers: { 'Content-Type': 'text/plain' },
    });
    const read = await download(succeeded(answer, 201).url);
    assert.equal(read.text, 'from base64');
    assert.match(read.headers.get('content-type'), /^text\/plain/);
});

for (const part of ['metadata', 'tags']) {
    test(`prohibited keys in the ${part} of a file are refused`, async () => {
        const answer = await request('POST', '/files/form.txt', {
            as: nobody,
            raw: JSON.stringify({
                base64: Buffer.from('x').toString('base64'),
                _ApplicationId: server.appId,
                _JavaScriptKey: server.javascriptKey,
                _ContentType: 'text/plain',
                fileData: { [part]: { o: { _bsontype: 'Code', code: 'x' } } },
            }),
            headers: { 'Content-Type': 'text/plain' },
        });
        refused(answer, 400, 105);
        assert.equal(answer.body.error, 'Prohibited keyword in request data: {"key":"_bsontype","value":"Code"}.');
    });
}

test('an unknown file is 404', async () => {
    assert.equal((await download(`${server.url}/files/${server.appId}/nope.txt`)).status, 404);
});

test('delete needs the master key and answers 200', async () => {
    const { name, url } = succeeded(await upload('gone.txt', 'x'), 201);
    unauthorized(await remove(`/files/${name}`));
    assert.equal((await download(url)).status, 200);
    assert.equal((await remove(`/files/${name}`, { as: master })).status, 200);
    assert.equal((await download(url)).status, 404);
});

for (const [name, type, because] of [
    ['a.html', 'text/html', 'html'],
    ['a.htm', 'text/html', 'htm'],
    ['a.svg', 'image/svg+xml', 'svg'],
    ['a', 'text/html', 'html by its type'],
]) {
    test(`a file that could run scripts is refused with 130: ${because}`, async () => {
        refused(await upload(name, '<script>alert(1)</script>', type), 400, 130);
    });
}

test('an empty file is refused with 130', async () => {
    refused(await upload('empty.txt', ''), 400, 130);
});

for (const name of ['..%2Fa.txt', '%24a.txt', `${'a'.repeat(200)}.txt`, '%2Fetc%2Fpasswd']) {
    test(`the file name ${name.slice(0, 20)} is refused with 122`, async () => {
        refused(await upload(name, 'x'), 400, 122);
    });
}

for (const name of ['मराठी.pdf', 'report (1) [final].txt', 'Müller & Söhne.txt', '報告書.txt']) {
    test(`the SDK saves a file called ${name}, and its address reads it`, async () => {
        const file = new Parse.File(name, { base64: Buffer.from('named').toString('base64') }, 'text/plain');
        const saved = await file.save();
        assert.ok(saved.name().normalize('NFC').endsWith(name.normalize('NFC')), saved.name());
        assert.match(saved.url(), /^[!-~]+$/);
        const read = await fetch(saved.url());
        assert.equal(read.status, 200);
        assert.equal(await read.text(), 'named');
    });
}

test('an upload without a name is refused with 122', async () => {
    refused(await request('POST', '/files', { raw: 'x', headers: { 'Content-Type': 'text/plain' } }), 400, 122);
});

test('an upload without an app id is unauthorized', async () => {
    unauthorized(await upload('a.txt', 'x', 'text/plain', { as: nobody }));
});

test('a file in an object keeps its name and shows where it is', async () => {
    const { name, url } = succeeded(await upload('in-object.txt', 'x'), 201);
    const className = unique();
    const id = await create(className, { file: { __type: 'File', name } });
    assert.deepEqual((await fetchOne(className, id)).file, { __type: 'File', name, url });
});

test('the SDK saves, attaches, reads and destroys a file', async () => {
    const file = new Parse.File('sdk.txt', { base64: Buffer.from('sdk content').toString('base64') }, 'text/plain');
    await file.save();
    assert.match(file.name(), /_sdk\.txt$/);
    const className = unique();
    const object = await new Parse.Object(className, { file }).save();
    const read = await new Parse.Query(className).get(object.id);
    assert.equal(read.get('file').url(), file.url());
    assert.equal((await download(file.url())).text, 'sdk content');
    const bytes = new Parse.File('bytes.bin', [1, 2, 3, 255], 'application/octet-stream');
    await bytes.save();
    assert.deepEqual([...(await download(bytes.url())).bytes], [1, 2, 3, 255]);
    await file.destroy({ useMasterKey: true });
    assert.equal((await download(file.url())).status, 404);
});

test('a name with a space is kept', async () => {
    const { url } = succeeded(await upload('a%20b.txt', 'x'), 201);
    assert.equal((await download(url)).text, 'x');
});
