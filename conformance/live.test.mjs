// Live queries through the SDK, as an app uses them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { liveUrl } from './live-support.mjs';
import { createRole, defineClass, sdk, server, signUp, unique } from './support.mjs';

const Parse = sdk();
const kinds = ['create', 'enter', 'update', 'leave', 'delete'];
const clients = [];
const marker = unique('ThingMarker');
let client;
let account;
let other;

const openClient = (more = {}) => {
    const made = new Parse.LiveQueryClient({
        applicationId: server.appId,
        serverURL: liveUrl,
        javascriptKey: server.javascriptKey,
        ...more,
    });
    made.open();
    clients.push(made);
    return made;
};

/** Subscribes and keeps what is heard: {op, object, original, response}. */
async function listen(query, { on = client, sessionToken } = {}) {
    const subscription = on.subscribe(query, sessionToken);
    subscription.heard = [];
    for (const op of kinds) {
        subscription.on(op, (object, ...rest) => {
            const original = rest.length === 2 ? rest[0] : undefined;
            subscription.heard.push({ op, object, original, response: rest.at(-1) });
        });
    }
    await subscription.subscribePromise;
    return subscription;
}

/** Waits until the client has heard of a write made now, and so of all those before. */
async function caughtUp(on = client) {
    const subscription = await listen(new Parse.Query(marker), { on });
    const nonce = unique();
    const arrived = new Promise((resolve) =>
        subscription.on('create', (created) => created.get('nonce') === nonce && resolve()),
    );
    await save(new Parse.Object(marker), { nonce });
    await arrived;
    // Its own unsubscribe() would ask the SDK's default client.
    await on.unsubscribe(subscription);
}

async function heard(subscription, on = client) {
    await caughtUp(on);
    return subscription.heard.splice(0);
}

const inShort = (events) => events.map(({ op, object }) => `${op} ${object.id}`);
const save = (object, fields) => object.save(fields, { useMasterKey: true });

before(async () => {
    await defineClass(marker, { nonce: { type: 'String' } });
    account = await signUp();
    other = await signUp();
    client = openClient();
    await client.connectPromise;
});
after(() => Promise.all(clients.map((each) => each.close())));

