// The package as others get it: packed from its sources, and installed into an empty folder.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'rialto-sync-package-'));
const app = join(work, 'app');
const installed = join(app, 'node_modules', 'rialto-sync');
const exported = ['IndexedDbStorage', 'LocalCopy', 'MemoryStorage', 'SyncError', 'httpServer', 'parseServer'];

const USE = `
const server = httpServer('http://127.0.0.1:1/v1', () => ({}));
const notes = new LocalCopy({ server, storage: new MemoryStorage(), classes: ['Note'] });
const id = await notes.create('Note', { title: 'Milk' });
const all = await notes.all('Note');
console.log(JSON.stringify([all.length, all[0].title, all[0].objectId === id]));
`;

before(() => {
    // A copy, since packing compiles, and other tests use what is compiled here.
    const source = join(work, 'source');
    const compiled = new Set(['dist', 'node_modules', 'test'].map((name) => join(root, name)));
    cpSync(root, source, { recursive: true, filter: (path) => !compiled.has(path) });
    symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'));
    npm(source, 'pack', '--pack-destination', work);
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "private": true }');
    npm(app, 'install', '--offline', join(work, tarball()));
});

after(() => rmSync(work, { recursive: true, force: true }));

function npm(folder, ...words) {
    execFileSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'pipe' });
}

function tarball() {
    return readdirSync(work).find((name) => name.endsWith('.tgz'));
}

function node(...words) {
    return execFileSync(process.execPath, words, { cwd: app, encoding: 'utf8' }).trim();
}

function write(name, text) {
    writeFileSync(join(app, name), text);
    return name;
}

test('brings nothing but what is compiled, and needs no other package', () => {
    assert.deepEqual(readdirSync(installed).sort(), ['README.md', 'dist', 'package.json']);
    assert.deepEqual(
        readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.')),
        ['rialto-sync'],
    );
});

test('is imported by an ES module', () => {
    const names = [`import { LocalCopy, MemoryStorage, httpServer } from 'rialto-sync';`, USE].join('\n');
    assert.equal(node(write('use.mjs', names)), '[1,"Milk",true]');
});

test('is imported by CommonJS', () => {
    const body = `const { LocalCopy, MemoryStorage, httpServer } = await import('rialto-sync');\n${USE}`;
    assert.equal(node(write('use.cjs', `(async () => {\n${body}\n})();`)), '[1,"Milk",true]');
});

test('has types for ES modules and for CommonJS', () => {
    const esm = `
import { LocalCopy, MemoryStorage, httpServer, type Conflict, type Row } from 'rialto-sync';
import { LocalCopy as InBrowser } from 'rialto-sync/browser';

export const notes: LocalCopy = new LocalCopy({
    server: httpServer('http://127.0.0.1:1/v1', () => ({})),
    storage: new MemoryStorage(),
    classes: { Note: { archived: false } },
    onConflict: (_: Conflict) => 'server',
});
export const rows: Promise<Row[]> = notes.all('Note');
export const same: typeof LocalCopy = InBrowser;
// @ts-expect-error a copy needs a server
new LocalCopy({ storage: new MemoryStorage(), classes: ['Note'] });
`;
    const cjs = `
export async function open() {
    const { MemoryStorage } = await import('rialto-sync');
    return new MemoryStorage();
}
`;
    const options = {
        module: 'nodenext',
        target: 'es2022',
        lib: ['es2023', 'dom'],
        types: [],
        strict: true,
        noEmit: true,
    };
    write('use.mts', esm);
    write('use.cts', cjs);
    write('tsconfig.json', JSON.stringify({ compilerOptions: options, files: ['use.mts', 'use.cts'] }));
    node(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--project', '.');
});

test('has one file for browsers that imports nothing', async () => {
    const bundle = readFileSync(join(installed, 'dist', 'browser.js'), 'utf8');
    assert.doesNotMatch(bundle, /\b(import|require)\s*\(|^import\b|\bfrom\s*['"]/m);
    // Nothing can be imported from here.
    const loaded = await import(`data:text/javascript;base64,${Buffer.from(bundle).toString('base64')}`);
    assert.deepEqual(Object.keys(loaded).sort(), exported);
    const whole = await import(join(installed, 'dist', 'index.js'));
    assert.deepEqual(Object.keys(whole).sort(), exported);
});

test('gives bundlers for browsers that file', () => {
    const resolve = `console.log(import.meta.resolve('rialto-sync'), import.meta.resolve('rialto-sync/browser'))`;
    const [usual, named] = node(write('usual.mjs', resolve)).split(' ');
    const [chosen] = node('--conditions=browser', 'usual.mjs').split(' ');
    assert.match(usual, /\/dist\/index\.js$/);
    assert.match(named, /\/dist\/browser\.js$/);
    assert.equal(chosen, named);
});
