// How long calls of a function take beside functions that behave badly.
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { call, deploy } from './function-calls.mjs';
import { BAD, CALLS, microApp } from './micro-apps.mjs';
import { quantile } from './report.mjs';

const NAMES = ['loops', 'hoards', 'blocks', 'throws', 'floods'];
const PAUSE = 10;

/** Measures the good function alone, and then beside the bad ones from their first call on. */
export async function neighbours(server, { seconds }) {
  await deploy(server, microApp('calls', CALLS));
  await deploy(server, microApp('bad', BAD));
  await latencies(server, seconds);
  const quiet = await latencies(server, 3 * seconds);
  const bad = new Worker(new URL('bad-neighbours.mjs', import.meta.url), {
    workerData: { server: { url: server.url, appId: server.appId }, names: NAMES, pause: PAUSE },
  });
  const ended = new Promise((resolve, reject) => bad.once('exit', resolve).once('error', reject));
  const measured = latencies(server, 3 * seconds).finally(() => bad.postMessage('stop'));
  const [beside] = await Promise.all([measured, ended]);
  return { quiet, beside, ratio: beside.p99 / quiet.p99 };
}

/** Calls the empty function a hundred times a second. */
async function latencies(server, seconds) {
  const times = [];
  const end = performance.now() + seconds * 1000;
  const running = [];
  while (performance.now() < end) {
    running.push(
      (async () => {
        const start = performance.now();
        const code = await call(server, 'empty');
        if (code !== undefined) throw new Error(`an empty function was answered with ${code}`);
        times.push(performance.now() - start);
      })(),
    );
    await sleep(PAUSE);
  }
  await Promise.all(running);
  times.sort((a, b) => a - b);
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
