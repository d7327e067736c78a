import { httpServer } from '../dist/index.js';

export const url = process.env.SYNC_URL;
export const appId = process.env.SYNC_APP_ID;
export const masterKey = process.env.SYNC_MASTER_KEY;
const headers = { 'X-Parse-Application-Id': appId };
const master = { ...headers, 'X-Parse-Master-Key': masterKey, 'Content-Type': 'application/json' };

/** Random numbers that are the same for the same seed (mulberry32). */
export class Chance {
    #state;

    constructor(seed) {
        this.#state = seed >>> 0;
    }

    number() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }

    below(limit) {
        return Math.floor(this.number() * limit);
    }

    of(list) {
        return list[this.below(list.length)];
    }
}

/** The server over a network that breaks: before a request has come, or after it was done. */
export function brokenServer(breaks = () => 'never') {
    return httpServer(
        url,
        () => headers,
        async (address, init) => {
            const when = breaks();
            if (when === 'before') {
                throw new TypeError('network is down');
            }
            const reply = await fetch(address, init);
            if (when === 'after') {
                await reply.text();
                throw new TypeError('network went down');
            }
            return reply;
        },
    );
}

export async function asMaster(method, path, body) {
    const reply = await fetch(url + path, { method, headers: master, body: body && JSON.stringify(body) });
    const answer = await reply.json();
    if (!reply.ok) {
        throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    }
    return answer;
}

export async function queried(className) {
    const { results } = await asMaster('GET', `/classes/${className}?limit=10000`);
    return sorted(results);
}

export const sorted = (rows) => rows.toSorted((one, other) => (one.objectId < other.objectId ? -1 : 1));
