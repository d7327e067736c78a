// Distances that Parse Server over PostgreSQL ignores.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, find, geo, post, put, create, fetchOne, refusedSomehow, unique } from './support.mjs';

const places = unique('Places');
const venice = geo(45.4408, 12.3155);
const matches = async (at) => (await find(places, { where: { at }, order: 'n' })).map((row) => row.n);

before(async () => {
    await createAll(places, [
        { n: 0, name: 'Venice', at: venice },
        { n: 1, name: 'Padua', at: geo(45.4064, 11.8768) },
        { n: 2, name: 'Rome', at: geo(41.9028, 12.4964) },
    ]);
});

test('$maxDistanceInKilometers', async () => {
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistanceInKilometers: 30 }), [0]);
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistanceInKilometers: 40 }), [0, 1]);
});

test('$maxDistanceInMiles', async () => {
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistanceInMiles: 20 }), [0]);
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistanceInMiles: 25 }), [0, 1]);
});

for (const at of [geo(91, 0), geo(-90.5, 0), geo(0, 181), geo(0, -180.5), geo('1', 2)]) {
    test(`${JSON.stringify(at)} is not on earth and refused, in an object and in a query`, async () => {
        refusedSomehow(await post(`/classes/${unique()}`, { at }));
        const id = await create(unique('At'), { at: venice });
        assert.ok(id);
        await assert.rejects(find(places, { where: { at: { $nearSphere: at } } }));
    });
}

test('the poles and the date line are on earth', async () => {
    const className = unique();
    for (const at of [geo(90, 180), geo(-90, -180), geo(0, 0)]) {
        const id = await create(className, { at });
        assert.deepEqual((await fetchOne(className, id)).at, at);
        assert.equal((await put(`/classes/${className}/${id}`, { at })).status, 200);
    }
});
