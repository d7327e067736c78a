// The pipe to the server, a Unix domain socket: frames of JSON, each after its length in four bytes.

import fs from 'node:fs';
import net from 'node:net';

const HEAD = 4;

/** Kept, as cloud code may change what the module has. */
const writeSync = fs.writeSync;

const pause = new Int32Array(new SharedArrayBuffer(4));

/** The server reads no deeper ones. */
const DEEPEST = 95;

export class Pipe {
    #path;
    #descriptor;
    #chunks = [];
    #received = 0;
    #needed = HEAD;
    #asked = new Map();
    #lastAsked = 0;

    constructor(path) {
        this.#path = path;
    }

    /** Connects to the server, hands each of its frames to `receive`, and ends the process when it has gone. */
    open(hello, receive) {
        const socket = net.connect(this.#path, () => {
            this.#descriptor = socket._handle.fd;
            this.send(hello);
        });
        socket.on('data', (chunk) => this.#take(chunk, receive));
        socket.on('error', () => process.exit(0));
        socket.on('close', () => process.exit(0));
    }

    /** Returns when the frame is written: code that only talks must not fill the memory. */
    send(frame) {
        const text = JSON.stringify(frame);
        if (isDeep(text)) {
            throw new RangeError(`a value is nested more than ${DEEPEST} deep`);
        }
        const body = Buffer.from(text);
        const whole = Buffer.allocUnsafe(HEAD + body.length);
        whole.writeUInt32BE(body.length);
        body.copy(whole, HEAD);
        this.#write(whole);
    }

    #write(bytes) {
        for (let done = 0; done < bytes.length;) {
            try {
                done += writeSync(this.#descriptor, bytes, done);
            } catch (error) {
                if (error.code !== 'EAGAIN') {
                    process.exit(0);
                }
                Atomics.wait(pause, 0, 0, 1);
            }
        }
    }

    /** Sends a frame and resolves to the server's answer. */
    ask(frame) {
        return new Promise((resolve, reject) => {
            const ask = ++this.#lastAsked;
            this.#asked.set(ask, resolve);
            try {
                this.send({ ...frame, ask });
            } catch (error) {
                this.#asked.delete(ask);
                reject(error);
            }
        });
    }

    #take(chunk, receive) {
        this.#chunks.push(chunk);
        this.#received += chunk.length;
        if (this.#received < this.#needed) {
            return;
        }
        let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
        this.#needed = needed(rest);
        while (rest.length >= this.#needed) {
            const frame = JSON.parse(rest.toString('utf8', HEAD, this.#needed));
            rest = rest.subarray(this.#needed);
            this.#needed = needed(rest);
            this.#hand(frame, receive);
        }
        this.#chunks = rest.length ? [rest] : [];
        this.#received = rest.length;
    }

    #hand(frame, receive) {
        if (frame.type === 'answer') {
            this.#asked.get(frame.ask)?.(frame);
            this.#asked.delete(frame.ask);
        } else {
            receive(frame);
        }
    }
}

/** How many bytes there must be for the next step: of the length, or of the whole frame. */
function needed(bytes) {
    return bytes.length < HEAD ? HEAD : HEAD + bytes.readUInt32BE();
}

/** Whether JSON text has more brackets open at once than the server reads. */
function isDeep(text) {
    if (text.length < 2 * DEEPEST) {
        return false;
    }
    let depth = 0;
    for (const [bracket] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
        if (bracket === '{' || bracket === '[') {
            if (++depth > DEEPEST) {
                return true;
            }
        } else if (bracket === '}' || bracket === ']') {
            depth--;
        }
    }
    return false;
}
