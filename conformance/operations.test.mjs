import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    add,
    addRelation,
    addUnique,
    change,
    concurrently,
    create,
    fetchOne,
    find,
    increment,
    pointer,
    post,
    put,
    refused,
    removeAll,
    removeRelation,
    sdk,
    succeeded,
    unique,
    unset,
} from './support.mjs';

const Parse = sdk();

/** Stores `before`, applies `operation` to `field`, and returns the answer and the stored object. */
async function apply(before, fields) {
    const className = unique();
    const id = await create(className, before);
    const answer = await change(className, id, fields);
    return { answer, stored: await fetchOne(className, id) };
}

const sameMembers = (actual, expected) =>
    assert.deepEqual(
        actual.map((item) => JSON.stringify(item)).sort(),
        expected.map((item) => JSON.stringify(item)).sort(),
    );

test('Increment adds and answers the new value', async () => {
    const { answer, stored } = await apply({ n: 1 }, { n: increment(2) });
    assert.equal(answer.n, 3);
    assert.equal(stored.n, 3);
    assert.deepEqual(Object.keys(answer).sort(), ['n', 'updatedAt']);
});

test('Increment by a negative amount and by a fraction', async () => {
    assert.equal((await apply({ n: 1 }, { n: increment(-3) })).answer.n, -2);
    assert.equal((await apply({ n: 1 }, { n: increment(0.5) })).answer.n, 1.5);
});

test('Increment of an absent field starts from 0', async () => {
    const { answer, stored } = await apply({ other: 1 }, { n: increment(5) });
    assert.equal(answer.n, 5);
    assert.equal(stored.n, 5);
});

test('operations on an existing column that this object does not have start from empty', async () => {
    const className = unique();
    await create(className, { n: 10, list: ['z'] });
    const id = await create(className, { other: 1 });
    assert.equal((await change(className, id, { n: increment(2) })).n, 2);
    assert.deepEqual((await change(className, id, { list: add('a') })).list, ['a']);
});

test('Increment of text is refused with 111 and changes nothing', async () => {
    const className = unique();
    const id = await create(className, { s: 'a', n: 1 });
    refused(await put(`/classes/${className}/${id}`, { n: increment(1), s: increment(1) }), 400, 111);
    assert.equal((await fetchOne(className, id)).n, 1);
});

test('several operations in one update all apply', async () => {
    const { answer, stored } = await apply(
        { a: 1, b: 1, list: [1], gone: 'x' },
        { a: increment(1), b: increment(10), list: add(2), gone: unset, plain: 'p' },
    );
    assert.equal(answer.a, 2);
    assert.equal(answer.b, 11);
    assert.deepEqual(answer.list, [1, 2]);
    assert.ok(!('gone' in answer) && !('plain' in answer));
    assert.ok(!('gone' in stored));
    assert.equal(stored.plain, 'p');
});

test('Add appends, also what is there already', async () => {
    const { answer, stored } = await apply({ list: [1, 2] }, { list: add(2, 3) });
    sameMembers(answer.list, [1, 2, 2, 3]);
    sameMembers(stored.list, [1, 2, 2, 3]);
});

test('AddUnique adds only what is not there', async () => {
    const { answer, stored } = await apply({ list: [1, 'a'] }, { list: addUnique('a', 'b', 1, 2) });
    sameMembers(answer.list, [1, 'a', 'b', 2]);
    sameMembers(stored.list, [1, 'a', 'b', 2]);
});

test('AddUnique compares objects by their content', async () => {
    const { answer } = await apply({ list: [{ a: 1 }] }, { list: addUnique({ a: 1 }, { a: 2 }) });
    sameMembers(answer.list, [{ a: 1 }, { a: 2 }]);
});

test('AddUnique compares pointers by class and id', async () => {
    const { answer } = await apply(
        { list: [pointer('A', '1')] },
        { list: addUnique(pointer('A', '1'), pointer('A', '2')) },
    );
    assert.deepEqual(answer.list.map((item) => item.objectId).sort(), ['1', '2']);
});

test('Remove removes every equal element', async () => {
    const { answer, stored } = await apply({ list: [1, 2, 1, 'a', { b: 1 }] }, { list: removeAll(1, { b: 1 }) });
    assert.deepEqual(answer.list, [2, 'a']);
    assert.deepEqual(stored.list, [2, 'a']);
});

test('Remove of what is not there changes nothing', async () => {
    assert.deepEqual((await apply({ list: [1] }, { list: removeAll(5) })).answer.list, [1]);
});

for (const operation of [add, addUnique, removeAll]) {
    test(`${operation(1).__op} on a number is refused with 111`, async () => {
        const className = unique();
        const id = await create(className, { n: 1 });
        refused(await put(`/classes/${className}/${id}`, { n: operation(1) }), 400, 111);
        assert.equal((await fetchOne(className, id)).n, 1);
    });
}

test('operations work in a create, which answers only objectId and createdAt', async () => {
    const className = unique();
    const fields = { n: increment(7), list: add(1, 1), set: addUnique('x'), gone: unset };
    const body = succeeded(await post(`/classes/${className}`, fields), 201);
    assert.ok(body.objectId && body.createdAt);
    const stored = await fetchOne(className, body.objectId);
    assert.equal(stored.n, 7);
    assert.deepEqual(stored.list, [1, 1]);
    assert.deepEqual(stored.set, ['x']);
    assert.ok(!('gone' in stored));
});

