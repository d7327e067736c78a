// Programs the benchmark runs: found, installed where that is possible, started and ended.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POSTGRES_HOME = '/usr/lib/postgresql';
// Linux counts processor time for programs in hundredths, whatever the kernel's own clock.
const TICKS_PER_SECOND = 100;

/** Paths of wrk and pgbench; installs their Debian packages when it may. */
export function findTools() {
  const missing = [];
  if (which('wrk') === undefined) missing.push('wrk');
  if (findPgbench() === undefined) missing.push('postgresql-contrib');
  if (missing.length > 0) {
    installDebian(missing);
  }
  const wrk = which('wrk');
  const pgbench = findPgbench();
  if (wrk === undefined || pgbench === undefined) {
    throw new Error(
      `needs wrk and pgbench: on Debian or Ubuntu, sudo apt-get install ${missing.join(' ')}`,
    );
  }
  return { wrk, pgbench };
}

function installDebian(packages) {
  if (process.getuid?.() !== 0 || which('apt-get') === undefined) {
    return;
  }
  console.error(`installing ${packages.join(', ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = ['ignore', 'ignore', 2];
  spawnSync('apt-get', ['update', '-qq'], { env, stdio });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
    stdio,
  });
}

function which(name) {
  return (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find(existsSync);
}

// Debian keeps pgbench in a folder per version, outside of PATH.
function findPgbench() {
  const versions = existsSync(POSTGRES_HOME) ? readdirSync(POSTGRES_HOME) : [];
  const packaged = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(POSTGRES_HOME, version, 'bin', 'pgbench'))
    .find(existsSync);
  return packaged ?? which('pgbench');
}

/** Runs a program to its end; fails when it fails. */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '';
    let err = '';
    child.stdout.on('data', (more) => (out += more));
    child.stderr.on('data', (more) => (err += more));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve({ out, err })
        : reject(new Error(`${command} ended with ${code}: ${(err || out).trim().slice(-2000)}`)),
    );
  });
}

/** Starts a server whose output goes to a file; resolves when `ready` does. */
export async function startServer(command, args, { log, ready, env, cwd }) {
  const file = openSync(log, 'a');
  const child = spawn(command, args, { stdio: ['ignore', file, file], env, cwd });
  let ended = false;
  child.on('exit', () => (ended = true));
  child.on('error', () => (ended = true));
  const stop = async () => {
    if (!ended) {
      child.kill('SIGTERM');
    }
    for (let i = 0; !ended && i < 150; i++) {
      await sleep(100);
    }
    if (!ended) {
      child.kill('SIGKILL');
    }
  };
  const from = Date.now();
  const limit = 300_000;
  while (!(await ready())) {
    if (ended || Date.now() - from > limit) {
      await stop();
      const tail = readFileSync(log, 'utf8').slice(-2000);
      throw new Error(`${command} did not start: ${tail}`);
    }
    await sleep(50);
  }
  return { pid: child.pid, stop };
}

/** Resident memory in MB of a process and its children, PostgreSQL's not counted. */
export function residentMegabytes(pid) {
  const kilobytes = processTree(pid).reduce((sum, each) => sum + each.kilobytes, 0);
  return Math.round(kilobytes / 1024);
}

/** A process and its descendants with their resident memory and names, but for PostgreSQL's. */
export function processTree(pid) {
  const table = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' });
  const processes = table.stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([id, parent, rss, ...name]) => ({
      id: Number(id),
      parent: Number(parent),
      kilobytes: Number(rss),
      name: name.join(' '),
    }));
  const below = (id) => {
    const self = processes.find((each) => each.id === id);
    if (self === undefined || self.name.includes('postgres')) return [];
    const children = processes.filter((each) => each.parent === id);
    return [self, ...children.flatMap((child) => below(child.id))];
  };
  return below(pid);
}

/** Memory in MB of some processes together, where each page that several share counts once. */
export function proportionalMegabytes(pids) {
  const kilobytes = pids.map((pid) => {
    const told = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(told)[1]);
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

/** Processor time a process has used so far, in seconds; its children's is not counted. */
export function processorSeconds(pid) {
  return ticks(statOf(pid), 11, 12) / TICKS_PER_SECOND;
}

/** Processor time that PostgreSQL and its processes, also those that have ended, have used so far. */
export function clusterSeconds(postmaster) {
  let total = ticks(statOf(postmaster), 11, 12, 13, 14);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = statOf(pid);
      if (Number(stat[1]) === postmaster) total += ticks(stat, 11, 12);
    } catch {
      // It has ended meanwhile, so it is counted as a child that has.
    }
  }
  return total / TICKS_PER_SECOND;
}

// The fields of a process's stat after its name: 1 its parent, 11 to 14 its time and its children's.
function statOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function ticks(stat, ...fields) {
  return fields.reduce((sum, field) => sum + Number(stat[field]), 0);
}

/** How many files this process and those it starts may have open. */
export function openFilesLimit() {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  // Node and the JVM raise their own limit to the hard one, the second figure.
  return Number(/^Max open files\s+\S+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
}

/** A port that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
