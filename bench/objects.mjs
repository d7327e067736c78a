// `./rialto bench objects`: Rialto and Parse Server on one PostgreSQL, the same data, the same load.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dropDatabase, freshDatabase, load } from './data.mjs';
import { readOptions } from './options.mjs';
import { problems, table, writeJson } from './report.mjs';
import { startParseServer, startRialto } from './servers.mjs';
import { findTools, residentMegabytes } from './tools.mjs';
import { check, drive, limit } from './workloads.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const say = (text) => console.error(text);

/** Runs the benchmark; answers the exit code. */
export async function run(args) {
  let options;
  try {
    options = readOptions(args);
  } catch (mistake) {
    console.error(mistake.message);
    return 2;
  }
  if (options.help !== undefined) {
    console.log(options.help);
    return 0;
  }
  const tools = findTools();
  const folder = mkdtempSync(join(tmpdir(), 'rialto-bench-'));
  const undo = [() => options.keep || rmSync(folder, { recursive: true, force: true })];
  const cleanUp = async () => {
    while (undo.length > 0) await undo.pop()();
  };
  const interrupted = (signal) =>
    cleanUp().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await measure(options, tools, folder, undo);
  } catch (failure) {
    console.error(`the benchmark failed: ${failure.message}`);
    return 1;
  } finally {
    await cleanUp();
  }
}

async function measure(options, tools, folder, undo) {
  const figures = {
    results: {},
    memory: {},
    operations: options.operations,
    options: settings(options),
  };
  let shared = options.databaseUrl;
  if (options.servers.includes('rialto') || shared === undefined) {
    let own;
    if (shared !== undefined) {
      own = await freshDatabase(shared, 'rialto_bench');
      undo.push(() => dropDatabase(options.databaseUrl, 'rialto_bench'));
    }
    const rialto = await startRialto(folder, own);
    undo.push(rialto.stop);
    shared ??= rialto.databaseUrl;
    if (options.servers.includes('rialto')) {
      await measureServer('rialto', rialto, figures, tools, options);
      say('pgbench: read one row ...');
      figures.limit = await limit(rialto, tools, options, folder);
    }
    // The embedded PostgreSQL lives as long as Rialto does; idle, Rialto costs Parse Server nothing.
    if (options.databaseUrl !== undefined) {
      await rialto.stop();
    }
  }
  if (options.servers.includes('parse')) {
    const own = await freshDatabase(shared, 'parse_bench');
    undo.push(() => dropDatabase(shared, 'parse_bench'));
    const parse = await startParseServer(folder, own);
    undo.push(parse.stop);
    await measureServer('parse', parse, figures, tools, options);
    figures.limit ??= await limit(parse, tools, options, folder);
    await parse.stop();
  }
  return publish(figures, options);
}

async function measureServer(key, server, figures, tools, options) {
  say(`${server.name}: loading ${options.rows} rows ...`);
  await load(server, options.rows);
  await check(server, options.rows);
  const results = (figures.results[key] = {});
  for (const operation of options.operations) {
    const run = await drive(server, operation, tools, options);
    results[operation] = run;
    say(
      `${server.name}: ${operation} ${Math.round(run.rate)} per second ${run.problems.join(', ')}`,
    );
  }
  figures.memory[key] = residentMegabytes(server.pid);
}

function publish(figures, options) {
  console.log(`\n${table(figures)}\n`);
  const bad = problems(figures.results);
  bad.forEach((problem) => console.log(`FAILED ${problem}`));
  const file = options.json ?? join(here, 'results', 'objects.json');
  writeJson(file, figures);
  console.log(`figures written to ${file}`);
  return bad.length === 0 ? 0 : 1;
}

function settings({ seconds, warmUp, connections, rows }) {
  return { seconds, warmUp, connections, rows };
}
