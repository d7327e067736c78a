// The modules of WebAssembly in the repository are what their sources are compiled to.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compiled, kept, modules } from './wasm.mjs';

const c = join(dirname(fileURLToPath(import.meta.url)), '..', 'examples', 'wasm-c');

for (const each of modules) {
    test(`${each.module} is compiled from ${each.source}`, async () => {
        assert.ok(kept(each).equals(await compiled(each)), 'run: node conformance/wasm.mjs');
    });
}

test('luhn.wasm was compiled from luhn.c as it is', () => {
    const sums = readFileSync(join(c, 'luhn.sha256'), 'utf8').trim().split('\n');
    assert.equal(sums.length, 2);
    for (const each of sums) {
        const [sum, name] = each.split(/\s+/);
        assert.equal(sha256(join(c, name)), sum, `${name}: see examples/wasm-c/README.md`);
    }
});

// The compiler is 55 MB to download.
test('luhn.c is compiled to luhn.wasm', { skip: process.env.WASM_C ? false : 'WASM_C is not set' }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'rialto-wasm-'));
    try {
        execFileSync(join(c, 'build'), [join(folder, 'luhn.wasm')], { stdio: 'inherit' });
        assert.equal(sha256(join(folder, 'luhn.wasm')), sha256(join(c, 'luhn.wasm')));
    } finally {
        rmSync(folder, { recursive: true });
    }
});

function sha256(file) {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
}
