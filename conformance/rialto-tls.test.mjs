// Clients reach a server by its own TLS, by nginx and by Caddy, with the very configurations of deploy/.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { eventually, findProgram, freePort, withProgram } from './programs.mjs';
import { withRialto } from './serve.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const domain = 'api.example.com';
const keys = { 'X-Parse-Application-Id': 'secured', 'X-Parse-Master-Key': randomBytes(16).toString('hex') };
const folder = mkdtempSync(join(tmpdir(), 'rialto-tls-'));
const certificate = join(folder, 'fullchain.pem');
const key = join(folder, 'privkey.pem');
const programs = { nginx: findProgram('nginx'), caddy: findProgram('caddy') };
const missing = Object.keys(programs).filter((name) => !programs[name]);

test(
    'clients come by TLS, by nginx and by Caddy',
    { skip: missing.length > 0 ? `not here: ${missing}` : false, timeout: 110_000 },
    async (context) => {
        makeCertificate();
        const [own, ...ports] = await Promise.all(Array.from({ length: 5 }, freePort));
        const settings = {
            'tls.certificate': certificate,
            'tls.key': key,
            'tls.port': own,
            'tls.hsts': '365d',
            'http.public-url': `https://${domain}/v1`,
            'http.trusted-proxies': '127.0.0.1',
            'accounts.failures-per-address': 2,
        };
        const options = Object.entries(settings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
        const app = ['--app', keys['X-Parse-Application-Id'], '--master-key', keys['X-Parse-Master-Key']];
        const code = await withRialto([...app, ...options], async (address) => {
            const rialto = new URL(address).port;
            await context.test('its own TLS', () => expectAll(new Entrance(own), '127.0.0.2'));
            await context.test('commands with --ca', () => expectCommand(own));
            await context.test('nginx', () => withNginx(rialto, ports, expectProxy('127.0.0.3')));
            await context.test('Caddy', () => withCaddy(rialto, ports.slice(2), expectProxy('127.0.0.4')));
            await context.test('a renewed certificate', () => expectRenewal(own));
            return 0;
        });
        rmSync(folder, { recursive: true, force: true });
        assert.equal(code, 0);
    },
);

function expectProxy(client) {
    return async (secure, plain) => {
        await eventually('an answer', () => new Entrance(secure).ask('GET', '/v1/health'));
        await expectRedirect(plain);
        await expectHttp2(secure);
        await expectAll(new Entrance(secure), client);
    };
}

async function expectAll(entrance, client) {
    const created = await entrance.ask('POST', '/v1/classes/Note', '{"title":"First"}');
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.equal(created.headers.location, `https://${domain}/v1/classes/Note/${created.body.objectId}`);
    assert.equal(created.headers['strict-transport-security'], 'max-age=31536000');
    await expectUploads(entrance);
    await expectLiveQuery(entrance);
    await expectFeed(entrance);
    await expectAddress(entrance, client);
}

async function expectUploads(entrance) {
    const content = randomBytes(5_000_000);
    const stored = await entrance.ask('POST', '/v1/files/five.bin', content);
    assert.equal(stored.status, 201, JSON.stringify(stored.body));
    assert.ok(stored.body.url.startsWith(`https://${domain}/v1/files/`), stored.body.url);
    const read = await entrance.ask('GET', new URL(stored.body.url).pathname);
    assert.ok(content.equals(read.bytes), 'the file comes back as it was');
    const refused = await entrance.ask('POST', '/v1/files/large.bin', randomBytes(21 << 20));
    assert.equal(refused.body.code, 129, 'Rialto itself refuses what is too large for it');
}

async function expectLiveQuery(entrance) {
    const socket = new WebSocket(`wss://127.0.0.1:${entrance.port}/v1`, entrance.options());
    const messages = [];
    socket.on('message', (data) => messages.push(JSON.parse(data)));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const arrival = (op) => eventually(op, () => messages.find((message) => message.op === op));
    socket.send(JSON.stringify({ op: 'connect', applicationId: keys['X-Parse-Application-Id'] }));
    await arrival('connected');
    socket.send(JSON.stringify({ op: 'subscribe', requestId: 1, query: { className: 'Note', where: {} } }));
    await arrival('subscribed');
    await entrance.ask('POST', '/v1/classes/Note', '{"title":"Live"}');
    assert.equal((await arrival('create')).object.title, 'Live');
    socket.close();
}

/** An event arrives while its stream goes on. */
async function expectFeed(entrance) {
    let text = '';
    const stream = await new Promise((resolve, reject) =>
        https.get(entrance.options('/v1/feeds/Note'), resolve).once('error', reject),
    );
    stream.on('data', (chunk) => (text += chunk)).once('error', () => {});
    assert.equal(stream.statusCode, 200);
    await eventually('a first event', () => text.length > 0);
    await entrance.ask('POST', '/v1/classes/Note', '{"title":"Fed"}');
    await eventually('the event', () => text.includes('"Fed"'));
    assert.ok(!stream.complete);
    stream.destroy();
}

/** Wrong passwords count for the address that a client has, not for one that it claims to have. */
async function expectAddress(entrance, client) {
    const guess = async (localAddress, claimed) => {
        const sent = { headers: { 'X-Forwarded-For': claimed }, localAddress };
        const body = JSON.stringify({ username: `nobody-${claimed}`, password: 'wrong' });
        return (await entrance.ask('POST', '/v1/login', body, sent)).body.code;
    };
    assert.deepEqual(
        [await guess(client, '192.0.2.1'), await guess(client, '192.0.2.2'), await guess(client, '192.0.2.3')],
        [101, 101, 155],
    );
    assert.equal(await guess(client.replace('127.0.0', '127.0.1'), '192.0.2.3'), 101);
}

async function expectRedirect(port) {
    const answer = await new Promise((resolve, reject) =>
        http
            .get({ host: '127.0.0.1', port, path: '/v1/health?a=b', headers: { Host: domain } }, resolve)
            .once('error', reject),
    );
    answer.resume();
    assert.equal(answer.statusCode, 308);
    const target = new URL(answer.headers.location);
    assert.deepEqual([target.protocol, target.hostname, target.search], ['https:', domain, '?a=b']);
}

async function expectHttp2(port) {
    const session = http2.connect(`https://127.0.0.1:${port}`, { ca: readFileSync(certificate), servername: domain });
    const request = session.request({ ':path': '/v1/health', ':authority': domain });
    const status = await new Promise((resolve, reject) => {
        request.once('response', (headers) => resolve(headers[':status'])).once('error', reject);
        session.once('error', reject);
    });
    request.resume();
    session.close();
    assert.equal(status, 200);
}

async function expectCommand(port) {
    const command = (...more) =>
        promisify(execFile)(
            join(root, 'rialto'),
            ['functions', '--server', `https://localhost:${port}/v1`, '--app', keys['X-Parse-Application-Id'], ...more],
            { env: { ...process.env, RIALTO_MASTER_KEY: keys['X-Parse-Master-Key'] } },
        );
    await command('--ca', certificate);
    await assert.rejects(command(), /certificate is not trusted/);
}

async function expectRenewal(port) {
    const before = await new Entrance(port).ask('GET', '/v1/health');
    assert.match(before.body.warnings.certificate, /^expires on /);
    makeCertificate(60);
    await eventually('the new certificate', async () => {
        const { body } = await new Entrance(port).ask('GET', '/v1/health');
        return body.status === 'ok' && body.warnings === undefined;
    });
}

/** A port where TLS is spoken. */
class Entrance {
    constructor(port) {
        this.port = port;
    }

    options(path, more = {}) {
        return {
            host: '127.0.0.1',
            port: this.port,
            path,
            servername: domain,
            ca: readFileSync(certificate),
            agent: false,
            ...more,
            headers: { Host: domain, ...keys, ...more.headers },
        };
    }

    ask(method, path, body, more = {}) {
        return new Promise((resolve, reject) => {
            const request = https.request({ ...this.options(path, more), method }, (answer) => {
                const chunks = [];
                answer.on('data', (chunk) => chunks.push(chunk)).once('error', reject);
                answer.once('end', () => {
                    const bytes = Buffer.concat(chunks);
                    const json = answer.headers['content-type']?.startsWith('application/json');
                    const { statusCode: status, headers } = answer;
                    resolve({ status, headers, bytes, body: json ? JSON.parse(bytes) : undefined });
                });
            });
            request.once('error', reject);
            request.end(body);
        });
    }
}

function withNginx(rialto, [plain, secure], work) {
    const place = join(folder, 'nginx');
    mkdirSync(place);
    chmodSync(folder, 0o755);
    chmodSync(place, 0o777);
    const shown = readFileSync(join(root, 'deploy', 'nginx', 'rialto.conf'), 'utf8');
    const here = shown
        .replaceAll(/^ *listen \[::].*\n/gm, '')
        .replace('listen 80;', `listen 127.0.0.1:${plain};`)
        .replace('listen 443 ', `listen 127.0.0.1:${secure} `)
        .replace('127.0.0.1:1337', `127.0.0.1:${rialto}`)
        .replaceAll(`/etc/letsencrypt/live/${domain}`, folder);
    writeFileSync(join(place, 'rialto.conf'), here);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const paths = temporary.map((name) => `${name}_temp_path ${place}/${name};`).join('\n');
    const main = `daemon off; pid ${place}/pid; error_log stderr; events {}
        http { access_log off; ${paths} include ${place}/rialto.conf; }`;
    writeFileSync(join(place, 'nginx.conf'), main);
    return withProgram(programs.nginx, ['-e', 'stderr', '-p', place, '-c', join(place, 'nginx.conf')], {}, () =>
        work(secure, plain),
    );
}

function withCaddy(rialto, [plain, secure], work) {
    const place = join(folder, 'caddy');
    mkdirSync(place);
    const shown = readFileSync(join(root, 'deploy', 'caddy', 'Caddyfile'), 'utf8');
    const here = shown
        .replace(`\n${domain} {\n`, `\n${domain} {\n\ttls ${certificate} ${key}\n`)
        .replace('127.0.0.1:1337', `127.0.0.1:${rialto}`);
    const ports = `{\n\tadmin off\n\thttp_port ${plain}\n\thttps_port ${secure}\n\tdefault_bind 127.0.0.1\n}\n`;
    writeFileSync(join(place, 'Caddyfile'), ports + here);
    const home = { HOME: place, XDG_DATA_HOME: place, XDG_CONFIG_HOME: place };
    const options = ['run', '--adapter', 'caddyfile', '--config', join(place, 'Caddyfile')];
    return withProgram(programs.caddy, options, home, () => work(secure, plain));
}

/** Both files at once, as far as a reader can tell. */
function makeCertificate(days = 9) {
    const names = `subjectAltName=DNS:${domain},DNS:localhost`;
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', `/CN=${domain}`, '-addext', names, '-days', `${days}`];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' });
    chmodSync(key, 0o644);
}
