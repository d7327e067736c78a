// What a live query shows to whom, on bare sockets, so that every byte that arrives is seen.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { inShort, isError, LiveSocket, withLive } from './live-support.mjs';
import {
    change,
    create,
    createRole,
    defineClass,
    master,
    pointer,
    post,
    put,
    remove,
    server,
    signUp,
    succeeded,
    unique,
    user,
} from './support.mjs';

const everyone = { '*': true };
const open = Object.fromEntries(
    ['find', 'get', 'count', 'create', 'update', 'delete', 'addField'].map((operation) => [operation, everyone]),
);
const readableBy = (...names) => Object.fromEntries(names.map((name) => [name, { read: true, write: true }]));
const asUser = (account) => ({ sessionToken: account.sessionToken });
// Parse Server asks class permissions of the subscription's token, not of the connection's.
const tokenOf = ({ sessionToken }) => (sessionToken ? { sessionToken } : {});
const asMaster = { masterKey: server.masterKey };
const text = (events) => JSON.stringify(events);
let owner;
let other;

before(async () => {
    owner = await signUp();
    other = await signUp();
});

const classWith = async (permissions, fields = {}) => {
    const className = unique();
    await defineClass(className, fields, { classLevelPermissions: { ...open, ...permissions } });
    return className;
};

/** Subscribes as each of these callers to one query, runs `work`, and tells what each got, in order. */
async function watching(query, callers, work) {
    const sockets = [];
    try {
        for (const caller of callers) {
            const live = await LiveSocket.connect(caller);
            sockets.push(live);
            await live.subscribe(1, query, tokenOf(caller));
        }
        await work(sockets);
        const heard = [];
        for (const live of sockets) {
            heard.push(await live.events());
        }
        return heard;
    } finally {
        await Promise.all(sockets.map((live) => live.close()));
    }
}

describe('ACL', () => {
    test('a private object is seen by its user and the master key only, to its deletion', async () => {
        const className = unique();
        let id;
        const heard = await watching({ className }, [asUser(owner), asMaster, asUser(other), {}], async () => {
            id = await create(className, { n: 1, ACL: readableBy(owner.objectId) }, user(owner));
            await change(className, id, { n: 2 }, user(owner));
            succeeded(await remove(`/classes/${className}/${id}`, { as: user(owner) }));
        });
        const all = [`create ${id}`, `update ${id}`, `delete ${id}`];
        assert.deepEqual(heard.map(inShort), [all, all, [], []]);
        assert.deepEqual(heard[0][0].object.ACL, readableBy(owner.objectId));
    });

    test('who is given the right sees the object enter, and nothing of what it was', async () => {
        const className = unique();
        const id = await create(className, { s: 'before', ACL: readableBy(owner.objectId) }, user(owner));
        const [heard] = await watching({ className }, [asUser(other)], () =>
            change(className, id, { s: 'after', ACL: readableBy(owner.objectId, other.objectId) }, user(owner)),
        );
        assert.deepEqual(inShort(heard), [`enter ${id}`]);
        assert.equal(heard[0].object.s, 'after');
        assert.equal(heard[0].original, undefined);
        assert.doesNotMatch(text(heard), /before/);
    });

    test('who loses the right sees the object leave, and nothing of what it became', async () => {
        const className = unique();
        const both = readableBy(owner.objectId, other.objectId);
        const id = await create(className, { s: 'before', ACL: both }, user(owner));
        const [heard] = await watching({ className }, [asUser(other)], async () => {
            await change(className, id, { s: 'after', ACL: readableBy(owner.objectId) }, user(owner));
            await change(className, id, { s: 'afterwards' }, user(owner));
            succeeded(await remove(`/classes/${className}/${id}`, { as: user(owner) }));
        });
        assert.deepEqual(inShort(heard), [`leave ${id}`]);
        assert.doesNotMatch(text(heard), /after/);
    });

    test('leaving by the query and losing the right in one save shows nothing new either', async () => {
        const className = unique();
        const id = await create(className, { s: 'before', n: 1 });
        const [heard] = await watching({ className, where: { n: 1 } }, [{}], () =>
            change(className, id, { s: 'after', n: 2, ACL: readableBy(owner.objectId) }),
        );
        assert.deepEqual(inShort(heard), [`leave ${id}`]);
        assert.doesNotMatch(text(heard), /after/);
    });

    test('a role gives its users the view, and users of a role below it', async () => {
        const className = unique();
        const inner = await createRole([other]);
        const role = await createRole([owner], [inner]);
        const stranger = await signUp();
        let id;
        const heard = await watching({ className }, [asUser(owner), asUser(other), asUser(stranger)], async () => {
            id = await create(className, { n: 1, ACL: readableBy(`role:${role.name}`) }, master);
        });
        assert.deepEqual(heard.map(inShort), [[`create ${id}`], [`create ${id}`], []]);
    });
});