describe('events', () => {
    test('query.subscribe() opens, hears a create, and closes', async () => {
        const className = unique();
        const subscription = await new Parse.Query(className).subscribe();
        const opened = new Promise((resolve) => subscription.on('open', resolve));
        const created = new Promise((resolve) => subscription.on('create', resolve));
        const { clientId } = await opened;
        assert.equal(typeof clientId, 'string');
        const object = await new Parse.Object(className, { n: 1 }).save();
        assert.equal((await created).id, object.id);
        const closed = new Promise((resolve) => subscription.on('close', resolve));
        await Parse.LiveQuery.close();
        await closed;
    });

    test('an object is created, enters, changes, leaves, returns and is deleted', async () => {
        const className = unique();
        const above = await listen(new Parse.Query(className).greaterThan('n', 5));
        const all = await listen(new Parse.Query(className));
        const object = new Parse.Object(className, { n: 1, s: 'first' });
        await object.save();
        await save(object, { n: 6 });
        await save(object, { n: 7 });
        await save(object, { n: 2 });
        await save(object, { n: 8 });
        await object.destroy();
        const events = await heard(above);
        assert.deepEqual(
            events.map(({ op, object, original }) => [op, object.get('n'), original?.get('n')]),
            [
                ['enter', 6, 1],
                ['update', 7, 6],
                ['leave', 2, 7],
                ['enter', 8, 2],
                ['delete', 8, undefined],
            ],
        );
        for (const event of events) {
            assert.equal(event.object.id, object.id);
            assert.equal(event.object.className, className);
            assert.equal(event.object.get('s'), 'first');
            assert.ok(event.object.createdAt instanceof Date);
            assert.ok(event.object.updatedAt instanceof Date);
            assert.equal(typeof event.response.clientId, 'string');
        }
        assert.deepEqual(
            all.heard.map(({ op, object, original }) => [op, object.get('n'), original?.get('n')]),
            [
                ['create', 1, undefined],
                ['update', 6, 1],
                ['update', 7, 6],
                ['update', 2, 7],
                ['update', 8, 2],
                ['delete', 8, undefined],
            ],
        );
    });

    test('every type of field arrives as it was saved', async () => {
        const className = unique();
        const subscription = await listen(new Parse.Query(className));
        const target = await new Parse.Object(unique('Other'), { n: 1 }).save();
        const fields = {
            text: 'ünï 🌍',
            number: -1.5,
            yes: true,
            date: new Date('2026-01-02T03:04:05.678Z'),
            list: [1, 'two', { three: 3 }],
            object: { a: { b: [1, 2] } },
            place: new Parse.GeoPoint(10, 20),
            target,
        };
        await new Parse.Object(className, fields).save();
        const [{ object }] = await heard(subscription);
        for (const name of ['text', 'number', 'yes', 'date', 'list', 'object']) {
            assert.deepEqual(object.get(name), fields[name], name);
        }
        assert.deepEqual(object.get('place').toJSON(), fields.place.toJSON());
        assert.equal(object.get('target').id, target.id);
        assert.equal(object.get('target').className, target.className);
    });

    test('atomic operations arrive with their results', async () => {
        const className = unique();
        const object = await new Parse.Object(className, { n: 1, list: ['a'], s: 'x' }).save();
        const subscription = await listen(new Parse.Query(className));
        object.increment('n', 4);
        await object.save();
        object.add('list', 'b');
        await object.save();
        object.addUnique('list', 'a');
        object.unset('s');
        await object.save();
        const events = await heard(subscription);
        assert.deepEqual(
            events.map(({ op }) => op),
            ['update', 'update', 'update'],
        );
        assert.equal(events[0].object.get('n'), 5);
        assert.equal(events[0].original.get('n'), 1);
        assert.deepEqual(events[1].object.get('list'), ['a', 'b']);
        assert.deepEqual(events[1].original.get('list'), ['a']);
        assert.equal(events[2].object.get('s'), undefined);
        assert.equal(events[2].original.get('s'), 'x');
    });

    test('select() limits what object and original hold', async () => {
        const className = unique();
        const subscription = await listen(new Parse.Query(className).select('n', 'missing'));
        const object = await new Parse.Object(className, { n: 1, s: 'secret' }).save();
        await save(object, { s: 'changed' });
        const events = await heard(subscription);
        assert.deepEqual(inShort(events), [`create ${object.id}`, `update ${object.id}`]);
        for (const event of [events[0].object, events[1].object, events[1].original]) {
            assert.equal(event.get('n'), 1);
            assert.equal(event.get('s'), undefined);
            assert.ok(event.updatedAt instanceof Date);
        }
    });

    test('watch() holds back updates of other fields, and nothing else', async () => {
        const className = unique();
        const query = new Parse.Query(className).greaterThan('n', 0).watch('s');
        const subscription = await listen(query);
        const object = await new Parse.Object(className, { n: 1, s: 'a' }).save();
        await save(object, { n: 2 });
        await save(object, { s: 'b' });
        await save(object, { n: -1 });
        await save(object, { n: 3 });
        await object.destroy();
        const events = await heard(subscription);
        assert.deepEqual(
            events.map(({ op }) => op),
            ['create', 'update', 'leave', 'enter', 'delete'],
        );
        assert.equal(events[1].object.get('s'), 'b');
        assert.equal(events[1].object.get('n'), 2);
    });
});

