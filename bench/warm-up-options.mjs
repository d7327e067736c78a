// What the caller of `./rialto bench warm-up` may choose.
import { readOptions as readObjectOptions } from './options.mjs';

export const HELP = `usage: ./rialto bench warm-up [options]

Starts Rialto and Parse Server in turn, again for each operation, puts load on each from the moment it
answers, and tells the rate of each second as a share of the rate that it has in the end.

  --seconds N         length of each run; the last third of it counts as the end (30)
  --rounds N          runs of each operation on each server (1)
  --connections N     open connections of the load generator (64)
  --rows N            objects in the class that is read (20000)
  --only rialto|parse one server only
  --against FOLDER    a checkout of another version of Rialto, instead of Parse Server
  --operations A,B    some of: read, list, create, update
  --database-url URL  a PostgreSQL superuser's postgresql://user@host:port/database;
                      without it, each Rialto has its own, and Parse Server that of one more Rialto
  --json FILE         where the figures go, besides the table (bench/results/warm-up.json)
  --keep              leave the temporary folder (data, logs) in place
`;

const DEFAULTS = [
  '--seconds=30',
  '--rounds=1',
  '--rows=20000',
  '--operations=read,list,create,update',
];

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  return readObjectOptions([...DEFAULTS, ...args]);
}
