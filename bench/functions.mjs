// `./rialto bench functions`: how soon functions serve, and what they and their hardening cost.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from './data.mjs';
import { call, deploy } from './function-calls.mjs';
import { callRate, inTurns, middle } from './function-load.mjs';
import { functionsTable, missedTargets } from './functions-report.mjs';
import {
  CALLS,
  CALLS_AT_RANDOM,
  HARDENED_KERNELS,
  LOOP,
  PERSON,
  PLAIN_KERNELS,
  many,
  microApp,
  project,
} from './micro-apps.mjs';
import { neighbours } from './neighbours.mjs';
import { quantile, writeJson } from './report.mjs';
import { onStage, serversInTurn } from './stage.mjs';
import { findTools, runToEnd } from './tools.mjs';

const say = (text) => console.error(text);
const IN_ONE_APP = 10;
const ROUNDS = 3;
const CALLS_UNTIL_COMPILED = 8_000;
const CALLS_IN_ONE = 1_000_000;

/** Runs the benchmark; answers the exit code. */
export async function run(options) {
  return onStage(options, async (stage) => {
    const results = {};
    await serversInTurn({ ...options, servers: ['rialto'] }, stage, (_, server) =>
      measure(server, results, options, {
        ...findTools(),
        folder: stage.folder,
        jdk: process.env.JAVA_HOME,
      }),
    );
    console.log(functionsTable(results));
    writeJson(options.json, { results, options });
    missedTargets(results).forEach((line) => console.log(`missed: ${line}`));
    return 0;
  });
}

async function measure(server, results, options, tools) {
  const parts = {
    deploy: () => deployTimes(server, options),
    http: () => rates(server, options, tools),
    call: () => callOverhead(server),
    many: () => manyFunctions(server, options, tools),
    hardening: () => hardening(server, tools),
    loop: () => loopEnds(server),
    neighbours: () => neighbours(server, options),
  };
  for (const part of options.parts) {
    say(`${part} ...`);
    results[part] = await parts[part]();
    say(JSON.stringify(results[part]));
  }
}

/** From sending the sources until a call is answered by them. */
async function deployTimes(server, { deploys, 'warm-up': warmUp }) {
  const times = [];
  for (let i = 0; i < warmUp + deploys; i++) {
    const zip = project(`word${i}`);
    const start = performance.now();
    await deploy(server, zip);
    const { result } = await request(server, 'POST', '/functions/word', {});
    times.push(performance.now() - start);
    if (result !== `word${i}`) {
      throw new Error(`revision ${i} is deployed and answers ${result}`);
    }
  }
  const first = times[0];
  const warm = times.slice(warmUp).sort((a, b) => a - b);
  return { first, p50: quantile(warm, 0.5), p95: quantile(warm, 0.95), deploys };
}

/** Rates of two kinds of request in turns, the median ratio of which is told. */
async function pairs(one, other) {
  const turns = await inTurns({ rate: one, base: other });
  return middle(turns.map(({ rate, base }) => ({ rate, base, ratio: rate / base })));
}

/** An empty function over HTTP beside the bare health endpoint. */
async function rates(server, options, tools) {
  await deploy(server, microApp('calls', CALLS));
  return pairs(
    () => callRate(server, options, tools, { name: 'empty' }),
    () => callRate(server, options, tools, { name: 'health' }),
  );
}

/** One function calling another, in nanoseconds. */
async function callOverhead(server) {
  await deploy(server, microApp('calls', CALLS));
  const times = [];
  for (let i = 0; i < 8; i++) {
    times.push((await request(server, 'POST', '/functions/calls', { count: 200_000 })).result);
  }
  return { nanos: Math.min(...times) };
}

/** Many functions that are all loaded, called at random, beside one. */
async function manyFunctions(server, options, tools) {
  const before = await metaspace(server, tools);
  for (let first = 0; first < options.functions; first += IN_ONE_APP) {
    await deploy(server, many(first, IN_ONE_APP));
  }
  for (let i = 0; i < options.functions; i++) {
    await request(server, 'POST', `/functions/many${i}`, PERSON);
  }
  await sleep(1000);
  const kilobytes = (await metaspace(server, tools)) - before;
  const calls = (count) =>
    callRate(server, options, tools, { name: 'many', input: { ...PERSON, name: 'Ada %d' }, count });
  const atRandom = () => calls(options.functions);
  const one = () => calls(1);
  const cold = (await atRandom()) / (await one());
  await callAtRandom(server, options);
  const turns = await pairs(atRandom, one);
  return {
    ...turns,
    cold,
    functions: options.functions,
    metaspaceEach: kilobytes / options.functions,
  };
}

/** Lets one function call the others until the JVM has compiled all of them for good. */
async function callAtRandom(server, { functions }) {
  await deploy(server, microApp('random', CALLS_AT_RANDOM));
  const calls = CALLS_UNTIL_COMPILED * functions;
  for (let done = 0; done < calls; done += CALLS_IN_ONE) {
    await request(server, 'POST', '/functions/random', { functions, calls: CALLS_IN_ONE });
  }
}

/** Metaspace in use after a collection, in kilobytes. */
async function metaspace(server, { jdk }) {
  await runToEnd(join(jdk, 'bin', 'jcmd'), [String(server.pid), 'GC.run']);
  const { out } = await runToEnd(join(jdk, 'bin', 'jstat'), ['-gc', String(server.pid)]);
  const [names, values] = out
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return Number(values[names.indexOf('MU')]);
}

/** The same work as a function, and as a program of its own with the same flags. */
async function hardening(server, { folder, jdk }) {
  await deploy(server, microApp('kernels', HARDENED_KERNELS));
  const file = join(folder, 'Kernels.java');
  writeFileSync(file, PLAIN_KERNELS);
  const ratios = {};
  const flags = await flagsOf(server, jdk);
  const hard = [];
  const plain = [];
  for (let i = 0; i < ROUNDS; i++) {
    hard.push((await request(server, 'POST', '/functions/kernels', {})).result);
    plain.push(JSON.parse((await runToEnd(join(jdk, 'bin', 'java'), [...flags, file])).out));
  }
  for (const name of Object.keys(plain[0])) {
    const best = (all) => Math.min(...all.map((each) => each[name]));
    ratios[name] = best(hard) / best(plain);
  }
  return ratios;
}

/** What the JVM of the server was told, but for the cache of its classes. */
async function flagsOf(server, jdk) {
  const { out } = await runToEnd(join(jdk, 'bin', 'jcmd'), [String(server.pid), 'VM.command_line']);
  return out
    .split('\n')
    .find((line) => line.startsWith('jvm_args:'))
    .split(/\s+/)
    .filter((word) => word.startsWith('-X') && !word.startsWith('-XX:AOTCache'));
}

/** How long after its deadline a dead loop ends, in milliseconds. */
async function loopEnds(server) {
  const late = [];
  for (let i = 0; i < 20; i++) {
    // A new revision each time, so that none is suspended.
    if (i % 4 === 0) await deploy(server, microApp('loop', LOOP));
    const start = performance.now();
    const code = await call(server, 'loop');
    if (code !== 124) throw new Error(`a dead loop was answered with ${code}`);
    late.push(performance.now() - start - 100);
  }
  late.sort((a, b) => a - b);
  return { p50: quantile(late, 0.5), worst: late.at(-1) };
}
