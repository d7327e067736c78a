// `./rialto bench objects`: Rialto and Parse Server on one PostgreSQL, the same data, the same load.
import { load } from './data.mjs';
import { problems, summary, table, writeJson } from './report.mjs';
import { allServers, onStage } from './stage.mjs';
import { findTools, residentMegabytes } from './tools.mjs';
import { check, drive, limit } from './workloads.mjs';

const say = (text) => console.error(text);

/** Runs the benchmark; answers the exit code. */
export async function run(options) {
  const tools = findTools();
  const figures = {
    results: {},
    memory: {},
    names: {},
    operations: options.operations,
    options: settings(options),
  };
  return onStage(options, async (stage) => {
    const servers = await allServers(options, stage);
    for (const [key, server] of Object.entries(servers)) {
      say(`${server.name}: loading ${options.rows} rows ...`);
      await load(server, options.rows);
      await check(server, options.rows);
      figures.names[key] = key === 'against' ? options.against : server.name;
      figures.results[key] = {};
    }
    for (const operation of options.operations) {
      await measure(operation, servers, figures, tools, options);
    }
    for (const [key, server] of Object.entries(servers)) {
      figures.memory[key] = residentMegabytes(server.pid);
    }
    if (options.operations.includes('read')) {
      say('pgbench: read one row ...');
      figures.limit = await limit(Object.values(servers)[0], tools, options, stage.folder);
    }
    return publish(figures, options);
  });
}

/** One operation on each server in turn, round by round: what the machine does meanwhile, it does to all. */
async function measure(operation, servers, figures, tools, options) {
  const runs = Object.fromEntries(Object.keys(servers).map((key) => [key, []]));
  for (let round = 0; round < options.rounds; round++) {
    const order = Object.entries(servers);
    for (const [key, server] of round % 2 === 0 ? order : order.reverse()) {
      const run = await drive(server, operation, tools, options);
      runs[key].push(run);
      say(
        `${figures.names[key]}: ${operation} ${Math.round(run.rate)} per second ${run.problems.join(', ')}`,
      );
    }
  }
  for (const key of Object.keys(servers)) {
    figures.results[key][operation] = summary(runs[key]);
  }
}

function publish(figures, options) {
  console.log(`\n${table(figures)}\n`);
  const bad = problems(figures.results);
  bad.forEach((problem) => console.log(`FAILED ${problem}`));
  writeJson(options.json, figures);
  console.log(`figures written to ${options.json}`);
  return bad.length === 0 ? 0 : 1;
}

function settings({ seconds, warmUp, rounds, connections, rows }) {
  return { seconds, warmUp, rounds, connections, rows };
}
