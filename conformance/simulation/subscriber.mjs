// One that follows a query over connections which break, and goes on from the last event it saw.
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { Replica } from './replica.mjs';

const resumeExpired = 1411;
const patience = 20_000;

export class Subscriber {
    cuts = 0;
    resumed = 0;
    resets = 0;
    calm = false;
    #world;
    #cluster;
    #random;
    #faults;
    #stopped = new AbortController();
    #token;
    #waiting;
    #end = () => {};

    constructor(name, world, cluster, random, faults) {
        this.#world = world;
        this.#cluster = cluster;
        this.#random = random;
        this.#faults = faults;
        this.asked = world.subscription(random);
        this.overSocket = random.chance(0.5);
        this.name = `${name} ${this.overSocket ? 'socket' : 'feed'} ${JSON.stringify({ ...this.asked, caller: this.asked.caller.name })}`;
        this.replica = new Replica(this.name, faults);
    }

    /** Whether it has a copy that it keeps. */
    get isFollowing() {
        return this.#token !== undefined && this.#waiting === undefined;
    }

    async run() {
        while (!this.#stopped.signal.aborted) {
            const url = this.#cluster.anyUrl(this.#random);
            if (url) {
                await this.#connection(url);
            }
            await sleep(this.#random.between(20, 400));
        }
    }

    stop() {
        this.#stopped.abort();
        this.#end();
    }

    /** Follows over one connection until it breaks. */
    async #connection(url) {
        const gone = new AbortController();
        this.#end = () => gone.abort();
        this.#waiting = undefined;
        const cut = () => {
            if (!this.calm) {
                this.cuts++;
                gone.abort();
            }
        };
        const timer = setTimeout(cut, this.#random.between(200, 20_000));
        try {
            await (this.overSocket ? this.#socket(url, gone) : this.#feed(url, gone));
        } catch (failure) {
            if (failure.isFault) {
                this.#faults.push(`${this.name}: ${failure.message}`);
            }
        } finally {
            clearTimeout(timer);
            gone.abort();
            if (this.#waiting) {
                // The query has not been answered: there is nothing yet to go on from.
                this.#token = undefined;
                this.#waiting = undefined;
            }
        }
    }

    #socket(url, gone) {
        const socket = new WebSocket(url.replace('http', 'ws'), { handshakeTimeout: patience });
        gone.signal.addEventListener('abort', () => socket.terminate(), { once: true });
        const { appId, masterKey } = this.#cluster.keys;
        const { caller, className, where, keys } = this.asked;
        const said = { op: 'connect', applicationId: appId };
        if (caller.master) {
            said.masterKey = masterKey;
        }
        if (caller.user) {
            said.sessionToken = caller.user.sessionToken;
        }
        return new Promise((resolve, reject) => {
            socket.once('open', () => socket.send(JSON.stringify(said)));
            socket.once('error', reject).once('close', resolve);
            socket.on('message', (text) => {
                if (gone.signal.aborted) {
                    return;
                }
                const message = JSON.parse(text);
                if (message.op === 'connected') {
                    const query = { className, where, ...(keys ? { keys } : {}) };
                    socket.send(JSON.stringify({ op: 'subscribe', requestId: 1, query, resume: this.#token ?? true }));
                } else if (message.op === 'subscribed') {
                    this.#begun(message.resume, gone);
                } else if (message.op === 'error') {
                    this.#refused(message, message.reconnect === true, gone);
                } else {
                    this.#event(message.op, message, message.resume);
                }
            });
        });
    }

    async #feed(url, gone) {
        const { caller, className, where, keys } = this.asked;
        const query = new URLSearchParams({ where: JSON.stringify(where), ...(keys ? { keys: keys.join() } : {}) });
        const answer = await fetch(`${url}/feeds/${className}?${query}`, {
            headers: {
                ...this.#world.headers(caller),
                ...(this.#token ? { 'Last-Event-ID': this.#token } : {}),
            },
            signal: gone.signal,
        });
        if (!answer.ok) {
            throw Object.assign(new Error(`${answer.status} ${await answer.text()}`), { isFault: answer.status < 500 });
        }
        let left = '';
        for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
            const blocks = (left + piece).split('\n\n');
            left = blocks.pop();
            for (const block of blocks) {
                const { id, event, data } = eventOf(block);
                if (event === 'open') {
                    this.#begun(id, gone);
                } else if (event === 'reset') {
                    this.resets++;
                    this.#token = undefined;
                    this.#waiting = undefined;
                    this.#begun(id, gone);
                } else if (event === 'error') {
                    const error = JSON.parse(data);
                    this.#refused(error, error.code === 1503, gone);
                } else if (event) {
                    this.#event(event, JSON.parse(data), id);
                }
            }
        }
    }

    #begun(token, gone) {
        if (this.#waiting) {
            return;
        }
        if (this.#token) {
            this.resumed++;
            this.replica.follow(token, true);
            return;
        }
        this.replica.follow(token, false);
        this.#token = token;
        this.#waiting = [];
        this.#query(this.#waiting).catch(() => gone.abort());
    }

    /** Reads what is there, and then hears what has happened since the subscription began. */
    async #query(waiting) {
        const found = await this.#world.find(this.asked, this.#cluster.anyUrl(this.#random));
        if (this.#waiting === waiting) {
            this.#waiting = undefined;
            this.replica.begin(found);
            waiting.forEach((event) => this.#event(...event));
        }
    }

    #event(kind, content, token) {
        if (this.#waiting) {
            this.#waiting.push([kind, content, token]);
        } else {
            this.replica.apply(kind, content, token);
            this.#token = token;
        }
    }

    #refused(error, mayComeAgain, gone) {
        if (error.code === resumeExpired) {
            this.resets++;
            this.#token = undefined;
            this.#waiting = undefined;
        } else if (!mayComeAgain) {
            this.#faults.push(`${this.name}: refused with ${error.code} ${error.error}`);
        }
        gone.abort();
    }
}

function eventOf(block) {
    const fields = {};
    for (const line of block.split('\n')) {
        const [, name, value] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
        if (name) {
            fields[name] = value;
        }
    }
    return fields;
}
