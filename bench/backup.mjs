// The benchmark of backups: rows are imported, writers write on, backups are killed, made,
// verified and restored, and the restored rows are compared with those of the server.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const RIALTO = join(dirname(fileURLToPath(import.meta.url)), '..', 'rialto');
const HEADERS = { 'X-Parse-Application-Id': 'app', 'X-Parse-Master-Key': 'key' };
const WRITERS = 4;

/** Runs the benchmark and returns the exit code. */
export async function run(options) {
  const folder = mkdtempSync(join(tmpdir(), 'rialto-backup-'));
  const place = (name) => join(folder, name);
  const server = await serve(place('data'));
  try {
    await timed('import', () => load(options.objects, place('rows.jsonl'), place('data')));
    const writers = startWriters(server.address);
    await killSome(options, place);
    await timed('full backup while writing', () =>
      rialto('backup', place('target'), '--data', place('data'), '--full'),
    );
    await timed('increment while writing', () =>
      rialto('backup', place('target'), '--data', place('data')),
    );
    console.log(`${await writers.stop()} rows were written meanwhile`);
    await timed('last increment', () => rialto('backup', place('target'), '--data', place('data')));
    const expected = await rows(place('data'), place('live.jsonl'));
    await timed('restore and verify', () =>
      rialto('restore', place('target'), '--data', place('restored'), '--verify'),
    );
    const restored = await rows(place('restored'), place('restored.jsonl'));
    const equal = expected.hash === restored.hash;
    console.log(
      `${restored.count} rows restored, ${equal ? 'equal to' : 'DIFFERENT FROM'} the server's`,
    );
    return equal && expected.count >= options.objects ? 0 : 1;
  } finally {
    await server.stop();
    if (!options.keep) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function serve(data) {
  const server = spawn(
    RIALTO,
    ['serve', '--port', '0', '--data', data, '--app', 'app', '--master-key', 'key'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(server, 'exit');
  const address = await new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const ready = /^ready (\S+)/m.exec(text);
      if (ready) {
        resolve(ready[1]);
      }
    });
    server.once('exit', () => reject(new Error(`the server did not start: ${text}`)));
  });
  return {
    address,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

/** Writes rows to a file and imports it. */
async function load(count, file, data) {
  const out = createWriteStream(file);
  for (let i = 0; i < count; i++) {
    const row = {
      number: i,
      name: `row ${i}`,
      text: `some text of row ${i} `.repeat(4),
      tags: ['a', `t${i % 100}`],
    };
    if (!out.write(`${JSON.stringify(row)}\n`)) {
      await once(out, 'drain');
    }
  }
  out.end();
  await once(out, 'finish');
  await rialto('import', '--app', 'app', '--class', 'Row', '--data', data, file);
}

function startWriters(address) {
  let over = false;
  let written = 0;
  const write = async () => {
    while (!over) {
      const answer = await fetch(`${address}/v1/classes/Row`, {
        method: 'POST',
        headers: { ...HEADERS, 'Content-Type': 'application/json' },
        body: JSON.stringify({ number: -1, name: 'written', text: 'meanwhile' }),
      });
      if (answer.status !== 201) {
        throw new Error(`a write was answered with ${answer.status}`);
      }
      written++;
    }
  };
  const running = Promise.all(Array.from({ length: WRITERS }, write));
  return {
    stop: async () => {
      over = true;
      await running;
      return written;
    },
  };
}

/** Kills backups at random moments, as a machine would that loses power. */
async function killSome({ kills, seed }, place) {
  let state = seed;
  for (let i = 0; i < kills; i++) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const backup = spawn(RIALTO, ['backup', place('target'), '--data', place('data')], {
      stdio: 'ignore',
    });
    const ended = once(backup, 'exit');
    await Promise.race([ended, sleep(1000 + (state % 9000))]);
    backup.kill('SIGKILL');
    await ended;
  }
  console.log(`${kills} backups were killed`);
}

/** The rows of a data folder, whatever their order. */
async function rows(data, file) {
  await rialto('export', '--app', 'app', '--class', 'Row', '--data', data, '-o', file);
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).sort();
  const hash = createHash('sha256');
  lines.forEach((line) => hash.update(line));
  return { count: lines.length, hash: hash.digest('hex') };
}

async function timed(name, work) {
  const begun = performance.now();
  await work();
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

async function rialto(...args) {
  const command = spawn(RIALTO, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(command, 'exit');
  if (code !== 0) {
    throw new Error(`./rialto ${args[0]} failed with ${code}`);
  }
}
