// The pipe to the server: frames of JSON, each after its length in four bytes. Standard output is
// the pipe's alone from here on; what anybody else writes to it is handed to `stray`.

const HEAD = 4;

/** The server reads no deeper ones. */
const DEEPEST = 95;

export class Pipe {
    #write = process.stdout.write.bind(process.stdout);
    #rest = Buffer.alloc(0);
    #asked = new Map();
    #lastAsked = 0;

    constructor(stray) {
        process.stdout.write = (chunk, encoding, done) => {
            stray(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
            (typeof encoding === 'function' ? encoding : done)?.();
            return true;
        };
    }

    /** Hands each frame to `receive`, and ends the process when the server has gone. */
    open(receive) {
        process.stdin.on('data', (chunk) => this.#take(chunk, receive));
        process.stdin.on('end', () => process.exit(0));
        process.stdin.on('error', () => process.exit(0));
    }

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
        this.#rest = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
        while (this.#rest.length >= HEAD) {
            const end = HEAD + this.#rest.readUInt32BE();
            if (this.#rest.length < end) {
                return;
            }
            const frame = JSON.parse(this.#rest.toString('utf8', HEAD, end));
            this.#rest = this.#rest.subarray(end);
            if (frame.type === 'answer') {
                this.#asked.get(frame.ask)?.(frame);
                this.#asked.delete(frame.ask);
            } else {
                receive(frame);
            }
        }
    }
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
