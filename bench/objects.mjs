// `./rialto bench objects`: Rialto and Parse Server on one PostgreSQL, the same data, the same load.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from './data.mjs';
import { readOptions } from './options.mjs';
import { problems, table, writeJson } from './report.mjs';
import { onStage, serversInTurn } from './stage.mjs';
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
  const figures = {
    results: {},
    memory: {},
    operations: options.operations,
    options: settings(options),
  };
  return onStage(options, async (stage) => {
    await serversInTurn(options, stage, async (key, server) => {
      await measureServer(key, server, figures, tools, options);
      if (figures.limit === undefined) {
        say('pgbench: read one row ...');
        figures.limit = await limit(server, tools, options, stage.folder);
      }
    });
    return publish(figures, options);
  });
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
