// What there is in a simulation: users, roles and two classes, what writers do to them, and what subscribers ask.
import { weighted } from './random.mjs';

export const classes = ['SimItem', 'SimNote'];
const role = 'simulants';
const tags = ['red', 'green', 'blue', 'black', 'white'];
const places = ['harbour', 'market', 'bridge'];
const writeLimit = 20_000;
const mostObjects = 150;

const quoted = (random) => random.pick(tags);
const conditions = [
    [1, () => ({})],
    [2, (random) => ({ tag: quoted(random) })],
    [2, (random) => ({ number: { $gt: random.between(0, 9) } })],
    [1, (random) => ({ number: { $gte: random.between(0, 4), $lt: random.between(5, 12) } })],
    [1, (random) => ({ flag: random.chance(0.5) })],
    [1, () => ({ flag: null })],
    [1, (random) => ({ number: { $exists: random.chance(0.5) } })],
    [2, (random) => ({ 'place.name': random.pick(places) })],
    [1, (random) => ({ 'place.floor': { $lte: random.between(0, 4) } })],
    [2, (random) => ({ list: quoted(random) })],
    [1, (random) => ({ list: { $all: [quoted(random), quoted(random)] } })],
    [1, (random) => ({ list: { $nin: [quoted(random)] } })],
    [1, (random) => ({ tag: { $in: [quoted(random), quoted(random)] } })],
    [1, (random) => ({ tag: { $ne: quoted(random) } })],
    [1, (random) => ({ tag: { $regex: `^${random.pick(['b', 're', 'g', 'w'])}` } })],
    [1, (random) => ({ $or: [{ tag: quoted(random) }, { number: { $lt: random.between(1, 6) } }] })],
    [1, (random) => ({ $nor: [{ tag: quoted(random) }, { flag: true }] })],
];

export class World {
    users = [];
    outcomes = {};
    #ids = Object.fromEntries(classes.map((name) => [name, []]));
    #cluster;
    #roleId;

    constructor(cluster) {
        this.#cluster = cluster;
    }

    get master() {
        const { appId, masterKey } = this.#cluster.keys;
        return { 'X-Parse-Application-Id': appId, 'X-Parse-Master-Key': masterKey };
    }

