import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, find, get, refused, sdk, unique } from './support.mjs';

const Parse = sdk();
const texts = unique('Texts');

before(async () => {
    await createAll(texts, [
        { n: 0, subject: 'coffee is wonderful' },
        { n: 1, subject: 'Coffee shopping, coffee drinking, coffee dreaming' },
        { n: 2, subject: 'baking cakes' },
        { n: 3, subject: 'Die Häuser am Kanal' },
        { n: 4 },
    ]);
});

const search = async ($search, more = {}) =>
    (await find(texts, { where: { subject: { $text: { $search } } }, order: 'n', ...more })).map((row) => row.n);

test('a word is found without regard to case', async () => {
    assert.deepEqual(await search({ $term: 'coffee' }), [0, 1]);
    assert.deepEqual(await search({ $term: 'COFFEE' }), [0, 1]);
});

test('another form of a word is found', async () => {
    assert.deepEqual(await search({ $term: 'cake' }), [2]);
    assert.deepEqual(await search({ $term: 'shops' }), [1]);
});

test('a word that is nowhere is not found', async () => {
    assert.deepEqual(await search({ $term: 'tea' }), []);
});

test('the language decides about word forms', async () => {
    assert.deepEqual(await search({ $term: 'Haus', $language: 'german' }), [3]);
    assert.deepEqual(await search({ $term: 'Haus', $language: 'english' }), []);
});

test('the relevance of each result is shown as score when it is asked for', async () => {
    const rows = await find(texts, {
        where: { subject: { $text: { $search: { $term: 'coffee' } } } },
        order: '$score',
        keys: '$score',
    });
    assert.deepEqual(
        rows.map((row) => typeof row.score),
        ['number', 'number'],
    );
});

test('a text condition combines with others', async () => {
    const where = { subject: { $text: { $search: { $term: 'coffee' } } }, n: { $gt: 0 } };
    assert.deepEqual(
        (await find(texts, { where })).map((row) => row.n),
        [1],
    );
});

for (const [name, $text] of [
    ['no $search', {}],
    ['$search that is a number', { $search: 5 }],
    ['$term that is a number', { $search: { $term: 5 } }],
    ['$language that is a number', { $search: { $term: 'x', $language: 5 } }],
    ['$caseSensitive that is a number', { $search: { $term: 'x', $caseSensitive: 5 } }],
    ['$diacriticSensitive that is a number', { $search: { $term: 'x', $diacriticSensitive: 5 } }],
]) {
    test(`${name} is refused with 107`, async () => {
        refused(await get(`/classes/${texts}`, { query: { where: { subject: { $text } } } }), 400, 107);
    });
}

test('the SDK searches text', async () => {
    const found = await new Parse.Query(texts).fullText('subject', 'dream').find();
    assert.deepEqual(
        found.map((text) => text.get('n')),
        [1],
    );
    const scored = await new Parse.Query(texts).fullText('subject', 'coffee').sortByTextScore().find();
    assert.equal(scored.length, 2);
    assert.equal(typeof scored[0].get('score'), 'number');
});
