// A process that runs one revision of cloud code. The server starts it in the folder of the project,
// tells it over the pipe what to load and what to call, and does for it what the Parse SDK asks of a
// server. Its argument is the folder where the server puts the sockets of connections.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { invoke } from './callbacks.mjs';
import { addDefiners, Definitions } from './cloud.mjs';
import { openOutbound } from './outbound.mjs';
import { Pipe } from './pipe.mjs';
import { problemOf, withoutFolders } from './problems.mjs';
import { requestForms } from './requests.mjs';
import { MASTER_KEY, restController } from './rest.mjs';
import { validate } from './validator.mjs';

const PROTOCOL = 1;
const LONGEST_LOG = 16_384;

/** The process asks to be replaced when so many calls still run that nobody waits for any more. */
const MAX_ABANDONED = 1_000;

/** What Parse Server says when a function throws nothing. */
const EMPTY = 'Script failed.';

const sdkFolder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const parsePath = createRequire(import.meta.url).resolve('parse/node');
const Parse = createRequire(import.meta.url)(parsePath);
const running = new AsyncLocalStorage();
const calls = new Map();
const definitions = new Definitions();
const abandoned = new Set();
const project = process.cwd();
const connections = process.argv.pop();
const pipe = new Pipe(process.env.RIALTO_SOCKET);
const forms = requestForms(Parse);

function log(level, ...parts) {
    const message = format(...parts);
    const call = running.getStore();
    pipe.send({ type: 'log', level, message: message.slice(0, LONGEST_LOG), id: call?.id });
}

const logger = {
    error: (...parts) => log('error', ...parts),
    warn: (...parts) => log('warn', ...parts),
    info: (...parts) => log('info', ...parts),
    debug: (...parts) => log('debug', ...parts),
    verbose: (...parts) => log('debug', ...parts),
    silly: (...parts) => log('debug', ...parts),
    log: (level, ...parts) => (logger[level] ?? logger.info)(...parts),
};

/** Asks the server, and says for which call, so that traces show it there. */
function ask(frame) {
    return pipe.ask({ ...frame, id: running.getStore()?.id });
}

/** What code writes to standard output belongs to the call that it runs for. */
function write(chunk, encoding, done) {
    log('info', (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trimEnd());
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
}

function prepare({ app, serverUrl, ignore, config }) {
    process.stdout.write = write;
    delete process.env.RIALTO_SOCKET;
    Object.assign(console, {
        log: logger.info,
        info: logger.info,
        warn: logger.warn,
        error: logger.error,
        debug: logger.debug,
        trace: logger.debug,
    });
    Object.assign(process.env, config);
    openOutbound(pipe, connections);
    Parse.CoreManager.setRESTController(restController(Parse, { ask }));
    Parse.initialize(app, undefined, MASTER_KEY);
    Parse.serverURL = serverUrl;
    addDefiners(Parse, definitions, ignore, log);
    globalThis.Parse = Parse;
    shareParse();
}

/** The project's code is given this very SDK, whatever it has among its packages. */
function shareParse() {
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) =>
        name === 'parse/node' || name === 'parse' ? parsePath : resolve(name, ...rest);
}

async function load(frame) {
    try {
        prepare(frame);
        await import(pathToFileURL(path.join(project, frame.main)).href);
        pipe.send({ type: 'ready', ...definitions.report() });
    } catch (error) {
        const problem = problemOf(error, project);
        const message = withoutFolders(problem.message, project, sdkFolder);
        pipe.send({ type: 'refused', problems: [{ ...problem, message }] });
    }
}

/** Who is known to be logged in, in full as Parse Server tells it. */
async function userOf({ caller, kind, name, className, input }) {
    if (caller.kind !== 'user') {
        return undefined;
    }
    // The session is over, so nobody can be asked with it.
    if (kind === 'trigger' && name === 'afterLogout') {
        return Parse.User.fromJSON({ ...input.user, className: '_User' });
    }
    // Finding users so that a trigger on finding users can run would never end.
    const findsUsers = kind === 'trigger' && name.endsWith('Find') && className === '_User';
    const fields = findsUsers
        ? { objectId: caller.id }
        : await Parse.CoreManager.getRESTController().request(
              'GET',
              'users/me',
              {},
              { sessionToken: caller.sessionToken },
          );
    return Parse.User.fromJSON({ ...fields, sessionToken: caller.sessionToken, className: '_User' });
}

