// What the caller of the benchmark of functions may choose.
import { parseArgs } from 'node:util';
import { positive } from './options.mjs';

const PARTS = ['deploy', 'http', 'call', 'hardening', 'loop', 'neighbours', 'many'];

export const HELP = `usage: ./rialto bench functions [options]

Measures functions on a server that it starts: how soon they serve, what a call costs, what many of
them use, what hardening costs, how soon an infinite loop ends, how functions affect each other.

  --parts A,B         some of: ${PARTS.join(', ')}
  --seconds N         length of each run of the load generator (8)
  --connections N     its open connections (64)
  --deploys N         how many deploys are timed (40)
  --warm-up N         how many untimed deploys come first (15)
  --functions N       how many functions are loaded at once (1500)
  --json FILE         where the figures go, besides the table (bench/results/functions.json)
  --keep              leave the temporary folder (data, logs) in place
`;

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      parts: { type: 'string', default: PARTS.join(',') },
      seconds: { type: 'string', default: '8' },
      connections: { type: 'string', default: '64' },
      deploys: { type: 'string', default: '40' },
      'warm-up': { type: 'string', default: '15' },
      functions: { type: 'string', default: '1500' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const parts = values.parts.split(',');
  const unknown = parts.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);
  }
  const numbers = {};
  for (const name of ['seconds', 'connections', 'deploys', 'warm-up', 'functions']) {
    numbers[name] = positive(`--${name}`, values[name]);
  }
  return { ...numbers, parts, json: values.json, keep: values.keep };
}