    headers(caller) {
        if (caller.master) {
            return this.master;
        }
        const session = caller.user ? { 'X-Parse-Session-Token': caller.user.sessionToken } : {};
        return { 'X-Parse-Application-Id': this.#cluster.keys.appId, ...session };
    }

    async begin(random) {
        const safe = this.#cluster.safeUrl;
        for (const username of ['ada', 'ben', 'cid', 'dot']) {
            const body = { username, password: `${username} knows` };
            const { objectId, sessionToken } = await send(safe, 'POST', '/users', body, this.headers({}));
            this.users.push({ objectId, sessionToken, name: username });
        }
        const body = { name: role, ACL: { '*': { read: true } } };
        this.#roleId = (await send(safe, 'POST', '/roles', body, this.master)).objectId;
        for (const className of classes) {
            const first = { number: 1, tag: 'red', flag: true, place: { name: 'market', floor: 1 }, list: ['red'] };
            const { objectId } = await send(safe, 'POST', `/classes/${className}`, first, this.master);
            this.#ids[className].push(objectId);
            for (let each = 0; each < mostObjects / 3; each++) {
                await this.#create(random, className, safe);
            }
        }
    }

    /** Who follows what, and how. */
    subscription(random) {
        const caller = weighted(random, [
            [2, () => ({ name: 'anyone' })],
            [5, () => userAs(random.pick(this.users))],
            [2, () => ({ name: 'master', master: true })],
        ])();
        let where = weighted(random, conditions)(random);
        if (random.chance(0.25)) {
            where = { $and: [where, weighted(random, conditions)(random)] };
        }
        return {
            caller,
            className: random.pick(classes),
            where,
            keys: random.chance(0.1) ? ['tag', 'number'] : undefined,
        };
    }

    /** What a query finds now. */
    async find({ caller, className, where, keys }, url, signal) {
        const query = new URLSearchParams({ where: JSON.stringify(where), limit: '10000' });
        if (keys) {
            query.set('keys', keys.join());
        }
        const found = await send(url, 'GET', `/classes/${className}?${query}`, undefined, this.headers(caller), signal);
        return found.results;
    }

    /** One write of whatever kind, to a random living node; what becomes of it may stay unknown. */
    async write(random) {
        const url = this.#cluster.anyUrl(random);
        if (!url) {
            return;
        }
        const className = random.pick(classes);
        const act = weighted(random, [
            [20, () => this.#create(random, className, url)],
            [40, () => this.#update(random, className, url)],
            [12, () => this.#remove(random, className, url)],
            [8, () => this.#batch(random, className, url)],
            [3, () => this.#membership(random, url)],
            [0.15, () => this.#purge(className, url)],
        ]);
        try {
            await act();
            this.#count('done');
        } catch (failure) {
            this.#count(failure.status ? `refused ${failure.status} ${failure.code}` : 'unknown');
        }
    }

    #count(outcome) {
        this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    }

    async #create(random, className, url) {
        if (this.#ids[className].length >= mostObjects) {
            await this.#remove(random, className, url);
        }
        const made = await send(url, 'POST', `/classes/${className}`, this.#fields(random, 0.8), this.master);
        this.#ids[className].push(made.objectId);
    }

    async #update(random, className, url) {
        const id = random.pick(this.#ids[className]);
        if (id) {
            await send(url, 'PUT', `/classes/${className}/${id}`, this.#change(random), this.master);
        }
    }

    async #remove(random, className, url) {
        const ids = this.#ids[className];
        if (ids.length > 0) {
            const [id] = ids.splice(random.between(0, ids.length), 1);
            await send(url, 'DELETE', `/classes/${className}/${id}`, undefined, this.master);
        }
    }

    async #batch(random, className, url) {
        const ids = this.#ids[className];
        const requests = [];
        for (let each = random.between(2, 6); each > 0; each--) {
            const id = random.pick(ids);
            const [method, path, body] = weighted(random, [
                [2, () => ['POST', '', this.#fields(random, 0.8)]],
                [5, () => (id ? ['PUT', `/${id}`, this.#change(random)] : ['POST', '', {}])],
                [1, () => (id ? ['DELETE', `/${id}`, {}] : ['POST', '', {}])],
            ])();
            requests.push({ method, path: `/v1/classes/${className}${path}`, body });
        }
        const body = { transaction: random.chance(0.7), requests };
        const answers = await send(url, 'POST', '/batch', body, this.master);
        for (const { success } of answers) {
            if (success?.objectId && success.createdAt) {
                ids.push(success.objectId);
            }
        }
    }

    async #membership(random, url) {
        const pointer = { __type: 'Pointer', className: '_User', objectId: random.pick(this.users).objectId };
        const operation = { __op: random.chance(0.5) ? 'AddRelation' : 'RemoveRelation', objects: [pointer] };
        await send(url, 'PUT', `/roles/${this.#roleId}`, { users: operation }, this.master);
    }

    async #purge(className, url) {
        this.#ids[className].length = 0;
        await send(url, 'DELETE', `/purge/${className}`, undefined, this.master);
        this.#count('purges');
    }

    #change(random) {
        return weighted(random, [
            [5, () => this.#fields(random, 0.3)],
            [3, () => ({ number: { __op: 'Increment', amount: random.between(-3, 4) } })],
            [1, () => ({ list: { __op: 'AddUnique', objects: [quoted(random)] } })],
            [1, () => ({ list: { __op: 'Remove', objects: [quoted(random)] } })],
            [1, () => ({ [random.pick(['flag', 'tag', 'place', 'number'])]: { __op: 'Delete' } })],
            [1, () => ({ 'place.floor': random.between(0, 5) })],
            [3, () => ({ ACL: this.#acl(random) })],
        ])();
    }

    #fields(random, share) {
        const all = {
            number: random.between(0, 10),
            tag: quoted(random),
            flag: random.chance(0.5),
            place: { name: random.pick(places), floor: random.between(0, 5) },
            list: Array.from({ length: random.between(0, 4) }, () => quoted(random)),
            ACL: this.#acl(random),
        };
        return Object.fromEntries(Object.entries(all).filter(() => random.chance(share)));
    }

    #acl(random) {
        const only = (name) => ({ [name]: { read: true, write: true } });
        return weighted(random, [
            [4, () => only('*')],
            [3, () => only(random.pick(this.users).objectId)],
            [3, () => only(`role:${role}`)],
            [1, () => ({ ...only(random.pick(this.users).objectId), ...only(`role:${role}`) })],
            [1, () => ({})],
        ])();
    }
}

const userAs = (user) => ({ name: user.name, user });

/** One request; what it is refused with is thrown with `status` and `code`. */
async function send(url, method, path, body, headers, signal = AbortSignal.timeout(writeLimit)) {
    const answer = await fetch(url + path, {
        method,
        headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
    });
    const text = await answer.text();
    if (!answer.ok) {
        const code = /"code":\s*(-?\d+)/.exec(text)?.[1];
        throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status, code });
    }
    return JSON.parse(text);
}
