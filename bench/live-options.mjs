// What the caller of the live benchmark may choose.
import { parseArgs } from 'node:util';
import { positive } from './options.mjs';
import { openFilesLimit } from './tools.mjs';

const OTHER_FILES = 1000;

export const HELP = `usage: ./rialto bench live [options]

Measures live queries: what idle ones cost, how fast a write reaches all subscribers.

  --parts A,B         some of: idle, fanout, stream, compare
                        idle     memory of the server with many idle sockets (Rialto)
                        fanout   one write that matches a subscription of each socket (Rialto)
                        stream   many writes a second to some subscribers (Rialto)
                        compare  a small load, Rialto and Parse Server in turn
  --sockets N         connections for idle and fanout (10000)
  --subscriptions N   subscriptions over these sockets (20000)
  --writes N          writes of fanout that count, one after another (10)
  --rate N            writes per second of stream (1000)
  --listeners N       subscribers of stream, which all match (100)
  --seconds N         length of stream and compare (10)
  --warm-up N         seconds of the same load before that, not counted (5)
  --compare-sockets N subscribers of compare, which all match (1000)
  --compare-rate N    writes per second of compare (5)
  --only rialto|parse one server only; Parse Server takes part in compare only
  --database-url URL  a PostgreSQL superuser's postgresql://user@host:port/database;
                      without it, Rialto's embedded PostgreSQL serves both
  --json FILE         where the figures go, besides the table (bench/results/live.json)
  --keep              leave the temporary folder (data, logs) in place
`;

const NUMBERS = {
  sockets: '10000',
  subscriptions: '20000',
  writes: '10',
  rate: '1000',
  listeners: '100',
  seconds: '10',
  'warm-up': '5',
  'compare-sockets': '1000',
  'compare-rate': '5',
};
const PARTS = ['idle', 'fanout', 'stream', 'compare'];

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  const numbers = Object.entries(NUMBERS).map(([name, value]) => [
    name,
    { type: 'string', default: value },
  ]);
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(numbers),
      parts: { type: 'string', default: PARTS.join(',') },
      only: { type: 'string' },
      'database-url': { type: 'string' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const parts = values.parts.split(',');
  const unknown = parts.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown part ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);
  }
  if (values.only !== undefined && !['rialto', 'parse'].includes(values.only)) {
    throw new Error('--only takes rialto or parse');
  }
  const number = Object.fromEntries(
    Object.keys(NUMBERS).map((name) => [name, positive(`--${name}`, values[name])]),
  );
  if (number.subscriptions % number.sockets !== 0) {
    throw new Error('--subscriptions takes a multiple of --sockets');
  }
  checkOpenFiles(parts, number.sockets);
  const both = parts.includes('compare') ? ['rialto', 'parse'] : ['rialto'];
  return {
    ...number,
    parts,
    servers: values.only === undefined ? both : [values.only],
    databaseUrl: values['database-url'],
    json: values.json,
    keep: values.keep,
  };
}

function checkOpenFiles(parts, sockets) {
  const needed = sockets + OTHER_FILES;
  if ((parts.includes('idle') || parts.includes('fanout')) && openFilesLimit() < needed) {
    throw new Error(
      `${sockets} sockets need ${needed} open files and only ${openFilesLimit()} are allowed: ` +
        `raise it (ulimit -Hn ${needed}) or take fewer (--sockets)`,
    );
  }
}
