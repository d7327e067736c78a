// The figures of the benchmark of functions as a table, and which targets they miss.
import { missed } from './report.mjs';

const TARGETS = [
  ['deploy', 'source to serving, p95', (r) => r.p95, 300, 'ms', 'most'],
  ['http', 'empty function beside health', (r) => r.ratio, 0.6, '', 'least'],
  ['call', 'one function calling another', (r) => r.nanos / 1000, 2, 'µs', 'most'],
  ['many', 'metaspace of a function', (r) => r.metaspaceEach, 100, 'KB', 'most'],
  ['many', 'many functions beside one', (r) => r.ratio, 0.9, '', 'least'],
  ['hardening', 'tight arithmetic loop, hardened', (r) => r.loops, 1.1, 'times', 'most'],
  ['loop', 'a dead loop ends late by', (r) => r.worst, 50, 'ms', 'most'],
  ['neighbours', 'p99 beside bad neighbours', (r) => r.ratio, 2, 'times', 'most'],
];

/** One line for each figure. */
export function functionsTable(results) {
  const lines = [];
  const add = (label, text) => lines.push(`${label.padEnd(36)} ${text}`);
  const { deploy, http, call, many, hardening, loop, neighbours } = results;
  if (deploy !== undefined) {
    add('source to serving, 1,000 lines', `p50 ${ms(deploy.p50)}, p95 ${ms(deploy.p95)}`);
    add('  the first of a new server', ms(deploy.first));
  }
  if (http !== undefined) {
    add('empty function over HTTP', `${whole(http.rate)}/s, ${percent(http.ratio)} of health`);
  }
  if (call !== undefined) {
    add('one function calling another', `${(call.nanos / 1000).toFixed(2)} µs`);
  }
  if (many !== undefined) {
    add(
      `${many.functions} functions at random`,
      `${whole(many.rate)}/s, ${percent(many.ratio)} of one; ` +
        `${many.metaspaceEach.toFixed(1)} KB of metaspace each`,
    );
    add('  before the JVM has compiled them', `${percent(many.cold)} of one`);
  }
  if (hardening !== undefined) {
    for (const [name, ratio] of Object.entries(hardening)) {
      add(`hardened code that ${name}`, `${ratio.toFixed(2)} times as long`);
    }
  }
  if (loop !== undefined) {
    add('a dead loop ends late by', `p50 ${ms(loop.p50)}, at worst ${ms(loop.worst)}`);
  }
  if (neighbours !== undefined) {
    const { quiet, beside, ratio } = neighbours;
    add(
      'p99 beside bad neighbours',
      `${beside.p99.toFixed(1)} ms, ${ratio.toFixed(2)} times the ${quiet.p99.toFixed(1)} ms alone`,
    );
  }
  return lines.join('\n');
}

/** A line for each target that is missed. */
export const missedTargets = (results) => missed(TARGETS, results);

const ms = (value) => `${value.toFixed(0)} ms`;
const whole = (value) => Math.round(value).toLocaleString('en');
const percent = (value) => `${(value * 100).toFixed(0)} %`;
