// What the caller of the benchmark of isolation may choose.
import { parseArgs } from 'node:util';
import { positive } from './options.mjs';

const PARTS = ['cold', 'warm', 'rate', 'memory', 'scale', 'wasm'];
const PLACEMENTS = ['shared', 'hosted', 'isolated'];
const NUMBERS = {
  seconds: ['5', '1'],
  turns: ['9', '1'],
  starts: ['30', '3'],
  'micro-apps': ['50', '3'],
};

export const HELP = `usage: ./rialto bench isolation [options]

Measures what it costs to run micro apps in processes of their own, on servers that it starts: how soon
they answer, what a call costs beside other placements, their memory, how their number follows the load.

  --parts A,B         some of: ${PARTS.join(', ')}
  --only A,B          placements that warm and rate compare, some of: ${PLACEMENTS.join(', ')}
  --seconds N         length of each run of the load generator (${NUMBERS.seconds[0]})
  --turns N           runs of each placement, which take turns (${NUMBERS.turns[0]})
  --starts N          cold starts of each kind (${NUMBERS.starts[0]})
  --micro-apps N      micro apps with an instance each, whose memory is measured (${NUMBERS['micro-apps'][0]})
  --quick             as little of each as possible: 1 second, 1 turn, 3 starts, 3 micro apps
  --json FILE         where the figures go, besides the table (bench/results/isolation.json)
  --keep              leave the temporary folder (data, logs) in place
`;

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: 'string' }])),
      parts: { type: 'string', default: PARTS.join(',') },
      only: { type: 'string', default: PLACEMENTS.join(',') },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const number = (name) =>
    positive(`--${name}`, values[name] ?? NUMBERS[name][values.quick ? 1 : 0]);
  return {
    parts: some('part', values.parts, PARTS),
    placements: some('placement', values.only, PLACEMENTS),
    seconds: number('seconds'),
    turns: number('turns'),
    starts: number('starts'),
    microApps: number('micro-apps'),
    json: values.json,
    keep: values.keep,
  };
}

function some(kind, names, all) {
  const chosen = names.split(',');
  const unknown = chosen.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown ${kind} ${unknown.join(', ')}; there are ${all.join(', ')}`);
  }
  return chosen;
}
