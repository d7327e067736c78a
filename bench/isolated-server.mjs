// A server of the benchmark of isolation, and what can be seen of its processes.
import { setTimeout as sleep } from 'node:timers/promises';
import { startRialto } from './servers.mjs';
import { freePort, processTree, proportionalMegabytes } from './tools.mjs';

const PATIENCE = 60_000;
const MOST = 100;

/** Is started when it is needed first. */
export class IsolatedServer {
  #name;
  #settings;
  #stage;
  #metrics;
  #server;

  constructor(name, settings, stage) {
    this.#name = name;
    this.#settings = settings;
    this.#stage = stage;
  }

  async running() {
    if (this.#server === undefined) {
      const address = `127.0.0.1:${await freePort()}`;
      this.#metrics = `http://${address}/metrics`;
      this.#server = await startRialto(this.#stage.folder, undefined, {
        data: `${this.#name}-data`,
        settings: {
          'functions.isolated.instances': MOST,
          'functions.isolated.app-instances': MOST,
          'metrics.listen': address,
          ...this.#settings,
        },
      });
      this.#stage.undo.push(this.#server.stop);
    }
    return this.#server;
  }

  /** How many processes serve micro apps. */
  async instances() {
    const told = await (await fetch(this.#metrics)).text();
    const line = /^rialto_functions_isolated_instances(?:{[^}]*})? (\S+)$/m.exec(told);
    if (line === null) {
      throw new Error('the server has no metric of its isolated instances');
    }
    return Number(line[1]);
  }

  /** Waits until so many processes serve micro apps. */
  hasInstances(count) {
    return until(`${count} instances`, async () => (await this.instances()) === count);
  }

  /** Waits until so many processes serve or wait for micro apps. */
  hasProcesses(count) {
    const workers = () => this.#below().filter(({ name }) => name === 'java');
    return until(`${count} processes`, () => workers().length === count);
  }

  /** The memory of all of them, with what starts and confines them, in MB. */
  memory() {
    return proportionalMegabytes(this.#below().map(({ id }) => id));
  }

  #below() {
    return processTree(this.#server.pid).slice(1);
  }
}

async function until(what, isTrue) {
  const end = performance.now() + PATIENCE;
  while (!(await isTrue())) {
    if (performance.now() > end) {
      throw new Error(`it did not come to ${what}`);
    }
    await sleep(20);
  }
}
