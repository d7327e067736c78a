// What is asked of a server: first once, to see that its answers are right, then by wrk.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  FIRST_ID,
  USERS,
  password,
  readOneScript,
  request,
  settle,
  username,
  written,
} from './data.mjs';
import { clusterSeconds, processorSeconds, runToEnd } from './tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Fails unless the server answers each kind of request as Parse does. */
export async function check(server, rows) {
  const fail = (what, answer) => {
    throw new Error(`${server.name} gives a wrong answer to ${what}: ${JSON.stringify(answer)}`);
  };
  const one = await request(server, 'GET', `/classes/Row/${FIRST_ID + 1}`);
  const right =
    one.objectId === String(FIRST_ID + 1) &&
    one.name === 'row number 1' &&
    one.score === 7919 % rows &&
    one.active === false &&
    one.happened?.iso === '2026-01-01T00:00:01.000Z' &&
    one.createdAt === '2026-01-01T00:00:01.000Z' &&
    one.tags?.length === 2 &&
    one.details?.size === 1;
  if (!right) fail('read', one);
  const where = encodeURIComponent('{"score":{"$gte":10,"$lt":1010}}');
  const list = await request(server, 'GET', `/classes/Row?limit=20&order=score&where=${where}`);
  const sorted = list.results?.every((row, i) => row.score === 10 + i);
  if (list.results?.length !== Math.min(20, rows - 10) || !sorted) fail('list', list);
  const made = await request(server, 'POST', '/classes/Entry', { name: 'one', score: 1 });
  if (!/^[A-Za-z0-9]{10}$/.test(made.objectId) || !made.createdAt) fail('create', made);
  const update = { count: { __op: 'Increment', amount: 1 } };
  const updated = await request(server, 'PUT', `/classes/Row/${FIRST_ID}`, update);
  if (updated.count !== 1 || !updated.updatedAt) fail('update', updated);
  const name = username(0);
  const user = await request(server, 'POST', '/login', {
    username: name,
    password: password(name),
  });
  if (!user.sessionToken?.startsWith('r:') || user.username !== name) fail('login', user);
}

/** Puts one operation's load on a server for some seconds. */
export async function wrk(server, operation, tools, options, seconds) {
  const url = new URL(server.url);
  const { out } = await runToEnd(tools.wrk, [
    `--connections=${options.connections}`,
    '--threads=2',
    `--duration=${seconds}s`,
    '--timeout=60s',
    `--script=${join(here, 'lua', 'requests.lua')}`,
    url.origin,
    '--',
    operation,
    url.pathname,
    server.appId,
    String(FIRST_ID),
    String(options.rows),
    String(USERS),
  ]);
  return JSON.parse(out.trim().split('\n').at(-1));
}

/** What makes the figures of a load invalid. */
export function failures(figures) {
  const problems = [];
  if (figures.requests === 0) problems.push('no answer at all');
  if (figures.refused > 0) problems.push(`${figures.refused} answers that are no 2xx`);
  if (figures.failed > 0) problems.push(`${figures.failed} connections or answers lost`);
  return problems;
}

/** Drives one operation with wrk and tells what came of it. */
export async function drive(server, operation, tools, options) {
  // A log-in hashes for a large part of a second, so 64 at once need some seconds to come round.
  const slow = operation === 'login';
  const seconds = Math.max(options.seconds, slow ? 10 : 1);
  await settle(server);
  await wrk(server, operation, tools, options, Math.max(options.warmUp, slow ? 5 : 1));
  await sleep(slow ? 4000 : 1000);
  const before = await written(server);
  const spent = processorTimes(server);
  const figures = await wrk(server, operation, tools, options, seconds);
  const cost = processorTimes(server).map((now, i) => now - spent[i]);
  const after = await written(server);
  const problems = failures(figures);
  const stored = after[operation] - (before[operation] ?? 0);
  if (operation in after && stored < figures.requests) {
    problems.push(`answered ${figures.requests} writes but stored ${stored}`);
  }
  return {
    rate: (figures.requests * 1e6) / figures.microseconds,
    p50: figures.p50,
    p99: figures.p99,
    // In microseconds a request: the server's, and PostgreSQL's with that of its own upkeep.
    processor: cost.map((time) => (time * 1e6) / Math.max(1, figures.requests)),
    problems,
  };
}

function processorTimes({ pid, postmaster }) {
  const database = postmaster === undefined ? [] : [clusterSeconds(postmaster)];
  return [processorSeconds(pid), ...database];
}

/** Rate of the statement that reads one row, without any server before PostgreSQL. */
export async function limit(server, tools, options, folder) {
  const script = join(folder, 'read-one.sql');
  writeFileSync(script, await readOneScript(server, options.rows));
  const url = new URL(server.databaseUrl);
  const { out } = await runToEnd(
    tools.pgbench,
    [
      '-n',
      '-M',
      'prepared',
      '-c',
      '16',
      '-j',
      '2',
      '-T',
      String(options.seconds),
      '-f',
      script,
    ].concat([
      '-h',
      url.hostname,
      '-p',
      url.port,
      '-U',
      decodeURIComponent(url.username),
      url.pathname.slice(1),
    ]),
    { env: { ...process.env, PGPASSWORD: decodeURIComponent(url.password) } },
  );
  const rate = /tps = ([\d.]+)/.exec(out);
  if (rate === null || !/number of failed transactions: 0|^(?!.*failed transactions)/s.test(out)) {
    throw new Error(`pgbench failed: ${out}`);
  }
  return { rate: Number(rate[1]), statement: readFileSync(script, 'utf8').split('\n')[1] };
}
