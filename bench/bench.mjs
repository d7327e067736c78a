// The entry of `./rialto bench`: installs what the benchmarks need, then runs the one asked for.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const benchmarks = {
  objects: './objects.mjs',
  live: './live.mjs',
  functions: './functions.mjs',
};

const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(benchmarks, name ?? '')) {
  console.error(`usage: ./rialto bench ${Object.keys(benchmarks).join('|')} [--help]`);
  process.exit(2);
}
installPackages();
const benchmark = await import(benchmarks[name]);
process.exitCode = await benchmark.run(rest);

function installPackages() {
  const marker = join(here, 'node_modules', '.package-lock.json');
  const lock = join(here, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs) {
    return;
  }
  console.error('installing Parse Server from npm ...');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status !== 0) {
    console.error('npm ci failed in bench/');
    process.exit(1);
  }
}
