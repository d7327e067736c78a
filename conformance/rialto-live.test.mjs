// Live queries where Rialto is stricter, and hostile frames: a clear error, a close where that is due, a server that stays well.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connectMessage, inShort, isError, LiveSocket, liveUrl, withLive } from './live-support.mjs';
import {
    addRelation,
    change,
    create,
    createRole,
    defineClass,
    get,
    master,
    pointer,
    post,
    put,
    removeRelation,
    server,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const className = unique();

before(() => defineClass(className, { n: { type: 'Number' }, s: { type: 'String' } }));
after(well);

/** The server answers, and a new client gets its events. */
async function well() {
    succeeded(await get('/health'));
    await withLive({}, async (live) => {
        await live.subscribe(1, { className });
        const id = await create(className, { n: -1 });
        const events = await live.events();
        assert.ok(inShort(events).includes(`create ${id}`), JSON.stringify(events));
    });
}

/** Opens a socket, sends this, and gives the first answer and how the socket ended if it did. */
async function answerTo(message, check) {
    const live = await LiveSocket.open();
    live.send(message);
    const answer = await live.answer();
    await check(answer, live);
    await live.close();
}

describe('connect', () => {
    const refused = [
        ['another app', { applicationId: 'no-such-app' }],
        ['an empty application id', { applicationId: '' }],
        ['a wrong master key', { masterKey: 'wrong' }],
    ];
    for (const [name, fields] of refused) {
        test(`with ${name} is refused and closes the socket`, async () => {
            const live = await LiveSocket.open();
            live.send(connectMessage(fields));
            const answer = await live.answer();
            isError(answer, 4);
            assert.equal(answer.reconnect, false);
            const { code } = await live.closed;
            assert.ok(code >= 1000 && code !== 1006, `closed with ${code}`);
        });
    }

    test('without an application id is an error', () => answerTo({ op: 'connect' }, (answer) => isError(answer, 1, 4)));

    test('with a session that does not exist gives no rights', async () => {
        const owner = await signUp();
        const live = await LiveSocket.open();
        live.send(connectMessage({ sessionToken: `r:${'0'.repeat(32)}` }));
        const answer = await live.answer();
        if (answer.op === 'error') {
            isError(answer, 209);
            assert.equal(answer.reconnect, false);
        } else {
            await live.subscribe(1, { className });
            await create(className, { n: 1, ACL: { [owner.objectId]: { read: true } } }, master);
            assert.deepEqual(await live.events(), []);
        }
        await live.close();
    });

    test('names the client and repeats its installation id in every message', async () => {
        await withLive({ installationId: 'installation-1' }, async (live) => {
            assert.ok(live.clientId.length > 0);
            assert.equal(live.greeting.installationId, 'installation-1');
            const subscribed = await live.subscribe(1, { className });
            await create(className, { n: 1 });
            const [event] = await live.events();
            for (const message of [subscribed, event]) {
                assert.equal(message.clientId, live.clientId);
                assert.equal(message.installationId, 'installation-1');
            }
        });
    });

    test('and subscribe in one go are answered in order', async () => {
        const live = await LiveSocket.open();
        live.send(connectMessage());
        live.send({ op: 'subscribe', requestId: 1, query: { className, where: {} } });
        assert.equal((await live.answer()).op, 'connected');
        assert.equal((await live.answer()).op, 'subscribed');
        await live.close();
    });

    test('a second time leaves the socket usable or ends it clearly', async () => {
        await withLive({}, async (live) => {
            live.send(connectMessage());
            const answer = await live.answer();
            assert.ok(answer.op === 'connected' || answer.op === 'error', JSON.stringify(answer));
        });
        await well();
    });

    test('the WebSocket protocol\u2019s pings are answered', () =>
        withLive({}, async (live) => assert.equal(await live.ping(), 'are you there')));
});

describe('before connect', () => {
    const messages = [
        { op: 'subscribe', requestId: 1, query: { className, where: {} } },
        { op: 'update', requestId: 1, query: { className, where: {} } },
        { op: 'unsubscribe', requestId: 1 },
    ];
    for (const message of messages) {
        test(`${message.op} is an error`, () => answerTo(message, (answer) => isError(answer, 2, 4)));
    }
});

describe('frames', () => {
    const query = { className, where: {} };
    const wrong = [
        ['no JSON', '{"op":'],
        ['empty', ''],
        ['an array', '[1]'],
        ['null', 'null'],
        ['a string', '"connect"'],
        ['no op', '{}'],
        ['an unknown op', '{"op":"dance"}'],
        ['an op that is no string', '{"op":5}'],
        ['a subscribe without query', '{"op":"subscribe","requestId":1}'],
        ['a subscribe without requestId', JSON.stringify({ op: 'subscribe', query })],
        ['a requestId that is no number', JSON.stringify({ op: 'subscribe', requestId: 'a', query })],
        ['a query without where', JSON.stringify({ op: 'subscribe', requestId: 1, query: { className } })],
        ['a query without class', JSON.stringify({ op: 'subscribe', requestId: 1, query: { where: {} } })],
        [
            'a class that is no string',
            JSON.stringify({ op: 'subscribe', requestId: 1, query: { ...query, className: 1 } }),
        ],
        [
            'a where that is no object',
            JSON.stringify({ op: 'subscribe', requestId: 1, query: { className, where: [] } }),
        ],
        ['keys that are no list', JSON.stringify({ op: 'subscribe', requestId: 1, query: { ...query, keys: 5 } })],
        ['watch with a number', JSON.stringify({ op: 'subscribe', requestId: 1, query: { ...query, watch: [1] } })],
        ['an unknown field', JSON.stringify({ op: 'subscribe', requestId: 1, query, foo: 1 })],
        [
            'an unknown field of the query',
            JSON.stringify({ op: 'subscribe', requestId: 1, query: { ...query, foo: 1 } }),
        ],
        [
            'deep nesting',
            `{"op":"subscribe","requestId":1,"query":{"className":"${className}","where":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}}`,
        ],
    ];
    for (const [name, frame] of wrong) {
        test(`${name}: an error, and the socket lives or is closed with a code`, async () => {
            const live = await LiveSocket.connect();
            live.send(frame);
            isError(await live.next(({ op }) => op === 'error', 'error'), 1, 2, 3, 102, 107);
            if (live.closeCode === undefined) {
                const next = await Promise.race([live.ask(50, query), live.closed]);
                assert.ok(next.op === 'subscribed' || next.code >= 1000, JSON.stringify(next));
            }
            await live.close();
        });
    }

    test('bytes instead of text are refused', async () => {
        const live = await LiveSocket.connect();
        live.send(Buffer.from([0, 1, 2, 255]));
        const outcome = await Promise.race([
            live.next(({ op }) => op === 'error', 'error').catch(() => null),
            live.closed,
        ]);
        assert.ok(outcome === null || outcome.op === 'error' || outcome.code >= 1000);
        await live.close();
    });

    test('one of many megabytes ends the socket and not the server', async () => {
        const live = await LiveSocket.connect();
        live.send(
            JSON.stringify({ op: 'subscribe', requestId: 1, query: { className, where: { s: 'x'.repeat(32 << 20) } } }),
        );
        const outcome = await Promise.race([live.next(() => true).catch(() => ({ op: 'error' })), live.closed]);
        assert.ok(outcome.op === 'error' || outcome.code >= 1000, JSON.stringify(outcome).slice(0, 200));
        await live.close();
        await well();
    });

    test('a socket that closes at once, or never says a word, harms nobody', async () => {
        const silent = await LiveSocket.open();
        for (let i = 0; i < 50; i++) {
            const live = await LiveSocket.open();
            if (i % 2 === 0) live.send(connectMessage());
            void live.close();
        }
        await well();
        await silent.close();
    });

    test('an upgrade elsewhere is refused as HTTP', async () => {
        await assert.rejects(
            LiveSocket.open(`${new URL(liveUrl).origin.replace(/^http/, 'ws')}/v1/classes/${className}`),
        );
    });
});

describe('where', () => {
    const refusals = [
        ['a regular expression that isn\u2019t one', { s: { $regex: '(' } }, [102]],
        ['$or that is no list', { $or: {} }, [102]],
        ['an unknown operator', { s: { $foo: 1 } }, [102]],
        ['$in that is no list', { s: { $in: 1 } }, [102, 107]],
        ['a field name that cannot be', { 'a;b': 1 }, [102, 105]],
    ];
    for (const [name, where, codes] of refusals) {
        test(`${name} is refused with the request id`, () =>
            withLive({}, async (live) => {
                const answer = await live.ask(3, { className, where });
                isError(answer, ...codes);
                assert.equal(answer.requestId, 3);
                assert.equal(answer.reconnect, false);
                await live.subscribe(3, { className });
            }));
    }

    test('a class name that cannot be is refused', () =>
        withLive({}, async (live) => isError(await live.ask(1, { className: 'no such; class' }), 103)));

    for (const pattern of ['(a+)+$', '(a|aa)+$', '(.*)*x$']) {
        test(`the pattern ${pattern} on a long text stops nobody`, async () => {
            await withLive({}, async (live) => {
                const answer = await live.ask(1, { className, where: { s: { $regex: pattern } } });
                if (answer.op === 'error') {
                    isError(answer, 102);
                }
                await create(className, { s: `${'a'.repeat(5000)}!` });
                await create(className, { s: `${'a'.repeat(40)}!` });
                await well();
            });
        });
    }
});

describe('subscriptions', () => {
    test('ten thousand on one socket are granted or refused, each, and the server stays well', async () => {
        const count = 10_000;
        const live = await LiveSocket.connect();
        for (let i = 1; i <= count; i++) {
            live.send({ op: 'subscribe', requestId: i, query: { className, where: { n: i } } });
        }
        let granted = 0;
        for (let i = 1; i <= count; i++) {
            const answer = await Promise.race([live.answer(), live.closed]);
            if (answer.op === 'subscribed') {
                granted++;
            } else if (answer.op === 'error') {
                assert.equal(typeof answer.code, 'number');
            } else {
                assert.ok(answer.code >= 1000 && answer.code !== 1006, JSON.stringify(answer));
                break;
            }
        }
        assert.ok(granted > 0);
        if (live.closeCode === undefined) {
            const id = await create(className, { n: 1 });
            const event = await live.next(({ op }) => op === 'create', 'create');
            assert.equal(event.object.objectId, id);
            assert.equal(event.requestId, 1);
        }
        await well();
        await live.close();
    });

    test('a request id used again replaces the query', () =>
        withLive({}, async (live) => {
            await live.subscribe(1, { className, where: { n: 10 } });
            await live.subscribe(1, { className, where: { n: 11 } });
            await create(className, { n: 10 });
            const id = await create(className, { n: 11 });
            assert.deepEqual(inShort(await live.events()), [`create ${id}`]);
        }));

    test('update puts another query in place', () =>
        withLive({}, async (live) => {
            await live.subscribe(1, { className, where: { n: 20 } });
            live.send({ op: 'update', requestId: 1, query: { className, where: { n: 21 } } });
            assert.equal((await live.answer()).op, 'subscribed');
            await create(className, { n: 20 });
            const id = await create(className, { n: 21 });
            assert.deepEqual(inShort(await live.events()), [`create ${id}`]);
        }));

    test('unsubscribe is answered, ends the events, and twice is an error', () =>
        withLive({}, async (live) => {
            await live.subscribe(1, { className, where: { n: 30 } });
            live.send({ op: 'unsubscribe', requestId: 1 });
            const answer = await live.answer();
            assert.equal(answer.op, 'unsubscribed');
            assert.equal(answer.requestId, 1);
            await create(className, { n: 30 });
            assert.deepEqual(await live.events(), []);
            live.send({ op: 'unsubscribe', requestId: 1 });
            isError(await live.answer(), 2);
            await live.subscribe(1, { className });
        }));

    test('fields, as older SDKs call keys, selects too', () =>
        withLive({}, async (live) => {
            await live.subscribe(1, { className, where: { n: 40 }, fields: ['n'] });
            await create(className, { n: 40, s: 'left out' });
            const [event] = await live.events();
            assert.equal(event.object.n, 40);
            assert.equal(event.object.s, undefined);
        }));

    test('a class that does not exist yet is heard once it does', () =>
        withLive({}, async (live) => {
            const later = unique();
            await live.subscribe(1, { className: later });
            const id = await create(later, { n: 1 });
            assert.deepEqual(inShort(await live.events()), [`create ${id}`]);
        }));

    test('a hundred changes of one object arrive in order and none twice', () =>
        withLive({}, async (live) => {
            const id = await create(className, { n: 1000 });
            await live.subscribe(1, { className, where: { objectId: id } });
            for (let n = 1001; n <= 1100; n++) {
                await change(className, id, { n });
            }
            const events = await live.events();
            assert.deepEqual(
                events.map(({ op, object, original }) => [op, object.n, original.n]),
                Array.from({ length: 100 }, (_, i) => ['update', 1001 + i, 1000 + i]),
            );
        }));

    test('a batch brings one event for each of its writes', () =>
        withLive({}, async (live) => {
            await live.subscribe(1, { className, where: { s: 'batched' } });
            const requests = Array.from({ length: 20 }, () => ({
                method: 'POST',
                path: `${new URL(server.url).pathname}/classes/${className}`,
                body: { s: 'batched' },
            }));
            const made = succeeded(await post('/batch', { requests })).map(
                ({ success }) => `create ${success.objectId}`,
            );
            assert.deepEqual(inShort(await live.events()).sort(), made.sort());
        }));
});

describe('beyond Parse Server', () => {
    test('query answers what a subscription finds now', () =>
        withLive({}, async (live) => {
            const id = await create(className, { n: 50 });
            await create(className, { n: 50, ACL: {} }, master);
            await live.subscribe(1, { className, where: { n: 50 } });
            live.send({ op: 'query', requestId: 1 });
            const { results, requestId } = await live.next(({ op }) => op === 'result', 'result');
            assert.equal(requestId, 1);
            assert.deepEqual(
                results.map(({ objectId }) => objectId),
                [id],
            );
        }));

    test('resume goes on where a connection broke off', async () => {
        const query = { className, where: { n: 60 } };
        const first = await LiveSocket.connect();
        const { resume: beginning } = await first.subscribe(1, query, { resume: true });
        assert.equal(typeof beginning, 'string');
        const seen = await create(className, { n: 60 });
        const { resume, object } = await first.next(({ op }) => op === 'create', 'create');
        assert.equal(object.objectId, seen);
        first.cut();
        await first.closed;
        const missed = await create(className, { n: 60 });
        await change(className, missed, { s: 'missed too' });
        for (const [token, expected] of [
            [resume, [`create ${missed}`, `update ${missed}`]],
            [beginning, [`create ${seen}`, `create ${missed}`, `update ${missed}`]],
        ]) {
            await withLive({}, async (live) => {
                await live.subscribe(1, query, { resume: token });
                assert.deepEqual(inShort(await live.events()), expected);
            });
        }
    });

    for (const token of ['nonsense', '', '-1', '99999999999999999999', `${'9'.repeat(18)}`]) {
        test(`the resume token ${JSON.stringify(token)} is refused or harmless`, () =>
            withLive({}, async (live) => {
                const answer = await live.ask(1, { className }, { resume: token });
                assert.equal(answer.requestId, 1);
                if (answer.op === 'error') {
                    assert.equal(typeof answer.code, 'number');
                }
            }));
    }
});

describe('roles', () => {
    test('a user who joins one sees from then on, and one who left it no new content', async () => {
        const [owner, other] = [await signUp(), await signUp()];
        const member = (account) => pointer('_User', account.objectId);
        const role = await createRole([owner]);
        const acl = { [`role:${role.name}`]: { read: true, write: true } };
        const id = await create(className, { s: 'first', ACL: acl }, master);
        await withLive({ sessionToken: owner.sessionToken }, (mine) =>
            withLive({ sessionToken: other.sessionToken }, async (theirs) => {
                const query = { className, where: { objectId: id } };
                await mine.subscribe(1, query);
                await theirs.subscribe(1, query);
                await change(className, id, { s: 'second' }, master);
                assert.deepEqual(inShort(await mine.events()), [`update ${id}`]);
                assert.deepEqual(await theirs.events(), []);
                succeeded(await put(`/roles/${role.objectId}`, { users: addRelation(member(other)) }, { as: master }));
                succeeded(
                    await put(`/roles/${role.objectId}`, { users: removeRelation(member(owner)) }, { as: master }),
                );
                await change(className, id, { s: 'third' }, master);
                assert.doesNotMatch(JSON.stringify(await mine.events()), /third/);
                const seen = (await theirs.events()).filter(({ op }) => op === 'update' || op === 'enter');
                assert.equal(seen.at(-1)?.object.s, 'third', JSON.stringify(seen));
            }),
        );
    });
});

describe('sessions', () => {
    test('a log-out ends what its subscriptions show', async () => {
        for (const onConnect of [true, false]) {
            const owner = await signUp();
            const token = { sessionToken: owner.sessionToken };
            const own = { [owner.objectId]: { read: true, write: true } };
            await withLive(onConnect ? token : {}, async (live) => {
                await live.subscribe(1, { className }, onConnect ? {} : token);
                const id = await create(className, { s: 'before', ACL: own }, user(owner));
                assert.deepEqual(inShort(await live.events()), [`create ${id}`]);
                succeeded(await post('/logout', {}, { as: user(owner) }));
                await change(className, id, { s: 'after' }, master);
                // A subscription that is its own, as the socket may be closed by now.
                await withLive({}, (fresh) => fresh.events());
                assert.doesNotMatch(JSON.stringify(live.messages), /after/);
            });
        }
    });

    test('a subscription with a session that does not exist shows nothing private', async () => {
        const owner = await signUp();
        await withLive({}, async (live) => {
            const answer = await live.ask(1, { className }, { sessionToken: `r:${'1'.repeat(32)}` });
            if (answer.op === 'error') {
                isError(answer, 209);
                assert.equal(answer.requestId, 1);
            }
            await create(className, { s: 'private', ACL: { [owner.objectId]: { read: true } } }, master);
            assert.doesNotMatch(JSON.stringify(await live.events()), /private/);
        });
    });
});