function formOf({ kind, name, className }) {
    if (kind !== 'trigger') {
        return forms[kind];
    }
    return className.startsWith('@') ? forms[className] : forms[name];
}

async function answer(frame) {
    const found = definitions.find(frame);
    if (!found) {
        throw new Parse.Error(Parse.Error.SCRIPT_FAILED, `Invalid function: "${frame.name}"`);
    }
    const form = formOf(frame);
    const message = async (text) => pipe.send({ type: 'progress', id: frame.id, message: String(text) });
    const request = {
        triggerName: frame.kind === 'trigger' ? frame.name : undefined,
        master: frame.caller.kind === 'master',
        isReadOnly: frame.caller.kind === 'readOnlyMaster',
        user: await userOf(frame),
        installationId: frame.installationId,
        context: frame.context ?? {},
        ip: frame.ip,
        headers: frame.headers ?? {},
        config: { applicationId: Parse.applicationId, serverURL: Parse.serverURL },
        log: logger,
        ...form.request(frame.input, { ...frame, message }),
    };
    const before = form.before?.(request);
    const head = {};
    const passed = await validate(Parse, found.validator, request, frame.caller.roles ?? []);
    const result = passed ? undefined : await invoke(Parse, found.handler, request, message, head);
    return { output: form.output(request, result, before, frame.input), context: request.context, head };
}

async function call(frame) {
    const current = { id: frame.id };
    calls.set(frame.id, current);
    await running.run(current, async () => {
        let reply;
        try {
            reply = { type: 'result', ...(await answer(frame)) };
        } catch (failure) {
            if (failure instanceof Error && !(failure instanceof Parse.Error)) {
                log('error', failure.stack);
            }
            reply = { type: 'failed', ...errorOf(failure, frame.kind === 'function' ? EMPTY : undefined) };
        }
        finish(frame.id, reply);
        abandoned.delete(frame.id);
    });
}

/** The call still runs, although nobody waits for it: JavaScript can't be interrupted. */
function cancel(id) {
    if (calls.delete(id) && abandoned.add(id).size === MAX_ABANDONED) {
        log('error', `${MAX_ABANDONED} calls do not end: the process is replaced`);
        pipe.send({ type: 'leaving' });
    }
}

/** Answers a call, unless it has been answered or given up. */
function finish(id, reply) {
    if (calls.delete(id)) {
        send(id, reply);
    }
}

function send(id, reply) {
    try {
        pipe.send({ ...reply, id });
    } catch (unwritable) {
        pipe.send({ type: 'failed', id, ...errorOf(unwritable) });
    }
}

/**
 * As Parse Server words it: the message of whatever is thrown reaches the client.
 *
 * @param otherwise the message of what has none
 */
function errorOf(failure, otherwise = 'Script failed. Unknown error.') {
    if (failure instanceof Parse.Error) {
        return { code: failure.code, message: wording(failure.message) };
    }
    const message = typeof failure === 'string' ? failure : failure?.message;
    return { code: Parse.Error.SCRIPT_FAILED, message: wording(message) || otherwise };
}

/** A Parse.Error may hold any value as its message. */
function wording(message) {
    return typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message);
}

/** An error that nobody caught fails the call that it comes from, and no other. */
function stray(what, error) {
    log('error', `${what}:`, error);
    const current = running.getStore();
    if (current) {
        finish(current.id, { type: 'failed', ...errorOf(error) });
    }
}

process.on('unhandledRejection', (reason) => stray('unhandled rejection', reason));
process.on('uncaughtException', (error) => stray('uncaught exception', error));

pipe.open({ type: 'hello', protocol: PROTOCOL }, (frame) => {
    switch (frame.type) {
        case 'load':
            void load(frame);
            break;
        case 'call':
            void call(frame);
            break;
        case 'cancel':
            cancel(frame.id);
            break;
        case 'ping':
            pipe.send({ type: 'pong' });
            break;
    }
});
