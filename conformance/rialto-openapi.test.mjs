// The description of the API is valid OpenAPI, and a client that is generated from an app's works.
import SwaggerParser from '@apidevtools/swagger-parser';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { withRialto } from './serve.mjs';

const run = promisify(execFile);
const folder = dirname(fileURLToPath(import.meta.url));
const root = join(folder, '..');
const appId = 'described';
const masterKey = randomBytes(16).toString('hex');
const page = readFileSync(join(root, 'docs', 'openapi.md'), 'utf8');

/** The commands as docs/openapi.md has them. They work in `project`. */
const commands = {
    lint: 'npx redocly lint api.json',
    types: 'npx openapi-typescript api.json -o api.ts',
    compile: 'npx tsc --strict --target es2022 --module nodenext round-trip.mts',
};

let project;
let address;
let stop;
let ended;

// A server of its own: other tests fill the app that they share with hundreds of classes.
before(async () => {
    project = mkdtempSync(join(tmpdir(), 'rialto-openapi-'));
    symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'));
    copyFileSync(join(folder, 'openapi', 'round-trip.mts'), join(project, 'round-trip.mts'));
    copyFileSync(join(folder, 'openapi', 'redocly.yaml'), join(project, 'redocly.yaml'));
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
    await ask('PUT', '/schemas/_User', { className: '_User', fields: { nickname: { type: 'String' } } });
    await ask('POST', '/schemas/Note', {
        className: 'Note',
        fields: {
            title: { type: 'String', required: true },
            score: { type: 'Number' },
            tags: { type: 'Array' },
            owner: { type: 'Pointer', targetClass: '_User' },
            fans: { type: 'Relation', targetClass: '_User' },
            place: { type: 'GeoPoint' },
            picture: { type: 'File' },
            more: { type: 'Object' },
        },
    });
    const server = ['--server', address, '--app', appId, '--master-key', masterKey];
    await run(join(root, 'rialto'), ['deploy', join(root, 'examples', 'greeter'), ...server]);
});

after(async () => {
    stop?.();
    await ended;
    rmSync(project, { recursive: true, force: true });
});

async function ask(method, path, body) {
    const answer = await fetch(address + path, {
        method,
        headers: {
            'X-Parse-Application-Id': appId,
            'X-Parse-Master-Key': masterKey,
            'Content-Type': 'application/json',
        },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.equal(answer.ok, true, `${method} ${path}: ${text}`);
    return JSON.parse(text);
}

/** Runs a command that the documentation tells readers to run. */
async function documented(command) {
    assert.ok(page.includes(command), `docs/openapi.md does not say: ${command}`);
    const [, program, ...options] = command.split(' ');
    try {
        await run(join(folder, 'node_modules', '.bin', program), options, {
            cwd: project,
            env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
        });
    } catch (failure) {
        assert.fail(`${command}\n${failure.stdout}\n${failure.stderr}`);
    }
}

async function save(path) {
    const description = await ask('GET', path);
    writeFileSync(join(project, 'api.json'), JSON.stringify(description));
    return description;
}

test('both descriptions are valid', { timeout: 100_000 }, async () => {
    for (const path of ['/openapi.json', '/app/openapi.json']) {
        await SwaggerParser.validate(await save(path));
    }
    await documented(commands.lint);
});

test('a client that is made from the description does a round trip', { timeout: 100_000 }, async () => {
    await save('/app/openapi.json');
    await documented(commands.types);
    await documented(commands.compile);
    const { roundTrip } = await import(pathToFileURL(join(project, 'round-trip.mjs')));
    const trip = await roundTrip(address, appId);
    assert.equal(trip.nickname, 'Countess');
    assert.deepEqual(
        [trip.read.objectId, trip.read.title, trip.read.score, trip.read.tags, trip.read.owner.className],
        [trip.created, 'First', 1, ['a'], '_User'],
    );
    assert.deepEqual([trip.found, trip.count], [[trip.created], 1]);
    assert.deepEqual([trip.updated.score, trip.updated.tags, trip.updated.owner], [3, ['a', 'b'], undefined]);
    assert.equal(trip.afterDelete, 101);
    assert.equal(trip.greeting, 'Bonjour, Ada!');
});
