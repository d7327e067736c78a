// The two servers under test, and where each keeps its rows.
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Starts Rialto, on its embedded PostgreSQL unless there is another. */
export async function startRialto(folder, databaseUrl) {
  const port = await freePort();
  const masterKey = randomBytes(16).toString('hex');
  const data = join(folder, 'rialto-data');
  const args = ['serve', '--port', String(port), '--data', data];
  args.push('--app', APP, '--master-key', masterKey);
  if (databaseUrl !== undefined) {
    args.push('--database-url', databaseUrl);
  }
  const server = await startServer(join(here, '..', 'rialto'), args, {
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

// PostgreSQL writes its port on the fourth line of postmaster.pid.
function embeddedUrl(data) {
  const pidFile = join(data, 'postgres', 'postmaster.pid');
  const port = readFileSync(pidFile, 'utf8').split('\n')[3].trim();
  const password = readFileSync(join(data, 'postgres.password'), 'utf8').trim();
  return `postgresql://rialto:${password}@127.0.0.1:${port}/rialto`;
}
