// Loads of function calls by wrk, and how they are compared.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './tools.mjs';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'lua', 'functions.lua');
const TURNS = 9;

/**
 * Calls a function, or asks for the server's `health`, from all connections again and again. `count`
 * is the number of functions of that name, `name0` and so on, or 0 when it is one. Answers calls per
 * second, p50 and p99 in microseconds, and how many failed.
 */
export async function load(
  server,
  { connections, seconds },
  tools,
  { name, input = {}, count = 0 },
) {
  const { origin, pathname } = new URL(server.url);
  const { out } = await runToEnd(tools.wrk, [
    '-t1',
    `-c${connections}`,
    `-d${seconds}`,
    '--timeout=60s',
    '--latency',
    '-s',
    SCRIPT,
    origin,
    '--',
    pathname,
    server.appId,
    name,
    JSON.stringify(input),
    String(count),
  ]);
  const figures = JSON.parse(out.trim().split('\n').at(-1));
  return { ...figures, rate: figures.requests / figures.seconds };
}

/** The same, if no call fails. */
export async function soundLoad(server, options, tools, called) {
  const figures = await load(server, options, tools, called);
  if (figures.failed > 0 || figures.requests === 0) {
    throw new Error(`${figures.failed} of ${figures.requests} calls of ${called.name} failed`);
  }
  return figures;
}

export async function callRate(server, options, tools, called) {
  return (await soundLoad(server, options, tools, called)).rate;
}

/**
 * Measures each in turn, once without counting it and then several times: what the machine does
 * meanwhile, it does to all. Answers the figures of each turn by name.
 */
export async function inTurns(measures, turns = TURNS) {
  const all = [];
  for (let turn = 0; turn <= turns; turn++) {
    const figures = {};
    for (const [name, measure] of Object.entries(measures)) {
      figures[name] = await measure();
    }
    all.push(figures);
  }
  return all.slice(1);
}

/** The one whose ratio is in the middle. */
export function middle(all) {
  return all.toSorted((a, b) => a.ratio - b.ratio)[all.length >> 1];
}
