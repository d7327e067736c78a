// The figures as a table and as a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';

const LABELS = {
  read: 'read one by id',
  list: 'list 20, range filter, sort',
  create: 'create',
  update: 'update with Increment',
  login: 'log in',
};

/** The table, ready to print; also fit for a Markdown document. */
export function table({ results, limit, memory, operations }) {
  const { rialto = {}, parse = {} } = results;
  const rows = [
    ['requests per second', 'Rialto', 'Parse Server', 'ratio', 'p99 ms (R)', 'p99 ms (P)'],
  ];
  for (const operation of operations) {
    const r = rialto[operation];
    const p = parse[operation];
    rows.push([
      LABELS[operation],
      rate(r),
      rate(p),
      sound(r) && sound(p) ? `${(r.rate / p.rate).toFixed(1)}x` : '',
      r ? r.p99.toFixed(1) : '',
      p ? p.p99.toFixed(1) : '',
    ]);
  }
  if (limit !== undefined) {
    const share = sound(rialto.read)
      ? `${((100 * rialto.read.rate) / limit.rate).toFixed(0)} %`
      : '';
    rows.push(['pgbench, the same read (limit)', whole(limit.rate), '', share, '', '']);
  }
  rows.push(['resident memory after, MB', memory.rialto ?? '', memory.parse ?? '', '', '', '']);
  return lines(rows);
}

/** Rows of cells, the first one the heads, as a Markdown table. */
export function lines(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  const line = (row) =>
    `| ${row
      .map((cell, i) =>
        i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]),
      )
      .join(' | ')} |`;
  const rule = `|${widths.map((width, i) => '-'.repeat(width + 1) + (i === 0 ? '-' : ':')).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** Writes the figures with what they were measured on. */
export function writeJson(file, figures) {
  mkdirSync(dirname(file), { recursive: true });
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  writeFileSync(
    file,
    `${JSON.stringify({ date: new Date().toISOString(), machine, ...figures }, null, 2)}\n`,
  );
}

/** Everything that makes a run invalid, one line each. */
export function problems(results) {
  return Object.entries(results).flatMap(([server, operations]) =>
    Object.entries(operations).flatMap(([operation, run]) =>
      run.problems.map((problem) => `${server}, ${LABELS[operation]}: ${problem}`),
    ),
  );
}

function sound(run) {
  return run !== undefined && run.problems.length === 0;
}

function rate(run) {
  if (run === undefined) return '';
  return sound(run) ? whole(run.rate) : 'FAILED';
}

function whole(number) {
  return Math.round(number).toLocaleString('en-US');
}

/** What this part of the figures, which are in order, does not exceed. */
export function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}
