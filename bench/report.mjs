// The figures as a table and as a file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';

export const LABELS = {
  read: 'read one by id',
  list: 'list 20, range filter, sort',
  create: 'create',
  update: 'update with Increment',
  login: 'log in',
};

/** Several runs as one: the middle of each figure. */
export function summary(runs) {
  const middle = (figure) => median(runs.map(figure));
  return {
    rate: middle(({ rate }) => rate),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    processor: runs[0].processor.map((_, i) => middle(({ processor }) => processor[i])),
    rates: runs.map(({ rate }) => rate),
    problems: runs.flatMap(({ problems }) => problems),
  };
}

/** The middle of some figures. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The tables, ready to print; also fit for a Markdown document. */
export function table({ results, limit, memory, names, operations }) {
  const keys = Object.keys(results);
  const heads = keys.map((key) => names[key]);
  const rates = [['requests per second', ...heads, ...(keys.length > 1 ? ['ratio'] : [])]];
  const costs = [['p50 ms, p99 ms, processor µs (server + PostgreSQL)', ...heads]];
  for (const operation of operations) {
    const runs = keys.map((key) => results[key][operation]);
    rates.push([LABELS[operation], ...runs.map(rate), ...(keys.length > 1 ? [ratio(runs)] : [])]);
    costs.push([LABELS[operation], ...runs.map(cost)]);
  }
  if (limit !== undefined) {
    const blank = keys.slice(1).map(() => '');
    const own = keys.length > 1 ? [''] : [];
    rates.push(['pgbench, the same read (limit)', whole(limit.rate), ...blank, ...own]);
  }
  costs.push(['resident memory after, MB', ...keys.map((key) => memory[key] ?? '')]);
  return `${lines(rates)}\n\n${lines(costs)}`;
}

/** How many times the second's rate the first's is: in the middle, and in each round. */
function ratio([first, second]) {
  if (!sound(first) || !sound(second)) return '';
  const rounds = first.rates.map((rate, i) => rate / second.rates[i]);
  const each = rounds.map((number) => number.toFixed(2)).join(', ');
  return `${median(rounds).toFixed(2)}x (${each})`;
}

function cost(run) {
  if (!sound(run)) return '';
  const processor = run.processor.map((time) => Math.round(time)).join(' + ');
  return `${run.p50.toFixed(1)}, ${run.p99.toFixed(1)}, ${processor}`;
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

/** A line for each target that is missed. */
export function missed(targets, results) {
  return targets
    .filter(([part]) => results[part] !== undefined)
    .map(([part, label, figure, target, unit, kind]) => ({
      label,
      value: figure(results[part]),
      target,
      unit,
      kind,
    }))
    .filter(({ value, target, kind }) => (kind === 'most' ? value > target : value < target))
    .map(({ label, value, target, unit, kind }) =>
      `${label}: ${value.toFixed(2)} ${unit}, at ${kind} ${target} ${unit}`.trimEnd(),
    );
}
