"use strict";

// The address of the API, as this browser reaches it: this file is in the folder docs below it.
const api = new URL("..", document.currentScript.src).href.replace(/\/$/, "");
const form = document.getElementById("app");
const state = document.getElementById("state");

async function description(path, headers) {
  const answer = await fetch(api + path, {
    headers,
    credentials: "omit",
    cache: "no-store",
  });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.error);
  }
  return body;
}

function show(spec, appId) {
  // "Try it out" calls the server that this page comes from: the page may call no other.
  spec.servers = [{ url: api }];
  const ui = window.SwaggerUIBundle({
    spec,
    dom_id: "#reference",
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    onComplete: () => appId && ui.preauthorizeApiKey("app", appId),
  });
}

async function load(path, headers, appId) {
  state.textContent = "Loading ...";
  try {
    show(await description(path, headers), appId);
    state.textContent = "";
  } catch (failure) {
    state.textContent = failure.message;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const appId = document.getElementById("app-id").value;
  const masterKey = document.getElementById("master-key").value;
  load(
    "/app/openapi.json",
    { "X-Parse-Application-Id": appId, "X-Parse-Master-Key": masterKey },
    appId,
  );
});

load("/openapi.json", {});
