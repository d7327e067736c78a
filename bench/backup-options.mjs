// What the caller of the benchmark of backups may choose.
import { parseArgs } from 'node:util';

export const HELP = `usage: ./rialto bench backup [options]

Measures backups of a server that is written to: backups that are killed, a full one, an increment,
verifying, and restoring, whose rows are compared with the server's.

  --objects N   rows to begin with (1000000)
  --kills N     backups that are killed at a random moment first (5)
  --seed N      of these moments (1)
  --keep        leave the temporary folder (data, backups) in place
`;

/** Reads the command line; a mistake in it is an Error with the text to show. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      objects: { type: 'string', default: '1000000' },
      kills: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'boolean', default: false },
    },
  });
  const number = (name) => {
    if (!/^\d{1,9}$/.test(values[name])) {
      throw new Error(`--${name} must be a number`);
    }
    return Number(values[name]);
  };
  return {
    objects: number('objects'),
    kills: number('kills'),
    seed: number('seed'),
    keep: values.keep,
  };
}
