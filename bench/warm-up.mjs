// `./rialto bench warm-up`: how fast servers are in their first seconds.
import { setTimeout as sleep } from 'node:timers/promises';
import { dropDatabase, freshDatabase, load } from './data.mjs';
import { LABELS, lines, median, writeJson } from './report.mjs';
import { startParseServer, startRialto } from './servers.mjs';
import { onStage } from './stage.mjs';
import { findTools } from './tools.mjs';
import { check, failures, wrk } from './workloads.mjs';

const say = (text) => console.error(text);
const SHOWN = [1, 2, 3, 5, 10];

/** Runs the benchmark; answers the exit code. */
export async function run(options) {
  const tools = findTools();
  return onStage(options, async (stage) => {
    const starts = await allStarts(options, stage);
    const runs = [];
    for (const operation of options.operations) {
      for (let round = 0; round < options.rounds; round++) {
        for (const [key, start] of Object.entries(starts)) {
          runs.push({ key, operation, ...(await warmUp(start, operation, tools, options)) });
          say(told(runs.at(-1)));
        }
      }
    }
    return publish(runs, options);
  });
}

/** What starts each server on data that it has, which are loaded first. */
async function allStarts(options, { folder, undo }) {
  const { databaseUrl } = options;
  const starts = {};
  let shared = databaseUrl;
  if (shared === undefined && options.servers.includes('parse')) {
    const host = await startRialto(folder, undefined, { data: 'host-data' });
    undo.push(host.stop);
    shared = host.databaseUrl;
  }
  const database = async (name) => {
    const url = await freshDatabase(shared, name);
    undo.push(() => dropDatabase(shared, name));
    return url;
  };
  for (const key of options.servers) {
    const own =
      key !== 'parse' && databaseUrl === undefined ? undefined : await database(`${key}_warm`);
    const program = key === 'against' ? options.against : undefined;
    starts[key] =
      key === 'parse'
        ? () => startParseServer(folder, own)
        : () => startRialto(folder, own, { program, data: `${key}-data` });
    const server = await starts[key]();
    undo.push(server.stop);
    say(`${key}: loading ${options.rows} rows ...`);
    await load(server, options.rows);
    await check(server, options.rows);
    await server.stop();
  }
  return starts;
}

async function warmUp(start, operation, tools, options) {
  const server = await start();
  try {
    const figures = await wrk(server, operation, tools, options, options.seconds);
    const { seconds } = figures;
    const end = seconds.slice(-Math.ceil(seconds.length / 3));
    const steady = end.reduce((sum, each) => sum + each, 0) / end.length;
    const shares = seconds.map((each) => each / steady);
    return { steady, shares, problems: failures(figures) };
  } finally {
    await server.stop();
    await sleep(500);
  }
}

const percent = (share) => (share === undefined ? '' : `${Math.round(100 * share)} %`);
const shown = (shares) => SHOWN.map((second) => percent(shares[second - 1]));

function told({ key, operation, steady, shares, problems }) {
  return `${key}: ${operation} ${Math.round(steady)} in the end, ${shown(shares).join(', ')} ${problems.join(', ')}`;
}

function publish(runs, options) {
  const heads = [
    'share of the rate in the end',
    ...SHOWN.map((second) => `second ${second}`),
    'in the end',
  ];
  const rows = [heads];
  for (const operation of options.operations) {
    for (const key of options.servers) {
      const mine = runs.filter((each) => each.key === key && each.operation === operation);
      const shares = mine[0].shares.map((_, i) => median(mine.map((each) => each.shares[i])));
      const steady = Math.round(median(mine.map((each) => each.steady))).toLocaleString('en-US');
      rows.push([`${LABELS[operation]}, ${key}`, ...shown(shares), steady]);
    }
  }
  console.log(`\n${lines(rows)}\n`);
  const bad = runs.flatMap(({ key, operation, problems }) =>
    problems.map((problem) => `FAILED ${key}, ${operation}: ${problem}`),
  );
  bad.forEach((line) => console.log(line));
  writeJson(options.json, { runs, options: { seconds: options.seconds, rows: options.rows } });
  console.log(`figures written to ${options.json}`);
  return bad.length === 0 ? 0 : 1;
}
