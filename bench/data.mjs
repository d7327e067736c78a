// The data both servers are asked about: the same rows, loaded by the same SQL.
import pg from 'pg';

export const FIRST_ID = 1_000_000_000;
export const USERS = 50;
export const password = (user) => `secret of ${user}`;
export const username = (number) => `user${number}`;

const FIELDS = {
  name: { type: 'String' },
  score: { type: 'Number' },
  count: { type: 'Number' },
  active: { type: 'Boolean' },
  happened: { type: 'Date' },
  tags: { type: 'Array' },
  details: { type: 'Object' },
};

/** Sends one request with the app's keys; fails unless the answer is a 2xx. */
export async function request(server, method, path, body, master = false) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      'X-Parse-Application-Id': server.appId,
      ...(master ? { 'X-Parse-Master-Key': server.masterKey } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${server.name}: ${method} ${path} answered ${response.status} ${text}`);
  }
  return JSON.parse(text);
}

/** Makes the classes through the server's API, the rows by SQL, and users by signing up. */
export async function load(server, rows) {
  for (const className of ['Row', 'Entry']) {
    await request(server, 'POST', `/schemas/${className}`, { className, fields: FIELDS }, true);
  }
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const schema = await schemaOf(client, 'Row');
    await client.query(
      `INSERT INTO "${schema}"."Row" ("objectId", "createdAt", "updatedAt", "name", "score",
         "count", "active", "happened", "tags", "details")
       SELECT ($1::bigint + n)::text, t, t, 'row number ' || n, (n * 7919::bigint) % $2, 0,
         n % 2 = 0, t, jsonb_build_array('tag' || n % 10, 'tag' || n % 7),
         jsonb_build_object('size', n % 100, 'note', 'a note on row ' || n)
       FROM (SELECT n, timestamptz '2026-01-01Z' + n * interval '1 second' AS t
             FROM generate_series(0, $2::int - 1) n) numbers`,
      [FIRST_ID, rows],
    );
    for (const className of ['Row', 'Entry']) {
      await client.query(
        `CREATE INDEX "${className}_score_bench" ON "${schema}"."${className}" ("score")`,
      );
      await client.query(`VACUUM ANALYZE "${schema}"."${className}"`);
    }
  } finally {
    await client.end();
  }
  for (let i = 0; i < USERS; i++) {
    const name = username(i);
    await request(server, 'POST', '/users', { username: name, password: password(name) });
  }
}

async function schemaOf(client, table) {
  const found = await client.query(
    'SELECT table_schema FROM information_schema.tables WHERE table_name = $1',
    [table],
  );
  if (found.rows.length !== 1) {
    throw new Error(`expected one table ${table}, found ${found.rows.length}`);
  }
  return found.rows[0].table_schema;
}

/** What the database says was written: rows made, increments applied. */
export async function written(server) {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const schema = await schemaOf(client, 'Row');
    const entries = await client.query(`SELECT count(*) AS n FROM "${schema}"."Entry"`);
    const sum = await client.query(`SELECT sum("count") AS n FROM "${schema}"."Row"`);
    return { create: Number(entries.rows[0].n), update: Number(sum.rows[0].n) };
  } finally {
    await client.end();
  }
}

/** Flushes what earlier runs left to PostgreSQL, so that each run starts alike. */
export async function settle(server) {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** Makes an empty database beside another one and tells its URL. */
export async function freshDatabase(adminUrl, name) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await client.query(`CREATE DATABASE "${name}"`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
}

export async function dropDatabase(adminUrl, name) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

/** The SQL that reads one row by its id, as a pgbench script. */
export async function readOneScript(server, rows) {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const schema = await schemaOf(client, 'Row');
    const columns = ['objectId', 'createdAt', 'updatedAt', ...Object.keys(FIELDS)];
    columns.push('_rperm', '_wperm');
    const names = columns.map((column) => `"${column}"`).join(', ');
    return (
      `\\set id random(${FIRST_ID}, ${FIRST_ID + rows - 1})\n` +
      `SELECT ${names} FROM "${schema}"."Row" WHERE "objectId" = :id` +
      ` AND ("_rperm" IS NULL OR "_rperm" && ARRAY['*']);\n`
    );
  } finally {
    await client.end();
  }
}
