// The entry of `./rialto bench`: reads what is asked for, installs what it needs, and runs it.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const benchmarks = {
  objects: { run: './objects.mjs', options: './options.mjs' },
  'warm-up': { run: './warm-up.mjs', options: './warm-up-options.mjs' },
  live: { run: './live.mjs', options: './live-options.mjs' },
  functions: { run: './functions.mjs', options: './functions-options.mjs' },
  isolation: { run: './isolation.mjs', options: './isolation-options.mjs' },
  backup: { run: './backup.mjs', options: './backup-options.mjs', packages: false },
};
const USAGE = `usage: ./rialto bench ${Object.keys(benchmarks).join('|')} [--help]`;

const [name, ...rest] = process.argv.slice(2);
const wantsHelp = [name, ...rest].some((each) => each === '--help' || each === '-h');
if (!Object.hasOwn(benchmarks, name ?? '')) {
  if (wantsHelp) {
    console.log(`${USAGE}\n\nMeasures Rialto on this machine; see bench/README.md.`);
    process.exit(0);
  }
  console.error(USAGE);
  process.exit(2);
}
// The options need no package, so help and mistakes are answered before any is installed.
const { HELP, readOptions } = await import(benchmarks[name].options);
if (wantsHelp) {
  process.stdout.write(HELP);
  process.exit(0);
}
const options = chosen();
if (benchmarks[name].packages !== false) {
  installPackages();
}
const benchmark = await import(benchmarks[name].run);
process.exitCode = await benchmark.run(options);

function chosen() {
  try {
    const { json, ...others } = readOptions(rest);
    return { ...others, json: json ?? join(here, 'results', `${name}.json`) };
  } catch (mistake) {
    console.error(mistake.message);
    process.exit(2);
  }
}

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