test('a dot path writes one key of an object and keeps its neighbours', async () => {
    const { answer, stored } = await apply({ o: { x: 1, y: { z: 2 } } }, { 'o.x': 'new', 'o.y.z': 3, 'o.added': true });
    assert.deepEqual(Object.keys(answer), ['updatedAt']);
    assert.deepEqual(stored.o, { x: 'new', y: { z: 3 }, added: true });
});

test('a dot path into a column that does not exist makes an object', async () => {
    assert.deepEqual((await apply({ n: 1 }, { 'o.x': 1 })).stored.o, { x: 1 });
});

test('Increment of a nested key answers just that key', async () => {
    const { answer, stored } = await apply({ o: { x: 1, y: 5 } }, { 'o.x': increment(5) });
    assert.equal(answer.o.x, 6);
    assert.deepEqual(stored.o, { x: 6, y: 5 });
});

test('Delete of a nested key removes only that key', async () => {
    assert.deepEqual((await apply({ o: { x: 1, y: 5 } }, { 'o.x': unset })).stored.o, { y: 5 });
});

test('a dot path into a number is refused with 111', async () => {
    const className = unique();
    const id = await create(className, { n: 1 });
    refused(await put(`/classes/${className}/${id}`, { 'n.x': 1 }), 400, 111);
});

test('AddRelation and RemoveRelation change the members, once each', async () => {
    const owner = unique();
    const member = unique();
    const [a, b] = [await create(member, { n: 1 }), await create(member, { n: 2 })];
    const id = await create(owner, { rel: addRelation(pointer(member, a)) });
    const members = async () =>
        (await find(member, { where: { $relatedTo: { object: pointer(owner, id), key: 'rel' } }, order: 'n' })).map(
            (row) => row.objectId,
        );
    assert.deepEqual(await members(), [a]);
    await change(owner, id, { rel: addRelation(pointer(member, a), pointer(member, b)) });
    assert.deepEqual(await members(), [a, b]);
    await change(owner, id, { rel: removeRelation(pointer(member, a)) });
    assert.deepEqual(await members(), [b]);
    await change(owner, id, {
        rel: { __op: 'Batch', ops: [addRelation(pointer(member, a)), removeRelation(pointer(member, b))] },
    });
    assert.deepEqual(await members(), [a]);
});

test('a relation takes members of one class only', async () => {
    const owner = unique();
    const id = await create(owner, { rel: addRelation(pointer('One', 'a')) });
    const answer = await put(`/classes/${owner}/${id}`, { rel: addRelation(pointer('Two', 'a')) });
    refused(answer, 400, 111);
    assert.match(answer.body.error, /expected Relation<One> but got Relation<Two>/);
});

test('two thousand concurrent increments lose none', { timeout: 60_000 }, async () => {
    const className = unique();
    const id = await create(className, { n: 0 });
    const seen = new Set();
    await concurrently(2000, 32, async () => {
        seen.add((await change(className, id, { n: increment(1) })).n);
    });
    assert.equal((await fetchOne(className, id)).n, 2000);
    assert.equal(seen.size, 2000, 'every increment saw a value of its own');
});

test('concurrent AddUnique of the same values adds each once, concurrent Add loses none', async () => {
    const className = unique();
    const id = await create(className, { set: [], list: [] });
    await concurrently(60, 12, (n) => change(className, id, { set: addUnique(n % 10), list: add(n) }));
    const { set, list } = await fetchOne(className, id);
    assert.deepEqual(
        set.sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    assert.equal(list.length, 60);
});

test('concurrent first writes of a new class and its columns all succeed', async () => {
    const className = unique();
    await concurrently(12, 12, (n) => create(className, { [`field${n % 3}`]: n }));
    assert.equal((await find(className)).length, 12);
});

test('the SDK increments, decrements, adds, removes and unsets', async () => {
    const className = unique();
    const object = await new Parse.Object(className, { n: 1, list: [1, 2], name: 'x' }).save();
    object.increment('n', 4);
    object.add('list', 3);
    object.unset('name');
    await object.save();
    assert.equal(object.get('n'), 5);
    object.decrement('n', 2);
    object.addUnique('list', 3);
    object.addAllUnique('list', [3, 4]);
    await object.save();
    object.remove('list', 1);
    await object.save();
    const read = await new Parse.Query(className).get(object.id);
    assert.equal(read.get('n'), 3);
    sameMembers(read.get('list'), [2, 3, 4]);
    assert.equal(read.has('name'), false);
});

test('the SDK sees the value that the server computed, not its own guess', async () => {
    const className = unique();
    const mine = await new Parse.Object(className, { n: 0 }).save();
    const theirs = await new Parse.Query(className).get(mine.id);
    await theirs.increment('n', 10).save();
    await mine.increment('n').save();
    assert.equal(mine.get('n'), 11);
});

test('the SDK changes nested keys', async () => {
    const className = unique();
    const object = await new Parse.Object(className, { o: { n: 1, keep: true } }).save();
    object.increment('o.n', 2);
    object.set('o.name', 'x');
    await object.save();
    assert.deepEqual((await new Parse.Query(className).get(object.id)).get('o'), { n: 3, keep: true, name: 'x' });
});
