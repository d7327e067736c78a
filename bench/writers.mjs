// Writes that live queries wait for: one at a time, or at a steady rate whatever the answers do.
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, stamp } from './stamps.mjs';

const CONNECTIONS = 64;

/** Creates stamped objects in one class of one server. */
export class Writer {
  #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  #options;
  #fields;

  constructor(server, className, fields) {
    const { hostname, port, pathname } = new URL(server.url);
    this.#options = {
      hostname,
      port,
      path: `${pathname}/classes/${className}`,
      method: 'POST',
      agent: this.#agent,
      headers: { 'X-Parse-Application-Id': server.appId, 'Content-Type': 'application/json' },
    };
    this.#fields = fields;
  }

  /** Creates one object, stamped with the time it was due; answers the status. */
  write(number, due = now()) {
    const body = JSON.stringify({ ...this.#fields, stamp: stamp(number, due) });
    return new Promise((resolve) => {
      const headers = { ...this.#options.headers, 'Content-Length': Buffer.byteLength(body) };
      const sent = request({ ...this.#options, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
        response.on('error', (failure) => resolve(failure.message));
      });
      sent.on('error', (failure) => resolve(failure.message));
      sent.end(body);
    });
  }

  /** Creates `count` objects, `rate` of them due each second; answers what was refused and late. */
  async writeSteadily(count, rate) {
    const start = now() + 10_000;
    const answers = [];
    const refused = new Map();
    let acknowledged = 0;
    for (let next = 0; next < count; await sleep(1)) {
      for (; next < count && start + (next * 1e6) / rate <= now(); next++) {
        const due = Math.floor(start + (next * 1e6) / rate);
        answers.push(
          this.write(next, due).then((status) => {
            if (status === 201) acknowledged++;
            else refused.set(status, (refused.get(status) ?? 0) + 1);
          }),
        );
      }
    }
    await Promise.all(answers);
    return {
      // From the first one due to the end of the last one's turn.
      seconds: Math.max(now() - start, (count * 1e6) / rate) / 1e6,
      acknowledged,
      problems: [...refused].map(([status, times]) => `${times} writes answered ${status}`),
    };
  }

  end() {
    this.#agent.destroy();
  }
}
