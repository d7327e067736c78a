// Clients that do all kinds of things, note what was acknowledged, and compare it with what is stored at the end.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../programs.mjs';

const password = 'correct horse';
const pageSize = 1000;

export class Clients {
    #url;
    #headers;
    #parse;
    #faults = [];
    #stopped = false;
    #mayFail = false;
    #unknown = 0;
    #running = [];
    #done = {};
    #keys = { sure: new Set(), unsure: new Set() };
    #files = new Map();
    #counters = [];
    #seen = new Set();

    constructor(url, { appId, masterKey }) {
        this.#url = url;
        this.#headers = { 'X-Parse-Application-Id': appId, 'X-Parse-Master-Key': masterKey };
        this.#parse = createRequire(import.meta.url)('parse/node');
        this.#parse.initialize(appId);
        this.#parse.serverURL = url;
        this.#parse.liveQueryServerURL = url.replace('http:', 'ws:');
    }

    async begin(count) {
        await this.#ask('POST', '/users', { username: 'ada', password });
        for (let each = 0; each < count; each++) {
            const created = await this.#ask('POST', '/classes/Counter', { n: 0 });
            this.#counters.push({ id: created.objectId, sure: 0, unsure: 0 });
        }
        await this.#ask('POST', '/classes/Mark', { key: 'first', ACL: { '*': { read: true } } });
        const subscription = await new this.#parse.Query('Mark').subscribe();
        subscription.on('create', (mark) => this.#seen.add(mark.get('key')));
        this.#running = this.#counters.map((counter) => this.#work(counter));
    }

    /** What is created now reaches the subscriber, as soon as it is connected again. */
    async expectLive() {
        await eventually('an event of a live query', async () => {
            const key = randomUUID();
            await this.#do('mark', () => this.#ask('POST', '/classes/Mark', { key, ACL: { '*': { read: true } } }));
            await sleep(500);
            return this.#seen.has(key);
        });
    }

    /** From now on a node is killed: what it was doing fails, and may be done or not. */
    expectFailures() {
        this.#mayFail = true;
    }

    expectNoFailures() {
        this.#mayFail = false;
    }

    summary() {
        const done = Object.entries(this.#done).map(([name, count]) => `${count} ${name}`);
        return `${done.join(', ')}; ${this.#faults.length} faults, ${this.#unknown} failed by the kill`;
    }

    /** Ends the work and gives all faults. */
    async end() {
        this.#stopped = true;
        await Promise.all(this.#running);
        this.#parse.LiveQuery.close();
        if (this.#unknown > 2 * this.#counters.length) {
            this.#faults.push(`${this.#unknown} requests failed by the kill, more than there were at once`);
        }
        await this.#compareKeys();
        for (const { id, sure, unsure } of this.#counters) {
            const { n } = await this.#ask('GET', `/classes/Counter/${id}`);
            if (n < sure || n > sure + unsure) {
                this.#faults.push(`counter ${id} is ${n} after ${sure} increments and ${unsure} that may be done`);
            }
        }
        for (const [name, digest] of this.#files) {
            await this.#compareFile(name, digest);
        }
        return this.#faults;
    }

    async #work(counter) {
        const works = [
            ['creates', () => this.#create()],
            ['updates', () => this.#update(counter)],
            ['reads', () => this.#ask('GET', `/classes/Counter/${counter.id}`)],
            ['lists', () => this.#ask('GET', '/classes/Counter?limit=5&order=-n')],
            ['uploads', () => this.#upload()],
            ['downloads', () => this.#download()],
            ['log-ins', () => this.#ask('POST', '/login', { username: 'ada', password })],
            ['calls', () => this.#ask('POST', '/functions/hello', { name: 'Ada', language: 'FRENCH' })],
        ];
        for (let turn = Math.floor(Math.random() * works.length); !this.#stopped; turn++) {
            const [name, work] = works[turn % works.length];
            await this.#do(name, work);
        }
    }

    async #do(name, work) {
        try {
            await work();
            this.#done[name] = (this.#done[name] ?? 0) + 1;
        } catch (failure) {
            if (this.#mayFail) {
                this.#unknown++;
            } else {
                this.#faults.push(`${new Date().toISOString()} ${name}: ${failure.message} ${failure.cause ?? ''}`);
            }
        }
    }

    async #create() {
        const key = randomUUID();
        this.#keys.unsure.add(key);
        await this.#ask('POST', '/classes/Item', { key, text: 'x'.repeat(200) });
        this.#keys.unsure.delete(key);
        this.#keys.sure.add(key);
    }

    async #update(counter) {
        counter.unsure++;
        await this.#ask('PUT', `/classes/Counter/${counter.id}`, { n: { __op: 'Increment', amount: 1 } });
        counter.unsure--;
        counter.sure++;
    }

    async #upload() {
        const content = randomBytes(300_000);
        const { name } = await this.#ask('POST', '/files/random.bin', content);
        this.#files.set(name, digest(content));
    }

    async #download() {
        const name = [...this.#files.keys()].at(-1);
        if (name) {
            await this.#compareFile(name, this.#files.get(name));
        }
    }

    async #compareFile(name, wanted) {
        const answer = await fetch(`${this.#url}/files/${this.#headers['X-Parse-Application-Id']}/${name}`);
        const content = Buffer.from(await answer.arrayBuffer());
        if (!answer.ok || digest(content) !== wanted) {
            throw new Error(`file ${name}: ${answer.status}, ${content.length} bytes`);
        }
    }

    async #compareKeys() {
        const times = new Map();
        for (let last = ''; ;) {
            const where = encodeURIComponent(JSON.stringify({ objectId: { $gt: last } }));
            const query = `where=${where}&order=objectId&keys=key&limit=${pageSize}`;
            const { results } = await this.#ask('GET', `/classes/Item?${query}`);
            results.forEach(({ key }) => times.set(key, (times.get(key) ?? 0) + 1));
            if (results.length < pageSize) {
                break;
            }
            last = results.at(-1).objectId;
        }
        for (const key of this.#keys.sure) {
            if (times.get(key) !== 1) {
                this.#faults.push(`an acknowledged object is there ${times.get(key) ?? 0} times`);
            }
        }
        for (const [key, count] of times) {
            if (count > 1 || (!this.#keys.sure.has(key) && !this.#keys.unsure.has(key))) {
                this.#faults.push(`an object is there ${count} times`);
            }
        }
    }

    /** One request, without a second try. */
    async #ask(method, path, body) {
        const raw = Buffer.isBuffer(body);
        const answer = await fetch(this.#url + path, {
            method,
            headers: { ...this.#headers, 'Content-Type': raw ? 'application/octet-stream' : 'application/json' },
            body: body === undefined || raw ? body : JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) {
            throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
        }
        return JSON.parse(text);
    }
}

function digest(content) {
    return createHash('sha256').update(content).digest('hex');
}
