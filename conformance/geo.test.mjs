import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createAll, find, geo, get, refused, sdk, succeeded, unique } from './support.mjs';

const Parse = sdk();
const places = unique('Places');
const areas = unique('Areas');
const rectangle = (south, west, north, east) => ({
    __type: 'Polygon',
    coordinates: [
        [south, west],
        [south, east],
        [north, east],
        [north, west],
    ],
});

before(async () => {
    await createAll(places, [
        { n: 0, name: 'Venice', at: geo(45.4408, 12.3155) },
        { n: 1, name: 'Padua', at: geo(45.4064, 11.8768) },
        { n: 2, name: 'Rome', at: geo(41.9028, 12.4964) },
        { n: 3, name: 'Sydney', at: geo(-33.8688, 151.2093) },
        { n: 4, name: 'Nowhere' },
    ]);
    await createAll(areas, [
        { n: 0, area: rectangle(40, 5, 50, 20) },
        { n: 1, area: rectangle(0, 0, 1, 1) },
    ]);
});

const matches = async (at, more = { order: 'n' }) =>
    (await find(places, { where: { at }, ...more })).map((row) => row.n);
const venice = geo(45.4408, 12.3155);

test('$nearSphere sorts by distance and leaves out objects without a place', async () => {
    assert.deepEqual(await matches({ $nearSphere: geo(45.4, 12.1) }, {}), [0, 1, 2, 3]);
    assert.deepEqual(await matches({ $nearSphere: geo(41, 12) }, {}), [2, 1, 0, 3]);
});

test('$maxDistance is in radians', async () => {
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistance: 0.01 }), [0, 1]);
    assert.deepEqual(await matches({ $nearSphere: venice, $maxDistance: 0.1 }), [0, 1, 2]);
});

test('$nearSphere can be counted', async () => {
    const where = { at: { $nearSphere: venice, $maxDistance: 0.01 } };
    assert.deepEqual(succeeded(await get(`/classes/${places}`, { query: { where, count: 1, limit: 0 } })), {
        results: [],
        count: 2,
    });
});

test('$nearSphere can be limited', async () => {
    assert.deepEqual(await matches({ $nearSphere: geo(41, 12) }, { limit: 1 }), [2]);
});

test('$within $box', async () => {
    assert.deepEqual(await matches({ $within: { $box: [geo(45, 11), geo(46, 13)] } }), [0, 1]);
});

test('$geoWithin $polygon of points', async () => {
    assert.deepEqual(
        await matches({ $geoWithin: { $polygon: [geo(45, 12), geo(45, 13), geo(46, 13), geo(46, 12)] } }),
        [0],
    );
});

// The square is the same whether its corners are read as latitude, longitude or the other way round.
test('$geoWithin $polygon as a polygon value', async () => {
    assert.deepEqual(await matches({ $geoWithin: { $polygon: rectangle(10, 10, 50, 50) } }), [0, 1, 2]);
});

test('$geoWithin $centerSphere takes [longitude, latitude] or a point, and radians', async () => {
    assert.deepEqual(await matches({ $geoWithin: { $centerSphere: [[12.3155, 45.4408], 0.01] } }), [0, 1]);
    assert.deepEqual(await matches({ $geoWithin: { $centerSphere: [venice, 0.1] } }), [0, 1, 2]);
});

test('$geoIntersects finds the polygons that contain a point', async () => {
    const found = await find(areas, { where: { area: { $geoIntersects: { $point: venice } } } });
    assert.deepEqual(
        found.map((row) => row.n),
        [0],
    );
});

const refusals = [
    ['$polygon of one point', { at: { $geoWithin: { $polygon: [geo(0, 0)] } } }],
    ['$polygon that is a number', { at: { $geoWithin: { $polygon: 5 } } }],
    ['$centerSphere with a negative distance', { at: { $geoWithin: { $centerSphere: [[20, 20], -1] } } }],
    ['$centerSphere without a distance', { at: { $geoWithin: { $centerSphere: [[20, 20]] } } }],
];

for (const [name, where] of refusals) {
    test(`${name} is refused with 107`, async () => {
        refused(await get(`/classes/${places}`, { query: { where } }), 400, 107);
    });
}

test('the SDK asks for what is near, in a box, and in a polygon', async () => {
    const names = async (query) => (await query.find()).map((place) => place.get('name'));
    const point = new Parse.GeoPoint(45.4408, 12.3155);
    const near = () => new Parse.Query(places);
    assert.deepEqual(await names(near().near('at', point).limit(2)), ['Venice', 'Padua']);
    assert.deepEqual(await names(near().withinKilometers('at', point, 40)), ['Venice', 'Padua']);
    assert.deepEqual(await names(near().withinMiles('at', point, 20)), ['Venice']);
    assert.deepEqual(await names(near().withinRadians('at', point, 0.01)), ['Venice', 'Padua']);
    assert.deepEqual((await names(near().withinKilometers('at', point, 40, false))).sort(), ['Padua', 'Venice']);
    const box = near().withinGeoBox('at', new Parse.GeoPoint(45, 12), new Parse.GeoPoint(46, 13));
    assert.deepEqual(await names(box), ['Venice']);
    const corners = [
        [45, 11],
        [45, 13],
        [46, 13],
        [46, 11],
    ].map(([latitude, longitude]) => new Parse.GeoPoint(latitude, longitude));
    assert.deepEqual(await names(near().withinPolygon('at', corners).ascending('n')), ['Venice', 'Padua']);
    const containing = await new Parse.Query(areas).polygonContains('area', point).find();
    assert.deepEqual(
        containing.map((area) => area.get('n')),
        [0],
    );
});
