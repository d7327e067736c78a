// `./rialto bench isolation`: what it costs to run micro apps in processes of their own.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './data.mjs';
import { deploy, remove } from './function-calls.mjs';
import { callRate, inTurns, load, soundLoad } from './function-load.mjs';
import { isolationTable, missedTargets } from './isolation-report.mjs';
import { IsolatedServer } from './isolated-server.mjs';
import { empty, emptyModule, microApp, moduleExample, SLEEPS } from './micro-apps.mjs';
import { median, quantile, writeJson } from './report.mjs';
import { onStage } from './stage.mjs';
import { findTools } from './tools.mjs';

const say = (text) => console.error(text);
const CONNECTIONS = 64;
// So that one process takes all of them at once, however many others would be started.
const ONE_PROCESS = { instances: 1, concurrency: CONNECTIONS };
const SCALED = { instances: 4, concurrency: 4, idleSeconds: 1 };
const SCALED_CONNECTIONS = 12;
const MIN_SCALING_SECONDS = 8;
const UNTIL_IDLE = 3000;

/** Runs the benchmark; answers the exit code. */
export async function run(options) {
  const results = {};
  return onStage(options, async (stage) => {
    const tools = findTools();
    // Some parts need processes that wait, others none that distort what they measure.
    const pooled = new IsolatedServer('pooled', { 'functions.isolated.warm': 1 }, stage);
    const unpooled = new IsolatedServer('unpooled', { 'functions.isolated.warm': 0 }, stage);
    const parts = {
      cold: () => coldStarts(pooled, unpooled, options),
      warm: () => latencies(pooled, options, tools),
      rate: () => rates(pooled, options, tools),
      memory: () => memory(unpooled, options),
      scale: () => scaling(pooled, options, tools),
      wasm: () => wasm(pooled, options, tools),
    };
    for (const part of options.parts) {
      say(`${part} ...`);
      results[part] = await parts[part]();
      say(JSON.stringify(results[part]));
    }
    return publish(results, options);
  });
}

async function coldStarts(pooled, unpooled, { starts }) {
  return {
    pool: await timesToStart(pooled, 1, starts),
    fresh: await timesToStart(unpooled, 0, starts),
  };
}

/** From a request to its answer when the micro app has no process. */
async function timesToStart(place, waiting, starts) {
  const server = await place.running();
  const scale = { idleSeconds: 1 };
  await deploy(server, microApp('cold', empty('cold'), { runtime: 'isolated', scale }));
  const times = [];
  for (let i = 0; i <= starts; i++) {
    await place.hasInstances(0);
    await place.hasProcesses(waiting);
    await sleep(500);
    const start = performance.now();
    await request(server, 'POST', '/functions/cold', {});
    times.push(performance.now() - start);
  }
  await remove(server, 'cold');
  return quantiles(times.slice(1));
}

function quantiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), starts: sorted.length };
}

/** How long calls of an empty function take one after the other, in microseconds. */
async function latencies(place, { placements, seconds, turns }, tools) {
  const one = { connections: 1, seconds };
  const all = await withPlacements(place, placements, turns, async (server, name) => {
    return (await soundLoad(server, one, tools, { name })).p50;
  });
  const figures = (name) => ({
    p50: median(all.map((turn) => turn[name])),
    added: median(all.map((turn) => turn[name] - (turn.shared ?? turn.health))),
  });
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, figures(name)]));
}

/** Calls per second of an empty function, and which part of the bare server's and of the shared one's. */
async function rates(place, { placements, seconds, turns }, tools) {
  const many = { connections: CONNECTIONS, seconds };
  const all = await withPlacements(place, placements, turns, (server, name) =>
    callRate(server, many, tools, { name }),
  );
  const figures = (name) => ({
    rate: median(all.map((turn) => turn[name])),
    ofHealth: median(all.map((turn) => turn[name] / turn.health)),
    ofShared: all[0].shared && median(all.map((turn) => turn[name] / turn.shared)),
  });
  return Object.fromEntries(Object.keys(all[0]).map((name) => [name, figures(name)]));
}

/** Measures the health endpoint and the same function in each placement in turn. */
async function withPlacements(place, placements, turns, measure) {
  const server = await place.running();
  const measures = { health: () => measure(server, 'health') };
  for (const runtime of placements) {
    const scale = runtime === 'isolated' ? { scale: ONE_PROCESS } : {};
    await deploy(server, microApp(runtime, empty(runtime), { runtime, ...scale }));
    measures[runtime] = () => measure(server, runtime);
  }
  const all = await inTurns(measures, turns);
  for (const runtime of placements) {
    await remove(server, runtime);
  }
  return all;
}

/** Memory of micro apps that have been called once and do nothing. */
async function memory(place, { microApps }) {
  const server = await place.running();
  let one;
  for (let i = 0; i < microApps; i++) {
    const name = `idle${i}`;
    await deploy(server, microApp(name, empty(name), { runtime: 'isolated' }));
    await request(server, 'POST', `/functions/${name}`, {});
    if (i === 0) {
      await sleep(UNTIL_IDLE);
      one = place.memory();
    }
  }
  await sleep(UNTIL_IDLE);
  await place.hasInstances(microApps);
  const total = place.memory();
  for (let i = 0; i < microApps; i++) {
    await remove(server, `idle${i}`);
  }
  return { one, total, each: total / microApps, microApps };
}

/** A load that needs several processes comes when there is none. */
async function scaling(place, { seconds }, tools) {
  const server = await place.running();
  await deploy(server, microApp('scaled', SLEEPS, { runtime: 'isolated', scale: SCALED }));
  await place.hasInstances(0);
  const start = performance.now();
  const samples = [];
  let over = false;
  const watching = (async () => {
    while (!over) {
      samples.push({ at: performance.now() - start, instances: await place.instances() });
      await sleep(50);
    }
  })();
  const duration = Math.max(seconds, MIN_SCALING_SECONDS);
  const loaded = { connections: SCALED_CONNECTIONS, seconds: duration };
  const figures = await load(server, loaded, tools, { name: 'sleeps' }).finally(
    () => (over = true),
  );
  await watching;
  await remove(server, 'scaled');
  return {
    calls: figures.requests,
    failed: figures.failed,
    p99: figures.p99,
    most: Math.max(...samples.map((each) => each.instances)),
    reached: samples.find((each) => each.instances === SCALED.instances)?.at,
  };
}

/** The first call after a deployment, and calls of a module that does nothing. */
async function wasm(place, { starts, seconds }, tools) {
  const server = await place.running();
  const times = [];
  for (let i = 0; i <= starts; i++) {
    await deploy(server, moduleExample());
    const start = performance.now();
    await request(server, 'POST', '/functions/slug', { title: 'A title' });
    times.push(performance.now() - start);
  }
  await remove(server, 'slugs');
  await deploy(server, emptyModule('module'));
  const called = { name: 'module' };
  const many = { connections: CONNECTIONS, seconds };
  await callRate(server, many, tools, called);
  const rate = await callRate(server, many, tools, called);
  const { p50 } = await soundLoad(server, { connections: 1, seconds }, tools, called);
  await remove(server, 'module');
  return { cold: quantiles(times.slice(1)), rate, p50 };
}

function publish(results, options) {
  console.log(isolationTable(results));
  writeJson(options.json, { results, options });
  console.log(`figures written to ${options.json}`);
  missedTargets(results).forEach((line) => console.log(`missed: ${line}`));
  const { failed = 0 } = results.scale ?? {};
  if (failed > 0) {
    console.log(`FAILED ${failed} calls while processes were added`);
  }
  return failed > 0 ? 1 : 0;
}
