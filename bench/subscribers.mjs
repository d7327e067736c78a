// Sockets with live queries, in a thread of their own: opens them, counts and times what arrives.
import { parentPort, isMainThread, Worker } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StampReader, now } from './stamps.mjs';
import { openWebSocket } from './websocket.mjs';

const CONNECTING_AT_ONCE = 64;
// Linux gives one source address some 28,000 ports.
const SOCKETS_PER_ADDRESS = 20_000;
const OPENING_LIMIT = 60_000;
const PROBLEMS_SHOWN = 5;
// Milliseconds without any event after which the missing ones count as lost.
const QUIET = 10_000;
const TICK = 20;

/** The subscribers' thread as the main thread sees it: each method answers when it is done. */
export function startSubscribers() {
  const worker = new Worker(fileURLToPath(import.meta.url));
  const waiting = new Map();
  let calls = 0;
  const fail = (failure) => waiting.forEach(({ reject }) => reject(failure));
  worker.on('error', fail);
  worker.on('message', ({ call, answer, failure }) => {
    const { resolve, reject } = waiting.get(call);
    waiting.delete(call);
    if (failure === undefined) resolve(answer);
    else reject(new Error(failure));
  });
  const call = (method, argument) =>
    new Promise((resolve, reject) => {
      waiting.set(++calls, { resolve, reject });
      worker.postMessage({ call: calls, method, argument });
    });
  return {
    open: (target) => call('open', target),
    expect: (writes) => call('expect', writes),
    reached: (events) => call('reached', events),
    arrived: () => call('arrived'),
    end: () => worker.terminate(),
  };
}

class Subscribers {
  #sockets = [];
  #stamps = new StampReader();
  #problems = [];
  #problemCount = 0;
  #writes = 0;
  #seen = new Uint8Array(0);
  #delays = new Uint32Array(0);
  #received = 0;
  #duplicates = 0;

  /** Opens `count` sockets, each with one subscription per query; `#` in a where is its number. */
  async open({ url, appId, count, queries }) {
    const { hostname, port, pathname } = new URL(url);
    let next = 0;
    const connectSome = async () => {
      while (next < count) {
        const number = next++;
        await this.#subscribe({ host: hostname, port, path: pathname }, appId, number, queries);
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, CONNECTING_AT_ONCE) }, connectSome));
    return this.#sockets.length;
  }

  #subscribe(address, appId, number, queries) {
    return new Promise((resolve, reject) => {
      let missing = queries.length;
      const timer = setTimeout(() => fail('no answer'), OPENING_LIMIT);
      const fail = (reason) => {
        clearTimeout(timer);
        reject(new Error(`socket ${number}: ${reason}`));
        this.#problem(`socket ${number}: ${reason}`);
      };
      const answer = (message) => {
        if (message.op === 'connected') {
          queries.forEach(({ className, where }, i) =>
            socket.send({
              op: 'subscribe',
              requestId: i + 1,
              query: { className, where: withNumber(where, number) },
            }),
          );
        } else if (message.op === 'subscribed') {
          if (--missing === 0) {
            clearTimeout(timer);
            resolve();
          }
        } else {
          fail(`got ${JSON.stringify(message).slice(0, 300)}`);
        }
      };
      const socket = openWebSocket({
        ...address,
        localAddress: `127.0.0.${1 + Math.floor(number / SOCKETS_PER_ADDRESS)}`,
        onOpen: () => socket.send({ op: 'connect', applicationId: appId }),
        onText: (buffer, start, end) => this.#take(number, buffer, start, end, answer),
        onEnd: fail,
      });
      this.#sockets.push(socket);
    });
  }

  #take(number, buffer, start, end, answer) {
    if (!this.#stamps.read(buffer, start, end)) {
      answer(JSON.parse(buffer.utf8Slice(start, end)));
      return;
    }
    const write = this.#stamps.number;
    const place = number * this.#writes + write;
    if (write >= this.#writes) {
      this.#problem(`socket ${number}: an event of write ${write}, which is none of this run`);
    } else if (this.#seen[place] === 1) {
      this.#duplicates++;
    } else {
      this.#seen[place] = 1;
      this.#delays[this.#received++] = Math.max(0, now() - this.#stamps.time);
    }
  }

  #problem(text) {
    if (this.#problemCount++ < PROBLEMS_SHOWN) this.#problems.push(text);
  }

  /** Begins a run: every socket is to get one event for each of so many writes. */
  expect(writes) {
    this.#writes = writes;
    this.#seen = new Uint8Array(writes * this.#sockets.length);
    this.#delays = new Uint32Array(writes * this.#sockets.length);
    this.#received = 0;
    this.#duplicates = 0;
  }

  /** Waits until so many events have come, or none has for a while. */
  async reached(events) {
    for (let quiet = 0, before = -1; this.#received < events && quiet < QUIET; quiet += TICK) {
      if (this.#received !== before) quiet = 0;
      before = this.#received;
      await sleep(TICK);
    }
  }

  /** Waits for all that the run expects and tells what came. */
  async arrived() {
    const expected = this.#seen.length;
    await this.reached(expected);
    // Time for an event that comes twice to do so.
    await sleep(200);
    const delays = this.#delays.subarray(0, this.#received).sort();
    const milliseconds = (share) =>
      delays.length === 0
        ? null
        : delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] / 1000;
    const problems = this.#problems.splice(0);
    if (this.#problemCount > problems.length) {
      problems.push(`${this.#problemCount - problems.length} more of these`);
    }
    this.#problemCount = 0;
    if (this.#received < expected) problems.push(`${expected - this.#received} events lost`);
    if (this.#duplicates > 0) problems.push(`${this.#duplicates} events came twice`);
    return {
      expected,
      received: this.#received,
      duplicates: this.#duplicates,
      p50: milliseconds(0.5),
      p99: milliseconds(0.99),
      max: milliseconds(1),
      problems,
    };
  }
}

function withNumber(where, number) {
  return Object.fromEntries(
    Object.entries(where).map(([field, value]) => [field, value === '#' ? number : value]),
  );
}

if (!isMainThread) {
  const subscribers = new Subscribers();
  parentPort.on('message', async ({ call, method, argument }) => {
    try {
      parentPort.postMessage({ call, answer: await subscribers[method](argument) });
    } catch (failure) {
      parentPort.postMessage({ call, failure: failure.message });
    }
  });
}
