// What the benchmarks of functions ask of the server.

/** Sends the sources of a micro app; fails unless they serve. */
export async function deploy(server, zip) {
  const response = await fetch(`${server.url}/micro-apps`, {
    method: 'POST',
    headers: {
      'X-Parse-Application-Id': server.appId,
      'X-Parse-Master-Key': server.masterKey,
      'Content-Type': 'application/zip',
    },
    body: zip,
  });
  if (response.status !== 201) {
    throw new Error(`deploying answered ${response.status} ${await response.text()}`);
  }
}

/** Deletes a micro app. */
export async function remove(server, name) {
  const response = await fetch(`${server.url}/micro-apps/${name}`, {
    method: 'DELETE',
    headers: { 'X-Parse-Application-Id': server.appId, 'X-Parse-Master-Key': server.masterKey },
  });
  if (!response.ok) {
    throw new Error(`deleting ${name} answered ${response.status} ${await response.text()}`);
  }
}

/** Calls a function; answers the number of its failure, if it fails. */
export async function call(server, name) {
  const response = await fetch(`${server.url}/functions/${name}`, {
    method: 'POST',
    headers: { 'X-Parse-Application-Id': server.appId, 'Content-Type': 'application/json' },
    body: '{}',
  });
  return (await response.json()).code;
}
