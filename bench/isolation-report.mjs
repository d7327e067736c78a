// The figures of the benchmark of isolation as a table, and which targets they miss.
import { missed } from './report.mjs';

const TARGETS = [
  ['cold', 'cold start from the pool, p50', (r) => r.pool.p50, 100, 'ms', 'most'],
  ['cold', 'cold start without the pool, p50', (r) => r.fresh.p50, 300, 'ms', 'most'],
  ['rate', 'isolated calls beside shared ones', (r) => r.isolated?.ofShared, 0.5, '', 'least'],
  ['memory', 'all micro apps', (r) => r.total / 1024, 6, 'GB', 'most'],
  ['wasm', 'first call of WebAssembly, p50', (r) => r.cold.p50, 10, 'ms', 'most'],
];

/** One line for each figure. */
export function isolationTable(results) {
  const lines = [];
  const add = (label, text) => lines.push(`${label.padEnd(36)} ${text}`);
  const { cold, warm, rate, memory, scale, wasm } = results;
  if (cold !== undefined) {
    add('cold start from the pool', times(cold.pool));
    add('  without the pool', times(cold.fresh));
  }
  for (const [name, { p50, added }] of Object.entries(warm ?? {})) {
    const beside = added === 0 ? '' : `, ${signed(added / 1000)} ms`;
    add(`a call, ${named(name)}`, `p50 ${(p50 / 1000).toFixed(2)} ms${beside}`);
  }
  for (const [name, each] of Object.entries(rate ?? {})) {
    const shared = each.ofShared === undefined ? '' : `, ${percent(each.ofShared)} of shared`;
    add(
      `calls, ${named(name)}`,
      `${whole(each.rate)}/s, ${percent(each.ofHealth)} of the bare server${shared}`,
    );
  }
  if (memory !== undefined) {
    add('an idle process', `${whole(memory.one)} MB`);
    add(`${memory.microApps} of them`, `${whole(memory.total)} MB, ${whole(memory.each)} MB each`);
  }
  if (scale !== undefined) {
    const reached =
      scale.reached === undefined ? '' : ` after ${(scale.reached / 1000).toFixed(1)} s`;
    add(
      'from no process under load',
      `${scale.most} processes${reached}; ${scale.failed} of ${whole(scale.calls)} calls failed,` +
        ` p99 ${whole(scale.p99 / 1000)} ms`,
    );
  }
  if (wasm !== undefined) {
    add('WebAssembly, the first call', times(wasm.cold));
    add('  calls', `${whole(wasm.rate)}/s, p50 ${(wasm.p50 / 1000).toFixed(2)} ms`);
  }
  return lines.join('\n');
}

/** A line for each target that is missed. */
export const missedTargets = (results) => missed(TARGETS, results);

const named = (name) => (name === 'health' ? 'the bare server' : name);
const times = ({ p50, p95 }) => `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
const signed = (value) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
const whole = (value) => Math.round(value).toLocaleString('en');
const percent = (value) => `${(value * 100).toFixed(0)} %`;
