// What the caller may choose.
import { parseArgs } from 'node:util';

export const HELP = `usage: ./rialto bench objects [options]

Puts load on Rialto and Parse Server in turn, on the same PostgreSQL with the same data: each operation
on one server and then on the other, several rounds of that.

  --seconds N         length of each run (15)
  --warm-up N         seconds before each run, not counted (5)
  --rounds N          runs of each operation on each server (2)
  --connections N     open connections of the load generator (64)
  --rows N            objects in the class that is read (100000)
  --only rialto|parse one server only
  --against FOLDER    a checkout of another version of Rialto, instead of Parse Server
  --operations A,B    some of: read, list, create, update, login
  --database-url URL  a PostgreSQL superuser's postgresql://user@host:port/database;
                      without it, Rialto's embedded PostgreSQL serves both
  --json FILE         where the figures go, besides the table (bench/results/objects.json)
  --keep              leave the temporary folder (data, logs) in place
`;

export const OPERATIONS = ['read', 'list', 'create', 'update', 'login'];

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '15' },
      'warm-up': { type: 'string', default: '5' },
      connections: { type: 'string', default: '64' },
      rows: { type: 'string', default: '100000' },
      rounds: { type: 'string', default: '2' },
      only: { type: 'string' },
      against: { type: 'string' },
      operations: { type: 'string', default: OPERATIONS.join(',') },
      'database-url': { type: 'string' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const operations = values.operations.split(',');
  const unknown = operations.filter((name) => !OPERATIONS.includes(name));
  if (unknown.length > 0) {
    throw new Error(`unknown operation ${unknown.join(', ')}; there are ${OPERATIONS.join(', ')}`);
  }
  if (values.only !== undefined && !['rialto', 'parse'].includes(values.only)) {
    throw new Error('--only takes rialto or parse');
  }
  if (values.only !== undefined && values.against !== undefined) {
    throw new Error('--against compares with another version: leave out --only');
  }
  return {
    seconds: positive('--seconds', values.seconds),
    warmUp: positive('--warm-up', values['warm-up']),
    connections: positive('--connections', values.connections),
    rows: positive('--rows', values.rows),
    rounds: positive('--rounds', values.rounds),
    against: values.against,
    servers: values.only === undefined ? ['rialto', other(values.against)] : [values.only],
    operations,
    databaseUrl: values['database-url'],
    json: values.json,
    keep: values.keep,
  };
}

const other = (against) => (against === undefined ? 'parse' : 'against');

/** A whole number above 0, or an Error that says which option it should be. */
export function positive(option, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${option} takes a whole number above 0, not ${text}`);
  }
  return number;
}
