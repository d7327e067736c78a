// A bare LiveQuery connection, and a way to know that nothing more is coming without waiting for it.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import WebSocket from 'ws';
import { create, defineClass, server, unique } from './support.mjs';

const patience = 20_000;
const markerRequest = 999_999;
const markerClass = unique('ThingMarker');
let markerDefined;
const opened = new Set();

// A socket that a failed test left open would keep the process.
after(() => opened.forEach((live) => live.cut()));

export const liveUrl = server.url.replace(/^http/, 'ws');

/** One socket. What arrives is kept until a test asks for it. */
export class LiveSocket {
    #waiting = new Set();
    #socket;
    messages = [];
    closed;

    /** Opens a socket and says nothing on it. */
    static open(url = liveUrl, options = {}) {
        const live = new LiveSocket();
        const socket = new WebSocket(url, options);
        live.#socket = socket;
        opened.add(live);
        socket.on('message', (data) => {
            live.messages.push(JSON.parse(data.toString()));
            live.#look();
        });
        live.closed = new Promise((resolve) => {
            socket.on('close', (code, reason) => {
                live.closeCode = code;
                opened.delete(live);
                live.#look();
                resolve({ code, reason: reason.toString() });
            });
        });
        return new Promise((resolve, reject) => {
            socket.on('error', reject);
            socket.on('open', () => resolve(live));
        });
    }

    /** Opens a socket and connects: anonymous, unless `fields` has a sessionToken or masterKey. */
    static async connect(fields = {}) {
        const live = await LiveSocket.open();
        live.send(connectMessage(fields));
        const answer = await live.next(({ op }) => op === 'connected' || op === 'error');
        assert.equal(answer.op, 'connected', JSON.stringify(answer));
        live.clientId = answer.clientId;
        live.greeting = answer;
        return live;
    }

    /** Sends an object as JSON, a string or bytes as they are. */
    send(message) {
        this.#socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    }

    /** The first message, of those not yet taken, that fits. */
    next(fits, label = 'message') {
        return new Promise((resolve, reject) => {
            const waiting = { fits, resolve, reject };
            const timer = setTimeout(
                () => this.#settle(waiting, () => reject(new Error(`no ${label} came, only ${this.#seen()}`))),
                patience,
            );
            waiting.timer = timer;
            this.#waiting.add(waiting);
            waiting.label = label;
            this.#look();
        });
    }

    #look() {
        for (const waiting of [...this.#waiting]) {
            const place = this.messages.findIndex(waiting.fits);
            if (place >= 0) {
                const [message] = this.messages.splice(place, 1);
                this.#settle(waiting, () => waiting.resolve(message));
            } else if (this.closeCode !== undefined) {
                const text = `closed with ${this.closeCode} before a ${waiting.label} came, only ${this.#seen()}`;
                this.#settle(waiting, () => waiting.reject(new Error(text)));
            }
        }
    }

    #settle(waiting, end) {
        clearTimeout(waiting.timer);
        this.#waiting.delete(waiting);
        end();
    }

    #seen() {
        return JSON.stringify(this.messages).slice(0, 1000);
    }

    /** The next answer that isn't an event: to a connect, a subscribe, or to something wrong. */
    answer() {
        return this.next(({ op }) => ['connected', 'subscribed', 'unsubscribed', 'error'].includes(op), 'answer');
    }

    /** Subscribes and gives the answer, whatever it is. */
    ask(requestId, query, more = {}) {
        this.send({ op: 'subscribe', requestId, query: { where: {}, ...query }, ...more });
        return this.next((message) => message.requestId === requestId && isAnswer(message), 'answer');
    }

    /** Subscribes and expects it to be granted. */
    async subscribe(requestId, query, more = {}) {
        const answer = await this.ask(requestId, query, more);
        assert.equal(answer.op, 'subscribed', JSON.stringify(answer));
        return answer;
    }

    /** Everything that came so far, and that the writes made so far still bring: a later write marks the end. */
    async events() {
        markerDefined ??= defineClass(markerClass, { n: { type: 'Number' } });
        await markerDefined;
        if (!this.marked) {
            await this.subscribe(markerRequest, { className: markerClass });
            this.marked = true;
        }
        const objectId = await create(markerClass, { n: 1 });
        await this.next(
            ({ requestId, object }) => requestId === markerRequest && object?.objectId === objectId,
            'marker',
        );
        return this.messages.splice(0).filter(({ requestId }) => requestId !== markerRequest);
    }

    /** Answers when the server has answered a ping of the WebSocket protocol. */
    ping() {
        return new Promise((resolve) => {
            this.#socket.once('pong', (data) => resolve(data.toString()));
            this.#socket.ping('are you there');
        });
    }

    /** Takes nothing from the connection, until told to go on. */
    pause() {
        this.#socket.pause();
    }

    goOn() {
        this.#socket.resume();
    }

    /** Ends the connection without a word. */
    cut() {
        this.#socket.terminate();
    }

    async close() {
        this.#socket.close();
        return this.closed;
    }
}

const isAnswer = ({ op }) => op === 'subscribed' || op === 'error';

export function connectMessage(fields = {}) {
    return {
        op: 'connect',
        applicationId: server.appId,
        ...(server.javascriptKey ? { javascriptKey: server.javascriptKey } : {}),
        ...fields,
    };
}

/** Runs `work` with a connection that is closed afterwards. */
export async function withLive(fields, work) {
    const live = await LiveSocket.connect(fields);
    try {
        return await work(live);
    } finally {
        await live.close();
    }
}

/** The message is an error as the protocol has it, with one of these codes. */
export function isError(message, ...codes) {
    assert.equal(message.op, 'error', JSON.stringify(message));
    assert.equal(typeof message.error, 'string');
    assert.notEqual(message.error, '');
    assert.equal(typeof message.reconnect, 'boolean');
    assert.ok(codes.includes(message.code), `expected ${codes.join(' or ')}: ${JSON.stringify(message)}`);
    assert.doesNotMatch(message.error, /SQLSTATE|PSQLException|\bat [\w.$]+\(\w+\.java|Exception:/);
}

/** Events in short: "op objectId", in the order they came. */
export const inShort = (events) => events.map(({ op, object }) => `${op} ${object?.objectId}`);
