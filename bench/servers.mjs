// The two servers under test, and where each keeps its rows.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startServer } from './tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const APP = 'bench';

async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/**
 * Starts Rialto, on its embedded PostgreSQL unless there is another; from another folder of programs,
 * on other data than the usual or with settings, if that is said.
 */
export async function startRialto(folder, databaseUrl, place = {}) {
  const port = await freePort();
  const masterKey = randomBytes(16).toString('hex');
  const data = join(folder, place.data ?? 'rialto-data');
  const program = resolve(place.program ?? join(here, '..'), 'rialto');
  const args = ['serve', '--port', String(port), '--data', data];
  args.push('--app', APP, '--master-key', masterKey);
  for (const [name, value] of Object.entries(place.settings ?? {})) {
    args.push('--set', `${name}=${value}`);
  }
  if (databaseUrl !== undefined) {
    args.push('--database-url', databaseUrl);
  }
  const server = await startServer(program, args, {
    log: join(folder, 'rialto.log'),
    ready: () => answers(`http://127.0.0.1:${port}/v1/health`),
    env: process.env,
  });
  return {
    ...server,
    name: 'Rialto',
    url: `http://127.0.0.1:${port}/v1`,
    appId: APP,
    masterKey,
    databaseUrl: databaseUrl ?? embeddedUrl(data),
    postmaster: databaseUrl === undefined ? postmaster(data) : undefined,
  };
}

/** Starts Parse Server as it comes from npm, one process; `more` is added to its settings. */
export async function startParseServer(folder, databaseUrl, more = {}) {
  const port = await freePort();
  const masterKey = randomBytes(16).toString('hex');
  const settings = join(folder, 'parse-server.json');
  const url = `http://127.0.0.1:${port}/parse`;
  writeFileSync(
    settings,
    JSON.stringify({
      appId: APP,
      masterKey,
      databaseURI: databaseUrl,
      port,
      host: '127.0.0.1',
      mountPath: '/parse',
      serverURL: url,
      silent: true,
      logsFolder: null,
      ...more,
    }),
    { mode: 0o600 },
  );
  const program = join(here, 'node_modules', 'parse-server', 'bin', 'parse-server');
  const server = await startServer(process.execPath, [program, settings], {
    log: join(folder, 'parse-server.log'),
    ready: () => answers(`${url}/health`),
    env: { ...process.env, NODE_ENV: 'production' },
    cwd: folder,
  });
  return { ...server, name: 'Parse Server', url, appId: APP, masterKey, databaseUrl };
}

// PostgreSQL writes its process on the first line of postmaster.pid, its port on the fourth.
function postmasterLine(data, number) {
  const pidFile = join(data, 'postgres', 'postmaster.pid');
  return readFileSync(pidFile, 'utf8').split('\n')[number - 1].trim();
}

const postmaster = (data) => Number(postmasterLine(data, 1));

function embeddedUrl(data) {
  const port = postmasterLine(data, 4);
  const password = readFileSync(join(data, 'postgres.password'), 'utf8').trim();
  return `postgresql://rialto:${password}@127.0.0.1:${port}/rialto`;
}
