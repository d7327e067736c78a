// What every benchmark needs around it: a folder, servers in turn on one PostgreSQL, and an end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropDatabase, freshDatabase } from './data.mjs';
import { startParseServer, startRialto } from './servers.mjs';

/** Runs `work` with a temporary folder and a list of what to undo; answers the exit code. */
export async function onStage(options, work) {
  const folder = mkdtempSync(join(tmpdir(), 'rialto-bench-'));
  const undo = [() => options.keep || rmSync(folder, { recursive: true, force: true })];
  const cleanUp = async () => {
    while (undo.length > 0) await undo.pop()();
  };
  const interrupted = (signal) =>
    cleanUp().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    return await work({ folder, undo });
  } catch (failure) {
    console.error(`the benchmark failed: ${failure.message}`);
    return 1;
  } finally {
    await cleanUp();
  }
}

/** Starts all servers that are asked for, each with a database of its own, on one PostgreSQL. */
export async function allServers(options, { folder, undo }) {
  const servers = {};
  let postmaster;
  let shared = options.databaseUrl;
  const database = async (name) => {
    const url = await freshDatabase(shared, name);
    undo.push(() => dropDatabase(shared, name));
    return url;
  };
  // Without another PostgreSQL, Rialto's embedded one serves all; idle, Rialto costs them nothing.
  if (options.servers.includes('rialto') || shared === undefined) {
    const own = shared === undefined ? undefined : await database('rialto_bench');
    const rialto = await startRialto(folder, own);
    undo.push(rialto.stop);
    shared ??= rialto.databaseUrl;
    postmaster = rialto.postmaster;
    if (options.servers.includes('rialto')) servers.rialto = rialto;
  }
  if (options.servers.includes('against')) {
    const place = { program: options.against, data: 'against-data' };
    servers.against = await startRialto(folder, await database('against_bench'), place);
    undo.push(servers.against.stop);
  }
  if (options.servers.includes('parse')) {
    servers.parse = await startParseServer(folder, await database('parse_bench'));
    undo.push(servers.parse.stop);
  }
  Object.values(servers).forEach((server) => (server.postmaster = postmaster));
  return servers;
}

/** Starts Rialto, then Parse Server, each with a database of its own, for `measure(key, server)`. */
export async function serversInTurn(options, { folder, undo }, measure, parseSettings = {}) {
  let shared = options.databaseUrl;
  if (options.servers.includes('rialto') || shared === undefined) {
    let own;
    if (shared !== undefined) {
      own = await freshDatabase(shared, 'rialto_bench');
      undo.push(() => dropDatabase(options.databaseUrl, 'rialto_bench'));
    }
    const rialto = await startRialto(folder, own);
    undo.push(rialto.stop);
    shared ??= rialto.databaseUrl;
    if (options.servers.includes('rialto')) {
      await measure('rialto', rialto);
    }
    // The embedded PostgreSQL lives as long as Rialto does; idle, Rialto costs Parse Server nothing.
    if (options.databaseUrl !== undefined) {
      await rialto.stop();
    }
  }
  if (options.servers.includes('parse')) {
    const own = await freshDatabase(shared, 'parse_bench');
    undo.push(() => dropDatabase(shared, 'parse_bench'));
    const parse = await startParseServer(folder, own, parseSettings);
    undo.push(parse.stop);
    await measure('parse', parse);
    await parse.stop();
  }
}