describe('where', () => {
    const near = new Parse.GeoPoint(40, -30);
    const far = new Parse.GeoPoint(-40, 100);
    const day = (number) => new Date(Date.UTC(2026, 0, number));
    const pointed = () => Parse.Object.fromJSON({ __type: 'Pointer', className: 'OtherThing', objectId: 'pointed123' });
    const elsewhere = () =>
        Parse.Object.fromJSON({ __type: 'Pointer', className: 'OtherThing', objectId: 'another123' });
    const or = (...queries) => Parse.Query.or(...queries);
    // name, constraint added to a query, fields that match, fields that don't
    const rows = [
        ['equality of text', (q) => q.equalTo('v', 'a'), { v: 'a' }, { v: 'b' }],
        ['equality with an element', (q) => q.equalTo('v', 2), { v: [1, 2] }, { v: [1, 3] }],
        ['equality of a boolean', (q) => q.equalTo('v', true), { v: true }, { v: false }],
        ['$ne', (q) => q.notEqualTo('v', 'a'), { v: 'b' }, { v: 'a' }],
        ['$gt', (q) => q.greaterThan('v', 1), { v: 2 }, { v: 1 }],
        ['$gte and $lt', (q) => q.greaterThanOrEqualTo('v', 1).lessThan('v', 3), { v: 1 }, { v: 3 }],
        ['$lte', (q) => q.lessThanOrEqualTo('v', 'm'), { v: 'm' }, { v: 'n' }],
        ['$in', (q) => q.containedIn('v', ['a', 'b']), { v: 'b' }, { v: 'c' }],
        ['$nin', (q) => q.notContainedIn('v', ['a', 'b']), { v: 'c' }, { v: 'a' }],
        ['$all', (q) => q.containsAll('v', [1, 2]), { v: [2, 1, 3] }, { v: [1, 3] }],
        ['$exists', (q) => q.exists('v'), { v: 0 }, { w: 1 }],
        ['$exists: false', (q) => q.doesNotExist('v'), { w: 1 }, { v: 1 }],
        ['$regex', (q) => q.matches('v', /^a.c$/), { v: 'abc' }, { v: 'abcd' }],
        ['$regex with options', (q) => q.matches('v', 'ABC', 'i'), { v: 'xabcx' }, { v: 'ab' }],
        ['startsWith', (q) => q.startsWith('v', 'a.b'), { v: 'a.bc' }, { v: 'axbc' }],
        ['a nested key', (q) => q.equalTo('v.a.b', 1), { v: { a: { b: 1 } } }, { v: { a: { b: 2 } } }],
        ['a nested range', (q) => q.greaterThan('v.a', 1), { v: { a: 2 } }, { v: { a: 0 } }],
        ['a date', (q) => q.greaterThan('v', day(2)), { v: day(3) }, { v: day(1) }],
        ['a pointer', (q) => q.equalTo('v', pointed()), { v: pointed() }, { v: elsewhere() }],
        ['a pointer among others', (q) => q.containedIn('v', [pointed()]), { v: pointed() }, { v: elsewhere() }],
        ['$nearSphere', (q) => q.withinKilometers('v', near, 100), { v: near }, { v: far }],
        [
            '$within a box',
            (q) => q.withinGeoBox('v', new Parse.GeoPoint(35, -35), new Parse.GeoPoint(45, -25)),
            { v: near },
            { v: far },
        ],
        [
            '$geoWithin a polygon',
            (q) =>
                q.withinPolygon('v', [
                    new Parse.GeoPoint(30, -40),
                    new Parse.GeoPoint(50, -40),
                    new Parse.GeoPoint(50, -20),
                    new Parse.GeoPoint(30, -20),
                ]),
            { v: near },
            { v: far },
        ],
        [
            '$or',
            (q) => or(new Parse.Query(q.className).equalTo('v', 1), new Parse.Query(q.className).equalTo('v', 3)),
            { v: 3 },
            { v: 2 },
        ],
        [
            '$and',
            (q) =>
                Parse.Query.and(
                    new Parse.Query(q.className).greaterThan('v', 1),
                    new Parse.Query(q.className).lessThan('v', 3),
                ),
            { v: 2 },
            { v: 3 },
        ],
        [
            '$nor',
            (q) =>
                Parse.Query.nor(
                    new Parse.Query(q.className).equalTo('v', 1),
                    new Parse.Query(q.className).equalTo('v', 2),
                ),
            { v: 3 },
            { v: 2 },
        ],
    ];
    for (const [name, constrain, matching, other] of rows) {
        test(`${name} tells what matches from what doesn't`, async () => {
            const className = unique();
            const subscription = await listen(constrain(new Parse.Query(className)));
            const hit = await new Parse.Object(className, matching).save();
            await new Parse.Object(className, other).save();
            assert.deepEqual(inShort(await heard(subscription)), [`create ${hit.id}`]);
        });
    }

    test('one object by its id', async () => {
        const className = unique();
        const [one, two] = await Parse.Object.saveAll([
            new Parse.Object(className, { n: 1 }),
            new Parse.Object(className, { n: 1 }),
        ]);
        const subscription = await listen(new Parse.Query(className).equalTo('objectId', one.id));
        await save(two, { n: 2 });
        await save(one, { n: 2 });
        assert.deepEqual(inShort(await heard(subscription)), [`update ${one.id}`]);
    });
});

