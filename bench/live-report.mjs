// The figures of live queries as a table, and which of them miss their targets.
import { lines } from './report.mjs';

const TARGETS = [
  { part: 'idle', figure: 'memory', limit: 1536, unit: 'MB' },
  { part: 'fanout', figure: 'p99', limit: 500, unit: 'ms' },
  { part: 'stream', figure: 'p99', limit: 100, unit: 'ms' },
];

/** The tables of what was measured, ready to print; also fit for a Markdown document. */
export function liveTable({ rialto, parse }) {
  const tables = [];
  if (rialto.idle !== undefined || rialto.fanout !== undefined || rialto.stream !== undefined) {
    tables.push(lines(ownRows(rialto)));
  }
  if (rialto.compare !== undefined || parse.compare !== undefined) {
    tables.push(lines(comparedRows(rialto.compare, parse.compare)));
  }
  return tables.join('\n\n');
}

/** One line for each target that was measured and not met. */
export function missedTargets({ rialto }) {
  return TARGETS.filter(({ part, figure, limit }) => rialto[part]?.[figure] >= limit).map(
    ({ part, figure, limit, unit }) =>
      `MISSED ${part}: ${figure} ${rialto[part][figure]} ${unit}, the target is under ${limit}`,
  );
}

function ownRows({ idle, fanout, stream }) {
  const rows = [['Rialto', 'p50 ms', 'p99 ms', 'max ms', 'memory MB', 'target']];
  if (idle !== undefined) {
    const what = `${whole(idle.subscriptions)} idle subscriptions, ${whole(idle.sockets)} sockets`;
    rows.push([what, '', '', '', idle.memory, '1.5 GB']);
  }
  if (fanout !== undefined) {
    rows.push(['one write to every socket', ...times(fanout), fanout.memory, 'p99 500 ms']);
  }
  if (stream !== undefined) {
    const what = `${whole(stream.writesPerSecond)} writes per second to the listeners`;
    rows.push([what, ...times(stream), stream.memory, 'p99 100 ms']);
  }
  return rows;
}

function comparedRows(rialto, parse) {
  const row = (label, read, digits) => {
    const [r, p] = [rialto, parse].map((run) => (run === undefined ? undefined : read(run)));
    const ratio = r > 0 && p > 0 && sound(rialto) && sound(parse) ? `${(p / r).toFixed(1)}x` : '';
    return [label, cell(r, digits), cell(p, digits), ratio];
  };
  return [
    ['the same small load', 'Rialto', 'Parse Server', 'ratio'],
    row('p50 ms', (run) => run.p50, 1),
    row('p99 ms', (run) => run.p99, 1),
    row('max ms', (run) => run.max, 1),
    row(
      'processor ms per 1,000 events',
      ({ processorSeconds, received }) => (processorSeconds * 1e6) / received,
      1,
    ),
    row('resident memory after, MB', (run) => run.memory, 0),
    ['events that came', outcome(rialto), outcome(parse), ''],
  ];
}

const sound = (run) => run.problems.length === 0;
const times = ({ p50, p99, max }) => [p50, p99, max].map((figure) => cell(figure, 1));
const cell = (figure, digits) =>
  figure === undefined || figure === null ? '' : figure.toFixed(digits);
const whole = (number) => Math.round(number).toLocaleString('en-US');

function outcome(run) {
  if (run === undefined) return '';
  return sound(run) ? whole(run.received) : `FAILED, ${whole(run.received)}`;
}
