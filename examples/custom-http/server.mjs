// Short links: an HTTP server as one would write it anywhere, here in Node.js.
import http from "node:http";

// Asks Rialto's REST API on behalf of the call that a request belongs to.
async function ask(request, method, path, body) {
  const response = await fetch(process.env.RIALTO_URL + path, {
    method,
    headers: {
      "X-Rialto-Call": request.headers["x-rialto-call"],
      "X-Rialto-As": "master",
    },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return response.json();
}

async function linkOf(request, word) {
  const where = encodeURIComponent(JSON.stringify({ word }));
  const { results } = await ask(request, "GET", "/classes/Link?where=" + where);
  return results[0];
}

async function shorten(request, { word, url }) {
  if (!/^[a-z]+$/.test(word) || !/^https?:\/\//.test(url)) {
    return refused(
      10001,
      "A link has a word in lower case and the URL of a page.",
    );
  }
  if (await linkOf(request, word)) {
    return refused(137, `There is a link ${word} already.`);
  }
  await ask(request, "POST", "/classes/Link", { word, url });
  return { status: 200, body: { path: "/go/" + word } };
}

function refused(code, message) {
  return { status: 400, body: { code, message } };
}

async function follow(request) {
  const { pathname } = new URL(request.url, "http://localhost");
  const link = await linkOf(request, pathname.split("/").pop());
  return link
    ? { status: 302, headers: { Location: link.url } }
    : { status: 404, body: { error: "There is no such link." } };
}

async function body(request) {
  const pieces = [];
  for await (const piece of request) {
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString() || "{}");
}

async function answer(request) {
  if (request.url === "/call/cloud/shorten") {
    return shorten(request, await body(request));
  }
  if (request.url.startsWith("/web/go/")) {
    return follow(request);
  }
  return { status: 404, body: { error: "not found" } };
}

http
  .createServer(async (request, response) => {
    let told;
    try {
      told = await answer(request);
    } catch (failure) {
      console.error(failure);
      told = { status: 500, body: { error: String(failure) } };
    }
    const text = told.body === undefined ? "" : JSON.stringify(told.body);
    response.writeHead(told.status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
      ...told.headers,
    });
    response.end(text);
  })
  .listen(process.env.PORT, "127.0.0.1");