describe('subscriptions', () => {
    test('an unsubscribed one hears nothing more, and its neighbour does', async () => {
        const className = unique();
        const query = new Parse.Query(className);
        const [first, second] = [await listen(query), await listen(query)];
        const before = await new Parse.Object(className, { n: 1 }).save();
        assert.deepEqual(inShort(await heard(first)), [`create ${before.id}`]);
        second.heard.length = 0;
        await client.unsubscribe(first);
        const later = await new Parse.Object(className, { n: 2 }).save();
        assert.deepEqual(inShort(await heard(second)), [`create ${later.id}`]);
        assert.deepEqual(first.heard, []);
    });

    test('a hundred on one socket each hear their own', async () => {
        const className = unique();
        const all = await Promise.all(
            Array.from({ length: 100 }, (_, n) => listen(new Parse.Query(className).equalTo('n', n))),
        );
        const objects = await Parse.Object.saveAll(all.map((_, n) => new Parse.Object(className, { n })));
        await caughtUp();
        all.forEach((each, n) => assert.deepEqual(inShort(each.heard), [`create ${objects[n].id}`]));
    });

    test('clients that close and open again can subscribe again', async () => {
        const className = unique();
        const fleeting = openClient();
        await listen(new Parse.Query(className), { on: fleeting });
        await fleeting.close();
        fleeting.open();
        const subscription = await listen(new Parse.Query(className), { on: fleeting });
        const object = await new Parse.Object(className, { n: 1 }).save();
        assert.deepEqual(inShort(await heard(subscription, fleeting)), [`create ${object.id}`]);
    });
});

describe('callers', () => {
    const privateTo = (user) => {
        const acl = new Parse.ACL();
        acl.setReadAccess(user.objectId, true);
        acl.setWriteAccess(user.objectId, true);
        return acl;
    };

    test('a session token with the subscription shows what its user may read', async () => {
        const className = unique();
        const query = new Parse.Query(className);
        const mine = await listen(query, { sessionToken: account.sessionToken });
        const theirs = await listen(query, { sessionToken: other.sessionToken });
        const nobodys = await listen(query);
        const object = new Parse.Object(className, { n: 1 });
        object.setACL(privateTo(account));
        await save(object);
        assert.deepEqual(inShort(await heard(mine)), [`create ${object.id}`]);
        assert.deepEqual(theirs.heard, []);
        assert.deepEqual(nobodys.heard, []);
    });

    test('a session token of the client counts for all its subscriptions', async () => {
        const className = unique();
        const own = openClient({ sessionToken: account.sessionToken });
        const subscription = await listen(new Parse.Query(className), { on: own });
        const object = new Parse.Object(className, { n: 1 });
        object.setACL(privateTo(account));
        await save(object);
        const hidden = new Parse.Object(className, { n: 2 });
        hidden.setACL(privateTo(other));
        await save(hidden);
        assert.deepEqual(inShort(await heard(subscription, own)), [`create ${object.id}`]);
    });

    test('a role shows its users what it may read', async () => {
        const className = unique();
        const role = await createRole([account]);
        const query = new Parse.Query(className);
        const mine = await listen(query, { sessionToken: account.sessionToken });
        const theirs = await listen(query, { sessionToken: other.sessionToken });
        const object = new Parse.Object(className, { n: 1 });
        const acl = new Parse.ACL();
        acl.setRoleReadAccess(role.name, true);
        object.setACL(acl);
        await save(object);
        assert.deepEqual(inShort(await heard(mine)), [`create ${object.id}`]);
        assert.deepEqual(theirs.heard, []);
        assert.equal(mine.heard.length, 0);
    });

    test('the master key shows everything', async () => {
        const className = unique();
        const master = openClient({ masterKey: server.masterKey });
        const subscription = await listen(new Parse.Query(className), { on: master });
        const object = new Parse.Object(className, { n: 1 });
        object.setACL(new Parse.ACL());
        await save(object);
        await save(object, { n: 2 });
        await object.destroy({ useMasterKey: true });
        assert.deepEqual(
            (await heard(subscription, master)).map(({ op }) => op),
            ['create', 'update', 'delete'],
        );
    });
});
