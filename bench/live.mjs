// `./rialto bench live`: what live queries cost and how fast they are, with Parse Server beside.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './data.mjs';
import { liveTable, missedTargets } from './live-report.mjs';
import { writeJson } from './report.mjs';
import { onStage, serversInTurn } from './stage.mjs';
import { startSubscribers } from './subscribers.mjs';
import { processorSeconds, residentMegabytes } from './tools.mjs';
import { Writer } from './writers.mjs';

const say = (text) => console.error(text);

const CLASS = 'News';
const FIELDS = {
  channel: { type: 'String' },
  room: { type: 'Number' },
  title: { type: 'String' },
  stamp: { type: 'String' },
};
const OBJECT = { channel: 'all', room: -1, title: 'a line of text that tells what is new' };
const EVERYTHING = { className: CLASS, where: { channel: 'all' } };
const ONE_ROOM = { className: CLASS, where: { room: '#' } };
const WARM_UP_WRITES = 3;

/** Runs the benchmark; answers the exit code. */
export async function run(options) {
  const figures = { results: { rialto: {}, parse: {} }, options: settings(options) };
  const parse = { startLiveQueryServer: true, liveQuery: { classNames: [CLASS] } };
  return onStage(options, async (stage) => {
    const measure = (key, server) => measureServer(key, server, figures.results[key], options);
    await serversInTurn(options, stage, measure, parse);
    return publish(figures, options);
  });
}

async function measureServer(key, server, results, options) {
  await request(server, 'POST', `/schemas/${CLASS}`, { className: CLASS, fields: FIELDS }, true);
  const wanted = (part) => options.parts.includes(part);
  // First, while the server is as it started: memory and time of a small load.
  if (wanted('compare')) {
    const load = { sockets: options['compare-sockets'], rate: options['compare-rate'] };
    results.compare = await steadyLoad(server, load, options);
    tell(server, 'compare', results.compare);
  }
  if (key === 'parse') {
    return;
  }
  if (wanted('stream')) {
    const load = { sockets: options.listeners, rate: options.rate };
    results.stream = await steadyLoad(server, load, options);
    tell(server, 'stream', results.stream);
  }
  if (wanted('idle') || wanted('fanout')) {
    await manySockets(server, results, options, wanted);
  }
}

/** Writes at a steady rate to subscribers that all match. */
async function steadyLoad(server, { sockets, rate }, { seconds, 'warm-up': warmUp }) {
  return withSubscribers(server, sockets, [EVERYTHING], async (subscribers, writer) => {
    await subscribers.expect(warmUp * rate);
    await writer.writeSteadily(warmUp * rate, rate);
    const { problems } = await subscribers.arrived();
    await subscribers.expect(seconds * rate);
    const before = processorSeconds(server.pid);
    const written = await writer.writeSteadily(seconds * rate, rate);
    const arrived = await subscribers.arrived();
    return {
      ...arrived,
      processorSeconds: processorSeconds(server.pid) - before,
      memory: residentMegabytes(server.pid),
      writesPerSecond: written.acknowledged / written.seconds,
      problems: [
        ...problems.map((problem) => `warm-up: ${problem}`),
        ...written.problems,
        ...arrived.problems,
      ],
    };
  });
}

/** Opens many sockets that wait, weighs the server, then writes what all of them wait for. */
async function manySockets(server, results, options, wanted) {
  const rooms = options.subscriptions / options.sockets - 1;
  const queries = [EVERYTHING, ...Array.from({ length: rooms }, () => ONE_ROOM)];
  const before = residentMegabytes(server.pid);
  const { sockets } = options;
  await withSubscribers(server, sockets, queries, async (subscribers, writer, opening) => {
    if (wanted('idle')) {
      await sleep(5000);
      const memory = residentMegabytes(server.pid);
      await subscribers.expect(0);
      const { problems } = await subscribers.arrived();
      results.idle = { ...opening, before, memory, problems };
      tell(server, 'idle', results.idle);
    }
    if (wanted('fanout')) {
      results.fanout = await fanOut(server, subscribers, writer, options);
      tell(server, 'fanout', results.fanout);
    }
  });
}

async function fanOut(server, subscribers, writer, { sockets, writes }) {
  const rounds = async (count) => {
    const refused = [];
    await subscribers.expect(count);
    for (let number = 0; number < count; number++) {
      const status = await writer.write(number);
      if (status !== 201) refused.push(`write ${number} answered ${status}`);
      await subscribers.reached((number + 1) * sockets);
      await sleep(500);
    }
    const arrived = await subscribers.arrived();
    return { ...arrived, problems: [...refused, ...arrived.problems] };
  };
  const warmUp = await rounds(WARM_UP_WRITES);
  const run = await rounds(writes);
  const problems = warmUp.problems.map((problem) => `warm-up: ${problem}`).concat(run.problems);
  return { ...run, memory: residentMegabytes(server.pid), problems };
}

async function withSubscribers(server, count, queries, work) {
  say(`${server.name}: opening ${count} sockets ...`);
  const subscribers = startSubscribers();
  const writer = new Writer(server, CLASS, OBJECT);
  try {
    const from = Date.now();
    const { url, appId } = server;
    const sockets = await subscribers.open({ url, appId, count, queries });
    const opening = {
      sockets,
      subscriptions: sockets * queries.length,
      openingSeconds: (Date.now() - from) / 1000,
    };
    return await work(subscribers, writer, opening);
  } finally {
    writer.end();
    await subscribers.end();
  }
}

function tell(server, part, { p50, p99, max, memory, problems }) {
  const times = p50 === undefined ? '' : ` p50 ${p50} ms, p99 ${p99} ms, max ${max} ms,`;
  say(`${server.name}: ${part}${times} ${memory} MB ${problems.join(', ')}`);
}

function publish(figures, options) {
  console.log(`\n${liveTable(figures.results)}\n`);
  const bad = Object.entries(figures.results).flatMap(([server, parts]) =>
    Object.entries(parts).flatMap(([part, { problems }]) =>
      problems.map((problem) => `FAILED ${server}, ${part}: ${problem}`),
    ),
  );
  [...bad, ...missedTargets(figures.results)].forEach((line) => console.log(line));
  writeJson(options.json, figures);
  console.log(`figures written to ${options.json}`);
  return bad.length === 0 ? 0 : 1;
}

function settings({ parts: _parts, servers: _servers, databaseUrl: _url, json: _json, ...chosen }) {
  return chosen;
}
