// Compiles the modules of WebAssembly that are kept in the repository beside their sources: `node wasm.mjs` writes them.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The modules in AssemblyScript: the folder, the source and the module in it. */
export const modules = [
    { folder: 'server/src/test/resources/wasm', source: 'contract.ts', module: 'contract.wasm' },
    { folder: 'examples/wasm-assemblyscript', source: 'assembly/main.ts', module: 'slugs.wasm' },
];

/** What is in the repository. */
export function kept({ folder, module }) {
    return readFileSync(join(root, folder, module));
}

/** What the sources are compiled to, as the example's `npm run build` does. */
export async function compiled({ folder, source, module }) {
    const written = new Map();
    const options = [source, '-O3s', '--runtime', 'stub', '--baseDir', join(root, folder), '-o', module];
    const { error, stderr } = await main(options, { writeFile: (name, content) => void written.set(name, content) });
    if (error) {
        throw new Error(`${folder}/${source} can't be compiled:\n${stderr}`, { cause: error });
    }
    return Buffer.from(written.get(module));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    for (const each of modules) {
        writeFileSync(join(root, each.folder, each.module), await compiled(each));
    }
}
