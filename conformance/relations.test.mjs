import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
    addRelation,
    create,
    createAll,
    fetchOne,
    find,
    get,
    master,
    pointer,
    remove,
    sdk,
    succeeded,
    unique,
} from './support.mjs';

const Parse = sdk();
const books = unique('Books');
const authors = unique('Authors');
let written;
let empty;
let people;

const related = (objectId, key = 'authors') => ({ $relatedTo: { object: pointer(books, objectId), key } });

before(async () => {
    people = await createAll(authors, [
        { n: 0, name: 'Marx' },
        { n: 1, name: 'Engels' },
        { n: 2, name: 'Smith' },
    ]);
    written = await create(books, {
        title: 'Manifesto',
        authors: addRelation(pointer(authors, people[0]), pointer(authors, people[1])),
    });
    empty = await create(books, { title: 'Blank' });
});

test('a relation is shown in every object of the class, even when it is empty', async () => {
    const relation = { __type: 'Relation', className: authors };
    assert.deepEqual((await fetchOne(books, written)).authors, relation);
    assert.deepEqual((await fetchOne(books, empty)).authors, relation);
    const [row] = await find(books, { where: { objectId: empty }, keys: 'title' });
    assert.deepEqual(row.authors, relation);
});

test('$relatedTo finds the members and combines with other conditions', async () => {
    const names = async (where) => (await find(authors, { where, order: 'n' })).map((row) => row.name);
    assert.deepEqual(await names(related(written)), ['Marx', 'Engels']);
    assert.deepEqual(await names({ ...related(written), n: { $gt: 0 } }), ['Engels']);
    assert.deepEqual(await names({ ...related(written), name: 'Smith' }), []);
    assert.deepEqual(await names(related(empty)), []);
});

test('members can be counted, limited and sorted', async () => {
    const query = { where: related(written), count: 1, limit: 1, order: '-n' };
    const body = succeeded(await get(`/classes/${authors}`, { query }));
    assert.equal(body.count, 2);
    assert.deepEqual(
        body.results.map((row) => row.name),
        ['Engels'],
    );
});

test('objects are found by a member of their relation', async () => {
    const where = { authors: pointer(authors, people[1]) };
    assert.deepEqual(
        (await find(books, { where })).map((row) => row.title),
        ['Manifesto'],
    );
    assert.deepEqual(await find(books, { where: { authors: pointer(authors, people[2]) } }), []);
});

test('objects are found by a query on the members of their relation', async () => {
    const where = { authors: { $inQuery: { className: authors, where: { name: 'Marx' } } } };
    assert.deepEqual(
        (await find(books, { where })).map((row) => row.title),
        ['Manifesto'],
    );
});

test('a deleted member is no longer found through the relation', async () => {
    const id = await create(authors, { n: 9, name: 'Ghost' });
    const book = await create(books, { title: 'x', authors: addRelation(pointer(authors, id)) });
    succeeded(await remove(`/classes/${authors}/${id}`));
    assert.deepEqual(await find(authors, { where: related(book) }), []);
});

test('a relation shows in the schema with its target', async () => {
    const { fields } = succeeded(await get(`/schemas/${books}`, { as: master }));
    assert.deepEqual(fields.authors, { type: 'Relation', targetClass: authors });
});

test('the SDK adds, queries and removes members', async () => {
    const book = new Parse.Object(books, { title: 'sdk' });
    const marx = Parse.Object.extend(authors).createWithoutData(people[0]);
    const smith = Parse.Object.extend(authors).createWithoutData(people[2]);
    book.relation('authors').add([marx, smith]);
    await book.save();
    const names = async () =>
        (await book.relation('authors').query().ascending('n').find()).map((author) => author.get('name'));
    assert.deepEqual(await names(), ['Marx', 'Smith']);
    book.relation('authors').remove(marx);
    await book.save();
    assert.deepEqual(await names(), ['Smith']);
    const read = await new Parse.Query(books).get(book.id);
    assert.ok(read.get('authors') instanceof Parse.Relation);
    const found = await new Parse.Query(books).equalTo('authors', smith).find();
    assert.deepEqual(
        found.map((object) => object.id),
        [book.id],
    );
});
