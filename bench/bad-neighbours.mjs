// A thread of the benchmark of functions that calls the bad ones, each again when it has ended, at
// most as often as the good one is called. On a thread of its own, so that the answers it waits for
// don't delay the clock of those who measure.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { call } from './function-calls.mjs';

const { server, names, pause } = workerData;
let over = false;
parentPort.once('message', () => (over = true));

await Promise.all(
  names.map(async (name) => {
    while (!over) {
      const again = sleep(pause);
      await call(server, name);
      await again;
    }
  }),
);