describe('class permissions', () => {
    test('find refused to everybody refuses the subscription, with its request id', async () => {
        const className = await classWith({ find: {}, get: {} });
        for (const caller of [{}, asUser(owner)]) {
            await withLive(caller, async (live) => {
                const answer = await live.ask(7, { className });
                isError(answer, 119);
                assert.equal(answer.requestId, 7);
                assert.equal(answer.reconnect, false);
                await create(className, { n: 1 });
                assert.deepEqual(await live.events(), []);
            });
        }
    });

    test('requiresAuthentication lets users in and nobody else', async () => {
        const authenticated = { requiresAuthentication: true };
        const className = await classWith({ find: authenticated, get: authenticated });
        await withLive({}, async (live) => isError(await live.ask(1, { className }), 101, 119));
        let id;
        const [heard] = await watching({ className }, [asUser(owner)], async () => {
            id = await create(className, { n: 1 });
        });
        assert.deepEqual(inShort(heard), [`create ${id}`]);
    });

    test('find for one user lets in that user only', async () => {
        const className = await classWith({ find: { [owner.objectId]: true }, get: { [owner.objectId]: true } });
        await withLive({}, async (live) => isError(await live.ask(1, { className }), 119));
        await withLive({}, async (live) => isError(await live.ask(1, { className }, asUser(other)), 119));
        let id;
        const [heard] = await watching({ className }, [asUser(owner)], async () => {
            id = await create(className, { n: 1 });
        });
        assert.deepEqual(inShort(heard), [`create ${id}`]);
    });

    test('find taken away while somebody listens ends the view', async () => {
        const className = await classWith({});
        const [heard] = await watching({ className }, [{}], async ([live]) => {
            const id = await create(className, { s: 'before' });
            assert.deepEqual(inShort(await live.events()), [`create ${id}`]);
            const closed = { classLevelPermissions: { ...open, find: {}, get: {} } };
            succeeded(await put(`/schemas/${className}`, closed, { as: master }));
            await change(className, id, { s: 'after' });
            await create(className, { s: 'after' });
        });
        assert.doesNotMatch(text(heard), /after/);
    });

    test('pointer permissions show each user the objects that point to them', async () => {
        const pointed = { find: {}, get: {}, readUserFields: ['owner'] };
        const className = await classWith(pointed, { owner: { type: 'Pointer', targetClass: '_User' } });
        const to = (account) => pointer('_User', account.objectId);
        let mine;
        let theirs;
        const heard = await watching({ className }, [asUser(owner), asUser(other)], async () => {
            mine = await create(className, { s: 'mine', owner: to(owner) });
            theirs = await create(className, { s: 'theirs', owner: to(other) });
            await change(className, theirs, { s: 'theirs again' }, master);
            succeeded(await remove(`/classes/${className}/${mine}`, { as: master }));
        });
        assert.deepEqual(heard.map(inShort), [
            [`create ${mine}`, `delete ${mine}`],
            [`create ${theirs}`, `update ${theirs}`],
        ]);
        assert.doesNotMatch(text(heard[0]), /theirs/);
    });

    test('an object that points to somebody else now shows its former user nothing new', async () => {
        const pointed = { find: {}, get: {}, readUserFields: ['owner'] };
        const className = await classWith(pointed, { owner: { type: 'Pointer', targetClass: '_User' } });
        const id = await create(className, { s: 'before', owner: pointer('_User', owner.objectId) });
        const [heard] = await watching({ className }, [asUser(owner)], () =>
            change(className, id, { s: 'after', owner: pointer('_User', other.objectId) }, master),
        );
        assert.doesNotMatch(text(heard), /after/);
    });
});

describe('protected fields', () => {
    const hide = (fields) => ({ protectedFields: { '*': fields } });
    const fields = { secret: { type: 'String' }, n: { type: 'Number' } };

    test('are in no event, neither in object nor in original', async () => {
        const className = await classWith(hide(['secret']), fields);
        const heard = await watching({ className }, [{}, asUser(owner), asMaster], async () => {
            const id = await create(className, { n: 1, secret: 'hidden one' });
            await change(className, id, { n: 2, secret: 'hidden two' });
            succeeded(await remove(`/classes/${className}/${id}`));
        });
        for (const events of heard) {
            assert.deepEqual(
                events.map(({ op }) => op),
                ['create', 'update', 'delete'],
            );
        }
        assert.doesNotMatch(text([heard[0], heard[1]]), /secret|hidden/);
        assert.equal(heard[2][1].object.secret, 'hidden two');
    });

    test('are not selected by naming them', async () => {
        const className = await classWith(hide(['secret']), fields);
        const [heard] = await watching({ className, keys: ['n', 'secret'] }, [{}], () =>
            create(className, { n: 1, secret: 'hidden' }),
        );
        assert.equal(heard.length, 1);
        assert.doesNotMatch(text(heard), /hidden/);
    });

    test('can be neither asked for nor watched', async () => {
        const className = await classWith(hide(['secret']), fields);
        await withLive({}, async (live) => {
            isError(await live.ask(1, { className, where: { secret: 'hidden' } }), 119);
            isError(await live.ask(2, { className, where: { $or: [{ secret: 'hidden' }, { n: 1 }] } }), 119);
            isError(await live.ask(3, { className, watch: ['secret'] }), 119);
        });
    });
});

describe('system classes', () => {
    test('what is secret of an account is in no event', async () => {
        const className = '_User';
        const heard = await watching({ className }, [{}, asUser(owner), asMaster], async () => {
            const body = {
                username: unique('user'),
                password: 'correct horse',
                email: `${unique('mail')}@example.org`,
            };
            const made = succeeded(await post('/users', { ...body, ACL: { '*': { read: true } } }), 201);
            succeeded(await put(`/users/${made.objectId}`, { nickname: 'nick' }, { as: master }));
        });
        assert.doesNotMatch(text(heard), /sessionToken|correct horse|_hashed|"password"|authData|_email_verify/);
        assert.doesNotMatch(text([heard[0], heard[1]]), /@example\.org/);
    });

    test('sessions are nothing to subscribe to without a user', async () => {
        await withLive({}, async (live) => isError(await live.ask(1, { className: '_Session' }), 119, 209));
    });
});
